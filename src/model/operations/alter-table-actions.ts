/** One action of ALTER TABLE as an operation. */
import type { AlterTableCmd, AlterTableStmt, Node, ReplicaIdentityStmt } from '@pgsql/types';
import { columnAction } from './alter-table-columns.ts';
import { constraintOf } from './constraints.ts';
import type { Context } from './context.ts';
import { nameFromList, relationName } from './names.ts';
import { fieldsOf, optionName, optionsOf } from './nodes.ts';
import { partitionBoundOf } from './partition-bounds.ts';
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
    table: relationName(node.relation),
    ifExists: node.missing_ok === true,
    ...operationBase,
  };
  return (
    columnAction(command, base, context) ??
    constraintAction(command, base, context) ??
    partitionAction(command, base, context) ??
    tableAction(command, base) ??
    stateAction(command, base) ?? { kind: 'Other', tag: 'AlterTable', ...operationBase }
  );
}

function constraintAction(command: AlterTableCmd, base: ActionBase, context: Context): Operation | undefined {
  const constraint = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddConstraint': {
      const definition = constraintOf(fieldsOf(command.def, 'Constraint') ?? {}, context.statement);
      return definition && { kind: 'AddConstraint', constraint: definition, ...base };
    }
    case 'AT_AlterConstraint': {
      const change = fieldsOf(command.def, 'ATAlterConstraint');
      return {
        kind: 'AlterConstraint',
        constraint: change?.conname ?? '',
        deferrable: change?.alterDeferrability ? change.deferrable === true : undefined,
        initiallyDeferred: change?.alterDeferrability ? change.initdeferred === true : undefined,
        enforced: change?.alterEnforceability ? change.is_enforced === true : undefined,
        ...base,
      };
    }
    case 'AT_ValidateConstraint':
      return { kind: 'ValidateConstraint', constraint, ...base };
    case 'AT_DropConstraint':
      return {
        kind: 'DropConstraint',
        constraint,
        constraintIfExists: command.missing_ok === true,
        behavior: behaviorOf(command.behavior),
        ...base,
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
      const bound = partitionBoundOf(context.statement, change?.bound ?? {});
      return { kind: 'AttachPartition', partition, bound, ...base };
    }
    case 'AT_DetachPartition':
      return {
        kind: 'DetachPartition',
        partition,
        concurrently: change?.concurrent === true,
        finalize: false,
        ...base,
      };
    case 'AT_DetachPartitionFinalize':
      return { kind: 'DetachPartition', partition, concurrently: false, finalize: true, ...base };
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent = relationName(fieldsOf(command.def, 'RangeVar'));
      return { kind: 'SetInheritance', parent, inherits: command.subtype === 'AT_AddInherit', ...base };
    }
    default:
      return undefined;
  }
}

function tableAction(command: AlterTableCmd, base: ActionBase): Operation | undefined {
  switch (command.subtype) {
    case 'AT_SetRelOptions':
    case 'AT_ReplaceRelOptions':
      return { kind: 'SetTableOptions', options: optionsOf(fieldsOf(command.def, 'List')?.items), ...base };
    case 'AT_ResetRelOptions':
      return { kind: 'SetTableOptions', options: resetOptions(command.def), ...base };
    case 'AT_SetLogged':
      return { kind: 'SetPersistence', persistence: 'permanent', ...base };
    case 'AT_SetUnLogged':
      return { kind: 'SetPersistence', persistence: 'unlogged', ...base };
    case 'AT_SetAccessMethod':
      return { kind: 'SetAccessMethod', method: command.name ?? 'DEFAULT', ...base };
    case 'AT_SetTableSpace':
      return { kind: 'SetTablespace', tablespace: command.name ?? '', ...base };
    case 'AT_ClusterOn':
    case 'AT_DropCluster':
      return { kind: 'ClusterOn', index: command.name, ...base };
    case 'AT_AddOf':
      return { kind: 'SetOfType', type: nameFromList(fieldsOf(command.def, 'TypeName')?.names), ...base };
    case 'AT_DropOf':
      return { kind: 'SetOfType', type: undefined, ...base };
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
  return { kind: 'SetReplicaIdentity', identity, index: node.name, ...base };
}

type State = SetTriggerState['state'];

function stateAction(command: AlterTableCmd, base: ActionBase): Operation | undefined {
  const name = command.name ?? '';
  const trigger = (target: string, state: State): Operation => ({
    kind: 'SetTriggerState',
    trigger: target,
    state,
    ...base,
  });
  const rule = (state: State): Operation => ({ kind: 'SetRuleState', rule: name, state, ...base });
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
      return { kind: 'SetRowSecurity', setting: 'enable', ...base };
    case 'AT_DisableRowSecurity':
      return { kind: 'SetRowSecurity', setting: 'disable', ...base };
    case 'AT_ForceRowSecurity':
      return { kind: 'SetRowSecurity', setting: 'force', ...base };
    case 'AT_NoForceRowSecurity':
      return { kind: 'SetRowSecurity', setting: 'no force', ...base };
    default:
      return undefined;
  }
}
