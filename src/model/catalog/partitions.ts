import { cloneIndex } from './add-index.ts';
import type { ObjectName, OperationOf } from '../operations/types.ts';
import { closesCycle } from './ancestry.ts';
import { isSameName } from './catalog-view.ts';
import { childTablesOf, putTable, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { columnOf, editTable, mapSame, replaced, tableOrStub } from './edit.ts';
import { foreignKeyName, hasConstraint } from './names.ts';
import type { Column, Constraint, Table } from './types.ts';

/**
 * Gives a partition or inheriting table a CHECK or foreign key of its parent. A CHECK goes to all of them unless NO INHERIT;
 * a foreign key to partitions alone.
 */
export function inheritConstraint(draft: Draft, child: Table, constraint: Constraint): void {
  const { definition } = constraint;
  if (definition.type === 'check' && definition.noInherit) return;
  if (definition.type === 'foreign key') {
    if (child.partitionOf !== undefined) inheritForeignKey(draft, child, constraint);
    return;
  }
  if (definition.type !== 'check') return;
  const current = tableOf(draft, child.name) ?? child;
  if (hasConstraint(current, constraint.name)) return;
  addInherited(draft, current, { ...constraint, local: false, comment: undefined });
}

function inheritForeignKey(draft: Draft, child: Table, constraint: Constraint): void {
  const current = tableOf(draft, child.name) ?? child;
  const { definition } = constraint;
  if (definition.type !== 'foreign key') return;
  const alike = current.constraints.find(
    ({ definition: own, local }) =>
      own.type === 'foreign key' &&
      local &&
      own.columns.join() === definition.columns.join() &&
      own.referencedColumns.join() === definition.referencedColumns.join() &&
      isSameName(own.references, definition.references) &&
      own.onDelete === definition.onDelete &&
      own.onUpdate === definition.onUpdate,
  );
  if (alike !== undefined) {
    const attached = { ...alike, local: false, validated: alike.validated || constraint.validated };
    putTable(draft, { ...current, constraints: replaced(current.constraints, alike, attached) });
    return;
  }
  const isTaken = hasConstraint(current, constraint.name);
  const name = isTaken ? foreignKeyName(draft, current, definition.columns) : constraint.name;
  const clone = {
    ...constraint,
    name,
    definition: { ...definition, name },
    local: false,
    comment: undefined,
  };
  addInherited(draft, current, clone);
}

function addInherited(draft: Draft, table: Table, constraint: Constraint): void {
  putTable(draft, { ...table, constraints: [...table.constraints, constraint] });
  for (const child of childTablesOf(draft, table.name)) inheritConstraint(draft, child, constraint);
}

/** @returns a parent's column as a child gets it: a NOT NULL constraint keeps its name, an identity comes to partitions only. */
export function inheritedColumn(column: Column, isPartition: boolean): Column {
  const identity = isPartition ? column.identity : undefined;
  const notNullConstraint = column.notNullConstraint && { ...column.notNullConstraint, local: false };
  return { ...column, identity, notNullConstraint, local: false, comment: undefined };
}

/** Gives a partition what its parent has: indexes, then foreign keys and triggers. */
export function inheritFromPartitioned(draft: Draft, parent: Table, partition: ObjectName): void {
  for (const index of parent.indexes) {
    const child = tableOf(draft, partition);
    if (child !== undefined) cloneIndex(draft, parent, index, child);
  }
  for (const constraint of parent.constraints) {
    const child = tableOf(draft, partition);
    if (child !== undefined) inheritConstraint(draft, child, constraint);
  }
  editTable(draft, partition, (child) => {
    const missing = parent.triggers.filter(
      (trigger) => trigger.forEach === 'row' && !child.triggers.some((own) => own.name === trigger.name),
    );
    return missing.length === 0 ? child : { ...child, triggers: [...child.triggers, ...missing] };
  });
}

/** ALTER TABLE … ATTACH PARTITION; nothing happens to a table that has the other one as its partition. */
export function attachPartition(draft: Draft, operation: OperationOf<'AttachPartition'>): void {
  const parent = tableOrStub(draft, operation.table, operation.ifExists);
  const partition = tableOrStub(draft, operation.partition, false);
  if (parent === undefined || partition === undefined) return;
  if (closesCycle(draft.store, partition.name, parent.name)) return;
  putTable(draft, {
    ...partition,
    partitionOf: { parent: parent.name, bound: operation.bound },
    columns: mapSame(partition.columns, (column) => attachedColumn(parent, column)),
    constraints: mapSame(partition.constraints, (constraint) =>
      isInheritedFrom(parent, constraint) ? { ...constraint, local: false } : constraint,
    ),
  });
  inheritFromPartitioned(draft, parent, partition.name);
}

function attachedColumn(parent: Table, column: Column): Column {
  const identity = columnOf(parent, column.name)?.identity;
  const notNullConstraint = column.notNullConstraint && { ...column.notNullConstraint, local: false };
  return { ...column, identity, notNullConstraint, local: false };
}

function isInheritedFrom(parent: Table, constraint: Constraint): boolean {
  if (constraint.definition.type !== 'check') return false;
  return parent.constraints.some((one) => one.name === constraint.name);
}

/** ALTER TABLE … DETACH PARTITION: what the partition had from its parent is its own from now on. */
export function detachPartition(draft: Draft, operation: OperationOf<'DetachPartition'>): void {
  // CONCURRENTLY and FINALIZE are two halves of one change; the first already hides the partition from queries.
  const cloned = new Set(tableOf(draft, operation.table)?.triggers.map((trigger) => trigger.name));
  editTable(draft, operation.partition, (partition) => ({
    ...partition,
    partitionOf: undefined,
    triggers: partition.triggers.filter((trigger) => !cloned.has(trigger.name)),
    // The identity is the parent's: a detached partition has none.
    columns: partition.columns.map((column) => ({ ...ownColumn(column), identity: undefined })),
    constraints: mapSame(partition.constraints, (one) => (one.local ? one : { ...one, local: true })),
    indexes: mapSame(partition.indexes, (one) =>
      one.parent === undefined ? one : { ...one, parent: undefined },
    ),
  }));
}

function ownColumn(column: Column): Column {
  const notNullConstraint = column.notNullConstraint && { ...column.notNullConstraint, local: true };
  return { ...column, notNullConstraint, local: true };
}

/** ALTER TABLE … INHERIT and NO INHERIT; nothing happens to a table that the other one inherits from. */
export function setInheritance(draft: Draft, operation: OperationOf<'SetInheritance'>): void {
  const child = tableOrStub(draft, operation.table, operation.ifExists);
  if (child === undefined) return;
  if (operation.inherits && closesCycle(draft.store, child.name, operation.parent)) return;
  const others = child.inherits.filter((parent) => !isSameName(parent, operation.parent));
  const inherits = operation.inherits ? [...others, operation.parent] : others;
  const parent = tableOf(draft, operation.parent);
  const columns = operation.inherits
    ? child.columns
    : mapSame(child.columns, (column) =>
        hasOtherParentWith(draft, child, column.name, operation.parent) ? column : ownColumn(column),
      );
  putTable(draft, { ...child, inherits, columns });
  if (operation.inherits || parent === undefined) return;
  editTable(draft, child.name, (table) => ({
    ...table,
    constraints: mapSame(table.constraints, (one) => (one.local ? one : { ...one, local: true })),
  }));
}

/** @returns whether the table has the column from a parent other than `parent` too. */
export function hasOtherParentWith(draft: Draft, child: Table, column: string, parent: ObjectName): boolean {
  return child.inherits.some((one) => {
    const other = isSameName(one, parent) ? undefined : tableOf(draft, one);
    return other !== undefined && columnOf(other, column) !== undefined;
  });
}
