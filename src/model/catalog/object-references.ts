import type {
  ConstraintDefinition,
  ObjectName,
  Operation,
  OperationOf,
  Part,
  TypeName,
} from '../operations/types.ts';
import { keyColumnReferences, namedColumns } from './named-columns.ts';
import { isBuiltInType } from '../operations/type-names.ts';
import type { Catalog } from './types.ts';

/** What PostgreSQL calls an object of the catalog that a statement can name. */
export type ReferredKind =
  | 'table'
  | 'view'
  | 'sequence'
  | 'index'
  | 'type'
  | 'function'
  | 'column'
  | 'constraint'
  | 'trigger'
  | 'policy';

/** Something that must be there when an operation runs, and the SQLSTATE with which PostgreSQL stops where it is not. */
export interface ObjectReference {
  readonly kind: ReferredKind;
  /** The object's name; of a column, constraint, trigger or policy that of its table. */
  readonly name: ObjectName;
  /** The name of the column, constraint, trigger or policy. */
  readonly member: string | undefined;
  readonly code: string;
  /** Where in the operation it is named. */
  readonly part: Part;
  /**
   * True if it is looked up after the operation: CREATE TABLE names its own columns, ADD COLUMN … REFERENCES its own table.
   */
  readonly after: boolean;
}

/** Plain literals, since every operation has some of these. */
const reference = (
  kind: ReferredKind,
  name: ObjectName,
  code: string,
  part: Part,
  after = false,
): ObjectReference => ({ kind, name, member: undefined, code, part, after });

const table = (name: ObjectName, part: Part = 'table'): ObjectReference =>
  reference('table', name, '42P01', part);

const view = (name: ObjectName): ObjectReference => reference('view', name, '42P01', 'name');

const sequence = (name: ObjectName): ObjectReference => reference('sequence', name, '42P01', 'name');

const index = (name: ObjectName, code: string): ObjectReference => reference('index', name, code, 'name');

const type = (name: ObjectName): ObjectReference => reference('type', name, '42704', 'name');

const routine = (name: ObjectName, part: Part = 'name'): ObjectReference =>
  reference('function', name, '42883', part);

/** A part of a table that PostgreSQL knows by name: 42703 for columns, 42704 for all else. */
function member(
  kind: 'column' | 'constraint' | 'trigger' | 'policy',
  of: ObjectName,
  name: string,
  part: Part = kind === 'column' || kind === 'constraint' ? kind : 'name',
  after = false,
): ObjectReference {
  return { kind, name: of, member: name, code: kind === 'column' ? '42703' : '42704', part, after };
}

/**
 * What an operation needs to find: tables, columns, indexes, constraints, types, functions, triggers and policies. What it has
 * IF EXISTS for is left out. Executed on PostgreSQL 18: each with its SQLSTATE.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before it.
 * @param inBody true if it stands in a DO block, where a name in an expression can be a variable.
 */
export function referencesOf(
  operation: Operation,
  catalog: Catalog,
  inBody: boolean,
): readonly ObjectReference[] {
  const own = ownReferences(operation);
  const columns = inBody ? [] : namedColumns(operation, catalog);
  return columns.length === 0
    ? own
    : [...own, ...columns.map(({ of, column, after }) => member('column', of, column, 'column', after))];
}

