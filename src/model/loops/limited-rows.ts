import type { Node, SelectStmt, WithClause } from '@pgsql/types';
import { fieldsOf } from '../operations/nodes.ts';

/** Queries by the name that WITH gives them. */
export type CommonQueries = ReadonlyMap<string, Node>;

/**
 * The queries that a WITH clause names, together with those of the clauses around it.
 *
 * @param clause a statement's WITH clause.
 * @param outer names of the clauses around it.
 */
export function commonQueries(
  clause: WithClause | undefined,
  outer: CommonQueries = new Map(),
): CommonQueries {
  if (clause === undefined) return outer;
  const queries = new Map(outer);
  for (const node of clause.ctes ?? []) {
    const common = fieldsOf(node, 'CommonTableExpr');
    if (common?.ctename !== undefined && common.ctequery !== undefined)
      queries.set(common.ctename, common.ctequery);
  }
  return queries;
}

/**
 * Whether a query gives a number of rows that does not grow with the tables it reads: it has a LIMIT, is a list of VALUES, or
 * starts from one of these (or from a function such as `unnest`, whose rows come from its arguments).
 *
 * @param query a SELECT's node; anything else is not limited, except a writing query that is limited itself.
 * @param common queries that WITH names around it.
 */
export function isLimited(query: Node | undefined, common: CommonQueries): boolean {
  const select = fieldsOf(query, 'SelectStmt');
  if (select !== undefined) return isLimitedSelect(select, common);
  const update = fieldsOf(query, 'UpdateStmt');
  if (update !== undefined)
    return isJoinedToLimited(update.fromClause, update.whereClause, commonQueries(update.withClause, common));
  const remove = fieldsOf(query, 'DeleteStmt');
  if (remove !== undefined)
    return isJoinedToLimited(
      remove.usingClause,
      remove.whereClause,
      commonQueries(remove.withClause, common),
    );
  return false;
}

function isLimitedSelect(select: SelectStmt, outer: CommonQueries): boolean {
  const common = commonQueries(select.withClause, outer);
  if (hasLimit(select) || (select.valuesLists?.length ?? 0) > 0) return true;
  if (select.larg !== undefined && select.rarg !== undefined)
    return isLimitedSelect(select.larg, common) && isLimitedSelect(select.rarg, common);
  const from = select.fromClause ?? [];
  return from.length === 0 || from.some((item) => isLimitedItem(item, common));
}

/** @returns whether a SELECT has a LIMIT or FETCH FIRST that is not ALL or NULL. */
export function hasLimit(select: SelectStmt): boolean {
  return select.limitCount !== undefined && fieldsOf(select.limitCount, 'A_Const')?.isnull !== true;
}

/** Whether an item of a FROM clause brings a limited number of rows. */
export function isLimitedItem(item: Node, common: CommonQueries): boolean {
  if (fieldsOf(item, 'RangeFunction') !== undefined) return true;
  const join = fieldsOf(item, 'JoinExpr');
  if (join?.larg !== undefined && join.rarg !== undefined)
    return isLimitedItem(join.larg, common) || isLimitedItem(join.rarg, common);
  const subselect = fieldsOf(item, 'RangeSubselect');
  if (subselect !== undefined) return isLimited(subselect.subquery, common);
  const relation = fieldsOf(item, 'RangeVar');
  const named = relation?.schemaname === undefined ? common.get(relation?.relname ?? '') : undefined;
  return named !== undefined && isLimited(named, withoutName(common, relation?.relname));
}

/** A recursive query names itself. */
function withoutName(common: CommonQueries, name: string | undefined): CommonQueries {
  const others = new Map(common);
  others.delete(name ?? '');
  return others;
}

/**
 * Whether an UPDATE's FROM or a DELETE's USING brings a limited number of rows that a WHERE clause joins to.
 *
 * @param items FROM or USING.
 * @param where without one, every row is written for each of the items' rows.
 * @param common queries that WITH names.
 */
export function isJoinedToLimited(
  items: readonly Node[] | undefined,
  where: Node | undefined,
  common: CommonQueries,
): boolean {
  return where !== undefined && (items ?? []).some((item) => isLimitedItem(item, common));
}
