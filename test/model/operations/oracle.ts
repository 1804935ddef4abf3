import { parse } from 'pgsql-ast-parser';
import type {
  ColumnConstraint,
  CreateColumnDef,
  DataTypeDef,
  QName,
  Statement as OracleStatement,
  TableAlteration,
  TableConstraint,
  Name,
} from 'pgsql-ast-parser';
import type {
  ColumnDefinition,
  ConstraintDefinition,
  ObjectName,
  Operation,
  TypeName,
} from '../../../src/model/operations/types.ts';

/** What an independent parser says that a script does, in plain words; undefined if it cannot read the script. */
export function oracleFacts(sql: string): readonly string[] | undefined {
  let statements: readonly OracleStatement[];
  try {
    statements = parse(sql);
  } catch {
    return undefined;
  }
  return statements.flatMap(factsOf);
}

/** What our operations say, in the same words. Operations that the words do not cover are left out on both sides. */
export function ourFacts(operations: readonly Operation[]): readonly string[] {
  return operations.filter(({ run }) => run === 'now').flatMap(factsOfOperation);
}

const list = (names: readonly string[]): string => names.join(' ');
const qualified = ({ schema, name }: { schema?: string | undefined; name: string }): string =>
  schema === undefined ? name : `${schema}.${name}`;
const named = (names: readonly Name[] | undefined): string => list((names ?? []).map(({ name }) => name));

// ── The other parser's trees ───────────────────────────────────────────────────────────────────────────────────────────

function factsOf(statement: OracleStatement): string[] {
  switch (statement.type) {
    case 'create table': {
      const table = qualified(statement.name);
      const columns = statement.columns.flatMap((item) => (item.kind === 'column' ? columnFacts(item) : []));
      const constraints = (statement.constraints ?? []).map(constraintFact);
      return [`table ${table}${statement.ifNotExists ? ' if not exists' : ''}`, ...columns, ...constraints];
    }
    case 'alter table':
      return statement.changes.flatMap((change) => changeFacts(statement.table, change));
    case 'create index':
      return [
        list([
          `index ${statement.indexName?.name ?? '-'} on ${qualified(statement.table)}`,
          statement.unique ? 'unique' : '-',
          statement.concurrently ? 'concurrently' : '-',
          statement.using?.name ?? 'btree',
          ...statement.expressions.map(({ expression, order }) =>
            list([expression.type === 'ref' ? expression.name : '(expression)', order ?? 'asc']),
          ),
          statement.where === undefined ? '-' : 'where',
        ]),
      ];
    case 'drop table':
    case 'drop index':
    case 'drop type':
      return statement.names.map((name) =>
        list([
          statement.type,
          qualified(name),
          statement.ifExists ? 'if exists' : '-',
          cascade(statement.cascade),
        ]),
      );
    case 'create enum':
      return [`enum ${qualified(statement.name)} ${list(statement.values.map(({ value }) => value))}`];
    case 'update': {
      const columns = statement.sets.map(({ column }) => column.name);
      return [
        `update ${qualified(statement.table)} ${list(columns)} ${statement.where === undefined ? '-' : 'where'}`,
      ];
    }
    case 'delete':
      return [`delete ${qualified(statement.from)} ${statement.where === undefined ? '-' : 'where'}`];
    case 'insert': {
      const rows = statement.insert.type === 'values' ? statement.insert.values.length : 'query';
      return [`insert ${qualified(statement.into)} ${named(statement.columns ?? [])} ${rows}`];
    }
    case 'truncate table':
      return statement.tables.map((table) => `truncate ${qualified(table)}`);
    case 'alter index':
      return statement.change.type === 'rename'
        ? [`rename index ${qualified(statement.index)} ${statement.change.to.name}`]
        : [];
    case 'create extension':
      return [`extension ${statement.extension.name}`];
    case 'create schema':
      return [`schema ${statement.name.name}`];
    case 'create view':
      return [`view ${qualified(statement.name)}`];
    case 'begin':
    case 'start transaction':
      return ['begin'];
    case 'commit':
    case 'rollback':
      return [statement.type];
    case 'with':
      return [...statement.bind.flatMap(({ statement: bound }) => factsOf(bound)), ...factsOf(statement.in)];
    default:
      return [];
  }
}

function cascade(behavior: string | undefined): string {
  return behavior === 'cascade' ? 'cascade' : 'restrict';
}

