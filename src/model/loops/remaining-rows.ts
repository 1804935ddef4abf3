/** Subqueries by which a loop asks whether rows are left: `WHILE EXISTS (SELECT … WHERE done IS NULL)`. */
import type { Node, SubLink } from '@pgsql/types';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { columnNames } from '../operations/queries.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Driver } from './drivers.ts';
import { isWholeSelection, type Bounds } from './pass.ts';
import { conjuncts } from './picked-rows.ts';
import { between, known, type Value } from './values.ts';

/**
 * What EXISTS or `count(*)` over the rows that a driver picks gives.
 *
 * @param link a subquery anywhere in the loop.
 * @param driver the statement whose rows are counted.
 * @param rows how many of its rows are there.
 * @returns undefined where the subquery asks for other rows.
 */
export function remainingRows(link: SubLink, driver: Driver, rows: Bounds): Value | undefined {
  const select = fieldsOf(link.subselect, 'SelectStmt');
  const { conditions, picked, page, takesWholePage, table } = driver;
  if (select === undefined || conditions === undefined || !isWholeSelection(select)) return undefined;
  const isWhole = picked.by === 'condition' ? !picked.joins : takesWholePage && page?.offset === undefined;
  const relation = fieldsOf(select.fromClause?.[0], 'RangeVar');
  const name = { schema: relation?.schemaname, name: relation?.relname ?? '' };
  if (!isWhole || relation === undefined || !isSameObject(name, table.name)) return undefined;
  const alias = relation.alias?.aliasname ?? name.name;
  const asked = conjuncts(select.whereClause);
  if ([...asked, ...conditions].some((condition) => namesVariable(condition, driver))) return undefined;
  const wanted = new Set(asked.map((condition) => textOf(condition, new Set([alias]))));
  const own = new Set(conditions.map((condition) => textOf(condition, driver.aliases)));
  const low = [...wanted].every((text) => own.has(text)) ? rows.low : 0;
  const high = rows.high === 0 && [...own].every((text) => wanted.has(text)) ? 0 : Infinity;
  if (low === 0 && high > 0) return undefined;
  if (link.subLinkType === 'EXISTS_SUBLINK') return known(low > 0);
  const call = fieldsOf(fieldsOf(select.targetList?.[0], 'ResTarget')?.val, 'FuncCall');
  const isCount = call?.agg_star === true && call.agg_filter === undefined && call.over === undefined;
  const isValue = link.subLinkType === 'EXPR_SUBLINK' && select.targetList?.length === 1;
  return isValue && isCount && stringOf(call.funcname?.at(-1)) === 'count' ? between(low, high) : undefined;
}

/** What a variable holds can change between two statements. */
function namesVariable(condition: Node, { isVariable }: Driver): boolean {
  let found = false;
  visitNodes(condition, (type, fields) => {
    if (type === 'ColumnRef' && isVariable(columnNames({ ColumnRef: fields })?.[0] ?? '')) found = true;
  });
  return found;
}

/** A condition without places and without the names that qualify the table's columns. */
function textOf(condition: Node, aliases: ReadonlySet<string>): string {
  return JSON.stringify(condition, (key, value: unknown) => {
    if (key === 'location') return undefined;
    const names = key === 'ColumnRef' ? columnNames({ ColumnRef: value as object }) : undefined;
    return names?.length === 2 && aliases.has(names[0] ?? '') ? columnRef(names[1] ?? '') : value;
  });
}

const columnRef = (name: string): object => ({ fields: [{ String: { sval: name } }] });
