/** Where the statement of a batch loop gets its rows from. */
import type { Node, SelectStmt } from '@pgsql/types';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { columnNames } from '../operations/queries.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Delete, Loop, ObjectName, Update } from '../operations/types.ts';
import { commonQueries, hasLimit, type CommonQueries } from './limited-rows.ts';
import { partsOf } from './row-bounds.ts';

/** A subquery that picks rows of a table, by a key of it. */
export interface Page {
  readonly select: SelectStmt;
  /** The name that qualifies the table's columns in it. */
  readonly alias: string;
  /** The columns it gives, as the writing statement compares them. */
  readonly key: readonly string[];
  /** Its WHERE, ANDs taken apart. */
  readonly conditions: readonly Node[];
  readonly limit: Node | undefined;
  readonly offset: Node | undefined;
  /** True if it is one table, a WHERE, an order and a limit: no joins, groups or sets. */
  readonly plain: boolean;
}

/** How a statement of a loop picks the rows it writes, and what else it asks of them. */
export interface PickedRows {
  /**
   * - `page`: the rows that a subquery, CTE or joined query gives.
   * - `variable`: those whose keys a variable of the loop holds, as an array or one.
   * - `cursor`: WHERE CURRENT OF.
   * - `condition`: all for which the conditions hold.
   */
  readonly by: 'page' | 'variable' | 'cursor' | 'condition';
  readonly page: Page | undefined;
  /** Of `variable`: the variable and the column that it is compared with. */
  readonly variable:
    | { readonly name: string; readonly column: string; readonly isArray: boolean }
    | undefined;
  /** The other conditions. */
  readonly conditions: readonly Node[];
  /** The name that qualifies the table's columns in them. */
  readonly alias: string;
  /** True if FROM or USING brings something besides the page. */
  readonly joins: boolean;
}

/**
 * How an UPDATE or DELETE picks its rows.
 *
 * @param write a statement of a loop.
 * @param isVariable whether a name means a variable of the loop.
 */
export function pickedRows(write: Update | Delete, isVariable: (name: string) => boolean): PickedRows {
  const { common, items, where, alias } = partsOf(write);
  const conditions = conjuncts(where);
  const base = { page: undefined, variable: undefined, alias, joins: (items?.length ?? 0) > 0 };
  for (const [index, condition] of conditions.entries()) {
    const others = conditions.toSpliced(index, 1);
    if (fieldsOf(condition, 'CurrentOfExpr')) return { ...base, by: 'cursor', conditions: others };
    const found = pageOf(condition, write.table, alias, common, items);
    if (found !== undefined) return { ...base, by: 'page', ...found, joins: found.joins, conditions: others };
  }
  for (const [index, condition] of conditions.entries()) {
    const variable = variableOf(condition, isVariable);
    if (variable !== undefined)
      return { ...base, by: 'variable', variable, conditions: conditions.toSpliced(index, 1) };
  }
  return { ...base, by: 'condition', conditions };
}

/** A condition with its ANDs taken apart. */
export function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const operation = fieldsOf(node, 'BoolExpr');
  return operation?.boolop === 'AND_EXPR' ? (operation.args ?? []).flatMap(conjuncts) : [node];
}

/** Whether a name in a loop means a variable: it is one, and no column of the table. */
export function variableTest(loop: Loop, columns: readonly string[]): (name: string) => boolean {
  const names = new Set(Object.keys(loop.variables).map((name) => name.toLowerCase()));
  const own = new Set(columns);
  return (name) => names.has(name) && !own.has(name);
}

interface FoundPage {
  readonly page: Page;
  readonly joins: boolean;
}

function pageOf(
  condition: Node,
  table: ObjectName,
  alias: string,
  common: CommonQueries,
  items: readonly Node[] | undefined,
): FoundPage | undefined {
  const inSubquery = subqueryOf(condition);
  if (inSubquery !== undefined) {
    const key = inSubquery.key.map((node) => ownColumn(node, alias));
    const page = readPage(inSubquery.query, table, common, key);
    return page && { page, joins: (items?.length ?? 0) > 0 };
  }
  const expression = fieldsOf(condition, 'A_Expr');
  if (expression?.kind !== 'AEXPR_OP' || stringOf(expression.name?.at(-1)) !== '=') return undefined;
  if (items?.length !== 1) return undefined;
  for (const [own, other] of [
    [expression.lexpr, expression.rexpr],
    [expression.rexpr, expression.lexpr],
  ]) {
    const column = ownColumn(own, alias);
    const source = columnNames(other);
    if (column === undefined || source?.length !== 2 || source[0] === alias) continue;
    const query = itemQuery(items[0], source[0] ?? '', common);
    const page = query && readPage(query, table, common, [column]);
    if (page && page.key[0] === column && giveColumn(page.select, source[1]) === column)
      return { page, joins: false };
  }
  return undefined;
}

