import type { ObjectKind } from '../operations/kind-groups.ts';
import { sequenceIn } from '../catalog/sequences.ts';
import type { Catalog } from '../catalog/types.ts';
import { callsOf } from '../operations/queries.ts';
import type { Expression, ObjectName, TypeName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { addDropped, addViewsOn } from './dependants.ts';
import { addToPartitions, type Add, type EffectTable } from './effect-table.ts';
import { addRead } from './reads.ts';
import { isThere, RELATIONS } from './skipped.ts';

const nothing = (): void => undefined;

/** Statements on everything else: views, types, sequences, routines, roles, the session. Most lock no relation. */
export const objectEffects: EffectTable<ObjectKind> = {
  CreateSchema: nothing,
  CreateEnum: nothing,
  AddEnumValue: nothing,
  RenameEnumValue: nothing,
  CreateDomain: nothing,
  AlterDomain({ type, change }, add, catalog) {
    const adds = change.action === 'add constraint';
    const notValid = adds && 'notValid' in change.constraint && change.constraint.notValid;
    const checks =
      (adds && !notValid) || change.action === 'set not null' || change.action === 'validate constraint';
    if (checks) for (const table of tablesWithDomain(type, catalog)) add(table, 'SHARE', 'scan');
  },
  CreateType: nothing,
  AlterCompositeType: ({ type }, add) => add(type, 'ACCESS EXCLUSIVE'),
  DropType({ type, behavior }, add, catalog) {
    if (isComposite(type, catalog)) add(type, 'ACCESS EXCLUSIVE');
    if (behavior !== 'cascade') return;
    for (const { name, columns } of catalog.tables()) {
      for (const column of columns) {
        if (!isSameObject(column.type, type)) continue;
        add(name, 'ACCESS EXCLUSIVE');
        addViewsOn(name, column.name, add, catalog);
      }
    }
  },
  RenameType({ type }, add, catalog) {
    if (isComposite(type, catalog)) add(type, 'ACCESS EXCLUSIVE');
  },
  CreateSequence({ ownedBy }, add) {
    if (ownedBy !== undefined) add(ownedBy.table, 'ACCESS SHARE');
  },
  AlterSequence({ sequence, ownedBy, options }, add) {
    add(sequence, options['persistence'] === undefined ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE');
    if (ownedBy !== undefined && ownedBy !== 'none') add(ownedBy.table, 'ACCESS SHARE');
  },
  DropSequence({ sequence, behavior }, add, catalog) {
    add(sequence, 'ACCESS EXCLUSIVE');
    if (behavior !== 'cascade') return;
    addDefaults(add, catalog, (value) => {
      const name = sequenceIn(value);
      const called = name === undefined ? undefined : catalog.sequence(name);
      return called !== undefined && isSameObject(called.name, sequence);
    });
  },
  CreateView({ view, query }, add, catalog) {
    query.reads.forEach((table) => add(table, 'ACCESS SHARE'));
    if (catalog.view(view) !== undefined) add(view, 'ACCESS EXCLUSIVE');
  },
  DropView: ({ view, behavior }, add, catalog) => addDroppedView(view, behavior === 'cascade', add, catalog),
  CreateMaterializedView({ view, query, withData, ifNotExists }, add, catalog) {
    const runs = withData && !(ifNotExists && isThere(view, catalog));
    for (const name of query.reads) {
      if (runs) addRead(add, catalog, name, 'scan');
      else add(name, 'ACCESS SHARE');
    }
  },
  DropMaterializedView: ({ view, behavior }, add, catalog) =>
    addDroppedView(view, behavior === 'cascade', add, catalog),
  RefreshMaterializedView({ view, concurrently, withData }, add, catalog) {
    if (concurrently) add(view, 'EXCLUSIVE', 'scan');
    else add(view, 'ACCESS EXCLUSIVE', withData ? 'rewrite' : 'metadata');
    if (withData) catalog.view(view)?.reads.forEach((name) => addRead(add, catalog, name, 'scan'));
  },
  CreateFunction: nothing,
  DropFunction({ routine, behavior }, add, catalog) {
    if (behavior !== 'cascade') return;
    for (const { name, triggers } of catalog.tables()) {
      if (triggers.some((trigger) => isSameObject(trigger.function, routine))) add(name, 'ACCESS EXCLUSIVE');
    }
    addDefaults(add, catalog, ({ tree }) =>
      callsOf(tree).some((call) => catalog.routines(call).some((one) => isSameObject(one.name, routine))),
    );
  },
  AlterFunction: nothing,
  Rename({ objectType, object, table }, add, catalog, postgresVersion) {
    if (RELATIONS.has(objectType)) add(object, 'ACCESS EXCLUSIVE');
    else if (table === undefined || objectType === 'domain constraint') return;
    // Since 15 the trigger's clones on partitions are renamed with it.
    else if (objectType === 'trigger' && postgresVersion >= 15)
      addToPartitions(add, catalog, table, 'ACCESS EXCLUSIVE');
    else add(table, 'ACCESS EXCLUSIVE');
  },
  SetSchema({ objectType, object }, add) {
    if (RELATIONS.has(objectType)) add(object, 'ACCESS EXCLUSIVE');
  },
  ChangeOwner({ objectType, object }, add) {
    if (RELATIONS.has(objectType)) add(object, 'ACCESS EXCLUSIVE');
  },
  DropObject({ objectType, object, behavior }, add, catalog) {
    if (objectType !== 'schema' || behavior !== 'cascade') return;
    for (const table of catalog.tables()) {
      if (table.name.schema === object.name) addDropped(table, add, catalog, true);
    }
    for (const { name } of catalog.views()) {
      if (name.schema === object.name) addDroppedView(name, true, add, catalog);
    }
    for (const { name, ownedBy } of catalog.sequences()) {
      if (name.schema === object.name && ownedBy === undefined) add(name, 'ACCESS EXCLUSIVE');
    }
  },
  CommentOn({ objectType, object, table }, add) {
    if (objectType === 'column' || RELATIONS.has(objectType)) add(object, 'SHARE UPDATE EXCLUSIVE');
    else if (table !== undefined && objectType !== 'domain constraint') add(table, 'ACCESS SHARE');
  },
  Grant({ objectType, objects, allInSchema }, add, _, postgresVersion) {
    if (postgresVersion < 18 || allInSchema || !RELATIONS.has(objectType)) return;
    for (const object of objects) add(object, 'ACCESS SHARE');
  },
  GrantRole: nothing,
  AlterDefaultPrivileges: nothing,
  CreateExtension: nothing,
  AlterExtension: nothing,
  TransactionControl: nothing,
  SetVariable: nothing,
  Do: nothing,
  Call: nothing,
  BodyTransactionControl: nothing,
  Opaque: nothing,
  Raise: nothing,
  ClusterWide: nothing,
  CreateRole: nothing,
  AlterRole: nothing,
  Publication: ({ tables }, add) => tables.forEach((table) => add(table, 'SHARE UPDATE EXCLUSIVE')),
  CreateStatistics({ table }, add) {
    if (table !== undefined) add(table, 'SHARE UPDATE EXCLUSIVE');
  },
  Other: nothing,
};

/**
 * Tables with a column of a domain, or of a domain over it. A column of its arrays counts not: while there is one, PostgreSQL
 * refuses to add or validate a constraint (0A000).
 */
function tablesWithDomain(domain: ObjectName, catalog: Catalog): ObjectName[] {
  const domains: ObjectName[] = [domain];
  for (const base of domains) {
    for (const type of catalog.types()) {
      if (type.kind === 'domain' && isValueOf(type.base, base)) domains.push(type.name);
    }
  }
  return [...catalog.tables()]
    .filter(({ columns }) => columns.some(({ type }) => domains.some((one) => isValueOf(type, one))))
    .map(({ name }) => name);
}

function isValueOf(type: TypeName, other: ObjectName): boolean {
  return type.arrayDimensions === 0 && isSameObject(type, other);
}

/** Only composite types are listed in pg_class, with a lock of their own. */
function isComposite(type: ObjectName, catalog: Catalog): boolean {
  return catalog.type(type)?.kind === 'composite';
}

/** Locks the tables with a default that goes with CASCADE. */
function addDefaults(add: Add, catalog: Catalog, choose: (value: Expression) => boolean): void {
  for (const { name, columns } of catalog.tables()) {
    const loses = columns.some((column) => column.default !== undefined && choose(column.default));
    if (loses) add(name, 'ACCESS EXCLUSIVE');
  }
}

/** A view, and with CASCADE the views made from it. */
function addDroppedView(name: ObjectName, cascade: boolean, add: Add, catalog: Catalog): void {
  add(name, 'ACCESS EXCLUSIVE');
  if (cascade) addViewsOn(catalog.view(name)?.name ?? name, undefined, add, catalog);
}
