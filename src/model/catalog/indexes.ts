import { addIndex } from './add-index.ts';
import type { IndexElement, ObjectName, OperationOf } from '../operations/types.ts';
import { childTablesOf, relationOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { makesRoom } from './drop-relations.ts';
import { editTable, indexableOf, mapSame, putIndexes, replaced, tableOrStub } from './edit.ts';
import { indexColumnNames, indexName } from './names.ts';
import { isSameName } from './catalog-view.ts';
import type { Certainty, Index, Table } from './types.ts';

/** @returns a plain index, as certain as the operation. */
export function newIndex(
  draft: Draft,
  name: string,
  elements: readonly IndexElement[],
  include: readonly string[] = [],
): Index {
  return {
    name,
    columnNames: indexColumnNames(elements, include),
    unique: false,
    method: 'btree',
    elements,
    include,
    where: undefined,
    nullsNotDistinct: false,
    options: {},
    valid: true,
    constraint: undefined,
    parent: undefined,
    comment: undefined,
    certainty: draft.certainty,
    origin: draft.origin,
  };
}

/** @returns the index element of a plain column. */
export function columnElement(column: string): IndexElement {
  return {
    column,
    expression: undefined,
    collation: undefined,
    operatorClass: undefined,
    descending: false,
    nulls: undefined,
    operator: undefined,
  };
}

/**
 * CREATE INDEX. An index on a partitioned table comes to its partitions too, unless ON ONLY.
 *
 * @param draft the catalog.
 * @param operation with its table resolved.
 * @returns the operation with the index's name filled in.
 */
export function createIndex(draft: Draft, operation: OperationOf<'CreateIndex'>): OperationOf<'CreateIndex'> {
  const on = indexableOf(draft, operation.table) ?? tableOrStub(draft, operation.table, false);
  if (on === undefined) return operation;
  const { elements, include, unique, method, where, nullsNotDistinct, options } = operation;
  const name = operation.name ?? indexName(draft, on, indexColumnNames(elements, include));
  const resolved = operation.name === undefined ? { ...operation, name } : operation;
  const existing = relationOf(draft, { schema: on.name.schema, name });
  if (existing !== undefined) {
    const isReplaced = !operation.ifNotExists && makesRoom(draft, existing);
    return isReplaced && indexableOf(draft, on.name) !== undefined ? createIndex(draft, resolved) : resolved;
  }
  const isParent = on.kind === 'table' && on.partitionBy !== undefined;
  const valid = !(operation.only && isParent && childTablesOf(draft, on.name).length > 0);
  const certainty =
    operation.only && on.kind === 'table'
      ? leastCertain(draft.certainty, certaintyOfPartitions(draft, on))
      : draft.certainty;
  const details = { unique, method, where, nullsNotDistinct, options, valid, certainty } as const;
  addIndex(draft, on, { ...newIndex(draft, name, elements, include), ...details }, operation.only);
  return resolved;
}

/** @returns how certain we are of which partitions a table has: dynamic SQL makes them unseen, a branch perhaps. */
export function certaintyOfPartitions(draft: Draft, table: Table): Certainty {
  if (table.partitionBy === undefined) return 'certain';
  const known = childTablesOf(draft, table.name).map((child) => child.certainty);
  return known.reduce(leastCertain, draft.complete ? 'certain' : 'uncertain');
}

/** ALTER INDEX … ATTACH PARTITION: the partition's index belongs to the parent's, which is valid once all are attached. */
export function attachIndex(draft: Draft, operation: OperationOf<'AttachIndex'>): void {
  const parent = relationOf(draft, operation.index);
  const child = relationOf(draft, operation.partitionIndex);
  if (parent?.kind !== 'index' || child?.kind !== 'index') return;
  editTable(draft, child.on, (table) => ({
    ...table,
    indexes: mapSame(table.indexes, (index) =>
      index.name === child.name.name ? { ...index, parent: parent.name } : index,
    ),
  }));
  validateParentIndex(draft, parent.on, parent.name);
}

function validateParentIndex(draft: Draft, table: ObjectName, index: ObjectName): void {
  const children = childTablesOf(draft, table);
  const isAttached = (child: Table): boolean =>
    child.indexes.some((one) => one.valid && one.parent !== undefined && isSameName(one.parent, index));
  if (!children.every(isAttached)) return;
  editTable(draft, table, (before) => ({
    ...before,
    indexes: mapSame(before.indexes, (one) => (one.name === index.name ? { ...one, valid: true } : one)),
  }));
}

/** ALTER INDEX … SET (…), SET STATISTICS, SET TABLESPACE: nothing that the catalog keeps, but no longer surely as it was. */
export function alterIndex(draft: Draft, operation: OperationOf<'AlterIndex'>): void {
  const entry = relationOf(draft, operation.index);
  if (entry?.kind !== 'index') return;
  const on = indexableOf(draft, entry.on);
  const index = on?.indexes.find((one) => one.name === entry.name.name);
  if (on === undefined || index === undefined) return;
  const certainty = leastCertain(index.certainty, draft.certainty);
  if (certainty !== index.certainty)
    putIndexes(draft, on, replaced(on.indexes, index, { ...index, certainty }));
}