/** `key IN (SELECT …)`, `key = ANY (ARRAY(SELECT …))` and `key = (SELECT …)`. */
function subqueryOf(
  condition: Node,
): { readonly key: readonly (Node | undefined)[]; readonly query: Node | undefined } | undefined {
  const link = fieldsOf(condition, 'SubLink');
  if (link?.subLinkType === 'ANY_SUBLINK' && ['', '='].includes(stringOf(link.operName?.[0]))) {
    const row = fieldsOf(link.testexpr, 'RowExpr')?.args;
    return { key: row ?? [link.testexpr], query: link.subselect };
  }
  const expression = fieldsOf(condition, 'A_Expr');
  if (expression === undefined || stringOf(expression.name?.at(-1)) !== '=') return undefined;
  const inner = fieldsOf(expression.rexpr, 'SubLink');
  const fits =
    (expression.kind === 'AEXPR_OP_ANY' && inner?.subLinkType === 'ARRAY_SUBLINK') ||
    (expression.kind === 'AEXPR_OP' && inner?.subLinkType === 'EXPR_SUBLINK');
  return fits ? { key: [expression.lexpr], query: inner?.subselect } : undefined;
}

function ownColumn(node: Node | undefined, alias: string): string | undefined {
  const names = columnNames(node);
  if (names === undefined || names.length > 2) return undefined;
  return names.length === 1 || names[0] === alias ? names.at(-1) : undefined;
}

/** The query of an item of FROM that is a subquery or names a CTE. */
function itemQuery(item: Node | undefined, alias: string, common: CommonQueries): Node | undefined {
  const subselect = fieldsOf(item, 'RangeSubselect');
  if (subselect !== undefined) return subselect.alias?.aliasname === alias ? subselect.subquery : undefined;
  const relation = fieldsOf(item, 'RangeVar');
  if (relation === undefined || relation.schemaname !== undefined) return undefined;
  return (relation.alias?.aliasname ?? relation.relname) === alias
    ? common.get(relation.relname ?? '')
    : undefined;
}

/** The column of the table that a query's output is. */
function giveColumn(select: SelectStmt, output: string | undefined): string | undefined {
  for (const node of select.targetList ?? []) {
    const target = fieldsOf(node, 'ResTarget');
    const names = columnNames(target?.val);
    const column = names?.at(-1);
    if (column === '*') return output;
    if ((target?.name ?? column) === output) return column;
  }
  return undefined;
}

/**
 * Reads a query as a page of a table.
 *
 * @param query the subquery; one that only repeats a CTE is that CTE.
 * @param key the columns that the page's outputs are compared with, in order; undefined for what is no column.
 */
export function readPage(
  query: Node | undefined,
  table: ObjectName,
  outer: CommonQueries,
  key: readonly (string | undefined)[],
): Page | undefined {
  const select = fieldsOf(query, 'SelectStmt');
  if (select === undefined) return undefined;
  const common = commonQueries(select.withClause, outer);
  const [item, ...others] = select.fromClause ?? [];
  const bare = select.whereClause === undefined && select.limitCount === undefined && others.length === 0;
  if (bare && item !== undefined) {
    const alias = fieldsOf(item, 'RangeVar')?.alias?.aliasname ?? fieldsOf(item, 'RangeVar')?.relname;
    const inner = itemQuery(item, fieldsOf(item, 'RangeSubselect')?.alias?.aliasname ?? alias ?? '', common);
    if (inner !== undefined && inner !== query) return readPage(inner, table, new Map(outer), key);
  }
  const relation = fieldsOf(item, 'RangeVar');
  const name = { schema: relation?.schemaname, name: relation?.relname ?? '' };
  if (relation === undefined || !isSameObject(name, table)) return undefined;
  const alias = relation.alias?.aliasname ?? name.name;
  const given = (select.targetList ?? []).map((node) => ownColumn(fieldsOf(node, 'ResTarget')?.val, alias));
  const matches = key.every(
    (column, index) =>
      column !== undefined && (given[index] === column || given[0] === '*' || given.includes(column)),
  );
  if (!matches) return undefined;
  return {
    select,
    alias,
    key: key as readonly string[],
    conditions: conjuncts(select.whereClause),
    limit: hasLimit(select) ? select.limitCount : undefined,
    offset: select.limitOffset,
    plain:
      others.length === 0 &&
      select.groupClause === undefined &&
      select.havingClause === undefined &&
      select.distinctClause === undefined &&
      select.larg === undefined &&
      select.windowClause === undefined,
  };
}

function variableOf(condition: Node, isVariable: (name: string) => boolean): PickedRows['variable'] {
  const expression = fieldsOf(condition, 'A_Expr');
  if (expression === undefined || stringOf(expression.name?.at(-1)) !== '=') return undefined;
  if (expression.kind !== 'AEXPR_OP' && expression.kind !== 'AEXPR_OP_ANY') return undefined;
  const isArray = expression.kind === 'AEXPR_OP_ANY';
  const column = columnNames(expression.lexpr);
  const variable = columnNames(expression.rexpr);
  const name = variable?.[0];
  if (column === undefined || name === undefined || !isVariable(name)) return undefined;
  const own = column.at(-1);
  return own === undefined || isVariable(column[0] ?? '') ? undefined : { name, column: own, isArray };
}
