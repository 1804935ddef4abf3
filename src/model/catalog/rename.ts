import type { ObjectName, OperationOf } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import {
  childTablesOf,
  putSequence,
  putTable,
  putView,
  readersOf,
  referencesTo,
  relationOf,
  removeRelation,
  tableOf,
  viewOf,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { makesRoom } from './drop-relations.ts';
import { editColumn, editTable, indexableOf, mapSame, putIndexes } from './edit.ts';
import { renameIn } from './expressions.ts';
import type { NameChange } from './expressions.ts';
import { mapExpressions, renamedColumnInIndex, renamedColumnInTable } from './rename-in-table.ts';
import { followType } from './rename-types.ts';
import { forEachDefaultFrom, nextValue, ownedSequencesOf } from './sequences.ts';
import type { Constraint, Index, Sequence, Table, View } from './types.ts';

/**
 * Gives a relation of any kind another name or schema: what refers to it follows. A table's constraints and indexes keep
 * their names; they and the sequences that its columns own come along into another schema.
 *
 * @param draft the catalog.
 * @param from the relation as it is named now.
 * @param to its name from now on.
 */
export function moveRelation(draft: Draft, from: ObjectName, to: ObjectName): void {
  const relation = relationOf(draft, from);
  if (relation === undefined) return;
  const other = relationOf(draft, to);
  if (other !== undefined && (other === relation || !makesRoom(draft, other))) return;
  switch (relation.kind) {
    case 'table':
      return moveTable(draft, relation, to);
    case 'view':
    case 'materialized view':
      return moveView(draft, relation, to);
    case 'sequence':
      return moveSequence(draft, relation, to);
    case 'index':
      return renameIndex(draft, relation.name, to.name);
  }
}

function moveTable(draft: Draft, table: Table, to: ObjectName): void {
  const from = table.name;
  const references = referencesTo(draft, from);
  const children = childTablesOf(draft, from);
  const sequences = ownedSequencesOf(draft, from);
  const readers = readersOf(draft, from);
  removeRelation(draft, from);
  const certainty = draft.certainty === 'certain' ? table.certainty : 'uncertain';
  const qualifier: NameChange = { what: 'qualifier', from: from.name, to: to.name };
  const renamed = mapExpressions(table, (expression) => renameIn(expression, qualifier));
  putTable(draft, { ...renamed, name: to, certainty });
  for (const { table: other } of references) {
    editTable(draft, isSameName(other.name, from) ? to : other.name, (before) => pointTo(before, from, to));
  }
  for (const child of children) editTable(draft, child.name, (before) => withParent(before, from, to));
  for (const view of readers) putView(draft, withReading(view, from, to));
  for (const sequence of sequences) {
    const ownedBy = { table: to, column: sequence.ownedBy?.column ?? '' };
    putSequence(draft, { ...sequence, ownedBy });
    if (from.schema !== to.schema) {
      moveRelation(draft, sequence.name, { schema: to.schema, name: sequence.name.name });
    }
  }
  followType(draft, from, to);
}

function pointTo(table: Table, from: ObjectName, to: ObjectName): Table {
  const constraints = mapSame(table.constraints, (constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || !isSameName(definition.references, from)) return constraint;
    return { ...constraint, definition: { ...definition, references: to } };
  });
  return constraints === table.constraints ? table : { ...table, constraints };
}

function withParent(child: Table, from: ObjectName, to: ObjectName): Table {
  const inherits = mapSame(child.inherits, (parent) => (isSameName(parent, from) ? to : parent));
  const indexes = mapSame(child.indexes, (index) => {
    const { parent } = index;
    return parent === undefined || from.schema === to.schema
      ? index
      : { ...index, parent: { schema: to.schema, name: parent.name } };
  });
  const { partitionOf } = child;
  if (partitionOf === undefined || !isSameName(partitionOf.parent, from)) return { ...child, inherits };
  return { ...child, inherits, indexes, partitionOf: { ...partitionOf, parent: to } };
}

function withReading(view: View, from: ObjectName, to: ObjectName): View {
  return {
    ...view,
    reads: mapSame(view.reads, (name) => (isSameName(name, from) ? to : name)),
    columnReads: mapSame(view.columnReads, (one) =>
      isSameName(one.relation, from) ? { ...one, relation: to } : one,
    ),
  };
}

function moveView(draft: Draft, view: View, to: ObjectName): void {
  const readers = readersOf(draft, view.name);
  removeRelation(draft, view.name);
  putView(draft, { ...view, name: to });
  for (const reader of readers) putView(draft, withReading(reader, view.name, to));
}

function moveSequence(draft: Draft, sequence: Sequence, to: ObjectName): void {
  removeRelation(draft, sequence.name);
  putSequence(draft, { ...sequence, name: to });
  forEachDefaultFrom(draft, sequence.name, (table, column) => {
    editColumn(draft, table.name, column, (before) => ({ ...before, default: nextValue(to) }));
  });
}

/** ALTER INDEX … RENAME: a constraint that owns the index is renamed along. */
export function renameIndex(draft: Draft, name: ObjectName, newName: string): void {
  const entry = relationOf(draft, name);
  const on = entry?.kind === 'index' ? indexableOf(draft, entry.on) : undefined;
  const index = on?.indexes.find((one) => one.name === entry?.name.name);
  if (on === undefined || index === undefined) return;
  const other = relationOf(draft, { schema: on.name.schema, name: newName });
  if (other !== undefined) {
    if (newName !== index.name && makesRoom(draft, other)) renameIndex(draft, name, newName);
    return;
  }
  if (on.kind === 'table') return renameKey(draft, on, index, newName);
  putIndexes(
    draft,
    on,
    mapSame(on.indexes, (one) => (one === index ? { ...one, name: newName } : one)),
  );
}

