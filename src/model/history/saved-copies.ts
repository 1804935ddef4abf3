import type { Catalog } from '../catalog/types.ts';
import type { ObjectName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { DestructiveOperation } from './data-loss.ts';
import type { History, RowCopy } from './history.ts';

/** A place in the history to look back from: what was recorded, the operation, and the schema just before it. */
export interface Viewpoint {
  readonly history: History;
  readonly catalog: Catalog;
  readonly operation: DestructiveOperation;
}

/**
 * The copies of a table's or a column's values that were made before an operation and are still there: not in a temporary
 * table, not in a table or column that was dropped again, not in the place itself.
 *
 * @param table the table, resolved.
 * @param column one of its columns; undefined for the whole table.
 */
export function savedCopies(
  table: ObjectName,
  column: string | undefined,
  { history, catalog, operation }: Viewpoint,
): readonly RowCopy[] {
  return history.copiesOf(table, column, operation).filter(({ to }) => {
    if (isSameObject(to.table, table) && (column === undefined || to.column === column)) return false;
    const target = catalog.table(to.table);
    return target !== undefined && target.persistence !== 'temporary';
  });
}

/**
 * Whether the rows of a table were saved before an operation: wholly, or at least half of its columns.
 *
 * @param table the table.
 */
export function isTableSaved(
  table: { readonly name: ObjectName; readonly columns: readonly { readonly name: string }[] },
  viewpoint: Viewpoint,
): boolean {
  const copies = savedCopies(table.name, undefined, viewpoint);
  if (copies.some(({ from }) => from.column === undefined)) return true;
  const saved = new Set(copies.map(({ from }) => from.column));
  const count = table.columns.filter(({ name }) => saved.has(name)).length;
  return count > 0 && count * 2 >= table.columns.length;
}
