import type { CatalogDifference, DifferingObject } from '../differences.ts';

/**
 * That a property has another value.
 *
 * @param forms how the two are compared where their texts differ; default they are different then.
 * @returns nothing if they are the same.
 */
export function property(
  object: DifferingObject,
  name: string,
  [before, after]: readonly [string | undefined, string | undefined],
  forms?: () => readonly [string | undefined, string | undefined],
): readonly CatalogDifference[] {
  if (before === after) return [];
  const [was, is] = forms?.() ?? [before, after];
  return was === is ? [] : [{ object, kind: 'changed', property: name, before, after }];
}

/** That something is on which was off, or the other way round: `NOT NULL`, `row security`. */
export function flag(
  object: DifferingObject,
  name: string,
  [before, after]: readonly [boolean, boolean],
): readonly CatalogDifference[] {
  return property(object, name, [before ? name : undefined, after ? name : undefined]);
}

/** @returns options or settings as SQL writes them: `fillfactor = 70`. */
export function optionsText(options: Readonly<Record<string, string>>): string | undefined {
  const texts = Object.entries(options).map(([key, value]) => `${key} = ${value}`);
  return texts.length === 0 ? undefined : texts.sort().join(', ');
}
