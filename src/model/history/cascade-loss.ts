import type { Catalog, Table } from '../catalog/types.ts';
import { isSameObject, objectKey } from '../operations/same-object.ts';
import { isDestructive, type DestructiveOperation } from './data-loss.ts';

/**
 * The other tables whose rows go because of CASCADE: all of a schema that is dropped, and those whose foreign keys lead to a
 * table that is truncated, through any number of tables between. DROP TABLE … CASCADE takes no rows of others, only their keys.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before the operation.
 * @returns without the operation's own table, and without partitions whose parent goes as well: their rows are the parent's.
 */
export function tablesLostByCascade(operation: DestructiveOperation, catalog: Catalog): readonly Table[] {
  if (operation.run === 'called') return [];
  const lost = new Map<string, Table>();
  const children = ({ name }: Table): readonly Table[] => catalog.children(name);
  if (operation.kind === 'Truncate' && operation.behavior === 'cascade') {
    const own = catalog.table(operation.table);
    if (own === undefined) return [];
    const referencing = ({ name }: Table): readonly Table[] =>
      catalog.referencing(name).map(({ table }) => table);
    addWith(own, (table) => [...children(table), ...referencing(table)], lost);
  } else if (operation.kind === 'DropObject' && isDestructive(operation)) {
    for (const table of catalog.tables())
      if (table.name.schema === operation.object.name) addWith(table, children, lost);
  }
  return [...lost.values()].filter(
    ({ name, partitionOf, foreignServer }) =>
      !('table' in operation && isSameObject(name, operation.table)) &&
      foreignServer === undefined &&
      (partitionOf === undefined || !lost.has(objectKey(partitionOf.parent))),
  );
}

/** Adds a table and what goes with it: its partitions and children, wherever they are, and whatever else follows from a table. */
function addWith(
  first: Table,
  following: (table: Table) => readonly Table[],
  lost: Map<string, Table>,
): void {
  const open = [first];
  for (let table = open.pop(); table !== undefined; table = open.pop()) {
    if (lost.has(objectKey(table.name))) continue;
    lost.set(objectKey(table.name), table);
    open.push(...following(table));
  }
}
