import type { Table } from '../catalog/types.ts';

/** Columns whose values are to be unique together. */
export interface UniqueKey {
  /** By name; undefined for an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly nullsNotDistinct: boolean;
}

/**
 * The name of the unique index that makes it certain that a key holds no duplicates: one over some of its columns, or all, and
 * over every row.
 *
 * @param table the table at a point where its rows were as they are now.
 * @param key with column names of that point.
 * @returns undefined if there is none that the catalog is certain of.
 */
export function uniqueIndexWithin(table: Table, key: UniqueKey): string | undefined {
  const found = table.indexes.find(({ certainty, elements, nullsNotDistinct, unique, valid, where }) => {
    if (!unique || !valid || certainty !== 'certain' || where !== undefined) return false;
    const columns = elements.map(({ column }) => column);
    if (!columns.every((column) => column !== undefined && key.columns.includes(column))) return false;
    // Where NULLs count as equal, an index that lets them repeat proves it of columns without NULLs only.
    const isNotNull = columns.every((name) =>
      table.columns.some((column) => column.name === name && column.notNull),
    );
    return !key.nullsNotDistinct || nullsNotDistinct || isNotNull;
  });
  return found?.name;
}
