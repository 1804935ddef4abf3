import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ObjectName } from '../operations/types.ts';
import {
  adds,
  removes,
  swaps,
  tightens,
  tunes,
  type Impact,
  type ImpactScene,
  type ImpactTable,
} from './impact.ts';

/** Statements on whole tables and on indexes. */
export const tableImpacts: ImpactTable<
  | 'CreateSchema'
  | 'CreateTable'
  | 'CreateTableAs'
  | 'DropTable'
  | 'RenameTable'
  | 'SetTableOptions'
  | 'SetPersistence'
  | 'SetAccessMethod'
  | 'SetTablespace'
  | 'ClusterOn'
  | 'SetTriggerState'
  | 'SetRuleState'
  | 'SetRowSecurity'
  | 'SetReplicaIdentity'
  | 'SetInheritance'
  | 'AttachPartition'
  | 'DetachPartition'
  | 'SetOfType'
  | 'RenameIndex'
  | 'AlterIndex'
  | 'AttachIndex'
  | 'Reindex'
  | 'CreateTrigger'
  | 'DropTrigger'
  | 'CreateRule'
  | 'DropRule'
  | 'CreatePolicy'
  | 'AlterPolicy'
  | 'DropPolicy'
  | 'LockTable'
  | 'Vacuum'
  | 'Analyze'
  | 'Cluster'
> = {
  CreateSchema: ({ name }) => adds(`creates the schema ${quoteIdentifier(name)}`),
  CreateTable: ({ table, persistence }) =>
    persistence === 'temporary' ? undefined : adds(`creates ${displayName(table)}`),
  CreateTableAs: ({ table, persistence }) =>
    persistence === 'temporary' ? undefined : adds(`creates ${displayName(table)}`),
  DropTable: ({ table }, scene) =>
    onOld(table, scene, () => removes(`drops ${displayName(table)}, which running code may use`)),
  RenameTable: ({ table, newName }, scene) =>
    onOld(table, scene, () => swaps(`renames ${displayName(table)} to ${quoteIdentifier(newName)}`)),
  SetTableOptions: ({ table }, scene) =>
    onOld(table, scene, () => tunes(`sets options of ${displayName(table)}`)),
  SetPersistence: ({ table, persistence }, scene) =>
    onOld(table, scene, () =>
      tunes(`makes ${displayName(table)} ${persistence === 'unlogged' ? 'unlogged' : 'logged'}`),
    ),
  SetAccessMethod: ({ table }, scene) =>
    onOld(table, scene, () => tunes(`stores ${displayName(table)} anew`)),
  SetTablespace: ({ table }, scene) =>
    onOld(table, scene, () => tunes(`moves ${displayName(table)} on disk`)),
  ClusterOn: ({ table }, scene) => onOld(table, scene, () => tunes(`sets options of ${displayName(table)}`)),
  SetTriggerState: ({ table, trigger, state }, scene) =>
    onOld(table, scene, () => tunes(`leaves the trigger ${trigger} of ${displayName(table)} ${state}`)),
  SetRuleState: ({ table, rule, state }, scene) =>
    onOld(table, scene, () => tunes(`leaves the rule ${rule} of ${displayName(table)} ${state}`)),
  SetRowSecurity: ({ table, setting }, scene) =>
    onOld(table, scene, () =>
      setting === 'enable' || setting === 'force'
        ? removes(`hides the rows of ${displayName(table)} from every role that no policy lets see them`)
        : tunes(`shows every row of ${displayName(table)}, whatever its policies say`),
    ),
  SetReplicaIdentity: ({ table }, scene) =>
    onOld(table, scene, () => tunes(`changes what replication sends of ${displayName(table)}`)),
  SetInheritance: ({ table }, scene) =>
    onOld(table, scene, () => tunes(`changes what ${displayName(table)} inherits`)),
  AttachPartition: ({ table, partition }) =>
    tunes(`attaches ${displayName(partition)} to ${displayName(table)}`),
  DetachPartition: ({ table, partition }, scene) =>
    onOld(partition, scene, () =>
      removes(`takes the rows of ${displayName(partition)} out of ${displayName(table)}`),
    ),
  SetOfType: ({ table }, scene) => onOld(table, scene, () => tunes(`ties ${displayName(table)} to a type`)),
  RenameIndex: ({ index }) => tunes(`renames the index ${displayName(index)}`),
  AlterIndex: ({ index }) => tunes(`sets options of the index ${displayName(index)}`),
  AttachIndex: ({ index }) => tunes(`attaches an index to ${displayName(index)}`),
  Reindex: ({ target, name }) => tunes(`builds the indexes of the ${target} ${displayName(name)} again`),
  CreateTrigger: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`adds the trigger ${quoteIdentifier(name)} to ${displayName(table)}`)),
  DropTrigger: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`drops the trigger ${quoteIdentifier(name)} of ${displayName(table)}`)),
  CreateRule: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`adds the rule ${quoteIdentifier(name)} to ${displayName(table)}`)),
  DropRule: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`drops the rule ${quoteIdentifier(name)} of ${displayName(table)}`)),
  CreatePolicy: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`adds the policy ${quoteIdentifier(name)} to ${displayName(table)}`)),
  AlterPolicy: ({ name, table }, scene) =>
    onOld(table, scene, () => tunes(`changes the policy ${quoteIdentifier(name)} of ${displayName(table)}`)),
  DropPolicy({ name, table }, scene) {
    const replaced = scene.after.table(table)?.policies.some((policy) => policy.name === name) === true;
    const text = `the policy ${quoteIdentifier(name)} of ${displayName(table)}`;
    return onOld(table, scene, () =>
      replaced
        ? tunes(`makes ${text} anew`)
        : tightens(`drops ${text}: what it let running code do is refused`),
    );
  },
  LockTable: () => undefined,
  Vacuum: () => undefined,
  Analyze: () => undefined,
  Cluster: ({ table }) =>
    tunes(table === undefined ? 'sorts tables on disk' : `sorts ${displayName(table)} on disk`),
};

const onOld = (table: ObjectName, { existed }: ImpactScene, impact: () => Impact): Impact | undefined =>
  existed(table) === undefined ? undefined : impact();
