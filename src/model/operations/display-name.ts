import { keywordCategory } from '../../input/sql/keywords.ts';
import type { ObjectName } from './types.ts';

/**
 * A name of an object as people write it: quoted where PostgreSQL needs it, the schema in front unless it is `public` or
 * unknown.
 */
export function displayName({ schema, name }: ObjectName): string {
  const quoted = quoteIdentifier(name);
  return schema === undefined || schema === 'public' ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}

/**
 * An identifier as it must be typed: what PostgreSQL's `quote_ident` gives. It quotes whatever is not made of lower-case
 * ASCII letters, digits and underscores, and every keyword but the unreserved ones.
 *
 * @param name the identifier as PostgreSQL stores it.
 */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && canStandAlone(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

function canStandAlone(name: string): boolean {
  const category = keywordCategory(name);
  return category === undefined || category === 'unreserved';
}