function changeFacts(table: QName, change: TableAlteration): string[] {
  const name = qualified(table);
  switch (change.type) {
    case 'add column':
      return [`add to ${name}${change.ifNotExists ? ' if not exists' : ''}`, ...columnFacts(change.column)];
    case 'drop column':
      return [
        list([
          `drop ${name} column ${change.column.name}`,
          change.ifExists ? 'if exists' : '-',
          cascade(change.behaviour),
        ]),
      ];
    case 'drop constraint':
      return [
        list([
          `drop ${name} constraint ${change.constraint.name}`,
          change.ifExists ? 'if exists' : '-',
          cascade(change.behaviour),
        ]),
      ];
    case 'rename':
      return [`rename ${name} ${change.to.name}`];
    case 'rename column':
      return [`rename ${name} column ${change.column.name} ${change.to.name}`];
    case 'rename constraint':
      return [`rename ${name} constraint ${change.constraint.name} ${change.to.name}`];
    case 'add constraint':
      return [`add to ${name}`, constraintFact(change.constraint)];
    case 'alter column': {
      const { alter } = change;
      const column = `alter ${name} ${change.column.name}`;
      return [
        alter.type === 'set type' ? `${column} type ${typeFact(alter.dataType)}` : `${column} ${alter.type}`,
      ];
    }
    default:
      return [];
  }
}

function columnFacts({ name, dataType, constraints = [] }: CreateColumnDef): string[] {
  const types = constraints.map(({ type }) => type);
  const serial = dataType.kind === undefined && /serial/.test(dataType.name);
  const identity = constraints.some((constraint) => constraint.type === 'add generated');
  const notNull = serial || identity || types.includes('not null') || types.includes('primary key');
  return [
    list([
      `column ${name.name}`,
      typeFact(dataType),
      notNull ? 'not null' : 'null',
      types.includes('default') ? 'default' : '-',
    ]),
    ...constraints.flatMap((constraint) => columnConstraintFacts(name.name, constraint)),
  ];
}

function columnConstraintFacts(column: string, constraint: ColumnConstraint): string[] {
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
      return [`${constraint.constraintName?.name ?? '-'} ${constraint.type} ${column}`];
    case 'reference':
      return [
        list([
          `${constraint.constraintName?.name ?? '-'} foreign key ${column}`,
          qualified(constraint.foreignTable),
          named(constraint.foreignColumns),
          constraint.onDelete ?? 'no action',
          constraint.onUpdate ?? 'no action',
        ]),
      ];
    case 'check':
      return [`${constraint.constraintName?.name ?? '-'} check`];
    default:
      return [];
  }
}

