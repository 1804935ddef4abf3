import type { Catalog, Table } from '../catalog/types.ts';
import type {
  AddColumn,
  AlterColumnType,
  ConstraintDefinition,
  CreateTable,
  LockMode,
  ObjectName,
  Operation,
} from '../operations/types.ts';
import { provesNotNull } from './not-null.ts';
import { typeChangeWork } from './type-change.ts';
import type { Effect } from './types.ts';
import { isVolatile } from './volatility.ts';

type Work = Effect['work'];

const STRENGTH: Readonly<Record<LockMode, number>> = {
  'ACCESS SHARE': 0,
  'ROW SHARE': 1,
  'ROW EXCLUSIVE': 2,
  'SHARE UPDATE EXCLUSIVE': 3,
  SHARE: 4,
  'SHARE ROW EXCLUSIVE': 5,
  EXCLUSIVE: 6,
  'ACCESS EXCLUSIVE': 7,
};

const SLOWNESS: Readonly<Record<Work, number>> = {
  metadata: 0,
  rows: 1,
  scan: 2,
  'index build': 3,
  rewrite: 4,
};

/** What a lock keeps from working, for as long as it is held (PostgreSQL manual, table 13.2). */
export function blockedBy(lock: LockMode): 'nothing' | 'writes' | 'reads and writes' {
  if (lock === 'ACCESS EXCLUSIVE') return 'reads and writes';
  return STRENGTH[lock] >= STRENGTH.SHARE ? 'writes' : 'nothing';
}

/** Orders lock modes: negative if `a` is weaker than `b`. */
export function compareLocks(a: LockMode, b: LockMode): number {
  return STRENGTH[a] - STRENGTH[b];
}

/**
 * What an operation does to the relations of a live database that exist before it.
 *
 * The facts are measured: `pg_locks`, file nodes and sequential scans after each kind of statement on PostgreSQL 13 to 18.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before the operation.
 * @returns one effect a relation, strongest lock first. Relations that the operation itself creates are left out.
 */
export function effectsOf(operation: Operation, catalog: Catalog): readonly Effect[] {
  if (operation.run === 'called') return [];
  const effects = new Map<string, Effect>();
  const add = (relation: ObjectName, lock: LockMode, work: Work = 'metadata', online = false): void => {
    const known = catalog.table(relation) ?? catalog.view(relation);
    const name = known?.name ?? relation;
    const key = JSON.stringify([name.schema, name.name]);
    const old = effects.get(key);
    effects.set(key, {
      relation: name,
      lock: old !== undefined && compareLocks(old.lock, lock) > 0 ? old.lock : lock,
      work: old !== undefined && SLOWNESS[old.work] > SLOWNESS[work] ? old.work : work,
      online,
    });
  };
  collect(operation, catalog, add);
  return [...effects.values()].sort(
    (a, b) => compareLocks(b.lock, a.lock) || SLOWNESS[b.work] - SLOWNESS[a.work],
  );
}

type Add = (relation: ObjectName, lock: LockMode, work?: Work, online?: boolean) => void;

/** A lock on a table and all its partitions or inheriting tables. */
function addWithChildren(
  add: Add,
  catalog: Catalog,
  table: ObjectName,
  lock: LockMode,
  work: Work = 'metadata',
): void {
  add(table, lock, work);
  for (const child of catalog.children(table)) addWithChildren(add, catalog, child.name, lock, work);
}

