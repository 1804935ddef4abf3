/** One action of ALTER TABLE as an operation. */
import type { AlterTableCmd, AlterTableStmt, Node, ReplicaIdentityStmt } from '@pgsql/types';
import { columnAction } from './alter-table-columns.ts';
import { constraintOf } from './constraints.ts';
import type { Context } from './context.ts';
import { nameFromList, relationName } from './names.ts';
import { fieldsOf, optionName, optionsOf } from './nodes.ts';
import { boundText } from './source-text.ts';
import { behaviorOf } from './tables.ts';
import type { Operation, OperationBase, SetReplicaIdentity, SetTriggerState } from './types.ts';

/** What every action of the statement says of its table. */
export type ActionBase = OperationBase & {
  readonly table: { readonly schema: string | undefined; readonly name: string };
  readonly ifExists: boolean;
};

/** An action on a table, view or materialized view. */
export function actionOperation(
  node: AlterTableStmt,
  command: AlterTableCmd,
  operationBase: OperationBase,
  context: Context,
): Operation {
  const base: ActionBase = {
    ...operationBase,
    table: relationName(node.relation),
    ifExists: node.missing_ok === true,
  };
  return (
    columnAction(command, base, context) ??
    constraintAction(command, base, context) ??
    partitionAction(command, base, context) ??
    tableAction(command, base) ??
    stateAction(command, base) ?? { ...operationBase, kind: 'Other', tag: 'AlterTable' }
  );
}

function constraintAction(command: AlterTableCmd, base: ActionBase, context: Context): Operation | undefined {
  const constraint = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddConstraint': {
      const definition = constraintOf(fieldsOf(command.def, 'Constraint') ?? {}, context.statement);
      return definition && { ...base, kind: 'AddConstraint', constraint: definition };
    }
    case 'AT_AlterConstraint': {
      const change = fieldsOf(command.def, 'ATAlterConstraint');
      return {
        ...base,
        kind: 'AlterConstraint',
        constraint: change?.conname ?? '',
        deferrable: change?.alterDeferrability ? change.deferrable === true : undefined,
        initiallyDeferred: change?.alterDeferrability ? change.initdeferred === true : undefined,
        enforced: change?.alterEnforceability ? change.is_enforced === true : undefined,
      };
    }
    case 'AT_ValidateConstraint':
      return { ...base, kind: 'ValidateConstraint', constraint };
    case 'AT_DropConstraint':
      return {
        ...base,
        kind: 'DropConstraint',
        constraint,
        constraintIfExists: command.missing_ok === true,
        behavior: behaviorOf(command.behavior),
      };
    default:
      return undefined;
  }
}

function partitionAction(command: AlterTableCmd, base: ActionBase, context: Context): Operation | undefined {
  const change = fieldsOf(command.def, 'PartitionCmd');
  const partition = relationName(change?.name);
  switch (command.subtype) {
    case 'AT_AttachPartition': {
      const bound = boundText(context.statement, change?.bound?.location, change?.bound?.is_default === true);
      return { ...base, kind: 'AttachPartition', partition, bound };
    }
    case 'AT_DetachPartition':
      return {
        ...base,
        kind: 'DetachPartition',
        partition,
        concurrently: change?.concurrent === true,
        finalize: false,
      };
    case 'AT_DetachPartitionFinalize':
      return { ...base, kind: 'DetachPartition', partition, concurrently: false, finalize: true };
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent = relationName(fieldsOf(command.def, 'RangeVar'));
      return { ...base, kind: 'SetInheritance', parent, inherits: command.subtype === 'AT_AddInherit' };
    }
    default:
      return undefined;
  }
}