function constraintFact(constraint: TableConstraint): string {
  const name = constraint.constraintName?.name ?? '-';
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
      return `${name} ${constraint.type} ${named(constraint.columns)}`;
    case 'foreign key':
      return list([
        `${name} foreign key ${named(constraint.localColumns)}`,
        qualified(constraint.foreignTable),
        named(constraint.foreignColumns),
        constraint.onDelete ?? 'no action',
        constraint.onUpdate ?? 'no action',
      ]);
    case 'check':
      return `${name} check`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  serial: 'integer',
  bigserial: 'bigint',
  smallserial: 'smallint',
  bool: 'boolean',
  varchar: 'character varying',
  char: 'character',
  decimal: 'numeric',
  float: 'double precision',
  float4: 'real',
  float8: 'double precision',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

function typeFact(type: DataTypeDef): string {
  if (type.kind === 'array') return `${typeFact(type.arrayOf)}[]`;
  const plain = type.schema === undefined && !type.doubleQuoted ? typeNames[type.name] : undefined;
  const config = type.config === undefined ? '' : `(${type.config.join(',')})`;
  return `${plain ?? qualified(type)}${config}`;
}

// ── Our operations ─────────────────────────────────────────────────────────────────────────────────────────────────────

function factsOfOperation(operation: Operation): string[] {
  switch (operation.kind) {
    case 'CreateTable':
      return [
        `table ${qualified(operation.table)}${operation.ifNotExists ? ' if not exists' : ''}`,
        ...operation.columns.flatMap(ourColumnFacts),
        ...operation.constraints.map(ourConstraintFact),
      ];
    case 'AddColumn':
      return [
        `add to ${qualified(operation.table)}${operation.ifNotExists ? ' if not exists' : ''}`,
        ...ourColumnFacts(operation.column),
      ];
    case 'DropColumn': {
      const exists = operation.columnIfExists ? 'if exists' : '-';
      return [
        list([`drop ${qualified(operation.table)} column ${operation.column}`, exists, operation.behavior]),
      ];
    }
    case 'DropConstraint': {
      const exists = operation.constraintIfExists ? 'if exists' : '-';
      const constraint = `drop ${qualified(operation.table)} constraint ${operation.constraint}`;
      return [list([constraint, exists, operation.behavior])];
    }
    case 'RenameTable':
      return [`rename ${qualified(operation.table)} ${operation.newName}`];
    case 'RenameColumn':
      return [`rename ${qualified(operation.table)} column ${operation.column} ${operation.newName}`];
    case 'RenameConstraint':
      return [`rename ${qualified(operation.table)} constraint ${operation.constraint} ${operation.newName}`];
    case 'RenameIndex':
      return [`rename index ${qualified(operation.index)} ${operation.newName}`];
    case 'AddConstraint':
      return [`add to ${qualified(operation.table)}`, ourConstraintFact(operation.constraint)];
    case 'AlterColumnType':
      return [`alter ${qualified(operation.table)} ${operation.column} type ${ourTypeFact(operation.type)}`];
    case 'SetDefault':
      return [`alter ${qualified(operation.table)} ${operation.column} set default`];
    case 'DropDefault':
      return [`alter ${qualified(operation.table)} ${operation.column} drop default`];
    case 'SetNotNull':
      return [`alter ${qualified(operation.table)} ${operation.column} set not null`];
    case 'DropNotNull':
      return [`alter ${qualified(operation.table)} ${operation.column} drop not null`];
    case 'CreateIndex':
      return [
        list([
          `index ${operation.name ?? '-'} on ${qualified(operation.table)}`,
          operation.unique ? 'unique' : '-',
          operation.concurrently ? 'concurrently' : '-',
          operation.method,
          ...operation.elements.map(({ column, descending }) =>
            list([column ?? '(expression)', descending ? 'desc' : 'asc']),
          ),
          operation.where === undefined ? '-' : 'where',
        ]),
      ];
    case 'DropTable':
      return [ourDropFact('drop table', operation.table, operation)];
    case 'DropIndex':
      return [ourDropFact('drop index', operation.index, operation)];
    case 'DropType':
      return [ourDropFact('drop type', operation.type, operation)];
    case 'CreateEnum':
      return [`enum ${qualified(operation.type)} ${list(operation.values)}`];
    default:
      return factsOfRows(operation);
  }
}

function factsOfRows(operation: Operation): string[] {
  switch (operation.kind) {
    case 'Update': {
      const columns = list(operation.assignments.map(({ column }) => column));
      return [
        `update ${qualified(operation.table)} ${columns} ${operation.where.conditions.length > 0 ? 'where' : '-'}`,
      ];
    }
    case 'Delete':
      return [
        `delete ${qualified(operation.table)} ${operation.where.conditions.length > 0 ? 'where' : '-'}`,
      ];
    case 'Insert': {
      const rows = operation.source === 'values' ? operation.rows : 'query';
      return [`insert ${qualified(operation.table)} ${list(operation.columns)} ${rows}`];
    }
    case 'Truncate':
      return [`truncate ${qualified(operation.table)}`];
    case 'CreateExtension':
      return [`extension ${operation.name}`];
    case 'CreateSchema':
      return [`schema ${operation.name}`];
    case 'CreateView':
      return [`view ${qualified(operation.view)}`];
    case 'TransactionControl':
      return [operation.command];
    default:
      return [];
  }
}

function ourDropFact(
  words: string,
  name: ObjectName,
  { ifExists, behavior }: { readonly ifExists: boolean; readonly behavior: string },
): string {
  return list([words, qualified(name), ifExists ? 'if exists' : '-', behavior]);
}

function ourColumnFacts(column: ColumnDefinition): string[] {
  return [
    list([
      `column ${column.name}`,
      ourTypeFact(column.type),
      column.notNull ? 'not null' : 'null',
      column.default === undefined ? '-' : 'default',
    ]),
    ...column.constraints.map(ourConstraintFact),
  ];
}

function ourConstraintFact(constraint: ConstraintDefinition): string {
  const name = constraint.name ?? '-';
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
      return `${name} ${constraint.type} ${list(constraint.columns)}`;
    case 'foreign key':
      return list([
        `${name} foreign key ${list(constraint.columns)}`,
        qualified(constraint.references),
        list(constraint.referencedColumns),
        constraint.onDelete,
        constraint.onUpdate,
      ]);
    default:
      return `${name} ${constraint.type}`;
  }
}

function ourTypeFact(type: TypeName): string {
  const config = type.modifiers.length === 0 ? '' : `(${type.modifiers.join(',')})`;
  return `${qualified(type)}${config}${'[]'.repeat(type.arrayDimensions)}`;
}
