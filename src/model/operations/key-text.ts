import { quoteIdentifier } from './display-name.ts';
import type { ConstraintDefinition, IndexElement } from './types.ts';

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

/** What makes a constraint deferrable, as it is written behind it: ` DEFERRABLE INITIALLY DEFERRED`; nothing where it is not. */
export function deferralText({
  deferrable,
  initiallyDeferred,
}: Pick<ConstraintDefinition, 'deferrable' | 'initiallyDeferred'>): string {
  if (!deferrable) return '';
  return initiallyDeferred ? ' DEFERRABLE INITIALLY DEFERRED' : ' DEFERRABLE';
}

/** A key of an index as it must be typed: a column's name, or an expression. */
export function indexKeyText({ column, expression }: Pick<IndexElement, 'column' | 'expression'>): string {
  return column === undefined ? (expression?.text ?? '') : quoteIdentifier(column);
}
