import type { Node } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import type { ObjectName } from '../operations/types.ts';
import { columnNames } from '../operations/queries.ts';

/**
 * Tells whether PostgreSQL can take it from the catalogs that a column holds no NULL, so that SET NOT NULL reads no row.
 *
 * @param table the table just before.
 * @returns true if the column is NOT NULL already (since PostgreSQL 18: and validated), or a validated CHECK constraint says `column IS NOT NULL`, alone or among
 *   conditions joined by AND (PostgreSQL manual, ALTER TABLE; measured on 13 to 18).
 */
export function provesNotNull(table: Table, column: string): boolean {
  const known = table.columns.find(({ name }) => name === column);
  if (known?.notNull === true && known.notNullConstraint?.validated !== false) return true;
  return table.constraints.some(
    ({ definition, validated }) =>
      definition.type === 'check' &&
      validated &&
      !definition.notEnforced &&
      impliesNotNull(definition.expression.tree, column),
  );
}

/**
 * {@link provesNotNull} for a table by its name.
 *
 * @param catalog the schema just before.
 * @returns false for a table that the catalog does not know.
 */
export function isProvenNotNull(catalog: Catalog, name: ObjectName, column: string): boolean {
  const table = catalog.table(name);
  return table !== undefined && provesNotNull(table, column);
}

function impliesNotNull(node: unknown, column: string): boolean {
  const tree = node as {
    NullTest?: { arg?: Node; nulltesttype?: string };
    BoolExpr?: { boolop?: string; args?: unknown[] };
  } | null;
  if (tree?.NullTest !== undefined) {
    return tree.NullTest.nulltesttype === 'IS_NOT_NULL' && columnNames(tree.NullTest.arg)?.at(-1) === column;
  }
  if (tree?.BoolExpr?.boolop === 'AND_EXPR')
    return (tree.BoolExpr.args ?? []).some((part) => impliesNotNull(part, column));
  return false;
}
