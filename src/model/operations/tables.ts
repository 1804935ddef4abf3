/** Schemas, and tables from CREATE to TRUNCATE. */
import type {
  CreateForeignTableStmt,
  CreateSchemaStmt,
  CreateStmt,
  LockStmt,
  Node,
  TableLikeClause,
  TruncateStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { columnOf } from './columns.ts';
import { constraintOf } from './constraints.ts';
import { partitionKeyOf } from './index-elements.ts';
import { lockModes } from './lock-modes.ts';
import { nameFromList, relationName, roleName } from './names.ts';
import { fieldsOf, optionsOf } from './nodes.ts';
import { partitionBoundOf } from './partition-bounds.ts';
import type {
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  DropBehavior,
  ObjectName,
  Operation,
} from './types.ts';

/** What the grammar's DROP_CASCADE and DROP_RESTRICT (also where nobody wrote either) mean. */
export function behaviorOf(behavior: string | undefined): DropBehavior {
  return behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict';
}

const persistences: Readonly<Record<string, CreateTable['persistence']>> = { u: 'unlogged', t: 'temporary' };

/** The meaning of pg_class's letter for persistence. */
export function persistenceOf(letter: string | undefined): CreateTable['persistence'] {
  return persistences[letter ?? 'p'] ?? 'permanent';
}

/** CREATE TABLE. */
export function createTable(node: CreateStmt, context: Context): readonly Operation[] {
  return [tableOperation(node, context, undefined)];
}

/** CREATE FOREIGN TABLE. */
export function createForeignTable(node: CreateForeignTableStmt, context: Context): readonly Operation[] {
  return [tableOperation(node.base ?? {}, context, node.servername)];
}

function tableOperation(node: CreateStmt, context: Context, foreignServer: string | undefined): CreateTable {
  const { columns, constraints, like } = elementsOf(node, context);
  const parents = (node.inhRelations ?? []).map((parent) => relationName(fieldsOf(parent, 'RangeVar')));
  return {
    kind: 'CreateTable',
    table: relationName(node.relation),
    persistence: persistenceOf(node.relation?.relpersistence),
    ifNotExists: node.if_not_exists === true,
    columns,
    constraints,
    like,
    inherits: node.partbound === undefined ? parents : [],
    partitionBy: partitionKeyOf(node.partspec, context.statement),
    partitionOf: partitionOf(node, parents[0], context),
    foreignServer,
    ofType: node.ofTypename === undefined ? undefined : nameFromList(node.ofTypename.names),
    options: optionsOf(node.options),
    tablespace: node.tablespacename,
    ...context.base,
  };
}

function partitionOf(
  node: CreateStmt,
  parent: ObjectName | undefined,
  context: Context,
): CreateTable['partitionOf'] {
  const bound = node.partbound;
  if (bound === undefined || parent === undefined) return undefined;
  return { parent, bound: partitionBoundOf(context.statement, bound) };
}

function elementsOf(
  node: CreateStmt,
  context: Context,
): Pick<CreateTable, 'columns' | 'constraints' | 'like'> {
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const like: { table: ObjectName; options: readonly string[] }[] = [];
  for (const element of node.tableElts ?? []) {
    const column = fieldsOf(element, 'ColumnDef');
    if (column) {
      columns.push(columnOf(column, context.statement));
      continue;
    }
    const constraint = fieldsOf(element, 'Constraint');
    const definition = constraint && constraintOf(constraint, context.statement);
    if (definition) constraints.push(definition);
    const clause = fieldsOf(element, 'TableLikeClause');
    if (clause) like.push(likeOf(clause));
  }
  return { columns, constraints, like };
}

/** LIKE's options by their bits (PostgreSQL 18, TableLikeOption). */
const likeOptions: readonly string[] = [
  'comments',
  'compression',
  'constraints',
  'defaults',
  'generated',
  'identity',
  'indexes',
  'statistics',
  'storage',
];

function likeOf(clause: TableLikeClause): { table: ObjectName; options: readonly string[] } {
  const bits = clause.options ?? 0;
  return {
    table: relationName(clause.relation),
    options: likeOptions.filter((_, bit) => (bits & (1 << bit)) !== 0),
  };
}

/**
 * CREATE SCHEMA, and the statements it can hold. Their names without a schema mean the new schema, which PostgreSQL puts in
 * front of the search_path for them.
 */
export function createSchema(
  node: CreateSchemaStmt,
  context: Context,
  convert: (tree: Node, context: Context) => readonly Operation[],
): readonly Operation[] {
  const owner = node.authrole === undefined ? undefined : roleName(node.authrole);
  const name = node.schemaname ?? owner ?? '';
  const elements = (node.schemaElts ?? []).flatMap((element) => convert(element, context));
  return [
    { kind: 'CreateSchema', name, ifNotExists: node.if_not_exists === true, owner, ...context.base },
    ...elements.map((operation) => inSchema(operation, name)),
  ];
}

function inSchema(operation: Operation, schema: string): Operation {
  const qualify = (name: ObjectName): ObjectName => (name.schema === undefined ? { ...name, schema } : name);
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateIndex':
    case 'CreateTrigger':
      return { ...operation, table: qualify(operation.table) };
    case 'CreateSequence':
      return { ...operation, sequence: qualify(operation.sequence) };
    case 'CreateView':
      return { ...operation, view: qualify(operation.view) };
    case 'Grant':
      return { ...operation, objects: operation.objects.map(qualify) };
    default:
      return operation;
  }
}

/** TRUNCATE: one operation for each table. */
export function truncate(node: TruncateStmt, context: Context): readonly Operation[] {
  return (node.relations ?? []).map((relation) => ({
    kind: 'Truncate',
    table: relationName(fieldsOf(relation, 'RangeVar')),
    behavior: behaviorOf(node.behavior),
    restartIdentity: node.restart_seqs === true,
    ...context.base,
  }));
}

/** LOCK TABLE: one operation for each table. */
export function lockTable(node: LockStmt, context: Context): readonly Operation[] {
  return (node.relations ?? []).map((relation) => ({
    kind: 'LockTable',
    table: relationName(fieldsOf(relation, 'RangeVar')),
    mode: lockModes[(node.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE',
    nowait: node.nowait === true,
    ...context.base,
  }));
}
