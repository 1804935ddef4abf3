import type {
  ColumnDefinition,
  ConstraintDefinition,
  Expression,
  ObjectName,
  OperationOf,
} from '../operations/types.ts';
import { addConstraint } from './constraints.ts';
import { childTablesOf, familyOf, noteDoubt, putSequence, putTable, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import {
  columnOf,
  editColumn,
  editTable,
  mapSame,
  replaced,
  saysOnly,
  tableOrStub,
  putColumns,
} from './edit.ts';
import { indexColumnNames } from './names.ts';
import { indexUses } from './uses.ts';
import { nameNotNullConstraints, setNotNull } from './not-null.ts';
import { inheritedColumn } from './partitions.ts';
import { createOwnedSequence, dropSequence, nextValue, ownedSequencesOf } from './sequences.ts';
import { keyConstraintsInOrder } from './key-order.ts';
import type { Column, Table } from './types.ts';

/**
 * The column that a definition makes, with the sequence that serial or an identity brings.
 *
 * @param draft the catalog.
 * @param table the table it is for; it need not be in the catalog yet.
 * @param definition with its type resolved.
 * @returns the column; its constraints are not looked at.
 */
export function newColumn(draft: Draft, table: Pick<Table, 'name'>, definition: ColumnDefinition): Column {
  const { name, identity, generated, collation, type } = definition;
  let value = storedDefault(definition.default);
  if (type.serial) value = nextValue(createOwnedSequence(draft, table, name, type.name, false));
  if (identity !== undefined) createOwnedSequence(draft, table, name, type.name, true);
  return {
    name,
    type: type.serial ? { ...type, serial: false } : type,
    notNull: definition.notNull || type.serial || identity !== undefined,
    default: value,
    generated,
    identity,
    collation,
    comment: undefined,
    notNullConstraint:
      definition.notNullName === undefined || draft.postgresVersion < 18
        ? undefined
        : { name: definition.notNullName, validated: true, local: true },
    local: true,
    certainty: draft.certainty,
    origin: draft.origin,
  };
}

/** DEFAULT NULL is no default: PostgreSQL does not store it (AddRelationNewConstraints, src/backend/catalog/heap.c). */
function storedDefault(expression: Expression | undefined): Expression | undefined {
  if (expression === undefined || !('A_Const' in expression.tree)) return expression;
  return expression.tree.A_Const.isnull === true ? undefined : expression;
}

/** The most columns of a table (MaxHeapAttributeNumber, src/include/access/htup_details.h); more are refused (54011). */
export const MAXIMUM_COLUMNS = 1600;

/** ALTER TABLE … ADD COLUMN. @returns the operation with its constraints' names filled in. */
export function addColumn(draft: Draft, operation: OperationOf<'AddColumn'>): OperationOf<'AddColumn'> {
  const table = tableOrStub(draft, operation.table, operation.ifExists);
  if (table === undefined) return operation;
  const definition = operation.column;
  const existing = columnOf(table, definition.name);
  if (existing !== undefined) {
    // Where it perhaps was not there, PostgreSQL made it, and its sequence.
    const bringsSequence = definition.identity !== undefined || definition.type.serial;
    if (operation.ifNotExists && bringsSequence) noteDoubt(draft, existing.certainty);
    meetExisting(draft, table, existing, operation.ifNotExists);
    return operation;
  }
  if (table.columns.length >= MAXIMUM_COLUMNS) return operation;
  const column = newColumn(draft, table, definition);
  addColumnTo(draft, table, column, saysOnly(operation));
  const constraints = addColumnConstraints(draft, table.name, definition.constraints);
  return constraints === definition.constraints
    ? operation
    : { ...operation, column: { ...definition, constraints } };
}

/** A column of this name is there: PostgreSQL refuses a second one, unless IF NOT EXISTS or a parent has brought the first. */
function meetExisting(draft: Draft, table: Table, column: Column, ifNotExists: boolean): void {
  if (ifNotExists) return;
  const met: Column = column.local ? { ...column, certainty: 'uncertain' } : { ...column, local: true };
  putTable(draft, { ...table, columns: replaced(table.columns, column, met) });
}

function addColumnTo(draft: Draft, table: Table, column: Column, only: boolean): void {
  putColumns(draft, table, [...table.columns, column]);
  nameNotNullConstraints(draft, table.name);
  const added = tableOf(draft, table.name)?.columns.at(-1) ?? column;
  if (only) return;
  for (const child of childTablesOf(draft, table.name)) {
    if (columnOf(child, column.name) !== undefined) {
      if (added.notNullConstraint === undefined) continue;
      // From PostgreSQL 18 on, the NOT NULL constraint comes to the column that is there.
      setNotNull(draft, child.name, column.name, { name: added.notNullConstraint.name, inherited: true });
      continue;
    }
    addColumnTo(draft, child, inheritedColumn(added, child.partitionOf !== undefined), false);
  }
}

/**
 * Adds the constraints that stand in column definitions, in PostgreSQL's order: CHECKs, keys, foreign keys.
 *
 * @returns them in the order written, with names filled in.
 */
function addColumnConstraints(
  draft: Draft,
  table: ObjectName,
  constraints: readonly ConstraintDefinition[],
): readonly ConstraintDefinition[] {
  if (constraints.length === 0) return constraints;
  const filled = new Map<ConstraintDefinition, ConstraintDefinition>();
  const add = (constraint: ConstraintDefinition): void => {
    filled.set(constraint, addConstraint(draft, table, constraint, { newTable: true }));
  };
  const keys = constraints.filter(isKey);
  for (const { written, definition } of keyConstraintsInOrder(keys)) {
    const added = addConstraint(draft, table, definition);
    for (const one of written) filled.set(one, added);
  }
  constraints.filter((constraint) => constraint.type === 'check').forEach(add);
  constraints.filter((constraint) => constraint.type === 'foreign key').forEach(add);
  constraints.filter((constraint) => constraint.type === 'not null').forEach(add);
  return constraints.map((constraint) => filled.get(constraint) ?? constraint);
}

/** @returns whether a constraint brings an index. */
export function isKey(constraint: ConstraintDefinition): boolean {
  return constraint.type === 'primary key' || constraint.type === 'unique' || constraint.type === 'exclude';
}

/** Changes a column of a table and of all tables that inherit it. */
function editInherited(
  draft: Draft,
  operation: { readonly table: ObjectName; readonly column: string; readonly statement: { tree: object } },
  edit: (column: Column) => Column,
): void {
  const only = saysOnly(operation);
  const table = tableOf(draft, operation.table);
  if (table === undefined) return;
  const names = only ? [table.name] : familyOf(draft, table.name);
  for (const name of names) editColumn(draft, name, operation.column, edit);
}

/** ALTER COLUMN TYPE. The collation is the new one, or the type's own. An owned sequence's type stays. */
export function alterColumnType(draft: Draft, operation: OperationOf<'AlterColumnType'>): void {
  const { type } = operation;
  editInherited(draft, operation, (column) => ({ ...column, type, collation: operation.collation }));
  rebuildIndexes(draft, operation.table, operation.column, saysOnly(operation));
  const sequence = ownedSequencesOf(draft, operation.table).find(
    (one) => one.identity && one.ownedBy?.column === operation.column,
  );
  if (sequence !== undefined) putSequence(draft, { ...sequence, type: type.name });
}

/** Indexes of a column that has another type are built anew: their own columns are named after the table's again. */
function rebuildIndexes(draft: Draft, table: ObjectName, column: string, only: boolean): void {
  const names = only ? [table] : familyOf(draft, table);
  for (const name of names) editTable(draft, name, (before) => withRebuiltIndexes(before, column));
}

function withRebuiltIndexes(table: Table, column: string): Table {
  const indexes = mapSame(table.indexes, (index) =>
    indexUses(index, column)
      ? { ...index, columnNames: indexColumnNames(index.elements, index.include) }
      : index,
  );
  return indexes === table.indexes ? table : { ...table, indexes };
}

/** SET DEFAULT, DROP DEFAULT, SET EXPRESSION, DROP EXPRESSION. */
export function changeColumnValue(
  draft: Draft,
  operation: OperationOf<'SetDefault' | 'DropDefault' | 'SetExpression' | 'DropExpression'>,
): void {
  editInherited(draft, operation, (column) => {
    switch (operation.kind) {
      case 'SetDefault':
        return { ...column, default: storedDefault(operation.default) };
      case 'DropDefault':
        return column.default === undefined ? column : { ...column, default: undefined };
      case 'SetExpression': {
        const storage = column.generated?.storage ?? 'stored';
        return { ...column, generated: { storage, expression: operation.expression } };
      }
      case 'DropExpression':
        return column.generated === undefined ? column : { ...column, generated: undefined };
    }
  });
}

/** ADD GENERATED … AS IDENTITY, SET GENERATED, DROP IDENTITY. */
export function changeIdentity(
  draft: Draft,
  operation: OperationOf<'AddIdentity' | 'AlterIdentity' | 'DropIdentity'>,
): void {
  const table = tableOf(draft, operation.table);
  const column = table === undefined ? undefined : columnOf(table, operation.column);
  if (table === undefined || column === undefined) return;
  if (operation.kind === 'AddIdentity' && column.identity === undefined) {
    createOwnedSequence(draft, table, column.name, column.type.name, true);
  }
  if (operation.kind === 'DropIdentity') {
    for (const sequence of ownedSequencesOf(draft, table.name)) {
      const isBehind = sequence.identity && sequence.ownedBy?.column === column.name;
      if (isBehind) dropSequence(draft, sequence.name, false);
    }
  }
  const identity = operation.kind === 'DropIdentity' ? undefined : (operation.identity ?? column.identity);
  setIdentity(draft, table, column.name, identity);
}

/** Partitions share their parent's identity; tables that inherit do not. */
function setIdentity(draft: Draft, table: Table, name: string, identity: Column['identity']): void {
  editColumn(draft, table.name, name, (column) => ({ ...column, identity }));
  for (const child of childTablesOf(draft, table.name)) {
    if (child.partitionOf !== undefined) setIdentity(draft, child, name, identity);
  }
}
