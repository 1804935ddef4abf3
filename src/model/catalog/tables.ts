import type { ConstraintDefinition, ObjectName, OperationOf } from '../operations/types.ts';
import { addConstraint } from './constraints.ts';
import { isKey, MAXIMUM_COLUMNS, newColumn } from './columns.ts';
import { certaintyOfWhole, leastCertain } from './doubt.ts';
import { makesRoom } from './drop-relations.ts';
import { noteDoubt, relationOf, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { copyOfTable, editTable, emptyTable, putColumns } from './edit.ts';
import { keyConstraintsInOrder } from './key-order.ts';
import { copyIndexes, likeColumns, likeConstraints, typedColumns } from './like.ts';
import { nameNotNullConstraints, setNotNull } from './not-null.ts';
import { inheritConstraint, inheritedColumn, inheritFromPartitioned } from './partitions.ts';
import { newName, resolveType } from './resolve.ts';
import type { QualifiedName } from './store.ts';
import type { Certainty, Column, Table } from './types.ts';

/**
 * CREATE TABLE, in PostgreSQL's order: columns and their sequences, CHECKs, NOT NULLs, a parent's indexes, keys, what LIKE
 * brings, foreign keys.
 *
 * @param draft the catalog.
 * @param operation with the tables that it names resolved.
 * @returns the operation with its name, types and constraint names filled in. A table that is there stays as it is; without
 *   IF NOT EXISTS it becomes uncertain, for PostgreSQL would have refused. A table with too many columns does not come to be.
 */
export function createTable(draft: Draft, operation: OperationOf<'CreateTable'>): OperationOf<'CreateTable'> {
  const name = newName(draft, operation.table, operation.persistence === 'temporary');
  const columns = operation.columns.map((column) => ({ ...column, type: resolveType(draft, column.type) }));
  const resolved = { ...operation, table: name, columns };
  if (columns.length > MAXIMUM_COLUMNS) return resolved;
  if (meetsExisting(draft, name, operation.ifNotExists)) {
    noteOwnSequences(draft, resolved);
    return resolved;
  }
  const parents = parentsOf(draft, operation);
  const table = newTable(draft, name, operation);
  const inherited = columnsOf(draft, table, resolved, parents);
  putColumns(draft, table, inherited.map(withoutParentsName));
  const filled = addConstraints(draft, resolved, parents, inherited);
  return withConstraintNames(resolved, filled);
}

/** IF NOT EXISTS: where the table perhaps was not there, PostgreSQL made it, and the sequences of its columns. */
function noteOwnSequences(draft: Draft, { table, columns }: OperationOf<'CreateTable'>): void {
  const existing = tableOf(draft, table);
  const bringsSequence = columns.some(({ identity, type }) => identity !== undefined || type.serial);
  if (existing !== undefined && bringsSequence) noteDoubt(draft, existing.certainty);
}

/** @returns whether a relation of this name is there. A table that perhaps is makes room for one that is made for sure. */
export function meetsExisting(draft: Draft, name: ObjectName, ifNotExists: boolean): boolean {
  const existing = relationOf(draft, name);
  if (existing === undefined) return false;
  if (ifNotExists) return true;
  if (makesRoom(draft, existing)) return false;
  editTable(draft, name, (table) => ({ ...table, certainty: 'uncertain' }));
  return true;
}

/** A NOT NULL constraint that comes from a parent gets its name after the table's own ones have theirs. */
function withoutParentsName(column: Column): Column {
  return column.notNullConstraint?.local === false ? { ...column, notNullConstraint: undefined } : column;
}

function parentsOf(draft: Draft, operation: OperationOf<'CreateTable'>): readonly Table[] {
  const names = operation.partitionOf === undefined ? operation.inherits : [operation.partitionOf.parent];
  return names.flatMap((name) => tableOf(draft, name) ?? []);
}

function newTable(draft: Draft, name: QualifiedName, operation: OperationOf<'CreateTable'>): Table {
  const table = copyOfTable(emptyTable(name, draft));
  table.persistence = operation.persistence;
  table.partitionBy = operation.partitionBy;
  table.partitionOf = operation.partitionOf;
  table.inherits = operation.inherits;
  table.foreignServer = operation.foreignServer;
  table.options = operation.options;
  table.certainty = certaintyOfModels(draft, operation);
  return table;
}

function certaintyOfModels(draft: Draft, operation: OperationOf<'CreateTable'>): Certainty {
  const parents = parentsOf(draft, operation);
  const like = operation.like.flatMap((one) => tableOf(draft, one.table) ?? []);
  const wanted = operation.partitionOf === undefined ? operation.inherits.length : 1;
  // A view, or a table that no migration has made, gives columns that nobody knows.
  if (parents.length < wanted || like.length < operation.like.length) return 'uncertain';
  const models = [...parents, ...like];
  return models.map(certaintyOfWhole).reduce(leastCertain, draft.certainty);
}

/** The parents' columns first, then LIKE's, then its own; one of its own that a parent has too changes that one. */
function columnsOf(
  draft: Draft,
  table: Table,
  operation: OperationOf<'CreateTable'>,
  parents: readonly Table[],
): readonly Column[] {
  const isPartition = operation.partitionOf !== undefined;
  const columns: Column[] = [];
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  for (const parent of parents) {
    for (const column of parent.columns) {
      const index = at(column.name);
      const known = columns[index];
      if (known === undefined) columns.push(inheritedColumn(column, isPartition));
      else if (column.notNull) columns[index] = { ...known, notNull: true };
    }
  }
  columns.push(...typedColumns(draft, operation.ofType), ...likeColumns(draft, table, operation.like));
  for (const definition of operation.columns) {
    const index = at(definition.name);
    const known = columns[index];
    const own = newColumn(draft, table, definition);
    if (known === undefined) columns.push(own);
    else columns[index] = merged(known, own, isPartition);
  }
  return columns;
}

function merged(known: Column, own: Column, isPartition: boolean): Column {
  return {
    ...known,
    notNull: known.notNull || own.notNull,
    default: own.default ?? known.default,
    generated: own.generated ?? known.generated,
    identity: own.identity ?? known.identity,
    notNullConstraint: own.notNull ? undefined : known.notNullConstraint,
    local: !isPartition,
  };
}

function addConstraints(
  draft: Draft,
  operation: OperationOf<'CreateTable'>,
  parents: readonly Table[],
  columns: readonly Column[],
): ReadonlyMap<ConstraintDefinition, ConstraintDefinition> {
  const { table } = operation;
  const written = [...operation.columns.flatMap((column) => column.constraints), ...operation.constraints];
  const filled = new Map<ConstraintDefinition, ConstraintDefinition>();
  const add = (constraint: ConstraintDefinition): void => {
    filled.set(constraint, addConstraint(draft, table, constraint, { newTable: true }));
  };
  inheritChecks(draft, table, parents);
  written.filter((constraint) => constraint.type === 'check').forEach(add);
  likeConstraints(draft, table, operation.like);
  written.filter((constraint) => constraint.type === 'not null').forEach(add);
  const keys = keyConstraintsInOrder(written.filter(isKey));
  for (const { definition } of keys)
    if (definition.type === 'primary key') markKeyColumns(draft, table, definition);
  nameNotNullConstraints(draft, table, columns);
  const [parent] = parents;
  if (operation.partitionOf !== undefined && parent !== undefined)
    inheritFromPartitioned(draft, parent, table);
  for (const { definition, written: stands } of keys) {
    const added = addConstraint(draft, table, definition, { newTable: true });
    for (const one of stands) filled.set(one, added);
  }
  copyIndexes(draft, table, operation.like);
  written.filter((constraint) => constraint.type === 'foreign key').forEach(add);
  return filled;
}

function markKeyColumns(draft: Draft, table: ObjectName, key: ConstraintDefinition): void {
  if (key.type !== 'primary key') return;
  for (const column of key.columns) setNotNull(draft, table, column, { only: true });
}

function inheritChecks(draft: Draft, name: ObjectName, parents: readonly Table[]): void {
  for (const parent of parents) {
    for (const constraint of parent.constraints) {
      const child = tableOf(draft, name);
      if (child === undefined || constraint.definition.type !== 'check') continue;
      const isEnforced = !constraint.definition.notEnforced;
      inheritConstraint(draft, child, { ...constraint, validated: isEnforced });
    }
  }
}

function withConstraintNames(
  operation: OperationOf<'CreateTable'>,
  filled: ReadonlyMap<ConstraintDefinition, ConstraintDefinition>,
): OperationOf<'CreateTable'> {
  if (filled.size === 0) return operation;
  const named = (constraint: ConstraintDefinition): ConstraintDefinition =>
    filled.get(constraint) ?? constraint;
  const columns = operation.columns.map((column) =>
    column.constraints.length === 0 ? column : { ...column, constraints: column.constraints.map(named) },
  );
  return { ...operation, columns, constraints: operation.constraints.map(named) };
}

/** SET (…), RESET (…), SET LOGGED and other properties of the table itself. */
export function changeTable(
  draft: Draft,
  operation: OperationOf<'SetTableOptions' | 'SetPersistence'>,
): void {
  editTable(draft, operation.table, (table) => {
    if (operation.kind === 'SetPersistence') return { ...table, persistence: operation.persistence };
    const options = { ...table.options };
    for (const [name, value] of Object.entries(operation.options)) {
      if (value === undefined) delete options[name];
      else options[name] = value;
    }
    return { ...table, options };
  });
}
