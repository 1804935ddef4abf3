/** Scalar subqueries that look a value up in another table: whether they can find none. */
import type { Node, SelectStmt, SubLink } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { callsOf, columnNames } from '../operations/queries.ts';
import type { ObjectName } from '../operations/types.ts';
import { NEVER_NULL, STRICT, STRICT_AT_LEAST } from './functions.ts';
import { AGGREGATES } from './pass.ts';
import { conjuncts } from './picked-rows.ts';
import { anything, nothing, notNull, type Value } from './values.ts';

/** What a scalar subquery gives for a row of the table that is updated. */
export interface Lookup {
  readonly value: Value;
  /** What it gives where no row matches, and where it looks; undefined where that cannot be told, or not be. */
  readonly unmatched: { readonly value: Value; readonly table: ObjectName } | undefined;
}

/** The row that a subquery is asked for. */
export interface LookupRow {
  readonly table: Table;
  /** The names that qualify its columns. */
  readonly aliases: ReadonlySet<string>;
  /** Whether a column of it can be NULL. */
  readonly canBeNull: (column: string) => boolean;
}

const unknown: Lookup = { value: anything, unmatched: undefined };

/**
 * What `(SELECT … FROM other WHERE other.key = row.column)` gives: NULL where no row matches, but for `count`. A foreign key
 * that is validated always finds its row.
 *
 * @param link a subquery in what an UPDATE sets.
 * @param row the row that is updated.
 * @param catalog the schema just before.
 */
export function lookupOf(link: SubLink, row: LookupRow, catalog: Catalog): Lookup {
  const select = link.subLinkType === 'EXPR_SUBLINK' ? fieldsOf(link.subselect, 'SelectStmt') : undefined;
  const target = fieldsOf(select?.targetList?.[0], 'ResTarget')?.val;
  if (select === undefined || select.larg !== undefined || select.targetList?.length !== 1) return unknown;
  if (select.havingClause !== undefined || select.limitOffset !== undefined) return unknown;
  const isGrouped = select.groupClause !== undefined;
  if (!isGrouped && stringOf(fieldsOf(target, 'FuncCall')?.funcname?.at(-1)) === 'count')
    return { ...unknown, value: notNull };
  const source = sourceOf(select, catalog);
  if (source === undefined || source.table === row.table) return unknown;
  const conditions = conjuncts(select.whereClause);
  const scope: Scope = { source, row };
  if (conditions.some((condition) => fieldsOf(condition, 'SubLink') !== undefined)) return unknown;
  if (!conditions.some((condition) => namesRow(condition, scope))) return unknown;
  if (select.limitCount === undefined && alwaysMatches(conditions, scope)) {
    const output = columnNames(target)?.at(-1);
    const isFilled = output !== undefined && provesNotNull(source.table, output);
    return isFilled ? { ...unknown, value: notNull } : unknown;
  }
  return isGrouped || isNullWithoutRows(target)
    ? { value: anything, unmatched: { value: nothing, table: source.table.name } }
    : unknown;
}

/** Whether an output is NULL where no row is found: an aggregate by itself, or no aggregate in it. */
function isNullWithoutRows(target: Node | undefined): boolean {
  const outer = stringOf(fieldsOf(target, 'FuncCall')?.funcname?.at(-1));
  if (AGGREGATES.has(outer)) return outer !== 'count';
  return target !== undefined && callsOf(target).every(({ name }) => isPlain(name));
}

function isPlain(name: string): boolean {
  return STRICT.has(name) || STRICT_AT_LEAST.has(name) || NEVER_NULL.has(name);
}

interface Source {
  readonly table: Table;
  readonly alias: string;
}

interface Scope {
  readonly source: Source;
  readonly row: LookupRow;
}

/** The one table that a query reads, which the history knows for certain. */
function sourceOf(select: SelectStmt, catalog: Catalog): Source | undefined {
  const [item, ...others] = select.fromClause ?? [];
  const relation = fieldsOf(item, 'RangeVar');
  if (relation?.relname === undefined || others.length > 0 || select.withClause !== undefined)
    return undefined;
  const table = catalog.table({ schema: relation.schemaname, name: relation.relname });
  if (table === undefined || table.certainty !== 'certain') return undefined;
  return { table, alias: relation.alias?.aliasname ?? relation.relname };
}

/** The column of the updated row that a name means; undefined for those of the subquery's table, which come first. */
function rowColumn(names: readonly string[], { source, row }: Scope): string | undefined {
  const column = names.at(-1) ?? '';
  if (!row.table.columns.some(({ name }) => name === column)) return undefined;
  if (names.length === 2)
    return names[0] !== source.alias && row.aliases.has(names[0] ?? '') ? column : undefined;
  return names.length === 1 && !source.table.columns.some(({ name }) => name === column) ? column : undefined;
}

function namesRow(condition: Node, scope: Scope): boolean {
  let found = false;
  visitNodes(condition, (type, fields) => {
    if (type === 'ColumnRef' && rowColumn(columnNames({ ColumnRef: fields }) ?? [], scope) !== undefined)
      found = true;
  });
  return found;
}

/** Whether the conditions are those of a foreign key of the row, all of whose columns are filled. */
function alwaysMatches(conditions: readonly Node[], scope: Scope): boolean {
  const pairs = new Map<string, string>();
  for (const condition of conditions) {
    const comparison = fieldsOf(condition, 'A_Expr');
    if (comparison?.kind !== 'AEXPR_OP' || stringOf(comparison.name?.at(-1)) !== '=') return false;
    const sides = [comparison.lexpr, comparison.rexpr].map((side) => columnNames(side) ?? []);
    const own = sides.findIndex((names) => rowColumn(names, scope) !== undefined);
    const other = sides[1 - own]?.at(-1);
    if (own < 0 || other === undefined) return false;
    pairs.set(rowColumn(sides[own] ?? [], scope) ?? '', other);
  }
  const { source, row } = scope;
  return row.table.constraints.some(
    ({ definition, validated }) =>
      definition.type === 'foreign key' &&
      validated &&
      !definition.notEnforced &&
      catalogName(definition.references) === catalogName(source.table.name) &&
      pairs.size <= definition.columns.length &&
      [...pairs].every(([column, target]) => {
        const at = definition.columns.indexOf(column);
        return at >= 0 && definition.referencedColumns[at] === target;
      }) &&
      definition.columns.every((column) => !row.canBeNull(column)),
  );
}

const catalogName = ({ schema, name }: ObjectName): string => `${schema ?? ''}.${name}`;
