import type { ObjectName } from '../operations/types.ts';
import { childTablesOf, putTable, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { columnOf, leastCertain, replaced } from './edit.ts';
import { notNullName } from './names.ts';
import type { Column, Table } from './types.ts';

/** PostgreSQL 18 was the first to keep NOT NULL as constraints with names. */
const firstWithConstraints = 18;

/** How a column becomes NOT NULL. */
export interface NotNullSource {
  /** The constraint's written name. */
  readonly name?: string | undefined;
  /** False for NOT VALID. */
  readonly validated?: boolean;
  /** Partitions and inheriting tables stay as they are. */
  readonly only?: boolean;
  /** For a column that the table inherits: not its own. */
  readonly newTable?: boolean;
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
): void {
  const table = tableOf(draft, tableName);
  const column = table === undefined ? undefined : columnOf(table, name);
  if (table === undefined || column === undefined) return;
  const notNullConstraint = constraintFor(draft, table, column, source);
  const known = column.notNullConstraint;
  const isSame = known?.name === notNullConstraint?.name && known?.validated === notNullConstraint?.validated;
  if (!column.notNull || !isSame) {
    const certainty = leastCertain(column.certainty, draft.certainty);
    const edited: Column = { ...column, notNull: true, notNullConstraint, certainty };
    putTable(draft, { ...table, columns: replaced(table.columns, column, edited) });
  }
  if (source.only === true) return;
  for (const child of childTablesOf(draft, table.name)) setNotNull(draft, child.name, name, source);
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
  if (known !== undefined) return validated && !known.validated ? { ...known, validated } : known;
  return { name: source.name ?? notNullName(draft, table, column.name), validated };
}

/** Gives the NOT NULL columns of a table that has just been written their constraints' names. */
export function nameNotNullConstraints(draft: Draft, tableName: ObjectName): void {
  if (draft.postgresVersion < firstWithConstraints) return;
  const names = tableOf(draft, tableName)?.columns ?? [];
  for (const column of names) {
    if (column.notNull && column.notNullConstraint === undefined) {
      setNotNull(draft, tableName, column.name, { only: true });
    }
  }
}

/** Makes a column nullable, in the tables that inherit it too. */
export function dropNotNull(draft: Draft, tableName: ObjectName, name: string, only: boolean): void {
  const table = tableOf(draft, tableName);
  const column = table === undefined ? undefined : columnOf(table, name);
  if (table === undefined || column === undefined) return;
  if (column.notNull) {
    const certainty = leastCertain(column.certainty, draft.certainty);
    const edited: Column = { ...column, notNull: false, notNullConstraint: undefined, certainty };
    putTable(draft, { ...table, columns: replaced(table.columns, column, edited) });
  }
  if (only) return;
  for (const child of childTablesOf(draft, table.name)) dropNotNull(draft, child.name, name, only);
}
