import type { Catalog, Table } from '../catalog/types.ts';
import type { ObjectName } from '../operations/types.ts';
import { isSameObject, objectKey } from '../operations/same-object.ts';
import type { Add } from './effect-table.ts';
import { defaultPartitionOf } from './partition-effects.ts';

/** Tables that the table's foreign keys over some of its columns point at, itself left out. */
export function referencedBy(table: Table, choose: (columns: readonly string[]) => boolean): ObjectName[] {
  return table.constraints.flatMap(({ definition }) =>
    definition.type === 'foreign key' &&
    choose(definition.columns) &&
    !isSameObject(definition.references, table.name)
      ? [definition.references]
      : [],
  );
}

/** Adds the tables whose foreign keys point at one of the table's columns: their keys go with CASCADE. */
export function addReferencing(name: ObjectName, column: string, add: Add, catalog: Catalog): void {
  for (const { table, constraint } of catalog.referencing(name)) {
    const { definition } = constraint;
    if (definition.type === 'foreign key' && definition.referencedColumns.includes(column))
      add(table.name, 'ACCESS EXCLUSIVE');
  }
}

/** Adds the tables whose foreign keys rest on a unique index of the table: their keys go with CASCADE. */
export function addRestingOn(name: ObjectName, index: string | undefined, add: Add, catalog: Catalog): void {
  for (const { table, constraint } of catalog.referencing(name)) {
    const isOther =
      index !== undefined && constraint.referencedIndex !== undefined && constraint.referencedIndex !== index;
    if (!isOther) add(table.name, 'ACCESS EXCLUSIVE');
  }
}

/**
 * Adds the views that go with a relation, or with one of its columns, when it is dropped with CASCADE, and those made from them.
 *
 * @param column undefined for the whole relation.
 */
export function addViewsOn(name: ObjectName, column: string | undefined, add: Add, catalog: Catalog): void {
  const found = new Set<string>();
  const visit = (relation: ObjectName, reads: string | undefined): void => {
    for (const view of catalog.views()) {
      const depends =
        reads === undefined
          ? view.reads.some((read) => isSameObject(read, relation))
          : view.columnReads.some((read) => read.column === reads && isSameObject(read.relation, relation));
      const key = objectKey(view.name);
      if (!depends || found.has(key)) continue;
      found.add(key);
      add(view.name, 'ACCESS EXCLUSIVE');
      visit(view.name, undefined);
    }
  };
  visit(name, column);
}

/**
 * The locks when a table goes: on itself and its partitions or inheriting tables, on the tables that they refer to, on its
 * parent, and with CASCADE on the tables that refer to it and on the views made from it.
 */
export function addDropped(table: Table, add: Add, catalog: Catalog, cascade: boolean): void {
  // A set's values include those that are added while they are gone through; several ways can lead to a child.
  const family = new Set([table]);
  for (const member of family) {
    addOneDropped(member, add, catalog, cascade);
    for (const child of catalog.children(member.name)) family.add(child);
  }
}

function addOneDropped(table: Table, add: Add, catalog: Catalog, cascade: boolean): void {
  add(table.name, 'ACCESS EXCLUSIVE');
  if (table.partitionOf !== undefined) {
    add(table.partitionOf.parent, 'ACCESS EXCLUSIVE');
    const parent = catalog.table(table.partitionOf.parent);
    const fallback = parent === undefined ? undefined : defaultPartitionOf(parent, catalog);
    if (fallback !== undefined) add(fallback.name, 'ACCESS EXCLUSIVE');
  }
  referencedBy(table, () => true).forEach((name) => add(name, 'ACCESS EXCLUSIVE'));
  if (cascade) {
    for (const { table: other } of catalog.referencing(table.name)) add(other.name, 'ACCESS EXCLUSIVE');
    addViewsOn(table.name, undefined, add, catalog);
  }
}
