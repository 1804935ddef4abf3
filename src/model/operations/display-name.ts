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
 * Names of objects for a sentence, each once; of more than four the first three and how many more there are.
 *
 * @param objects in the order to name them.
 * @param kind what they are, in the plural: `tables`.
 */
export function displayNames(objects: readonly ObjectName[], kind: string): readonly string[] {
  return shortList([...new Set(objects.map(displayName))], 4, kind);
}

/**
 * Texts for a sentence; of more than it may have the first ones, and how many more there are.
 *
 * @param most how many it may have, with the one that counts the rest.
 * @param kind what they are, in the plural: `columns`; without it there are `3 more`.
 */
export function shortList(texts: readonly string[], most: number, kind = ''): readonly string[] {
  if (texts.length <= most) return texts;
  const shown = texts.slice(0, most - 1);
  return [...shown, `${texts.length - shown.length} more ${kind}`.trimEnd()];
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