/** An index and the constraint on it always have the same name. */
function renameKey(draft: Draft, table: Table, index: Index, newName: string): void {
  const constraint = index.constraint === undefined ? undefined : newName;
  const renamed: Index = { ...index, name: newName, constraint };
  putTable(draft, {
    ...table,
    indexes: mapSame(table.indexes, (one) => (one === index ? renamed : one)),
    constraints: mapSame(table.constraints, (one) =>
      one.index === index.name ? { ...renamedConstraint(one, newName), index: newName } : one,
    ),
  });
  followIndex(draft, table, index.name, newName);
  const from = { schema: table.name.schema, name: index.name };
  for (const child of childTablesOf(draft, table.name)) {
    editTable(draft, child.name, (before) => ({
      ...before,
      indexes: mapSame(before.indexes, (one) =>
        one.parent !== undefined && isSameName(one.parent, from)
          ? { ...one, parent: { ...from, name: newName } }
          : one,
      ),
    }));
  }
}

/** Foreign keys that rest on an index which has another name now. */
export function followIndex(draft: Draft, table: Table, from: string, to: string): void {
  for (const { table: other, constraint } of referencesTo(draft, table.name)) {
    if (constraint.referencedIndex !== from) continue;
    editTable(draft, other.name, (before) => ({
      ...before,
      constraints: mapSame(before.constraints, (one) =>
        one.name === constraint.name ? { ...one, referencedIndex: to } : one,
      ),
    }));
  }
}

function renamedConstraint(constraint: Constraint, name: string): Constraint {
  return { ...constraint, name, definition: { ...constraint.definition, name } };
}

/** ALTER TABLE … RENAME CONSTRAINT: its index is renamed along, and the CHECKs that other tables inherit from it. */
export function renameConstraint(draft: Draft, operation: OperationOf<'RenameConstraint'>): void {
  const visit = (name: ObjectName): void => {
    const table = tableOf(draft, name);
    const constraint = table?.constraints.find((one) => one.name === operation.constraint);
    if (table === undefined) return;
    if (constraint === undefined) return renameNotNull(draft, table, operation);
    const index = table.indexes.find((one) => one.name === constraint.index);
    if (index !== undefined) return renameKey(draft, table, index, operation.newName);
    putTable(draft, {
      ...table,
      constraints: mapSame(table.constraints, (one) =>
        one === constraint ? renamedConstraint(one, operation.newName) : one,
      ),
    });
    if (constraint.definition.type !== 'check' || constraint.definition.noInherit) return;
    for (const child of childTablesOf(draft, table.name)) visit(child.name);
  };
  visit(operation.table);
}

function renameNotNull(draft: Draft, table: Table, operation: OperationOf<'RenameConstraint'>): void {
  const column = table.columns.find((one) => one.notNullConstraint?.name === operation.constraint);
  if (column?.notNullConstraint === undefined) return;
  const notNullConstraint = { ...column.notNullConstraint, name: operation.newName };
  editColumn(draft, table.name, column.name, (before) => ({ ...before, notNullConstraint }));
  for (const child of childTablesOf(draft, table.name)) renameNotNull(draft, child, operation);
}

/** ALTER TABLE … RENAME COLUMN, of views too: constraints, indexes, policies, foreign keys and children follow. */
export function renameColumn(draft: Draft, tableName: ObjectName, from: string, to: string): void {
  const view = viewOf(draft, tableName);
  if (view !== undefined) {
    const names = (list: readonly string[]): readonly string[] =>
      mapSame(list, (name) => (name === from ? to : name));
    const indexes = mapSame(view.indexes, (index) => renamedColumnInIndex(index, from, to));
    putView(draft, { ...view, columnNames: names(view.columnNames), indexes });
    followColumnInViews(draft, view.name, from, to);
    return;
  }
  const table = tableOf(draft, tableName);
  if (table === undefined || !table.columns.some((column) => column.name === from)) return;
  if (table.columns.some((column) => column.name === to)) return;
  putTable(draft, withColumnNamed(draft, table, from, to));
  for (const { table: other } of referencesTo(draft, table.name)) {
    editTable(draft, other.name, (before) => withReferencedColumn(before, table.name, from, to));
  }
  for (const sequence of ownedSequencesOf(draft, table.name)) {
    if (sequence.ownedBy?.column !== from) continue;
    putSequence(draft, { ...sequence, ownedBy: { table: table.name, column: to } });
  }
  followColumnInViews(draft, table.name, from, to);
  for (const child of childTablesOf(draft, table.name)) renameColumn(draft, child.name, from, to);
}

function followColumnInViews(draft: Draft, relation: ObjectName, from: string, to: string): void {
  for (const view of readersOf(draft, relation)) {
    const columnReads = mapSame(view.columnReads, (one) =>
      one.column === from && isSameName(one.relation, relation) ? { ...one, column: to } : one,
    );
    if (columnReads !== view.columnReads) putView(draft, { ...view, columnReads });
  }
}

function withColumnNamed(draft: Draft, table: Table, from: string, to: string): Table {
  const renamed = renamedColumnInTable(table, from, to);
  const columns = mapSame(renamed.columns, (column) =>
    column.name === from
      ? { ...column, name: to, certainty: draft.certainty === 'certain' ? column.certainty : 'uncertain' }
      : column,
  );
  return { ...renamed, columns };
}

function withReferencedColumn(table: Table, target: ObjectName, from: string, to: string): Table {
  const constraints = mapSame(table.constraints, (constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || !isSameName(definition.references, target)) return constraint;
    const referencedColumns = mapSame(definition.referencedColumns, (name) => (name === from ? to : name));
    return { ...constraint, definition: { ...definition, referencedColumns } };
  });
  return { ...table, constraints };
}
