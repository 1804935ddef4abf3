import type { Catalog } from '../catalog/types.ts';
import type { CreateTable, LockMode, ObjectName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { addDropped } from './dependants.ts';
import { addToPartitions, addWithChildren, type Add, type EffectTable } from './effect-table.ts';
import { attachPartition, createPartition, detachPartition } from './partition-effects.ts';
import { addRead } from './reads.ts';
import { isThere } from './skipped.ts';

const accessExclusive = ({ table }: { readonly table: ObjectName }, add: Add): void =>
  add(table, 'ACCESS EXCLUSIVE');
const shareUpdateExclusive = ({ table }: { readonly table: ObjectName }, add: Add): void =>
  add(table, 'SHARE UPDATE EXCLUSIVE');

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
  SetTableOptions({ table, options }, add) {
    const heavy = Object.keys(options).some((option) => HEAVY_OPTIONS.has(option));
    add(table, heavy ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE');
  },
  SetPersistence({ table, persistence }, add, catalog) {
    const same = catalog.table(table)?.persistence === persistence;
    add(table, 'ACCESS EXCLUSIVE', same ? 'metadata' : 'rewrite');
  },
  SetAccessMethod: moved,
  SetTablespace: moved,
  ClusterOn: shareUpdateExclusive,
  SetTriggerState: ({ table }, add, catalog) => addToPartitions(add, catalog, table, 'SHARE ROW EXCLUSIVE'),
  SetRuleState: accessExclusive,
  SetRowSecurity: accessExclusive,
  SetReplicaIdentity: accessExclusive,
  SetInheritance({ table, parent, inherits }, add, catalog) {
    if (inherits) addWithChildren(add, catalog, table, 'ACCESS SHARE');
    add(table, 'ACCESS EXCLUSIVE');
    add(parent, inherits ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE');
  },
  AttachPartition: attachPartition,
  DetachPartition: detachPartition,
  SetOfType({ table, type }, add) {
    add(table, 'ACCESS EXCLUSIVE');
    if (type !== undefined) add(type, 'ACCESS SHARE');
  },
  CreateTrigger({ table, forEach }, add, catalog) {
    if (forEach === 'row') addToPartitions(add, catalog, table, 'SHARE ROW EXCLUSIVE');
    else add(table, 'SHARE ROW EXCLUSIVE');
  },
  DropTrigger({ table, name }, add, catalog) {
    const found = catalog.table(table)?.triggers.find((trigger) => trigger.name === name);
    if (found?.forEach === 'row') addToPartitions(add, catalog, table, 'ACCESS EXCLUSIVE');
    else add(table, 'ACCESS EXCLUSIVE');
  },
  CreateRule: accessExclusive,
  DropRule: accessExclusive,
  CreatePolicy: accessExclusive,
  AlterPolicy: accessExclusive,
  DropPolicy: accessExclusive,
  LockTable: ({ table, mode }, add, catalog) => lockTable(table, mode, add, catalog),
};

function createTable(operation: CreateTable, add: Add, catalog: Catalog, postgresVersion: number): void {
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
  if (operation.ofType !== undefined) add(operation.ofType, 'ACCESS SHARE');
  const { partitionOf } = operation;
  if (partitionOf !== undefined)
    createPartition(partitionOf.parent, partitionOf.bound, add, catalog, postgresVersion);
}

/** Options whose change every query must see (PostgreSQL 18, src/backend/access/common/reloptions.c). */
const HEAVY_OPTIONS: ReadonlySet<string> = new Set([
  'user_catalog_table',
  'security_barrier',
  'security_invoker',
  'check_option',
]);

/** A table's rows go to another file; a partitioned table has none, and what is set holds for partitions to come. */
function moved({ table }: { readonly table: ObjectName }, add: Add, catalog: Catalog): void {
  const isPartitioned = catalog.table(table)?.partitionBy !== undefined;
  add(table, 'ACCESS EXCLUSIVE', isPartitioned ? 'metadata' : 'rewrite');
}

/** LOCK TABLE of a view locks what it reads, too. */
function lockTable(table: ObjectName, mode: LockMode, add: Add, catalog: Catalog): void {
  addWithChildren(add, catalog, table, mode);
  const view = catalog.table(table) === undefined ? catalog.view(table) : undefined;
  if (view?.kind === 'view') view.reads.forEach((read) => lockTable(read, mode, add, catalog));
}
