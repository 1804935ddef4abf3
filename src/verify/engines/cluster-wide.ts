import type { Node } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { calledFunction, findInBodies } from './find-in-bodies.ts';

/** Statements about the whole server by the tag of their tree: what a drop of the database does not undo. */
const TAGS: Readonly<Record<string, string>> = {
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  AlterRoleSetStmt: 'ALTER ROLE … SET',
  DropRoleStmt: 'DROP ROLE',
  GrantRoleStmt: 'GRANT of a role',
  DropOwnedStmt: 'DROP OWNED',
  ReassignOwnedStmt: 'REASSIGN OWNED',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  AlterTableSpaceOptionsStmt: 'ALTER TABLESPACE',
  AlterTableMoveAllStmt: 'ALTER … ALL IN TABLESPACE',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  AlterDatabaseStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE … SET',
  AlterDatabaseRefreshCollStmt: 'ALTER DATABASE',
  AlterSystemStmt: 'ALTER SYSTEM',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  AlterSubscriptionStmt: 'ALTER SUBSCRIPTION',
  DropSubscriptionStmt: 'DROP SUBSCRIPTION',
};

/** Object types of the whole server, as the parser names them. */
const SHARED: Readonly<Record<string, string>> = {
  OBJECT_DATABASE: 'database',
  OBJECT_ROLE: 'role',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_PARAMETER_ACL: 'parameter',
};

/** Functions that act on the whole server (manual, 9.28). */
const FUNCTIONS =
  /^(?:pg_(?:terminate_backend|cancel_backend|reload_conf|rotate_logfile|switch_wal|promote|create_restore_point|backup_start|backup_stop|start_backup|stop_backup|wal_replay_pause|create_(?:physical|logical)_replication_slot|drop_replication_slot|replication_origin_create|replication_origin_drop))$/u;

/** The same in the text of SQL that a body builds, which nobody can parse. */
const BUILT =
  /\b(?:(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|database|tablespace|subscription)|alter\s+system|(?:drop|reassign)\s+owned)\b/iu;

/**
 * Whether a statement changes more than its database: roles, tablespaces, other databases, settings of the server. Looks into the bodies
 * of DO blocks, functions and procedures as well, and, by its words, at SQL that they build. What reaches the server's machine is asked
 * by `machineStatement`.
 *
 * @returns what it is, for people: `CREATE ROLE`; undefined if it stays in its database, as far as can be read.
 */
export function clusterWideStatement(statement: Statement): string | undefined {
  return findInBodies(statement, ({ tree }) => sharedChange(tree), BUILT);
}

function sharedChange(tree: Node): string | undefined {
  const [[tag, fields] = ['', {}]] = Object.entries(tree) as [string, Fields][];
  return TAGS[tag] ?? sharedObject(tag, fields) ?? calledFunction(tree, FUNCTIONS);
}

type Fields = Readonly<Record<string, unknown>>;

function sharedObject(tag: string, fields: Fields): string | undefined {
  const type = (fields['objectType'] ?? fields['objtype'] ?? fields['renameType']) as string | undefined;
  const what = type === undefined ? undefined : SHARED[type];
  if (what === undefined) return undefined;
  switch (tag) {
    case 'RenameStmt':
      return `RENAME of a ${what}`;
    case 'AlterOwnerStmt':
      return `change of a ${what}'s owner`;
    case 'GrantStmt':
      return `GRANT on a ${what}`;
    case 'CommentStmt':
      return `COMMENT ON ${what.toUpperCase()}`;
    case 'SecLabelStmt':
      return `SECURITY LABEL ON ${what.toUpperCase()}`;
    default:
      return undefined;
  }
}
