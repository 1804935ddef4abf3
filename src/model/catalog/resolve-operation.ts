import type { ObjectName, Operation, OperationOf, Query } from '../operations/types.ts';
import type { Draft } from './draft.ts';
import { readsOf } from './queries.ts';
import {
  newName,
  resolveColumn,
  resolveConstraint,
  resolveRelation,
  resolveRoutine,
  resolveType,
  resolveTypeName,
} from './resolve.ts';

const routineTypes = new Set(['function', 'procedure', 'aggregate', 'routine']);

/**
 * Fills in the schemas of the names in an operation, from what exists and from the search_path.
 *
 * @param draft the catalog before the operation.
 * @param operation as written.
 * @returns a copy; the same object if every name has its schema.
 */
export function resolveOperation(draft: Draft, operation: Operation): Operation {
  switch (operation.kind) {
    case 'CreateTable':
      return resolveCreateTable(draft, operation);
    // The most frequent ones have spreads of their own: V8 copies fast where it always meets the same kind.
    case 'AddColumn': {
      const column = resolveColumn(draft, operation.column);
      return { ...operation, table: resolveRelation(draft, operation.table), column };
    }
    case 'CreateIndex':
      return { ...operation, table: resolveRelation(draft, operation.table) };
    case 'AlterColumnType':
      return onTable(draft, operation, { type: resolveType(draft, operation.type) });
    case 'AddConstraint': {
      const constraint = resolveConstraint(draft, operation.constraint);
      return { ...operation, table: resolveRelation(draft, operation.table), constraint };
    }
    case 'SetInheritance':
      return onTable(draft, operation, { parent: resolveRelation(draft, operation.parent) });
    case 'AttachPartition':
    case 'DetachPartition':
      return onTable(draft, operation, { partition: resolveRelation(draft, operation.partition) });
    case 'SetOfType': {
      const type = operation.type && resolveTypeName(draft, operation.type);
      return onTable(draft, operation, { type });
    }
    case 'Insert':
      return onTable(draft, operation, { query: operation.query && resolveQuery(draft, operation.query) });
    case 'CreateTableAs':
      return { ...operation, query: resolveQuery(draft, operation.query) };
    case 'DropTable':
    case 'RenameTable':
    case 'DropColumn':
    case 'RenameColumn':
    case 'SetDefault':
    case 'DropDefault':
    case 'SetNotNull':
    case 'DropNotNull':
    case 'SetExpression':
    case 'DropExpression':
    case 'AddIdentity':
    case 'AlterIdentity':
    case 'DropIdentity':
    case 'AlterColumnStorage':
    case 'AlterConstraint':
    case 'ValidateConstraint':
    case 'DropConstraint':
    case 'RenameConstraint':
    case 'SetTableOptions':
    case 'SetPersistence':
    case 'SetAccessMethod':
    case 'SetTablespace':
    case 'ClusterOn':
    case 'SetTriggerState':
    case 'SetRuleState':
    case 'SetRowSecurity':
    case 'SetReplicaIdentity':
    case 'DropTrigger':
    case 'CreateRule':
    case 'DropRule':
    case 'CreatePolicy':
    case 'AlterPolicy':
    case 'DropPolicy':
    case 'Truncate':
    case 'LockTable':
      return onTable(draft, operation);
    case 'Update':
      return onTable(draft, operation, { from: relations(draft, operation.from) });
    case 'Delete':
      return onTable(draft, operation, { using: relations(draft, operation.using) });
    case 'Merge':
      return onTable(draft, operation, { source: relations(draft, operation.source) });
    case 'CreateTrigger':
      return onTable(draft, operation, { function: resolveRoutine(draft, operation.function) });
    case 'Copy':
    case 'Cluster':
    case 'CreateStatistics':
      return operation.table === undefined
        ? operation
        : { ...operation, table: resolveRelation(draft, operation.table) };
    case 'DropIndex':
    case 'RenameIndex':
    case 'AlterIndex':
      return { ...operation, index: resolveRelation(draft, operation.index) };
    case 'AttachIndex': {
      const partitionIndex = resolveRelation(draft, operation.partitionIndex);
      return { ...operation, index: resolveRelation(draft, operation.index), partitionIndex };
    }
    case 'Reindex':
      return operation.target === 'index' || operation.target === 'table'
        ? { ...operation, name: resolveRelation(draft, operation.name) }
        : operation;
    case 'AddEnumValue':
    case 'RenameEnumValue':
    case 'AlterDomain':
    case 'AlterCompositeType':
    case 'DropType':
    case 'RenameType':
      return { ...operation, type: resolveTypeName(draft, operation.type) };
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return { ...operation, type: newName(draft, operation.type) };
    case 'CreateSequence':
    case 'AlterSequence':
      return resolveSequence(draft, operation);
    case 'DropSequence':
      return { ...operation, sequence: resolveRelation(draft, operation.sequence) };
    case 'DropView':
    case 'DropMaterializedView':
    case 'RefreshMaterializedView':
      return { ...operation, view: resolveRelation(draft, operation.view) };
    case 'DropFunction':
    case 'AlterFunction':
      return { ...operation, routine: resolveRoutine(draft, operation.routine) };
    case 'Call':
      return { ...operation, routine: resolveRoutine(draft, operation.routine) };
    case 'Rename':
    case 'SetSchema':
    case 'ChangeOwner':
    case 'DropObject':
    case 'CommentOn':
      return resolveObject(draft, operation);
    case 'Grant':
      return resolveGrant(draft, operation);
    case 'Vacuum':
    case 'Analyze':
    case 'Publication':
      return { ...operation, tables: relations(draft, operation.tables) };
    // Their own names are chosen where they are created; the rest names no object that the catalog keeps.
    case 'CreateSchema':
    case 'CreateView':
    case 'CreateMaterializedView':
    case 'CreateFunction':
    case 'CreateExtension':
    case 'AlterExtension':
    case 'GrantRole':
    case 'AlterDefaultPrivileges':
    case 'Select':
    case 'TransactionControl':
    case 'SetVariable':
    case 'Do':
    case 'BodyTransactionControl':
    case 'Opaque':
    case 'Raise':
    case 'ClusterWide':
    case 'CreateRole':
    case 'AlterRole':
    case 'Other':
      return operation;
  }
}