function ownReferences(operation: Operation): readonly ObjectReference[] {
  switch (operation.kind) {
    case 'CreateTable':
      return ofNewTable(operation);
    case 'AddColumn': {
      const { column } = operation;
      const constraints = column.constraints.flatMap((one) => ofConstraint(operation.table, one, true));
      return [...ofAlteredTable(operation), ...ofColumnType(column.type), ...constraints];
    }
    case 'AddConstraint':
      return [...ofAlteredTable(operation), ...ofConstraint(operation.table, operation.constraint, false)];
    case 'DropColumn':
    case 'DropExpression':
    case 'DropIdentity':
      return operation.columnIfExists
        ? ofAlteredTable(operation)
        : [...ofAlteredTable(operation), member('column', operation.table, operation.column)];
    case 'RenameColumn':
    case 'SetDefault':
    case 'DropDefault':
    case 'SetNotNull':
    case 'DropNotNull':
    case 'SetExpression':
    case 'AddIdentity':
    case 'AlterIdentity':
    case 'AlterColumnStorage':
      return [...ofAlteredTable(operation), member('column', operation.table, operation.column)];
    case 'AlterColumnType':
      return [
        ...ofAlteredTable(operation),
        member('column', operation.table, operation.column),
        ...ofColumnType(operation.type),
      ];
    case 'AlterConstraint':
    case 'ValidateConstraint':
    case 'RenameConstraint':
      return [...ofAlteredTable(operation), member('constraint', operation.table, operation.constraint)];
    case 'DropConstraint':
      return operation.constraintIfExists
        ? ofAlteredTable(operation)
        : [...ofAlteredTable(operation), member('constraint', operation.table, operation.constraint)];
    case 'SetTriggerState':
      return ['ALL', 'USER'].includes(operation.trigger)
        ? ofAlteredTable(operation)
        : [...ofAlteredTable(operation), member('trigger', operation.table, operation.trigger)];
    case 'SetTableOptions':
    case 'SetPersistence':
    case 'SetAccessMethod':
    case 'SetTablespace':
    case 'SetRuleState':
    case 'SetRowSecurity':
    case 'SetReplicaIdentity':
    case 'SetOfType':
    case 'RenameTable':
    case 'ClusterOn':
      return ofAlteredTable(operation);
    case 'SetInheritance':
      return [...ofAlteredTable(operation), table(operation.parent)];
    case 'AttachPartition':
    case 'DetachPartition':
      return [...ofAlteredTable(operation), table(operation.partition)];
    case 'CreateIndex':
      return [table(operation.table), ...ofColumns(operation.table, indexColumns(operation))];
    case 'CreateTrigger':
      return [
        table(operation.table),
        ...ofColumns(operation.table, operation.columns),
        routine(operation.function, 'statement'),
      ];
    case 'CreatePolicy':
    case 'CreateRule':
    case 'LockTable':
    case 'Truncate':
    case 'Delete':
    case 'Merge':
      return [table(operation.table)];
    case 'Insert':
      return [
        table(operation.table),
        ...ofColumns(operation.table, operation.columns),
        ...(operation.query?.reads ?? []).map((name) => table(name, 'statement')),
      ];
    case 'Update':
      return [
        table(operation.table),
        ...ofColumns(
          operation.table,
          operation.assignments.map(({ column }) => column),
        ),
        ...operation.from.map((name) => table(name, 'statement')),
      ];
    case 'Copy':
      return operation.table === undefined
        ? []
        : [table(operation.table), ...ofColumns(operation.table, operation.columns)];
    case 'Cluster':
    case 'CreateStatistics':
      return operation.table === undefined ? [] : [table(operation.table)];
    case 'CreateView':
    case 'CreateMaterializedView':
    case 'CreateTableAs':
    case 'Select':
      return operation.query.reads.map((name) => table(name, 'statement'));
    case 'Vacuum':
    case 'Analyze':
    case 'Publication':
      return operation.tables.map((name) => table(name, 'statement'));
    default:
      return ofObject(operation);
  }
}

