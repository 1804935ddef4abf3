/** From a statement's parse tree to operations: one entry for each statement of PostgreSQL's grammar. */
import type { ExplainStmt, Node } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { alterTable } from './alter-table.ts';
import { bodyOperations } from './bodies.ts';
import { contextOf } from './context.ts';
import type { Context, Handler, OperationsOptions } from './context.ts';
import * as drops from './drops.ts';
import * as indexes from './indexes.ts';
import { optionsOf, tagOf } from './nodes.ts';
import type { NodeOf, NodeTag } from './nodes.ts';
import * as objects from './objects.ts';
import * as routines from './routines.ts';
import * as rows from './rows.ts';
import * as security from './security.ts';
import * as session from './session.ts';
import * as tables from './tables.ts';
import * as types from './types-and-sequences.ts';
import * as views from './views.ts';
import type { Operation } from './types.ts';

/** The tags of statements. */
type StatementTag = Extract<NodeTag, `${string}Stmt`>;

/** What a statement becomes; `other` has no operation of its own kind. A statement that PostgreSQL adds fails to compile here. */
type Handlers = { readonly [Tag in StatementTag]: Handler<NodeOf<Tag>> | 'other' };

const handlers: Handlers = {
  AlterCollationStmt: 'other',
  AlterDatabaseRefreshCollStmt: (node, context) =>
    session.clusterWide('alter database', node.dbname, context),
  AlterDatabaseSetStmt: (node, context) => session.clusterWide('alter database', node.dbname, context),
  AlterDatabaseStmt: (node, context) => session.clusterWide('alter database', node.dbname, context),
  AlterDefaultPrivilegesStmt: security.alterDefaultPrivileges,
  AlterDomainStmt: types.alterDomain,
  AlterEnumStmt: types.alterEnum,
  AlterEventTrigStmt: 'other',
  AlterExtensionContentsStmt: security.alterExtensionContents,
  AlterExtensionStmt: security.alterExtension,
  AlterFdwStmt: 'other',
  AlterForeignServerStmt: 'other',
  AlterFunctionStmt: routines.alterFunction,
  AlterObjectDependsStmt: 'other',
  AlterObjectSchemaStmt: objects.setSchema,
  AlterOpFamilyStmt: 'other',
  AlterOperatorStmt: 'other',
  AlterOwnerStmt: objects.changeOwner,
  AlterPolicyStmt: security.alterPolicy,
  AlterPublicationStmt: session.publication,
  AlterRoleSetStmt: security.alterRoleSetting,
  AlterRoleStmt: security.alterRole,
  AlterSeqStmt: types.alterSequence,
  AlterStatsStmt: 'other',
  AlterSubscriptionStmt: 'other',
  AlterSystemStmt: (node, context) => session.clusterWide('alter system', node.setstmt?.name, context),
  AlterTSConfigurationStmt: 'other',
  AlterTSDictionaryStmt: 'other',
  AlterTableMoveAllStmt: 'other',
  AlterTableSpaceOptionsStmt: 'other',
  AlterTableStmt: alterTable,
  AlterTypeStmt: 'other',
  AlterUserMappingStmt: 'other',
  CallStmt: routines.call,
  CheckPointStmt: 'other',
  ClosePortalStmt: 'other',
  ClusterStmt: indexes.cluster,
  CommentStmt: objects.comment,
  CompositeTypeStmt: types.createCompositeType,
  ConstraintsSetStmt: 'other',
  CopyStmt: rows.copy,
  CreateAmStmt: 'other',
  CreateCastStmt: 'other',
  CreateConversionStmt: 'other',
  CreateDomainStmt: types.createDomain,
  CreateEnumStmt: types.createEnum,
  CreateEventTrigStmt: 'other',
  CreateExtensionStmt: security.createExtension,
  CreateFdwStmt: 'other',
  CreateForeignServerStmt: 'other',
  CreateForeignTableStmt: tables.createForeignTable,
  CreateFunctionStmt: (node, context) => [
    routines.createFunction(node, context),
    ...(context.options.bodies === 'all' ? statementBody(context, 'called') : []),
  ],
  CreateOpClassStmt: 'other',
  CreateOpFamilyStmt: 'other',
  CreatePLangStmt: 'other',
  CreatePolicyStmt: security.createPolicy,
  CreatePublicationStmt: session.publication,
  CreateRangeStmt: types.createRange,
  CreateRoleStmt: security.createRole,
  CreateSchemaStmt: (node, context) => tables.createSchema(node, context, convert),
  CreateSeqStmt: types.createSequence,
  CreateStatsStmt: indexes.createStatistics,
  CreateStmt: tables.createTable,
  CreateSubscriptionStmt: 'other',
  CreateTableAsStmt: views.createTableAs,
  CreateTableSpaceStmt: (node, context) =>
    session.clusterWide('create tablespace', node.tablespacename, context),
  CreateTransformStmt: 'other',
  CreateTrigStmt: routines.createTrigger,
  CreateUserMappingStmt: 'other',
  CreatedbStmt: (node, context) => session.clusterWide('create database', node.dbname, context),
  DeallocateStmt: 'other',
  DeclareCursorStmt: 'other',
  DefineStmt: types.define,
  DeleteStmt: rows.remove,
  DiscardStmt: 'other',
  DoStmt: (node, context) => [
    { kind: 'Do', language: routines.languageOf(node.args), ...context.base },
    ...statementBody(context, context.base.run),
  ],
  DropOwnedStmt: 'other',
  DropRoleStmt: security.dropRole,
  DropStmt: drops.drop,
  DropSubscriptionStmt: (node, context) => [
    drops.dropNamed('subscription', node.subname, node.missing_ok === true, context),
  ],
  DropTableSpaceStmt: (node, context) => session.clusterWide('drop tablespace', node.tablespacename, context),
  DropUserMappingStmt: (node, context) => [
    drops.dropNamed('user mapping', node.servername, node.missing_ok === true, context),
  ],
  DropdbStmt: (node, context) => session.clusterWide('drop database', node.dbname, context),
  ExecuteStmt: 'other',
  ExplainStmt: (node, context) => (executes(node) && node.query ? convert(node.query, context) : []),
  FetchStmt: 'other',
  GrantRoleStmt: security.grantRole,
  GrantStmt: security.grant,
  ImportForeignSchemaStmt: 'other',
  IndexStmt: indexes.createIndex,
  InsertStmt: rows.insert,
  ListenStmt: 'other',
  LoadStmt: 'other',
  LockStmt: tables.lockTable,
  MergeStmt: rows.merge,
  NotifyStmt: 'other',
  PLAssignStmt: 'other',
  PrepareStmt: 'other',
  RawStmt: 'other',
  ReassignOwnedStmt: 'other',
  RefreshMatViewStmt: views.refreshMaterializedView,
  ReindexStmt: indexes.reindex,
  RenameStmt: objects.rename,
  ReplicaIdentityStmt: 'other',
  ReturnStmt: 'other',
  RuleStmt: security.createRule,
  SecLabelStmt: 'other',
  SelectStmt: rows.select,
  SetOperationStmt: 'other',
  TransactionStmt: session.transaction,
  TruncateStmt: tables.truncate,
  UnlistenStmt: 'other',
  UpdateStmt: rows.update,
  VacuumStmt: indexes.vacuum,
  VariableSetStmt: session.setVariable,
  VariableShowStmt: 'other',
  ViewStmt: views.createView,
};