function onTable<Op extends Operation & { readonly table: ObjectName }>(
  draft: Draft,
  operation: Op,
  changes?: Partial<Op>,
): Op {
  const table = resolveRelation(draft, operation.table);
  if (table === operation.table && changes === undefined) return operation;
  return { ...operation, ...changes, table };
}

function relations(draft: Draft, names: readonly ObjectName[]): readonly ObjectName[] {
  return names.length === 0 ? names : names.map((name) => resolveRelation(draft, name));
}

/** A query that copies rows: what it reads must be known by its full name later, too. Its other parts stay lazy. */
function resolveQuery(draft: Draft, query: Query): Query {
  return {
    tree: query.tree,
    reads: readsOf(draft, query),
    get text() {
      return query.text;
    },
    get copies() {
      return query.copies;
    },
  };
}

function resolveCreateTable(draft: Draft, operation: OperationOf<'CreateTable'>): OperationOf<'CreateTable'> {
  const { like, inherits, partitionOf, ofType } = operation;
  return {
    ...operation,
    like: like.map((one) => ({ ...one, table: resolveRelation(draft, one.table) })),
    inherits: relations(draft, inherits),
    partitionOf: partitionOf && { ...partitionOf, parent: resolveRelation(draft, partitionOf.parent) },
    ofType: ofType && resolveTypeName(draft, ofType),
  };
}

function resolveSequence(
  draft: Draft,
  operation: OperationOf<'CreateSequence'> | OperationOf<'AlterSequence'>,
): Operation {
  const sequence =
    operation.kind === 'CreateSequence'
      ? newName(draft, operation.sequence, operation.persistence === 'temporary')
      : resolveRelation(draft, operation.sequence);
  const { ownedBy } = operation;
  if (ownedBy === undefined || ownedBy === 'none') return { ...operation, sequence };
  const owner = { ...ownedBy, table: resolveRelation(draft, ownedBy.table) };
  return { ...operation, sequence, ownedBy: owner };
}

function resolveObject(
  draft: Draft,
  operation: OperationOf<'Rename' | 'SetSchema' | 'ChangeOwner' | 'DropObject' | 'CommentOn'>,
): Operation {
  const table = 'table' in operation && operation.table ? resolveRelation(draft, operation.table) : undefined;
  const object = resolveByType(draft, operation.objectType, operation.object);
  return 'table' in operation ? { ...operation, object, table } : { ...operation, object };
}

function resolveByType(draft: Draft, objectType: string, object: ObjectName): ObjectName {
  switch (objectType) {
    case 'table':
    case 'foreign table':
    case 'view':
    case 'materialized view':
    case 'sequence':
    case 'index':
    case 'column':
      return resolveRelation(draft, object);
    case 'type':
    case 'domain':
      return resolveTypeName(draft, object);
    default:
      return routineTypes.has(objectType) ? resolveRoutine(draft, object) : object;
  }
}

function resolveGrant(draft: Draft, operation: OperationOf<'Grant'>): Operation {
  if (operation.allInSchema) return operation;
  const objects = operation.objects.map((object) => resolveByType(draft, operation.objectType, object));
  return { ...operation, objects };
}
