import type { Catalog } from '../catalog/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { LockMode, ObjectName, OperationKind, OperationOf } from '../operations/types.ts';
import type { Effect } from './types.ts';

export type Work = Effect['work'];

/** Notes that an operation takes a lock on a relation, and what it does while it holds it. */
export type Add = (relation: ObjectName, lock: LockMode, work?: Work, online?: boolean) => void;

/** Says what an operation of one kind does, given the schema just before it and PostgreSQL's major version. */
export type EffectOf<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
) => void;

/** The effects of some kinds of operation. */
export type EffectTable<Kinds extends OperationKind> = { readonly [Kind in Kinds]: EffectOf<Kind> };

/** A table, then its partitions or inheriting tables and theirs, each once. */
export function familyOf(catalog: Catalog, table: ObjectName): readonly ObjectName[] {
  const family = new Map([[objectKey(table), table]]);
  // A map's values include those that are added while they are gone through; several ways can lead to a child.
  for (const member of family.values()) {
    for (const { name } of catalog.children(member)) family.set(objectKey(name), name);
  }
  return [...family.values()];
}

/** Adds a lock on a table and on all its partitions or inheriting tables. */
export function addWithChildren(
  add: Add,
  catalog: Catalog,
  table: ObjectName,
  lock: LockMode,
  work: Work = 'metadata',
): void {
  for (const member of familyOf(catalog, table)) add(member, lock, work);
}

/** Adds a lock on a table and on all its partitions; tables that inherit from it in the old way are left alone. */
export function addToPartitions(
  add: Add,
  catalog: Catalog,
  table: ObjectName,
  lock: LockMode,
  work: Work = 'metadata',
): void {
  if (catalog.table(table)?.partitionBy === undefined) add(table, lock, work);
  else addWithChildren(add, catalog, table, lock, work);
}
