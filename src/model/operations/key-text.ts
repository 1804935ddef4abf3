import { quoteIdentifier } from './display-name.ts';
import type { ConstraintDefinition } from './types.ts';

type KeyDefinition = Extract<ConstraintDefinition, { type: 'primary key' | 'unique' }>;

/**
 * What an index for a UNIQUE constraint or a primary key is over, as CREATE INDEX wants it written behind the table's name:
 * `("teamId", email) NULLS NOT DISTINCT`.
 */
export function keyText({ columns, include, nullsNotDistinct }: KeyDefinition): string {
  const list = (names: readonly string[]): string =>
    `(${names.map((name) => quoteIdentifier(name)).join(', ')})`;
  const extra = include.length === 0 ? '' : ` INCLUDE ${list(include)}`;
  return `${list(columns)}${extra}${nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''}`;
}