function ofObject(operation: Operation): readonly ObjectReference[] {
  switch (operation.kind) {
    case 'DropTable':
      return operation.ifExists ? [] : [table(operation.table, 'name')];
    case 'DropView':
    case 'DropMaterializedView':
      return operation.ifExists ? [] : [view(operation.view)];
    case 'RefreshMaterializedView':
      return [view(operation.view)];
    case 'DropSequence':
      return operation.ifExists ? [] : [sequence(operation.sequence)];
    case 'AlterSequence':
      return operation.ifExists ? [] : [sequence(operation.sequence)];
    case 'DropIndex':
      return operation.ifExists ? [] : [index(operation.index, '42704')];
    case 'RenameIndex':
      return operation.ifExists ? [] : [index(operation.index, '42P01')];
    case 'AlterIndex':
      return [index(operation.index, '42P01')];
    case 'Reindex':
      if (operation.target === 'index') return [index(operation.name, '42P01')];
      return operation.target === 'table' ? [table(operation.name, 'name')] : [];
    case 'DropType':
      return operation.ifExists ? [] : [type(operation.type)];
    case 'AddEnumValue':
    case 'RenameEnumValue':
    case 'AlterDomain':
    case 'AlterCompositeType':
    case 'RenameType':
      return [type(operation.type)];
    case 'DropFunction':
      return operation.ifExists ? [] : [routine(operation.routine)];
    case 'DropTrigger':
      return operation.ifExists
        ? []
        : [table(operation.table), member('trigger', operation.table, operation.name)];
    case 'DropPolicy':
      return operation.ifExists
        ? []
        : [table(operation.table), member('policy', operation.table, operation.name)];
    case 'AlterPolicy':
      return [table(operation.table), member('policy', operation.table, operation.name)];
    case 'CommentOn':
      return ofComment(operation);
    case 'Rename':
    case 'SetSchema':
      return operation.ifExists ? [] : ofNamed(operation.objectType, operation.object);
    case 'ChangeOwner':
      return ofNamed(operation.objectType, operation.object);
    case 'Grant':
      return operation.allInSchema
        ? []
        : operation.objects.flatMap((name) => ofNamed(operation.objectType, name));
    default:
      return [];
  }
}

function ofAlteredTable(operation: {
  readonly table: ObjectName;
  readonly ifExists: boolean;
}): readonly ObjectReference[] {
  return operation.ifExists ? [] : [table(operation.table)];
}

function ofColumns(of: ObjectName, columns: readonly string[]): readonly ObjectReference[] {
  return columns.map((column) => member('column', of, column));
}

function indexColumns({ elements, include }: OperationOf<'CreateIndex'>): readonly string[] {
  return [...elements.flatMap(({ column }) => column ?? []), ...include];
}

function ofNewTable(operation: OperationOf<'CreateTable'>): readonly ObjectReference[] {
  const { columns, constraints, partitionOf, inherits, like } = operation;
  const parents = [
    ...inherits,
    ...like.map((one) => one.table),
    ...(partitionOf ? [partitionOf.parent] : []),
  ];
  const inline = columns.flatMap((column) => column.constraints);
  return [
    ...parents.map((name) => table(name, 'statement')),
    ...columns.flatMap((column) => ofColumnType(column.type)),
    ...[...inline, ...constraints].flatMap((one) => ofConstraint(operation.table, one, true)),
  ];
}

/** @param after true if the constraint's own table is only there, or only has the column, after the operation. */
function ofConstraint(
  on: ObjectName,
  constraint: ConstraintDefinition,
  after: boolean,
): readonly ObjectReference[] {
  const own = keyColumnReferences(constraint).map((column) => member('column', on, column, 'column', after));
  if (constraint.type !== 'foreign key') return own;
  const { references, referencedColumns } = constraint;
  return [
    ...own,
    reference('table', references, '42P01', 'references', after),
    ...referencedColumns.map((column) => member('column', references, column, 'references', after)),
  ];
}

function ofColumnType(of: TypeName): readonly ObjectReference[] {
  if (isBuiltInType(of)) return [];
  return [reference('type', of, '42704', 'type')];
}

function ofComment({
  objectType,
  object,
  column,
  table: on,
}: OperationOf<'CommentOn'>): readonly ObjectReference[] {
  if (objectType === 'column' && column !== undefined)
    return [table(object, 'name'), member('column', object, column, 'name')];
  if (on === undefined) return ofNamed(objectType, object);
  if (objectType === 'constraint' || objectType === 'trigger' || objectType === 'policy')
    return [table(on), member(objectType, on, object.name, 'name')];
  return [];
}

function ofNamed(objectType: string, name: ObjectName): readonly ObjectReference[] {
  switch (objectType) {
    case 'table':
    case 'foreign table':
      return [table(name, 'name')];
    case 'view':
    case 'materialized view':
      return [view(name)];
    case 'sequence':
      return [sequence(name)];
    case 'index':
      return [index(name, '42P01')];
    case 'type':
    case 'domain':
      return [type(name)];
    case 'function':
    case 'procedure':
      return [routine(name)];
    default:
      return [];
  }
}