const defaultOptions: OperationsOptions = { bodies: 'all' };

/**
 * What a statement does, in execution order; at least one operation. A DO block's own operations follow its `Do`, a
 * function's its `CreateFunction`, data-modifying CTEs come before their statement. Names are as written.
 * @param options `bodies: 'do-only'` leaves the bodies of functions unread, which saves parsing them.
 */
export function operationsOf(
  statement: Statement,
  options: OperationsOptions = defaultOptions,
): readonly Operation[] {
  return convert(statement.tree, contextOf(statement, options));
}

function convert(tree: Node, context: Context): readonly Operation[] {
  const tag = tagOf(tree);
  const handler = (handlers as Readonly<Record<string, Handlers[StatementTag]>>)[tag];
  const operations =
    handler === undefined || handler === 'other'
      ? []
      : (handler as Handler<unknown>)((tree as Readonly<Record<string, unknown>>)[tag], context);
  return operations.length > 0 ? operations : [other(tag, context)];
}

/** EXPLAIN (ANALYZE) runs what it explains. */
function executes({ options }: ExplainStmt): boolean {
  const analyze = optionsOf(options)['analyze'];
  return analyze !== undefined && !['false', 'off', '0'].includes(analyze);
}

function other(tag: string, context: Context): Operation {
  return { kind: 'Other', tag: tag.replace(/Stmt$/, ''), ...context.base };
}

function statementBody(context: Context, run: Operation['run']): readonly Operation[] {
  const body = context.statement.body();
  if (body === undefined) return [];
  return bodyOperations(body, context, run, (inner) => convert(inner.statement.tree, inner));
}
