import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, Reindex } from '../operations/types.ts';
import { addRestingOn } from './dependants.ts';
import { addToPartitions, addWithChildren, familyOf, type Add, type EffectTable } from './effect-table.ts';
import { leavesOf } from './partition-effects.ts';
import { isIndexThere } from './skipped.ts';
import { takesOverIndexes } from './taken-over-indexes.ts';

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
    if (operation.concurrently) {
      const work = isIndexThere(operation, catalog) ? 'metadata' : 'index build';
      return add(operation.table, 'SHARE UPDATE EXCLUSIVE', work, true);
    }
    // IF NOT EXISTS takes the lock before it looks.
    if (operation.only || isIndexThere(operation, catalog)) return add(operation.table, 'SHARE');
    const work = takesOverIndexes(operation, catalog) ? 'metadata' : 'index build';
    return addToPartitions(add, catalog, operation.table, 'SHARE', work);
  },
  DropIndex({ index, concurrently, behavior }, add, catalog) {
    const table = catalog.index(index)?.on.name;
    if (table === undefined) return;
    if (concurrently) add(table, 'SHARE UPDATE EXCLUSIVE', 'metadata', true);
    else addToPartitions(add, catalog, table, 'ACCESS EXCLUSIVE');
    if (behavior === 'cascade') addRestingOn(table, index.name, add, catalog);
  },
  RenameIndex: () => undefined,
  AlterIndex({ index, setting }, add, catalog) {
    const table = catalog.index(index)?.on.name;
    // The index's file is copied, and every reader of its table waits for the index.
    if (table !== undefined && setting.startsWith('tablespace '))
      add(table, 'ACCESS EXCLUSIVE', 'index build');
  },
  AttachIndex({ index, partitionIndex }, add, catalog) {
    const table = catalog.index(index)?.on.name;
    const partition = catalog.index(partitionIndex)?.on.name;
    if (table !== undefined) add(table, 'ACCESS SHARE');
    // The partition itself is locked with ACCESS SHARE, but its index, which every reader needs, with ACCESS EXCLUSIVE.
    if (partition !== undefined) add(partition, 'ACCESS EXCLUSIVE');
  },
  Reindex: reindex,
  Vacuum({ tables, full }, add, catalog, postgresVersion) {
    for (const table of tables) {
      const isPartitioned = catalog.table(table)?.partitionBy !== undefined;
      const members = isPartitioned || postgresVersion >= 18 ? familyOf(catalog, table) : [table];
      for (const member of members) {
        if (full) add(member, 'ACCESS EXCLUSIVE', 'rewrite');
        else add(member, 'SHARE UPDATE EXCLUSIVE', 'scan');
      }
    }
  },
  Analyze({ tables }, add, catalog, postgresVersion) {
    for (const table of tables) {
      const isPartitioned = catalog.table(table)?.partitionBy !== undefined;
      const analysesAll = isPartitioned || postgresVersion >= 18;
      // Of tables that inherit, a sample is read.
      addWithChildren(add, catalog, table, analysesAll ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE');
      add(table, 'SHARE UPDATE EXCLUSIVE');
    }
  },
  Cluster({ table }, add, catalog, postgresVersion) {
    if (table === undefined) return;
    add(table, 'ACCESS EXCLUSIVE', 'rewrite');
    if (postgresVersion < 15 || catalog.table(table)?.partitionBy === undefined) return;
    for (const { name } of leavesOf(table, catalog)) add(name, 'ACCESS EXCLUSIVE', 'rewrite');
  },
};

/** The table is locked with SHARE only, but every reader needs its indexes, which are locked with ACCESS EXCLUSIVE. */
function reindex(
  { target, name, concurrently }: Reindex,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
): void {
  const addOne = (table: ObjectName): void =>
    add(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'index build', concurrently);
  if (target !== 'index' && target !== 'table') {
    for (const table of [...catalog.tables(), ...catalog.views()]) {
      const isMeant = target !== 'schema' || table.name.schema === name.name;
      const hasFile =
        table.kind === 'materialized view' || (table.kind === 'table' && table.partitionBy === undefined);
      if (isMeant && hasFile && table.indexes.length > 0) addOne(table.name);
    }
    return;
  }
  const table = target === 'index' ? catalog.index(name)?.on.name : name;
  if (table === undefined) return;
  if (catalog.table(table)?.partitionBy === undefined) return addOne(table);
  // Before 14 nothing is done to the partitions.
  if (postgresVersion < 14) return add(table, 'SHARE');
  // REINDEX INDEX locks the partitioned table's own index, too; REINDEX TABLE locks all partitions with SHARE first.
  if (target === 'index' || concurrently) addOne(table);
  else add(table, 'SHARE', 'index build');
  if (target === 'table') {
    for (const member of familyOf(catalog, table).slice(1)) add(member, 'SHARE', 'index build');
    if (concurrently) return;
  }
  for (const { name: leaf } of leavesOf(table, catalog)) addOne(leaf);
}
