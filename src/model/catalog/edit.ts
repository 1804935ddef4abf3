import { leastCertain } from './doubt.ts';
import type { ObjectName } from '../operations/types.ts';
import { bareTable } from './bare-table.ts';
import { putTable, putView, relationOf, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import type { QualifiedName } from './store.ts';
import type { Column, Index, Table, View } from './types.ts';

/** @returns the list with one element in another's place; the same list if it is not in there. */
export function replaced<Element>(list: readonly Element[], from: Element, to: Element): readonly Element[] {
  const at = list.indexOf(from);
  return at < 0 || from === to ? list : list.with(at, to);
}

/** @returns the list with each element mapped; the same list if no element changed, so that nothing is written for it. */
export function mapSame<Element>(
  list: readonly Element[],
  map: (element: Element) => Element,
): readonly Element[] {
  let changed: Element[] | undefined;
  for (const [index, element] of list.entries()) {
    const mapped = map(element);
    if (mapped !== element) changed ??= [...list];
    if (changed !== undefined) changed[index] = mapped;
  }
  return changed ?? list;
}

/** @returns the elements that pass; the same list if all do. */
export function filterSame<Element>(
  list: readonly Element[],
  keep: (element: Element) => boolean,
): readonly Element[] {
  const kept = list.filter(keep);
  return kept.length === list.length ? list : kept;
}

/**
 * A copy of a table, to be changed before anybody else sees it. All its fields stand here because V8 is slow at spreading
 * objects that were made in several ways; this takes half the time or less.
 */
export function copyOfTable(table: Table): { -readonly [Field in keyof Table]: Table[Field] } {
  return {
    kind: 'table',
    name: table.name,
    persistence: table.persistence,
    columns: table.columns,
    constraints: table.constraints,
    indexes: table.indexes,
    triggers: table.triggers,
    rules: table.rules,
    policies: table.policies,
    rowSecurity: table.rowSecurity,
    partitionBy: table.partitionBy,
    partitionOf: table.partitionOf,
    inherits: table.inherits,
    foreignServer: table.foreignServer,
    options: table.options,
    owner: table.owner,
    privileges: table.privileges,
    comment: table.comment,
    certainty: table.certainty,
    origin: table.origin,
  };
}

/** Writes a table with other columns. */
export function putColumns(draft: Draft, table: Table, columns: readonly Column[]): void {
  const changed = copyOfTable(table);
  changed.columns = columns;
  putTable(draft, changed);
}

/** Writes what `edit` makes of a table, if there is such a table and it is another object. */
export function editTable(draft: Draft, name: ObjectName, edit: (table: Table) => Table): void {
  const table = tableOf(draft, name);
  if (table === undefined) return;
  const edited = edit(table);
  if (edited !== table) putTable(draft, edited);
}

/** Writes what `edit` makes of a column, as certain as the operation is. Without such a column nothing happens. */
export function editColumn(
  draft: Draft,
  table: ObjectName,
  name: string,
  edit: (column: Column) => Column,
): void {
  editTable(draft, table, (before) => {
    const column = columnOf(before, name);
    if (column === undefined) return before;
    const edited = edit(column);
    if (edited === column) return before;
    const certain = { ...edited, certainty: leastCertain(column.certainty, draft.certainty) };
    return { ...before, columns: replaced(before.columns, column, certain) };
  });
}

/** @returns a table's column by its name. */
export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** @returns a table or materialized view by its name: what can have an index. */
export function indexableOf(draft: Draft, name: ObjectName): Table | View | undefined {
  const relation = relationOf(draft, name);
  return relation === undefined || relation.kind === 'index' || relation.kind === 'sequence'
    ? undefined
    : relation;
}

/** Writes other indexes of a table or materialized view. */
export function putIndexes(draft: Draft, on: Table | View, indexes: readonly Index[]): void {
  if (indexes === on.indexes) return;
  if (on.kind !== 'table') {
    putView(draft, { ...on, indexes });
    return;
  }
  const changed = copyOfTable(on);
  changed.indexes = indexes;
  putTable(draft, changed);
}

/** A part of the table is dropped in a branch: whatever else the table has, it may still have that part. */
export function dropsPart(draft: Draft, table: Table): Table {
  return draft.certainty === 'certain' ? table : { ...table, certainty: 'uncertain' };
}

/**
 * The table that an ALTER TABLE or the like changes. A table that the history never created was there before it: it enters
 * the catalog as uncertain, with the origin -1, so that what is done to it from now on is known.
 *
 * @param draft the catalog.
 * @param name the table's resolved name.
 * @param ifExists with IF EXISTS, a table that is not there is left alone.
 * @returns the table; undefined for another kind of relation, a system table, or none.
 */
export function tableOrStub(draft: Draft, name: ObjectName, ifExists: boolean): Table | undefined {
  const relation = relationOf(draft, name);
  if (relation !== undefined) return relation.kind === 'table' ? relation : undefined;
  if (ifExists || name.schema === 'pg_catalog' || name.schema === 'information_schema') return undefined;
  const stub: Table = {
    ...emptyTable({ schema: name.schema ?? 'public', name: name.name }, draft),
    certainty: 'uncertain',
    origin: { ...draft.origin, migration: -1 },
  };
  draft.fromEmpty = false;
  putTable(draft, stub);
  return stub;
}

/** @returns a table without columns, as certain as the operation. */
export function emptyTable(name: QualifiedName, draft: Draft): Table {
  return bareTable(name, draft.origin, draft.certainty);
}

/** @returns whether ALTER TABLE or CREATE INDEX said ONLY: partitions and inheriting tables are left alone. */
export function saysOnly(operation: { readonly statement: { readonly tree: object } }): boolean {
  const tree = operation.statement.tree as { AlterTableStmt?: { relation?: { inh?: boolean } } };
  const relation = tree.AlterTableStmt?.relation;
  return relation !== undefined && relation.inh !== true;
}
