import { bareTable } from '../model/catalog/bare-table.ts';
import type { Catalog, Table } from '../model/catalog/types.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import type { Migration } from './project.ts';

/** Where the question is asked. */
export interface Vantage {
  /** The schema just before the operation, or before the migration. */
  readonly catalog: Catalog;
  /** The schema just after it. */
  readonly catalogAfter: Catalog;
  /** Undefined for listeners of what is no operation. */
  readonly operation: Operation | undefined;
  readonly deploy: {
    /** The schema before the deploy. */
    readonly before: Catalog;
    /** Index of its first migration. */
    readonly firstIndex: number;
    /** False if something in it could not be read. */
    readonly readable: boolean;
  };
}

/**
 * A table as it was before a deploy, found through the deploy's renames; undefined if the deploy created it, if it does not
 * exist, or if it is temporary.
 *
 * A table that no migration created, but that an operation needs, was there before the history: it is `uncertain`, and
 * nothing is known of its columns. Where the deploy itself holds something that could not be read, it may come from there,
 * and nothing is claimed.
 */
export function existedBeforeDeploy(name: ObjectName, vantage: Vantage): Table | undefined {
  const { catalog, deploy } = vantage;
  const now = catalog.table(name) ?? unseenTable(name, vantage);
  if (now === undefined || now.persistence === 'temporary' || now.origin.migration >= deploy.firstIndex)
    return undefined;
  if (now.origin.migration < 0 && !deploy.readable) return undefined;
  const before = deploy.before.table(now.name);
  if (before?.origin === now.origin) return before;
  if (now.origin.migration < 0) return withoutParts(now, deploy.firstIndex);
  for (const table of deploy.before.tables()) if (table.origin === now.origin) return table;
  return now;
}

/**
 * Whether a relation of any kind was there before a deploy: a table as {@link existedBeforeDeploy} says, a view or a sequence
 * by its origin. Composite types count as not: nobody waits for them.
 */
export function isOlderThanDeploy(name: ObjectName, vantage: Vantage): boolean {
  const { catalog, deploy } = vantage;
  if (catalog.table(name) === undefined) {
    const other = catalog.view(name) ?? catalog.sequence(name) ?? catalog.type(name);
    if (other !== undefined) {
      const { migration } = other.origin;
      return migration < deploy.firstIndex && (migration >= 0 || deploy.readable) && isRelation(other.kind);
    }
  }
  return existedBeforeDeploy(name, vantage) !== undefined;
}

const isRelation = (kind: string): boolean => ['view', 'materialized view', 'sequence'].includes(kind);

/** Whether everything in a deploy's migrations could be read: there is no problem, no dynamic SQL. */
export function isReadable(migrations: readonly Migration[]): boolean {
  return migrations.every(
    ({ operations, script }) =>
      (script?.problems.length ?? 0) === 0 &&
      operations.every(({ kind, run }) => kind !== 'Opaque' || run === 'called'),
  );
}

/**
 * Whether all that can have changed a table since it was created was read: for a rule that claims something of what a table
 * lacks. A table of the deploy at hand is followed from its own migration on, an older one through the whole history.
 *
 * @param deploy the migrations that go out together.
 * @param after the schema after the last of them.
 */
export function isFollowed(table: Table, deploy: readonly Migration[], after: Catalog): boolean {
  const since = table.origin.migration;
  const isNew = since >= (deploy[0]?.index ?? Infinity);
  if (!isNew && !after.complete) return false;
  const later = deploy.filter(({ index }) => index >= since);
  const hidesSomething = ({ catalogBefore, catalogAfter }: Migration): boolean =>
    catalogBefore.complete && !catalogAfter.complete;
  return table.certainty === 'certain' && isReadable(later) && !later.some(hidesSomething);
}

/** The table that an operation names and no migration created. With IF EXISTS it is not there. */
function unseenTable(name: ObjectName, { catalog, catalogAfter, operation }: Vantage): Table | undefined {
  if (isOtherRelation(name, catalog) || isSystems(name)) return undefined;
  const after = catalogAfter.table(name);
  if (after !== undefined) return after.origin.migration < 0 ? after : undefined;
  if (operation === undefined || ('ifExists' in operation && operation.ifExists)) return undefined;
  return bareTable(name, { migration: -1, id: '', statement: operation.statement }, 'uncertain');
}

/** ALTER TABLE takes the names of views, indexes, sequences and composite types as well. */
function isOtherRelation(name: ObjectName, catalog: Catalog): boolean {
  return (
    catalog.view(name) !== undefined ||
    catalog.index(name) !== undefined ||
    catalog.sequence(name) !== undefined ||
    catalog.type(name) !== undefined
  );
}

function isSystems({ schema, name }: ObjectName): boolean {
  return (
    schema === 'pg_catalog' ||
    schema === 'information_schema' ||
    (schema === undefined && name.startsWith('pg_'))
  );
}

/** A table of which a deploy is the first to speak, without what the deploy gave it. */
function withoutParts(table: Table, firstIndex: number): Table {
  const isOlder = ({ origin }: { readonly origin: Table['origin'] }): boolean =>
    origin.migration < firstIndex;
  return {
    ...table,
    columns: table.columns.filter(isOlder),
    constraints: table.constraints.filter(isOlder),
    indexes: table.indexes.filter(isOlder),
  };
}
