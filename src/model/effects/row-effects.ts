import type { Catalog } from '../catalog/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { Delete, ObjectName, Query, Select, Update } from '../operations/types.ts';
import { readsOf } from '../operations/queries.ts';
import { referencedBy } from './dependants.ts';
import type { Add, EffectTable } from './effect-table.ts';
import { addChanged, addRead } from './reads.ts';
import { lockedRelations } from './row-locks.ts';

/**
 * Statements on rows. How many rows, and how they are found, is the planner's; `rows` says only that it depends on them. The
 * partition that an inserted row goes to is the row's.
 */
export const rowEffects: EffectTable<
  'Insert' | 'Update' | 'Delete' | 'Merge' | 'Truncate' | 'Copy' | 'Select'
> = {
  Insert({ table, query }, add, catalog) {
    addReads(query, add, catalog);
    addInserted(table, add, catalog);
    addChecked(table, () => true, add, catalog);
  },
  Update(operation, add, catalog) {
    const { table, from, assignments } = operation;
    from.forEach((source) => addRead(add, catalog, source, 'scan'));
    addSubqueries(operation, add, catalog);
    addChanged(add, catalog, table);
    const assigned = (columns: readonly string[]): boolean =>
      assignments.some(({ column }) => columns.includes(column));
    addChecked(table, assigned, add, catalog);
    addCheckedIn(table, 'onUpdate', assigned, add, catalog);
  },
  Delete(operation, add, catalog) {
    operation.using.forEach((source) => addRead(add, catalog, source, 'scan'));
    addSubqueries(operation, add, catalog);
    addCheckedIn(operation.table, 'onDelete', () => true, add, catalog);
    addChanged(add, catalog, operation.table);
  },
  Merge({ table, source }, add, catalog) {
    source.forEach((name) => addRead(add, catalog, name, 'scan'));
    addChanged(add, catalog, table);
  },
  Truncate({ table, behavior }, add, catalog) {
    addTruncated(table, behavior === 'cascade', add, catalog, new Set());
  },
  Copy({ table, from }, add, catalog) {
    if (table === undefined) return;
    if (from) addInserted(table, add, catalog);
    else add(table, 'ACCESS SHARE', 'scan');
  },
  Select: selectRows,
};

function selectRows({ query, locksRows }: Select, add: Add, catalog: Catalog): void {
  query.reads.forEach((name) => addRead(add, catalog, name, 'rows'));
  if (!locksRows) return;
  for (const name of lockedRelations(query.tree)) addRead(add, catalog, name, 'rows', 'ROW SHARE');
}

function addReads(query: Query | undefined, add: Add, catalog: Catalog): void {
  query?.reads.forEach((name) => addRead(add, catalog, name, 'scan'));
}

/** A view passes its new rows on to its table; a partitioned table's partitions are chosen row by row. */
function addInserted(table: ObjectName, add: Add, catalog: Catalog): void {
  if (catalog.table(table) === undefined) addChanged(add, catalog, table);
  else add(table, 'ROW EXCLUSIVE', 'rows');
}

/** What the subqueries of SET and WHERE read. A name that the catalog does not know may be that of a WITH query. */
function addSubqueries(operation: Update | Delete, add: Add, catalog: Catalog): void {
  const assigned = operation.kind === 'Update' ? operation.assignments : [];
  const reads = [
    ...assigned.flatMap(({ expression }) => (expression === undefined ? [] : readsOf(expression.tree))),
    ...operation.where.conditions.flatMap(({ subquery }) => subquery?.query.reads ?? []),
  ];
  for (const name of reads) {
    if ((catalog.table(name) ?? catalog.view(name)) !== undefined) addRead(add, catalog, name, 'scan');
  }
}

/** TRUNCATE empties the partitions and inheriting tables too, and with CASCADE every table that refers to one of them. */
function addTruncated(
  name: ObjectName,
  cascade: boolean,
  add: Add,
  catalog: Catalog,
  done: Set<string>,
): void {
  const known = catalog.table(name)?.name ?? name;
  const key = objectKey(known);
  if (done.has(key)) return;
  done.add(key);
  add(name, 'ACCESS EXCLUSIVE');
  for (const child of catalog.children(name)) addTruncated(child.name, cascade, add, catalog, done);
  if (!cascade) return;
  for (const { table } of catalog.referencing(name)) addTruncated(table.name, true, add, catalog, done);
}

/** New values of a foreign key are looked up in the table that it refers to. */
function addChecked(
  name: ObjectName,
  choose: (columns: readonly string[]) => boolean,
  add: Add,
  catalog: Catalog,
): void {
  const table = catalog.table(name);
  if (table === undefined) return;
  for (const referenced of referencedBy(table, choose)) add(referenced, 'ROW SHARE', 'rows');
}

/** Old values of a key are looked up in the tables that refer to it, and changed there if the foreign key says so. */
function addCheckedIn(
  name: ObjectName,
  event: 'onUpdate' | 'onDelete',
  choose: (columns: readonly string[]) => boolean,
  add: Add,
  catalog: Catalog,
): void {
  for (const { table, constraint } of catalog.referencing(name)) {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || !choose(definition.referencedColumns)) continue;
    const changes = definition[event] !== 'no action' && definition[event] !== 'restrict';
    add(table.name, changes ? 'ROW EXCLUSIVE' : 'ROW SHARE', 'rows');
  }
}
