import type { ObjectName, OperationOf } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import { childTablesOf, putTable, readersOf, referencesTo, relationOf, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import {
  columnOf,
  dropsPart,
  editTable,
  filterSame,
  indexableOf,
  mapSame,
  putIndexes,
  saysOnly,
} from './edit.ts';
import { dropTable, dropView } from './drop-relations.ts';
import { usesColumn } from './expressions.ts';
import { constraintUses, indexUses } from './uses.ts';
import { dropNotNull } from './not-null.ts';
import { hasOtherParentWith } from './partitions.ts';
import { dropOwnedSequence, ownedSequencesOf } from './sequences.ts';
import type { Constraint, Index, Table, View } from './types.ts';

/** ALTER TABLE … DROP COLUMN. */
export function dropColumnOperation(draft: Draft, operation: OperationOf<'DropColumn'>): void {
  const table = tableOf(draft, operation.table);
  if (table === undefined) return;
  dropColumn(draft, table, operation.column, operation.behavior === 'cascade', saysOnly(operation));
}

/**
 * Takes a column away, and what PostgreSQL takes with it: every index, key and CHECK that uses the column, however many
 * others they use too; its own sequences; with CASCADE also foreign keys to it, views, policies, triggers and generated columns.
 *
 * @param draft the catalog.
 * @param table the table.
 * @param name the column.
 * @param cascade whether what depends on it goes too.
 * @param only whether tables that inherit the column keep it as their own.
 */
export function dropColumn(draft: Draft, table: Table, name: string, cascade: boolean, only = false): void {
  const column = columnOf(table, name);
  if (column === undefined) return;
  if (
    table.partitionBy?.elements.some((key) => key.column === name || usesColumn(key.expression, name)) ===
    true
  ) {
    // PostgreSQL never drops a column of the partition key but with the whole table.
    if (cascade) dropTable(draft, table.name, cascade);
    return;
  }
  for (const child of childTablesOf(draft, table.name))
    dropInherited(draft, table, child, name, cascade, only);
  if (cascade) dropForeignKeysToColumn(draft, table, name);
  if (cascade) dropReaders(draft, table.name, name);
  const dependent = cascade ? dependentColumns(table, name) : [];
  const current = tableOf(draft, table.name) ?? table;
  putTable(draft, dropsPart(draft, withoutColumn(current, name, cascade)));
  for (const sequence of ownedSequencesOf(draft, table.name)) {
    if (sequence.ownedBy?.column === name) dropOwnedSequence(draft, sequence, cascade);
  }
  for (const generated of dependent) {
    const after = tableOf(draft, table.name);
    if (after !== undefined) dropColumn(draft, after, generated, cascade, only);
  }
}

function dropInherited(
  draft: Draft,
  parent: Table,
  child: Table,
  name: string,
  cascade: boolean,
  only: boolean,
): void {
  const column = columnOf(child, name);
  if (column === undefined || hasOtherParentWith(draft, child, name, parent.name)) return;
  if (!column.local && !only) return dropColumn(draft, child, name, cascade, false);
  const columns = mapSame(child.columns, (one) => (one === column ? { ...one, local: true } : one));
  if (columns !== child.columns) putTable(draft, { ...child, columns });
}

function dependentColumns(table: Table, name: string): readonly string[] {
  return table.columns
    .filter((column) => usesColumn(column.generated?.expression, name))
    .map((column) => column.name);
}

function withoutColumn(table: Table, name: string, cascade: boolean): Table {
  const constraints = filterSame(table.constraints, (one) => !constraintUses(one.definition, name));
  const owners = new Set(constraints.map((constraint) => constraint.name));
  const indexes = filterSame(
    table.indexes,
    (index) => !indexUses(index, name) && (index.constraint === undefined || owners.has(index.constraint)),
  );
  const columns = table.columns.filter((column) => column.name !== name);
  if (!cascade) return { ...table, columns, constraints, indexes };
  const policies = filterSame(
    table.policies,
    (policy) => !usesColumn(policy.using, name) && !usesColumn(policy.withCheck, name),
  );
  const triggers = filterSame(table.triggers, (trigger) => !trigger.columns.includes(name));
  return { ...table, columns, constraints, indexes, policies, triggers };
}

function dropReaders(draft: Draft, relation: ObjectName, column: string): void {
  for (const view of readersOf(draft, relation)) {
    const reads = view.columnReads.some((one) => one.column === column && isSameName(one.relation, relation));
    if (reads) dropView(draft, view.name, true);
  }
}

/** Foreign keys to the column, and those that rest on an index which goes with it. */
function dropForeignKeysToColumn(draft: Draft, table: Table, column: string): void {
  const lost = new Set(table.indexes.filter((index) => indexUses(index, column)).map((index) => index.name));
  for (const { table: other, constraint } of referencesTo(draft, table.name)) {
    const { definition, referencedIndex } = constraint;
    const isHit = definition.type === 'foreign key' && definition.referencedColumns.includes(column);
    const isLost = referencedIndex !== undefined && lost.has(referencedIndex);
    if (isHit || isLost) removeConstraint(draft, other.name, constraint.name);
  }
}

function removeConstraint(draft: Draft, table: ObjectName, name: string): void {
  editTable(draft, table, (before) => {
    const constraint = before.constraints.find((one) => one.name === name);
    if (constraint === undefined) return before;
    const indexes =
      constraint.index === undefined
        ? before.indexes
        : filterSame(before.indexes, (index) => index.name !== constraint.index);
    const constraints = before.constraints.filter((one) => one !== constraint);
    return dropsPart(draft, { ...before, constraints, indexes });
  });
}

/** ALTER TABLE … DROP CONSTRAINT, with its index, and on the tables that have it from this one. */
export function dropConstraintOperation(draft: Draft, operation: OperationOf<'DropConstraint'>): void {
  const table = tableOf(draft, operation.table);
  if (table === undefined) return;
  dropConstraint(draft, table, operation.constraint, operation.behavior === 'cascade', saysOnly(operation));
}

function dropConstraint(draft: Draft, table: Table, name: string, cascade: boolean, only: boolean): void {
  const notNull = table.columns.find((column) => column.notNullConstraint?.name === name);
  if (notNull !== undefined) return dropNotNull(draft, table.name, notNull.name, only);
  const constraint = table.constraints.find((one) => one.name === name);
  if (constraint === undefined) return;
  const index = table.indexes.find((one) => one.name === constraint.index);
  if (index !== undefined) {
    if (cascade) dropForeignKeysThrough(draft, table, index);
    dropPartitionIndexes(draft, table, index, cascade);
  }
  removeConstraint(draft, table.name, name);
  for (const child of childTablesOf(draft, table.name))
    dropInheritedConstraint(draft, child, constraint, only);
}

function dropInheritedConstraint(draft: Draft, child: Table, constraint: Constraint, only: boolean): void {
  const { definition } = constraint;
  if (definition.type !== 'check' && definition.type !== 'foreign key') return;
  const own = child.constraints.find((one) => !one.local && one.name === constraint.name);
  if (own === undefined) return;
  // A partition's foreign key is part of its parent's, ONLY or not.
  if (!only || definition.type === 'foreign key') return dropConstraint(draft, child, own.name, false, false);
  const constraints = mapSame(child.constraints, (one) => (one === own ? { ...one, local: true } : one));
  putTable(draft, { ...child, constraints });
}

/** With CASCADE the foreign keys that rest on an index go with it. */
function dropForeignKeysThrough(draft: Draft, table: Table, index: Index): void {
  for (const { table: other, constraint } of referencesTo(draft, table.name)) {
    if (constraint.referencedIndex === index.name) removeConstraint(draft, other.name, constraint.name);
  }
}

/** DROP INDEX. An index that a constraint owns goes with the constraint only. */
export function dropIndex(draft: Draft, name: ObjectName, cascade: boolean): void {
  const entry = relationOf(draft, name);
  const on = entry?.kind === 'index' ? indexableOf(draft, entry.on) : undefined;
  const index = on?.indexes.find((one) => one.name === entry?.name.name);
  if (on === undefined || index === undefined || index.constraint !== undefined) return;
  if (on.kind === 'table') {
    if (cascade) dropForeignKeysThrough(draft, on, index);
    dropPartitionIndexes(draft, on, index, cascade);
  }
  const current = indexableOf(draft, on.name) ?? on;
  putIndexes(
    draft,
    partDropped(draft, current),
    current.indexes.filter((one) => one.name !== index.name),
  );
}

function partDropped(draft: Draft, on: Table | View): Table | View {
  return on.kind === 'table' ? dropsPart(draft, on) : on;
}

function dropPartitionIndexes(draft: Draft, table: Table, index: Index, cascade: boolean): void {
  const parent = { schema: table.name.schema, name: index.name };
  for (const child of childTablesOf(draft, table.name)) {
    const own = child.indexes.find((one) => one.parent !== undefined && isSameName(one.parent, parent));
    if (own === undefined) continue;
    if (cascade) dropForeignKeysThrough(draft, child, own);
    dropPartitionIndexes(draft, child, own, cascade);
    editTable(draft, child.name, (before) => ({
      ...before,
      indexes: before.indexes.filter((one) => one.name !== own.name),
      constraints: filterSame(
        before.constraints,
        (one) => own.constraint === undefined || one.name !== own.constraint,
      ),
    }));
  }
}