function tableAction(command: AlterTableCmd, base: ActionBase): Operation | undefined {
  switch (command.subtype) {
    case 'AT_SetRelOptions':
    case 'AT_ReplaceRelOptions':
      return { ...base, kind: 'SetTableOptions', options: optionsOf(fieldsOf(command.def, 'List')?.items) };
    case 'AT_ResetRelOptions':
      return { ...base, kind: 'SetTableOptions', options: resetOptions(command.def) };
    case 'AT_SetLogged':
      return { ...base, kind: 'SetPersistence', persistence: 'permanent' };
    case 'AT_SetUnLogged':
      return { ...base, kind: 'SetPersistence', persistence: 'unlogged' };
    case 'AT_SetAccessMethod':
      return { ...base, kind: 'SetAccessMethod', method: command.name ?? 'DEFAULT' };
    case 'AT_SetTableSpace':
      return { ...base, kind: 'SetTablespace', tablespace: command.name ?? '' };
    case 'AT_ClusterOn':
    case 'AT_DropCluster':
      return { ...base, kind: 'ClusterOn', index: command.name };
    case 'AT_AddOf':
      return { ...base, kind: 'SetOfType', type: nameFromList(fieldsOf(command.def, 'TypeName')?.names) };
    case 'AT_DropOf':
      return { ...base, kind: 'SetOfType', type: undefined };
    case 'AT_ReplicaIdentity':
      return replicaIdentity(fieldsOf(command.def, 'ReplicaIdentityStmt') ?? {}, base);
    default:
      return undefined;
  }
}

function resetOptions(node: Node | undefined): Readonly<Record<string, undefined>> {
  const options: Record<string, undefined> = {};
  for (const item of fieldsOf(node, 'List')?.items ?? []) {
    const option = fieldsOf(item, 'DefElem');
    if (option) options[optionName(option)] = undefined;
  }
  return options;
}

/** pg_class's letters for the replica identity. */
const replicaIdentities: Readonly<Record<string, SetReplicaIdentity['identity']>> = {
  d: 'default',
  f: 'full',
  n: 'nothing',
  i: 'index',
};

function replicaIdentity(node: ReplicaIdentityStmt, base: ActionBase): SetReplicaIdentity {
  const identity = replicaIdentities[node.identity_type ?? 'd'] ?? 'default';
  return { ...base, kind: 'SetReplicaIdentity', identity, index: node.name };
}

type State = SetTriggerState['state'];

function stateAction(command: AlterTableCmd, base: ActionBase): Operation | undefined {
  const name = command.name ?? '';
  const trigger = (target: string, state: State): Operation => ({
    ...base,
    kind: 'SetTriggerState',
    trigger: target,
    state,
  });
  const rule = (state: State): Operation => ({ ...base, kind: 'SetRuleState', rule: name, state });
  switch (command.subtype) {
    case 'AT_EnableTrig':
      return trigger(name, 'enabled');
    case 'AT_EnableAlwaysTrig':
      return trigger(name, 'always');
    case 'AT_EnableReplicaTrig':
      return trigger(name, 'replica');
    case 'AT_DisableTrig':
      return trigger(name, 'disabled');
    case 'AT_EnableTrigAll':
      return trigger('ALL', 'enabled');
    case 'AT_DisableTrigAll':
      return trigger('ALL', 'disabled');
    case 'AT_EnableTrigUser':
      return trigger('USER', 'enabled');
    case 'AT_DisableTrigUser':
      return trigger('USER', 'disabled');
    case 'AT_EnableRule':
      return rule('enabled');
    case 'AT_EnableAlwaysRule':
      return rule('always');
    case 'AT_EnableReplicaRule':
      return rule('replica');
    case 'AT_DisableRule':
      return rule('disabled');
    case 'AT_EnableRowSecurity':
      return { ...base, kind: 'SetRowSecurity', setting: 'enable' };
    case 'AT_DisableRowSecurity':
      return { ...base, kind: 'SetRowSecurity', setting: 'disable' };
    case 'AT_ForceRowSecurity':
      return { ...base, kind: 'SetRowSecurity', setting: 'force' };
    case 'AT_NoForceRowSecurity':
      return { ...base, kind: 'SetRowSecurity', setting: 'no force' };
    default:
      return undefined;
  }
}
