import type { IndexElement, ObjectName } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import { childTablesOf, putTable, qualified, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { mapSame, putIndexes, replaced } from './edit.ts';
import { indexName, keyName } from './names.ts';
import type { Constraint, Index, Table, View } from './types.ts';

/** Adds an index to a table or materialized view and, unless `only`, to a partitioned table's partitions. */
export function addIndex(draft: Draft, on: Table | View, index: Index, only: boolean): void {
  putIndexes(draft, on, on.indexes.concat(index));
  if (only || on.kind !== 'table' || on.partitionBy === undefined) return;
  for (const child of childTablesOf(draft, on.name)) cloneIndex(draft, on, index, child);
}

/**
 * Gives a partition the index that its parent has: one of its own that is alike is attached, else a new one is built
 * with a default name (DefineIndex, src/backend/commands/indexcmds.c).
 *
 * @param draft the catalog.
 * @param parent the partitioned table.
 * @param index the parent's index.
 * @param partition the partition.
 */
export function cloneIndex(draft: Draft, parent: Table, index: Index, partition: Table): void {
  const child = tableOf(draft, partition.name) ?? partition;
  const name = { schema: qualified(parent.name).schema, name: index.name };
  if (child.indexes.some((one) => one.parent !== undefined && isSameName(one.parent, name))) return;
  const alike = child.indexes.find(
    (one) =>
      one.parent === undefined &&
      isSameIndex(one, index) &&
      (index.constraint === undefined || one.constraint !== undefined),
  );
  if (alike !== undefined) return attach(draft, child, alike, name);
  const constraint = parent.constraints.find((one) => one.name === index.constraint);
  if (index.constraint !== undefined && constraint !== undefined) {
    cloneKey(draft, child, constraint, index, name);
    return;
  }
  const own = indexName(draft, child, index.columnNames);
  addIndex(
    draft,
    child,
    { ...index, name: own, parent: name, constraint: undefined, comment: undefined, valid: true },
    false,
  );
}

function attach(draft: Draft, child: Table, index: Index, parent: ObjectName): void {
  putTable(draft, {
    ...child,
    indexes: replaced(child.indexes, index, { ...index, parent }),
    constraints: mapSame(child.constraints, (constraint) =>
      constraint.name === index.constraint ? { ...constraint, local: false } : constraint,
    ),
  });
}

function cloneKey(
  draft: Draft,
  child: Table,
  constraint: Constraint,
  index: Index,
  parent: ObjectName,
): void {
  const name = keyName(draft, child, constraint.definition, index.columnNames);
  const definition = { ...constraint.definition, name };
  const clone: Constraint = {
    ...constraint,
    name,
    definition,
    index: name,
    local: false,
    comment: undefined,
  };
  putTable(draft, { ...child, constraints: [...child.constraints, clone] });
  const current = tableOf(draft, child.name) ?? child;
  addIndex(
    draft,
    current,
    { ...index, name, parent, constraint: name, comment: undefined, valid: true },
    false,
  );
}

/** What PostgreSQL compares of two indexes. */
export type IndexShape = Pick<
  Index,
  'elements' | 'include' | 'method' | 'nullsNotDistinct' | 'unique' | 'where'
>;

/** @returns whether two indexes, each on its own table, are alike but for their names. */
export function isSameIndex(one: IndexShape, other: IndexShape): boolean {
  return (
    one.unique === other.unique &&
    one.method === other.method &&
    one.nullsNotDistinct === other.nullsNotDistinct &&
    one.include.join() === other.include.join() &&
    one.where?.text === other.where?.text &&
    one.elements.length === other.elements.length &&
    one.elements.every((element, at) => isSameElement(element, other.elements[at]))
  );
}

function isSameElement(one: IndexElement, other: IndexElement | undefined): boolean {
  return (
    one.column === other?.column &&
    one.expression?.text === other?.expression?.text &&
    one.collation === other?.collation &&
    one.operatorClass === other?.operatorClass &&
    one.operator === other?.operator
  );
}
