/** Transactions, settings, and statements about the whole cluster. */
import type {
  AlterPublicationStmt,
  CreatePublicationStmt,
  Node,
  TransactionStmt,
  TransactionStmtKind,
  VariableSetStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { relationName } from './names.ts';
import { fieldsOf, valueText } from './nodes.ts';
import type { ClusterWide, ObjectName, Operation, SetVariable, TransactionControl } from './types.ts';

const transactionCommands: Readonly<Record<TransactionStmtKind, TransactionControl['command']>> = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'commit prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback prepared',
};

/** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin. */
export function transaction(node: TransactionStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'TransactionControl',
      command: transactionCommands[node.kind ?? 'TRANS_STMT_BEGIN'],
      savepoint: node.savepoint_name,
      chain: node.chain === true,
      ...context.base,
    },
  ];
}

/** SET and RESET. SET TRANSACTION and SET SESSION CHARACTERISTICS set one variable for each of their modes. */
export function setVariable(node: VariableSetStmt, context: Context): readonly Operation[] {
  const scope = node.is_local ? 'local' : 'session';
  const fields = { kind: 'SetVariable' as const, ...context.base };
  switch (node.kind) {
    case 'VAR_RESET_ALL':
      return [{ name: 'all', value: undefined, scope, form: 'reset', ...fields }];
    case 'VAR_RESET':
      return [{ name: lowerName(node), value: undefined, scope, form: 'reset', ...fields }];
    case 'VAR_SET_MULTI':
      return transactionModes(node, context);
    case 'VAR_SET_VALUE':
      return [{ name: lowerName(node), value: values(node.args), scope, form: 'set', ...fields }];
    default:
      return [{ name: lowerName(node), value: undefined, scope, form: 'set', ...fields }];
  }
}

function lowerName(node: VariableSetStmt): string {
  return (node.name ?? '').toLowerCase();
}

function values(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => valueText(node) ?? '');
}

function transactionModes(node: VariableSetStmt, context: Context): readonly Operation[] {
  const ofSession = node.name === 'SESSION CHARACTERISTICS';
  const set = (name: string, value: readonly string[]): SetVariable => ({
    kind: 'SetVariable',
    name,
    value,
    scope: ofSession ? 'session' : 'local',
    form: 'set',
    ...context.base,
  });
  if (node.name === 'TRANSACTION SNAPSHOT') return [set('transaction_snapshot', values(node.args))];
  return (node.args ?? []).map((item) => {
    const mode = fieldsOf(item, 'DefElem');
    const name = mode?.defname ?? '';
    return set(ofSession ? `default_${name}` : name, [valueText(mode?.arg) ?? '']);
  });
}

/** A statement about a database, a tablespace or the whole cluster. */
export function clusterWide(
  command: ClusterWide['command'],
  name: string | undefined,
  context: Context,
): readonly Operation[] {
  return [{ kind: 'ClusterWide', command, name, ...context.base }];
}

/** CREATE PUBLICATION and ALTER PUBLICATION. */
export function publication(
  node: CreatePublicationStmt | AlterPublicationStmt,
  context: Context,
): readonly Operation[] {
  const tables: ObjectName[] = [];
  for (const item of node.pubobjects ?? []) {
    const relation = fieldsOf(item, 'PublicationObjSpec')?.pubtable?.relation;
    if (relation !== undefined) tables.push(relationName(relation));
  }
  return [{ kind: 'Publication', name: node.pubname ?? '', tables, ...context.base }];
}
