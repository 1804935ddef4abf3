import type { ObjectName } from '../operations/types.ts';
import { displayNames } from '../operations/display-name.ts';
import type { Catalog } from './types.ts';

/**
 * What a schema holds, in words: tables, views, sequences of their own, types, functions.
 *
 * @param schema its name.
 * @param catalog the schema of the database at that point.
 * @returns such as `the tables legacy.orders and legacy.users`, one text for each kind of object; empty if it holds nothing
 *   that the migrations show.
 */
export function schemaContents(schema: string, catalog: Catalog): readonly string[] {
  const isIn = ({ name }: { readonly name: ObjectName }): boolean => (name.schema ?? 'public') === schema;
  const kinds: readonly (readonly [string, string, Iterable<{ readonly name: ObjectName }>])[] = [
    ['table', 'tables', catalog.tables()],
    ['view', 'views', catalog.views()],
    ['sequence', 'sequences', [...catalog.sequences()].filter(({ ownedBy }) => ownedBy === undefined)],
    ['type', 'types', catalog.types()],
    ['function', 'functions', catalog.allRoutines()],
  ];
  return kinds.flatMap(([one, many, objects]) => {
    const names = [...objects].filter(isIn).map(({ name }) => name);
    if (names.length === 0) return [];
    const shown = displayNames(names, many);
    const last = shown.at(-1) ?? '';
    return [
      shown.length === 1 ? `the ${one} ${last}` : `the ${many} ${shown.slice(0, -1).join(', ')} and ${last}`,
    ];
  });
}
