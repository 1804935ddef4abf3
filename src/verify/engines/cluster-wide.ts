import type { Node } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';

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
  LoadStmt: 'LOAD',
};

/** Object types of the whole server, as the parser names them. */
const SHARED: Readonly<Record<string, string>> = {
  OBJECT_DATABASE: 'database',
  OBJECT_ROLE: 'role',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_PARAMETER_ACL: 'parameter',
};

/** Functions that act on the whole server or its files (manual, 9.28; lo_import and lo_export in 33.4). */
const FUNCTIONS =
  /^(?:pg_(?:terminate_backend|cancel_backend|reload_conf|rotate_logfile|switch_wal|promote|create_restore_point|backup_start|backup_stop|start_backup|stop_backup|wal_replay_pause|create_(?:physical|logical)_replication_slot|drop_replication_slot|replication_origin_create|replication_origin_drop|file_write|file_rename|file_unlink|read_file|read_binary_file|ls_dir)|lo_(?:import|export)|dblink(?:_exec|_connect|_send_query)?)$/u;

/** The same in the text of SQL that a body builds, which nobody can parse. */
const BUILT =
  /\b(?:(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|database|tablespace|subscription)|alter\s+system|(?:drop|reassign)\s+owned|(?:to|from)\s+program)\b/iu;

/**
 * Whether a statement changes more than its database: roles, tablespaces, other databases, settings of the server, its files. Looks
 * into the bodies of DO blocks, functions and procedures as well, and, by its words, at SQL that they build.
 *
 * @returns what it is, for people: `CREATE ROLE`; undefined if it stays in its database, as far as can be read.
 */
export function clusterWideStatement(statement: Statement): string | undefined {
  const own = sharedChange(statement.tree);
  if (own !== undefined) return own;
  const seen = new Set<Statement>([statement]);
  for (const operation of operationsOf(statement, { bodies: 'all' })) {
    if (operation.kind === 'Opaque') {
      const { source, span } = operation.statement;
      const [built] = BUILT.exec(source.text.slice(span.start, span.end)) ?? [];
      if (built !== undefined) return built.toUpperCase().replaceAll(/\s+/gu, ' ');
    }
    if (seen.has(operation.statement)) continue;
    seen.add(operation.statement);
    const inner = sharedChange(operation.statement.tree);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function sharedChange(tree: Node): string | undefined {
  const [[tag, fields] = ['', {}]] = Object.entries(tree) as [string, Fields][];
  return TAGS[tag] ?? sharedObject(tag, fields) ?? fileOrProgram(tag, fields) ?? sharedCall(tree);
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

function fileOrProgram(tag: string, fields: Fields): string | undefined {
  if (tag === 'CopyStmt' && fields['filename'] !== undefined)
    return fields['is_program'] === true ? 'COPY … PROGRAM' : 'COPY with a file of the server';
  if (tag !== 'CreateFunctionStmt') return undefined;
  const language = languageOf(fields);
  // Their functions run as the server itself, with its files and programs.
  return /^(?:c|internal|pl\w+u|plpython\du)$/u.test(language) ? `a function in ${language}` : undefined;
}

function languageOf(fields: Fields): string {
  for (const option of (fields['options'] ?? []) as readonly { readonly DefElem?: Fields }[]) {
    const { DefElem: element } = option;
    if (element?.['defname'] !== 'language') continue;
    return (
      (element['arg'] as { readonly String?: { readonly sval?: string } }).String?.sval ?? ''
    ).toLowerCase();
  }
  return '';
}

/** A call of such a function, wherever it stands in the tree. */
function sharedCall(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const names = (node as { readonly FuncCall?: { readonly funcname?: readonly Fields[] } }).FuncCall
    ?.funcname;
  const last = names?.at(-1) as { readonly String?: { readonly sval?: string } } | undefined;
  const name = last?.String?.sval;
  if (name !== undefined && FUNCTIONS.test(name)) return `${name}()`;
  for (const child of Object.values(node)) {
    const found = sharedCall(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
