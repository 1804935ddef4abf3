import { isSameIndex } from '../catalog/add-index.ts';
import type { Catalog, Table } from '../catalog/types.ts';
import type { CreateIndex } from '../operations/types.ts';
import { leavesOf } from './partition-effects.ts';

/**
 * Whether CREATE INDEX on a partitioned table builds nothing, since each partition has an index alike: PostgreSQL makes those
 * parts of the new one (DefineIndex, src/backend/commands/indexcmds.c).
 *
 * Partitions that dynamic SQL has made are known by what statements do to them by name only. Where no partition is known, a table
 * counts that nothing creates, that is called like the partitioned one with something behind it, and that has an index alike.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before.
 */
export function takesOverIndexes(operation: CreateIndex, catalog: Catalog): boolean {
  const table = catalog.table(operation.table);
  if (table?.partitionBy === undefined || operation.only || operation.concurrently) return false;
  const isReady = ({ indexes }: Table): boolean =>
    indexes.some((index) => index.parent === undefined && isSameIndex(index, operation));
  const leaves = leavesOf(table.name, catalog);
  if (leaves.length > 0) return leaves.every(isReady);
  return [...catalog.tables()].some((other) => isUnseenPartition(other, table) && isReady(other));
}

function isUnseenPartition(table: Table, parent: Table): boolean {
  return (
    table.certainty === 'uncertain' &&
    table.name.schema === parent.name.schema &&
    table.name.name.startsWith(`${parent.name.name}_`)
  );
}