// One flat table of facts: a switch over every kind, so that a new kind does not compile until its effect is known.
function collect(operation: Operation, catalog: Catalog, add: Add): void {
  switch (operation.kind) {
    case 'CreateTable':
      return createTable(operation, add);
    case 'CreateTableAs':
    case 'CreateMaterializedView':
      return operation.query.reads.forEach((table) =>
        add(table, 'ACCESS SHARE', operation.withData ? 'scan' : 'metadata'),
      );
    case 'CreateView':
      operation.query.reads.forEach((table) => add(table, 'ACCESS SHARE'));
      if (catalog.view(operation.view) !== undefined) add(operation.view, 'ACCESS EXCLUSIVE');
      return;
    case 'DropTable': {
      const table = catalog.table(operation.table);
      if (table === undefined && operation.ifExists) return;
      add(operation.table, 'ACCESS EXCLUSIVE');
      if (table?.partitionOf) add(table.partitionOf.parent, 'ACCESS EXCLUSIVE');
      if (table) referencedBy(table, () => true).forEach((name) => add(name, 'ACCESS EXCLUSIVE'));
      if (operation.behavior === 'cascade') {
        catalog
          .referencing(operation.table)
          .forEach((reference) => add(reference.table.name, 'ACCESS EXCLUSIVE'));
      }
      return;
    }
    case 'AddColumn':
      return addColumn(operation, catalog, add);
    case 'DropColumn': {
      addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE');
      const table = catalog.table(operation.table);
      if (table) {
        referencedBy(table, (columns) => columns.includes(operation.column)).forEach((name) =>
          add(name, 'ACCESS EXCLUSIVE'),
        );
      }
      return;
    }
    case 'AlterColumnType':
      return alterColumnType(operation, catalog, add);
    case 'SetNotNull': {
      const table = catalog.table(operation.table);
      const proven = table !== undefined && provesNotNull(table, operation.column);
      return addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
    }
    case 'SetExpression':
      return addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE', 'rewrite');
    case 'RenameColumn':
    case 'SetDefault':
    case 'DropDefault':
    case 'DropNotNull':
    case 'DropExpression':
    case 'AddIdentity':
    case 'AlterIdentity':
    case 'DropIdentity':
      return addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE');
    case 'RenameTable':
    case 'RenameConstraint':
    case 'SetRowSecurity':
    case 'SetReplicaIdentity':
    case 'SetRuleState':
    case 'SetOfType':
    case 'CreateRule':
    case 'DropRule':
    case 'CreatePolicy':
    case 'AlterPolicy':
    case 'DropPolicy':
    case 'DropTrigger':
      return add(operation.table, 'ACCESS EXCLUSIVE');
    case 'SetPersistence':
      return add(operation.table, 'ACCESS EXCLUSIVE', 'rewrite');
    case 'SetTablespace':
    case 'SetAccessMethod':
      return add(operation.table, 'ACCESS EXCLUSIVE', 'rewrite');
    case 'AlterColumnStorage':
      return add(
        operation.table,
        operation.setting === 'statistics' || operation.setting === 'options'
          ? 'SHARE UPDATE EXCLUSIVE'
          : 'ACCESS EXCLUSIVE',
      );
    case 'SetTableOptions':
    case 'ClusterOn':
      return add(operation.table, 'SHARE UPDATE EXCLUSIVE');
    case 'SetTriggerState':
    case 'CreateTrigger':
      return add(operation.table, 'SHARE ROW EXCLUSIVE');
    case 'AddConstraint':
      return addConstraint(operation.table, operation.constraint, catalog, add);
    case 'AlterConstraint': {
      add(operation.table, 'ACCESS EXCLUSIVE', operation.enforced === true ? 'scan' : 'metadata');
      return;
    }
    case 'ValidateConstraint': {
      const constraint = catalog
        .table(operation.table)
        ?.constraints.find(({ name }) => name === operation.constraint);
      add(operation.table, 'SHARE UPDATE EXCLUSIVE', constraint?.validated === true ? 'metadata' : 'scan');
      if (constraint?.definition.type === 'foreign key')
        add(constraint.definition.references, 'ROW SHARE', 'scan');
      return;
    }
    case 'DropConstraint': {
      const constraint = catalog
        .table(operation.table)
        ?.constraints.find(({ name }) => name === operation.constraint);
      addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE');
      if (constraint?.definition.type === 'foreign key')
        add(constraint.definition.references, 'ACCESS EXCLUSIVE');
      if (operation.behavior === 'cascade') {
        catalog
          .referencing(operation.table)
          .forEach((reference) => add(reference.table.name, 'ACCESS EXCLUSIVE'));
      }
      return;
    }
    case 'SetInheritance':
      add(operation.table, 'ACCESS EXCLUSIVE');
      return add(operation.parent, operation.inherits ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS SHARE');
    case 'AttachPartition':
      add(operation.table, 'SHARE UPDATE EXCLUSIVE');
      return add(operation.partition, 'ACCESS EXCLUSIVE', 'scan');
    case 'DetachPartition':
      if (operation.concurrently) {
        add(operation.table, 'SHARE UPDATE EXCLUSIVE', 'metadata', true);
        return add(operation.partition, 'ACCESS EXCLUSIVE', 'metadata', true);
      }
      add(operation.table, 'ACCESS EXCLUSIVE');
      return add(operation.partition, 'ACCESS EXCLUSIVE');
    case 'CreateIndex': {
      const exists =
        operation.ifNotExists &&
        operation.name !== undefined &&
        indexExists(catalog, operation.table, operation.name);
      if (operation.concurrently) return add(operation.table, 'SHARE UPDATE EXCLUSIVE', 'index build', true);
      if (operation.only || exists) return add(operation.table, 'SHARE');
      return addWithChildren(add, catalog, operation.table, 'SHARE', 'index build');
    }
    case 'DropIndex': {
      const found = catalog.index(operation.index);
      if (found === undefined) return;
      return operation.concurrently
        ? add(found.on.name, 'SHARE UPDATE EXCLUSIVE', 'metadata', true)
        : add(found.on.name, 'ACCESS EXCLUSIVE');
    }
    case 'Reindex': {
      const on = operation.target === 'index' ? catalog.index(operation.name)?.on.name : operation.name;
      if (on === undefined || (operation.target !== 'index' && operation.target !== 'table')) return;
      // The table is only locked with SHARE, but every reader needs the index's lock too, which is ACCESS EXCLUSIVE.
      return operation.concurrently
        ? add(on, 'SHARE UPDATE EXCLUSIVE', 'index build', true)
        : add(on, 'ACCESS EXCLUSIVE', 'index build');
    }
    case 'AlterDomain': {
      const checks =
        operation.change.action === 'set not null' ||
        operation.change.action === 'validate constraint' ||
        (operation.change.action === 'add constraint' &&
          !('notValid' in operation.change.constraint && operation.change.constraint.notValid));
      if (!checks) return;
      for (const table of catalog.tables()) {
        if (table.columns.some(({ type }) => type.name === operation.type.name))
          add(table.name, 'SHARE', 'scan');
      }
      return;
    }
    case 'DropType': {
      if (operation.behavior !== 'cascade') return;
      for (const table of catalog.tables()) {
        if (table.columns.some(({ type }) => type.name === operation.type.name))
          add(table.name, 'ACCESS EXCLUSIVE');
      }
      return;
    }
    case 'AlterSequence':
      return add(operation.sequence, 'SHARE ROW EXCLUSIVE');
    case 'DropSequence':
      return add(operation.sequence, 'ACCESS EXCLUSIVE');
    case 'DropView':
    case 'DropMaterializedView':
      return add(operation.view, 'ACCESS EXCLUSIVE');
    case 'RefreshMaterializedView': {
      add(operation.view, operation.concurrently ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'rewrite');
      catalog.view(operation.view)?.reads.forEach((table) => add(table, 'ACCESS SHARE', 'scan'));
      return;
    }
    case 'SetSchema':
    case 'ChangeOwner':
      if (operation.objectType === 'table' || operation.objectType === 'view')
        add(operation.object, 'ACCESS EXCLUSIVE');
      return;
    case 'Rename':
      if (operation.objectType === 'view' || operation.objectType === 'materialized view')
        add(operation.object, 'ACCESS EXCLUSIVE');
      else if (operation.table !== undefined) add(operation.table, 'ACCESS EXCLUSIVE');
      return;
    case 'DropFunction':
      if (operation.behavior !== 'cascade') return;
      for (const table of catalog.tables()) {
        if (table.triggers.some((trigger) => trigger.function.name === operation.routine.name))
          add(table.name, 'ACCESS EXCLUSIVE');
      }
      return;
    case 'DropObject':
      if (operation.objectType !== 'schema' || operation.behavior !== 'cascade') return;
      for (const table of catalog.tables()) {
        if (table.name.schema === operation.object.name) add(table.name, 'ACCESS EXCLUSIVE');
      }
      return;
    case 'CommentOn':
      if (operation.objectType === 'table' || operation.objectType === 'column')
        add(operation.object, 'SHARE UPDATE EXCLUSIVE');
      return;
    case 'Publication':
      return operation.tables.forEach((table) => add(table, 'SHARE UPDATE EXCLUSIVE'));
    case 'CreateStatistics':
      if (operation.table !== undefined) add(operation.table, 'SHARE UPDATE EXCLUSIVE');
      return;
    case 'Insert':
      operation.query?.reads.forEach((table) => add(table, 'ACCESS SHARE', 'scan'));
      return add(operation.table, 'ROW EXCLUSIVE', 'rows');
    case 'Update':
      operation.from.forEach((table) => add(table, 'ACCESS SHARE', 'scan'));
      return add(operation.table, 'ROW EXCLUSIVE', 'rows');
    case 'Delete':
      operation.using.forEach((table) => add(table, 'ACCESS SHARE', 'scan'));
      catalog.referencing(operation.table).forEach(({ table, constraint }) => {
        const cascades =
          constraint.definition.type === 'foreign key' &&
          constraint.definition.onDelete !== 'no action' &&
          constraint.definition.onDelete !== 'restrict';
        add(table.name, cascades ? 'ROW EXCLUSIVE' : 'ROW SHARE', 'rows');
      });
      return add(operation.table, 'ROW EXCLUSIVE', 'rows');
    case 'Merge':
      operation.source.forEach((table) => add(table, 'ACCESS SHARE', 'scan'));
      return add(operation.table, 'ROW EXCLUSIVE', 'rows');
    case 'Truncate':
      add(operation.table, 'ACCESS EXCLUSIVE');
      if (operation.behavior === 'cascade') {
        catalog.referencing(operation.table).forEach(({ table }) => add(table.name, 'ACCESS EXCLUSIVE'));
      }
      return;
    case 'Copy':
      if (operation.table)
        add(
          operation.table,
          operation.from ? 'ROW EXCLUSIVE' : 'ACCESS SHARE',
          operation.from ? 'rows' : 'scan',
        );
      return;
    case 'Select':
      return operation.query.reads.forEach((table) =>
        add(table, operation.locksRows ? 'ROW SHARE' : 'ACCESS SHARE', 'rows'),
      );
    case 'LockTable':
      return add(operation.table, operation.mode);
    case 'Vacuum':
      return operation.tables.forEach((table) =>
        operation.full
          ? add(table, 'ACCESS EXCLUSIVE', 'rewrite')
          : add(table, 'SHARE UPDATE EXCLUSIVE', 'scan'),
      );
    case 'Analyze':
      return operation.tables.forEach((table) => add(table, 'SHARE UPDATE EXCLUSIVE'));
    case 'Cluster':
      if (operation.table) add(operation.table, 'ACCESS EXCLUSIVE', 'rewrite');
      return;
    case 'CreateSchema':
    case 'RenameIndex':
    case 'AlterIndex':
    case 'AttachIndex':
    case 'CreateEnum':
    case 'AddEnumValue':
    case 'RenameEnumValue':
    case 'CreateDomain':
    case 'CreateType':
    case 'AlterCompositeType':
    case 'RenameType':
    case 'CreateSequence':
    case 'CreateFunction':
    case 'AlterFunction':
    case 'Grant':
    case 'GrantRole':
    case 'AlterDefaultPrivileges':
    case 'CreateExtension':
    case 'AlterExtension':
    case 'TransactionControl':
    case 'SetVariable':
    case 'Do':
    case 'Call':
    case 'BodyTransactionControl':
    case 'Opaque':
    case 'Raise':
    case 'ClusterWide':
    case 'CreateRole':
    case 'AlterRole':
    case 'Other':
      return;
    default:
      operation satisfies never;
  }
}

function createTable(operation: CreateTable, add: Add): void {
  const constraints = [
    ...operation.constraints,
    ...operation.columns.flatMap((column) => column.constraints),
  ];
  for (const constraint of constraints) {
    const self = constraint.type === 'foreign key' && constraint.references.name === operation.table.name;
    if (constraint.type === 'foreign key' && !self) add(constraint.references, 'SHARE ROW EXCLUSIVE');
  }
  operation.like.forEach(({ table }) => add(table, 'ACCESS SHARE'));
  operation.inherits.forEach((table) => add(table, 'SHARE UPDATE EXCLUSIVE'));
  if (operation.partitionOf !== undefined) add(operation.partitionOf.parent, 'ACCESS EXCLUSIVE');
}

function addColumn(operation: AddColumn, catalog: Catalog, add: Add): void {
  const { column } = operation;
  const domain = catalog.type({ schema: column.type.schema, name: column.type.name });
  const constrainedDomain = domain?.kind === 'domain' && (domain.notNull || domain.constraints.length > 0);
  const rewrites =
    column.type.serial ||
    column.identity !== undefined ||
    column.generated?.storage === 'stored' ||
    constrainedDomain ||
    (column.default !== undefined && isVolatile(column.default, catalog));
  const failsOnRows =
    column.notNull && column.default === undefined && !rewrites && column.generated === undefined;
  let work: Work = rewrites ? 'rewrite' : failsOnRows ? 'scan' : 'metadata';
  for (const constraint of column.constraints) {
    if (constraint.type === 'foreign key') {
      const validates = column.default !== undefined;
      add(constraint.references, 'SHARE ROW EXCLUSIVE', validates ? 'scan' : 'metadata');
      if (validates && work === 'metadata') work = 'scan';
    } else if (constraint.type === 'unique' || constraint.type === 'primary key') {
      if (work !== 'rewrite') work = 'index build';
    } else if (work === 'metadata') work = 'scan';
  }
  addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE', work);
}

function alterColumnType(operation: AlterColumnType, catalog: Catalog, add: Add): void {
  const table = catalog.table(operation.table);
  const column = table?.columns.find(({ name }) => name === operation.column);
  const work =
    table !== undefined && column !== undefined ? typeChangeWork(table, column, operation) : 'rewrite';
  addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE', work === 'none' ? 'metadata' : work);
  if (table === undefined || work !== 'rewrite') return;
  referencedBy(table, (columns) => columns.includes(operation.column)).forEach((name) =>
    add(name, 'ACCESS EXCLUSIVE', 'scan'),
  );
  for (const { table: other, constraint } of catalog.referencing(operation.table)) {
    const { definition } = constraint;
    if (definition.type === 'foreign key' && definition.referencedColumns.includes(operation.column)) {
      add(other.name, 'ACCESS EXCLUSIVE', 'scan');
    }
  }
}

function addConstraint(
  table: ObjectName,
  constraint: ConstraintDefinition,
  catalog: Catalog,
  add: Add,
): void {
  switch (constraint.type) {
    case 'foreign key': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      add(table, 'SHARE ROW EXCLUSIVE', work);
      return add(constraint.references, 'SHARE ROW EXCLUSIVE', work);
    }
    case 'check':
      return addWithChildren(
        add,
        catalog,
        table,
        'ACCESS EXCLUSIVE',
        constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan',
      );
    case 'not null': {
      const known = catalog.table(table);
      const proven = constraint.notValid || (known !== undefined && provesNotNull(known, constraint.column));
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
    }
    case 'primary key':
    case 'unique': {
      if (constraint.usingIndex === undefined)
        return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', 'index build');
      const known = catalog.table(table);
      const nullable = (name: string): boolean =>
        known?.columns.find((column) => column.name === name)?.notNull === false &&
        !(known && provesNotNull(known, name));
      const scans = constraint.type === 'primary key' && constraint.columns.some(nullable);
      return add(table, 'ACCESS EXCLUSIVE', scans ? 'scan' : 'metadata');
    }
    case 'exclude':
      return add(table, 'ACCESS EXCLUSIVE', 'index build');
    default:
      constraint satisfies never;
  }
}

/** Tables that the table's foreign keys over some of its columns point at, itself left out. */
function referencedBy(table: Table, choose: (columns: readonly string[]) => boolean): ObjectName[] {
  return table.constraints.flatMap(({ definition }) =>
    definition.type === 'foreign key' &&
    choose(definition.columns) &&
    definition.references.name !== table.name.name
      ? [definition.references]
      : [],
  );
}

function indexExists(catalog: Catalog, table: ObjectName, name: string): boolean {
  return catalog.index({ schema: catalog.table(table)?.name.schema ?? table.schema, name }) !== undefined;
}
