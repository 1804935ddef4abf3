import type { Catalog } from '../catalog/types.ts';
import type { CreateTable, ObjectName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { addDropped } from './dependants.ts';
import { addWithChildren, type Add, type EffectTable } from './effect-table.ts';
import { addRead } from './reads.ts';
import { isThere } from './skipped.ts';

const accessExclusive = ({ table }: { readonly table: ObjectName }, add: Add): void =>
  add(table, 'ACCESS EXCLUSIVE');
const shareUpdateExclusive = ({ table }: { readonly table: ObjectName }, add: Add): void =>
  add(table, 'SHARE UPDATE EXCLUSIVE');
const shareRowExclusive = ({ table }: { readonly table: ObjectName }, add: Add): void =>
  add(table, 'SHARE ROW EXCLUSIVE');

/** Statements on whole tables, and ALTER TABLE's actions that concern neither a column nor a constraint. */
export const tableEffects: EffectTable<
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
  | 'CreateTrigger'
  | 'DropTrigger'
  | 'CreateRule'
  | 'DropRule'
  | 'CreatePolicy'
  | 'AlterPolicy'
  | 'DropPolicy'
  | 'LockTable'
> = {
  CreateTable: createTable,
  CreateTableAs({ table, query, withData, ifNotExists }, add, catalog) {
    const runs = withData && !(ifNotExists && isThere(table, catalog));
    for (const name of query.reads) {
      if (runs) addRead(add, catalog, name, 'scan');
      else add(name, 'ACCESS SHARE');
    }
  },
  DropTable(operation, add, catalog) {
    const table = catalog.table(operation.table);
    add(operation.table, 'ACCESS EXCLUSIVE');
    if (table !== undefined) addDropped(table, add, catalog, operation.behavior === 'cascade');
  },
  RenameTable: accessExclusive,
  SetTableOptions: shareUpdateExclusive,
  SetPersistence({ table, persistence }, add, catalog) {
    const same = catalog.table(table)?.persistence === persistence;
    add(table, 'ACCESS EXCLUSIVE', same ? 'metadata' : 'rewrite');
  },
  SetAccessMethod: ({ table }, add) => add(table, 'ACCESS EXCLUSIVE', 'rewrite'),
  SetTablespace: ({ table }, add) => add(table, 'ACCESS EXCLUSIVE', 'rewrite'),
  ClusterOn: shareUpdateExclusive,
  SetTriggerState: shareRowExclusive,
  SetRuleState: accessExclusive,
  SetRowSecurity: accessExclusive,
  SetReplicaIdentity: accessExclusive,
  SetInheritance({ table, parent, inherits }, add) {
    add(table, 'ACCESS EXCLUSIVE');
    add(parent, inherits ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE');
  },
  AttachPartition({ table, partition }, add, catalog) {
    add(table, 'SHARE UPDATE EXCLUSIVE');
    add(partition, 'ACCESS EXCLUSIVE', 'scan');
    addDefaultPartition(table, add, catalog);
  },
  DetachPartition({ table, partition, concurrently }, add) {
    add(table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'metadata', concurrently);
    add(partition, 'ACCESS EXCLUSIVE', 'metadata', concurrently);
  },
  SetOfType: accessExclusive,
  CreateTrigger: shareRowExclusive,
  DropTrigger: accessExclusive,
  CreateRule: accessExclusive,
  DropRule: accessExclusive,
  CreatePolicy: accessExclusive,
  AlterPolicy: accessExclusive,
  DropPolicy: accessExclusive,
  LockTable: ({ table, mode }, add, catalog) => addWithChildren(add, catalog, table, mode),
};

function createTable(operation: CreateTable, add: Add, catalog: Catalog): void {
  const constraints = [
    ...operation.constraints,
    ...operation.columns.flatMap((column) => column.constraints),
  ];
  for (const constraint of constraints) {
    const self = constraint.type === 'foreign key' && isSameObject(constraint.references, operation.table);
    if (constraint.type === 'foreign key' && !self) add(constraint.references, 'SHARE ROW EXCLUSIVE');
  }
  operation.like.forEach(({ table }) => add(table, 'ACCESS SHARE'));
  operation.inherits.forEach((table) => add(table, 'SHARE UPDATE EXCLUSIVE'));
  if (operation.partitionOf === undefined) return;
  add(operation.partitionOf.parent, 'ACCESS EXCLUSIVE');
  addDefaultPartition(operation.partitionOf.parent, add, catalog);
}

/** A new partition takes its rows from the default partition's range: that one is locked and read. */
function addDefaultPartition(parent: ObjectName, add: Add, catalog: Catalog): void {
  const found = catalog
    .children(parent)
    .find(({ partitionOf }) => /^default$/iu.test(partitionOf?.bound ?? ''));
  if (found !== undefined) add(found.name, 'ACCESS EXCLUSIVE', 'scan');
}
