import { usesColumn } from '../catalog/expressions.ts';
import type { Catalog, Table, View } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ObjectName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';

/**
 * What is built on a column so that PostgreSQL refuses to change its type (0A000, executed on PostgreSQL 18): views and
 * materialized views that name it in any clause, policies, triggers with UPDATE OF it, generated columns.
 *
 * @param table the table just before.
 * @returns each as people call it: `the view active_users`. Of what is not certain, nothing.
 */
export function columnDependants(table: Table, column: string, catalog: Catalog): readonly string[] {
  const found: string[] = [];
  for (const view of catalog.readers(table.name)) {
    if (view.certainty === 'certain' && isSureToRead(view, table, column, catalog))
      found.push(`the ${view.kind} ${displayName(view.name)}`);
  }
  for (const { name, generated } of table.columns) {
    if (usesColumn(generated?.expression, column))
      found.push(`the generated column ${quoteIdentifier(name)}`);
  }
  for (const { name, using, withCheck } of table.policies) {
    if (usesColumn(using, column) || usesColumn(withCheck, column))
      found.push(`the policy ${quoteIdentifier(name)}`);
  }
  for (const { name, columns } of table.triggers) {
    if (columns.includes(column)) found.push(`the trigger ${quoteIdentifier(name)}`);
  }
  return found;
}

/**
 * Whether a view reads a column without doubt. `columnReads` counts a name without a qualifier for every relation that has
 * such a column, and a bare `*` for all columns of all relations, also those of subqueries.
 */
function isSureToRead(view: View, table: Table, column: string, catalog: Catalog): boolean {
  const readers = view.columnReads.filter((read) => read.column === column);
  if (!readers.some(({ relation }) => isSameObject(relation, table.name))) return false;
  if (view.reads.length === 1) return true;
  return readers.length === 1 && view.reads.some((name) => isPartlyRead(view, name, catalog));
}

/** Whether a view leaves out a column that a relation had before it: then there is no bare `*` in it. */
function isPartlyRead(view: View, name: ObjectName, catalog: Catalog): boolean {
  const read = view.columnReads.filter(({ relation }) => isSameObject(relation, name));
  const older = catalog.table(name)?.columns.filter(({ origin }) => origin.migration < view.origin.migration);
  return older?.some((column) => !read.some((one) => one.column === column.name)) === true;
}
