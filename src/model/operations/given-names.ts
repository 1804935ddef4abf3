import type { Place } from '../../input/text/types.ts';
import { columnPlace, constraintPlace } from './places.ts';
import type { ColumnDefinition, ConstraintDefinition, ObjectName, Operation, Part } from './types.ts';

/** What a name is given to. */
export type NamedKind =
  | 'schema'
  | 'table'
  | 'column'
  | 'index'
  | 'primary key'
  | 'unique'
  | 'foreign key'
  | 'check'
  | 'exclude'
  | 'not null'
  | 'constraint'
  | 'sequence'
  | 'view'
  | 'type'
  | 'function'
  | 'trigger'
  | 'rule'
  | 'policy';

/** A name that an operation gives. */
export interface GivenName {
  readonly kind: NamedKind;
  /** As PostgreSQL keeps it: cut to 63 bytes. */
  readonly name: string;
  /** The table of a column, index, constraint, trigger or policy; the object's own name else. */
  readonly of: ObjectName;
  /** The columns of an index or constraint; `expr` for an expression. */
  readonly columns: readonly string[];
  /** Where in the operation the name stands. */
  readonly part: Part;
}

/**
 * The names that an operation gives to new objects and columns, or new names to old ones. Those that PostgreSQL chooses itself are
 * among them once the operation was replayed. Temporary tables and what is made with them have no names that stay.
 */
export function givenNames(operation: Operation): readonly GivenName[] {
  if ('persistence' in operation && operation.persistence === 'temporary') return [];
  switch (operation.kind) {
    case 'CreateTable':
      return namesOfTable(operation);
    case 'CreateTableAs':
      return [
        ofObject('table', operation.table),
        ...operation.columnNames.map((name) => ofColumn(name, operation.table)),
      ];
    case 'AddColumn':
      return namesOfColumn(operation.column, operation.table);
    case 'RenameColumn':
      return [ofColumn(operation.newName, operation.table)];
    case 'RenameTable':
      return [ofObject('table', { schema: operation.table.schema, name: operation.newName })];
    case 'AddConstraint':
      return nameOfConstraint(operation.constraint, operation.table);
    case 'RenameConstraint':
      return [{ ...onTable('constraint', operation.newName, operation.table), part: 'constraint' }];
    case 'CreateIndex': {
      const { name, table, elements } = operation;
      const columns = elements.map(({ column }) => column ?? 'expr');
      return name === undefined ? [] : [{ kind: 'index', name, of: table, columns, part: 'name' }];
    }
    case 'RenameIndex':
      return [onTable('index', operation.newName, operation.index)];
    case 'CreateTrigger':
      return [onTable('trigger', operation.name, operation.table)];
    case 'CreatePolicy':
      return [onTable('policy', operation.name, operation.table)];
    case 'CreateRule':
      return [onTable('rule', operation.name, operation.table)];
    default:
      return namesOfOthers(operation);
  }
}

/** Where a name stands that an operation gives: in CREATE TABLE at its column or constraint. */
export function givenNamePlace(operation: Operation, { kind, name, part }: GivenName): Place {
  if (operation.kind !== 'CreateTable' || kind === 'table') return operation.at(part);
  if (kind === 'column') return columnPlace(operation, name, 'column');
  const index = operation.constraints.findIndex((constraint) => constraint.name === name);
  if (index >= 0) return constraintPlace(operation, index, 'constraint');
  const column = operation.columns.find(({ constraints }) => constraints.some((one) => one.name === name));
  return column === undefined ? operation.at(part) : columnPlace(operation, column.name);
}

function namesOfOthers(operation: Operation): readonly GivenName[] {
  switch (operation.kind) {
    case 'CreateSchema':
      return [ofObject('schema', { schema: undefined, name: operation.name })];
    case 'CreateSequence':
      return [ofObject('sequence', operation.sequence)];
    case 'CreateView':
    case 'CreateMaterializedView':
      return [
        ofObject('view', operation.view),
        ...operation.columnNames.map((name) => ofColumn(name, operation.view)),
      ];
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return [ofObject('type', operation.type)];
    case 'RenameType':
      return [ofObject('type', { schema: operation.type.schema, name: operation.newName })];
    case 'CreateFunction':
      return [ofObject('function', operation.routine)];
    case 'Rename':
      return isNamedKind(operation.objectType)
        ? [onTable(operation.objectType, operation.newName, operation.table ?? operation.object)]
        : [];
    default:
      return [];
  }
}

function isNamedKind(type: string): type is NamedKind {
  return ['schema', 'sequence', 'view', 'type', 'function', 'trigger', 'rule', 'policy'].includes(type);
}

function namesOfTable(operation: Extract<Operation, { kind: 'CreateTable' }>): readonly GivenName[] {
  const { table, columns, constraints } = operation;
  return [
    ofObject('table', table),
    ...columns.flatMap((column) => namesOfColumn(column, table)),
    ...constraints.flatMap((constraint) => nameOfConstraint(constraint, table)),
  ];
}

function namesOfColumn(column: ColumnDefinition, table: ObjectName): readonly GivenName[] {
  return [
    ofColumn(column.name, table),
    ...column.constraints.flatMap((constraint) => nameOfConstraint(constraint, table)),
  ];
}

function nameOfConstraint(constraint: ConstraintDefinition, of: ObjectName): readonly GivenName[] {
  const { name, type: kind } = constraint;
  if (name === undefined) return [];
  return [{ kind, name, of, columns: columnsOf(constraint), part: 'constraint' }];
}

function columnsOf(constraint: ConstraintDefinition): readonly string[] {
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
    case 'foreign key':
      return constraint.columns;
    case 'not null':
      return [constraint.column];
    case 'exclude':
      return constraint.elements.map(({ column }) => column ?? 'expr');
    case 'check':
      return [];
    default:
      return constraint satisfies never;
  }
}

const ofObject = (kind: NamedKind, of: ObjectName): GivenName => ({
  kind,
  name: of.name,
  of,
  columns: [],
  part: 'name',
});

const ofColumn = (name: string, of: ObjectName): GivenName => ({
  kind: 'column',
  name,
  of,
  columns: [],
  part: 'column',
});

const onTable = (kind: NamedKind, name: string, of: ObjectName): GivenName => ({
  kind,
  name,
  of,
  columns: [],
  part: 'name',
});
