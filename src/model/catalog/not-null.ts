import { objectKey } from '../operations/same-object.ts';
import type { ObjectName } from '../operations/types.ts';
import { childTablesOf, familyOf, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { columnOf, editColumn, putColumns, replaced } from './edit.ts';
import { hasConstraint, notNullName } from './names.ts';
import type { Column, Table } from './types.ts';

/** PostgreSQL 18 was the first to keep NOT NULL as constraints with names. */
const firstWithConstraints = 18;

/** Tables that were visited, since several ways can lead from a table to one that inherits from it. */
type Visited = Set<string>;

function isFirstVisit(visited: Visited, table: ObjectName): boolean {
  const size = visited.size;
  return visited.add(objectKey(table)).size > size;
}

/** How a column becomes NOT NULL. */
export interface NotNullSource {
  /** The constraint's written name. */
  readonly name?: string | undefined;
  /** False for NOT VALID. */
  readonly validated?: boolean;
  /** Partitions and inheriting tables stay as they are. */
  readonly only?: boolean;
  /** True where it comes from a parent. */
  readonly inherited?: boolean;
}

/**
 * Makes a column NOT NULL, in the tables that inherit it too.
 *
 * @param draft the catalog.
 * @param tableName a table of the catalog.
 * @param name the column.
 * @param source how it becomes NOT NULL.
 */
export function setNotNull(
  draft: Draft,
  tableName: ObjectName,
  name: string,
  source: NotNullSource = {},
  visited: Visited = new Set(),
): void {
  const table = tableOf(draft, tableName);
  const column = table === undefined ? undefined : columnOf(table, name);
  if (table === undefined || column === undefined || !isFirstVisit(visited, table.name)) return;
  const notNullConstraint = constraintFor(draft, table, column, source);
  const known = column.notNullConstraint;
  if (!column.notNull || notNullConstraint !== known) {
    const certainty = leastCertain(column.certainty, draft.certainty);
    const edited: Column = { ...column, notNull: true, notNullConstraint, certainty };
    putColumns(draft, table, replaced(table.columns, column, edited));
  }
  if (source.only === true) return;
  const inherited = { ...source, name: notNullConstraint?.name, inherited: true };
  for (const child of childTablesOf(draft, table.name)) {
    setNotNull(draft, child.name, name, inherited, visited);
  }
}

function constraintFor(
  draft: Draft,
  table: Table,
  column: Column,
  source: NotNullSource,
): Column['notNullConstraint'] {
  if (draft.postgresVersion < firstWithConstraints) return undefined;
  const known = column.notNullConstraint;
  const validated = source.validated ?? true;
  const local = source.inherited !== true;
  if (known === undefined)
    return { name: source.name ?? notNullName(draft, table, column.name), validated, local };
  const isSame = (known.validated || !validated) && (known.local || !local);
  return isSame
    ? known
    : { name: known.name, validated: known.validated || validated, local: known.local || local };
}

/**
 * Gives the NOT NULL columns of a table that has just been written their constraints' names: its own first, then those that
 * come from parents, which keep their names where these are free.
 *
 * @param draft the catalog.
 * @param tableName the table.
 * @param columns the columns with the constraints of their parents.
 */
export function nameNotNullConstraints(
  draft: Draft,
  tableName: ObjectName,
  columns: readonly Column[] = [],
): void {
  if (draft.postgresVersion < firstWithConstraints) return;
  const inherited = columns.filter((column) => column.notNullConstraint?.local === false);
  const names = new Set(inherited.map((column) => column.name));
  for (const column of tableOf(draft, tableName)?.columns ?? []) {
    if (!column.notNull || column.notNullConstraint !== undefined || names.has(column.name)) continue;
    setNotNull(draft, tableName, column.name, { only: true });
  }
  for (const { name, notNullConstraint } of inherited) {
    const table = tableOf(draft, tableName);
    const isTaken = table !== undefined && hasConstraint(table, notNullConstraint?.name ?? '');
    const parentsName = isTaken ? undefined : notNullConstraint?.name;
    setNotNull(draft, tableName, name, { name: parentsName, only: true, inherited: true });
  }
}

/** VALIDATE CONSTRAINT of a NOT NULL constraint, in the tables that inherit it too. */
export function validateNotNull(draft: Draft, table: Table, name: string): void {
  for (const member of familyOf(draft, table.name)) editNotNull(draft, member, name, { validated: true });
}

function editNotNull(
  draft: Draft,
  table: ObjectName,
  name: string,
  change: Partial<NonNullable<Column['notNullConstraint']>>,
): void {
  editColumn(draft, table, name, (column) =>
    column.notNullConstraint === undefined
      ? column
      : { ...column, notNullConstraint: { ...column.notNullConstraint, ...change } },
  );
}

/**
 * Makes a column nullable, in the tables that inherit it too: in all of them before PostgreSQL 18, from then on where the
 * constraint is not their own.
 */
export function dropNotNull(
  draft: Draft,
  tableName: ObjectName,
  name: string,
  only: boolean,
  visited: Visited = new Set(),
): void {
  const table = tableOf(draft, tableName);
  const column = table === undefined ? undefined : columnOf(table, name);
  if (table === undefined || column === undefined || !isFirstVisit(visited, table.name)) return;
  if (column.notNull) {
    const certainty = leastCertain(column.certainty, draft.certainty);
    const edited: Column = { ...column, notNull: false, notNullConstraint: undefined, certainty };
    putColumns(draft, table, replaced(table.columns, column, edited));
  }
  for (const child of childTablesOf(draft, table.name)) {
    if (only) editNotNull(draft, child.name, name, { local: true });
    else if (columnOf(child, name)?.notNullConstraint?.local !== true)
      dropNotNull(draft, child.name, name, only, visited);
  }
}
