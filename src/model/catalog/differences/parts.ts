import type { CatalogDifference, DifferingKind, DifferingObject } from '../differences.ts';
import type { ObjectName } from '../../operations/types.ts';
import type { Certainty } from '../types.ts';

/** A part of a table, view or type. */
export interface NamedPart {
  readonly name: string;
  readonly certainty?: Certainty;
}

/**
 * Compares lists of parts by their names. Parts that either side is uncertain of are left out.
 *
 * @param on what they are parts of.
 */
export function partChanges<Part extends NamedPart>(
  kind: DifferingKind,
  on: ObjectName,
  [before, after]: readonly [readonly Part[], readonly Part[]],
  compare: (object: DifferingObject, before: Part, after: Part) => readonly CatalogDifference[],
): readonly CatalogDifference[] {
  if (before === after) return [];
  const object = (name: string): DifferingObject => ({ kind, name: { schema: undefined, name }, on });
  const found: CatalogDifference[] = [];
  // Most stand where they stood.
  const named = (list: readonly Part[], name: string, at: number): Part | undefined =>
    list[at]?.name === name ? list[at] : list.find((one) => one.name === name);
  for (const [at, was] of before.entries()) {
    const is = named(after, was.name, at);
    if (was === is || was.certainty === 'uncertain' || is?.certainty === 'uncertain') continue;
    if (is === undefined) found.push({ object: object(was.name), kind: 'missing' });
    else found.push(...compare(object(was.name), was, is));
  }
  for (const [at, is] of after.entries()) {
    if (is.certainty === 'uncertain' || named(before, is.name, at) !== undefined) continue;
    found.push({ object: object(is.name), kind: 'left' });
  }
  return found;
}
