import type { Node } from '@pgsql/types';
import { usesColumn } from '../catalog/expressions.ts';
import type { Catalog, Table } from '../catalog/types.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import type { Expression, ObjectName } from '../operations/types.ts';
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
 * Whether a CHECK of a table says when a column may be NULL: `num_nonnulls(post, comment) = 1`, `post IS NULL OR comment IS NULL`,
 * `(a IS NULL) = (b IS NULL)`. A comparison of the column alone says nothing: NULL passes every CHECK.
 */
export function hasNullCheck({ constraints }: Table, column: string): boolean {
  return constraints.some(
    ({ definition }) => definition.type === 'check' && countsNull(definition.expression, column),
  );
}

const NULL_COUNTS: ReadonlySet<string> = new Set(['num_nonnulls', 'num_nulls']);

function countsNull(expression: Expression, column: string): boolean {
  if (!usesColumn(expression, column)) return false;
  let counts = false;
  visitNodes(expression.tree, (type, fields) => {
    const isCount = type === 'FuncCall' && NULL_COUNTS.has(stringsOf(fields['funcname']).at(-1) ?? '');
    if (!isCount && type !== 'NullTest') return !counts;
    visitNodes(fields, (inner, reference) => {
      if (inner === 'ColumnRef' && stringsOf(reference['fields']).at(-1) === column) counts = true;
    });
    return !counts;
  });
  return counts;
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
