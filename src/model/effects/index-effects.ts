import type { Catalog } from '../catalog/types.ts';
import type { CreateIndex } from '../operations/types.ts';
import { addRestingOn } from './dependants.ts';
import { addToPartitions, addWithChildren, type EffectTable } from './effect-table.ts';

/** Statements on indexes, and those that work on a whole table to put it in order. */
export const indexEffects: EffectTable<
  | 'CreateIndex'
  | 'DropIndex'
  | 'RenameIndex'
  | 'AlterIndex'
  | 'AttachIndex'
  | 'Reindex'
  | 'Vacuum'
  | 'Analyze'
  | 'Cluster'
> = {
  CreateIndex(operation, add, catalog) {
    if (operation.concurrently) return add(operation.table, 'SHARE UPDATE EXCLUSIVE', 'index build', true);
    // IF NOT EXISTS takes the lock before it looks.
    if (operation.only || isThere(operation, catalog)) return add(operation.table, 'SHARE');
    return addToPartitions(add, catalog, operation.table, 'SHARE', 'index build');
  },
  DropIndex({ index, concurrently, behavior }, add, catalog) {
    const table = catalog.index(index)?.on.name;
    if (table === undefined) return;
    add(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'metadata', concurrently);
    if (behavior === 'cascade') addRestingOn(table, index.name, add, catalog);
  },
  RenameIndex: () => undefined,
  AlterIndex: () => undefined,
  AttachIndex({ index, partitionIndex }, add, catalog) {
    for (const name of [index, partitionIndex]) {
      const table = catalog.index(name)?.on.name;
      if (table !== undefined) add(table, 'ACCESS SHARE');
    }
  },
  Reindex({ target, name, concurrently }, add, catalog) {
    const table = target === 'index' ? catalog.index(name)?.on.name : name;
    if (table === undefined || (target !== 'index' && target !== 'table')) return;
    // The table is locked with SHARE only, but every reader needs its indexes, which are locked with ACCESS EXCLUSIVE.
    add(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'index build', concurrently);
  },
  Vacuum({ tables, full }, add) {
    for (const table of tables) {
      if (full) add(table, 'ACCESS EXCLUSIVE', 'rewrite');
      else add(table, 'SHARE UPDATE EXCLUSIVE', 'scan');
    }
  },
  Analyze: ({ tables }, add, catalog) =>
    tables.forEach((table) => addWithChildren(add, catalog, table, 'SHARE UPDATE EXCLUSIVE')),
  Cluster({ table }, add) {
    if (table !== undefined) add(table, 'ACCESS EXCLUSIVE', 'rewrite');
  },
};

function isThere({ table, name, ifNotExists }: CreateIndex, catalog: Catalog): boolean {
  if (!ifNotExists || name === undefined) return false;
  return catalog.index({ schema: catalog.table(table)?.name.schema ?? table.schema, name }) !== undefined;
}
