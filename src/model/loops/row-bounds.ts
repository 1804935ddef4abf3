import type { Node, WithClause } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import type { Condition, Delete, Loop, Predicate, Update } from '../operations/types.ts';
import { commonQueries, isJoinedToLimited, isLimited, type CommonQueries } from './limited-rows.ts';

/**
 * Whether an UPDATE or DELETE writes a number of rows that does not grow with the table: rows of a unique key, a range with
 * two ends, a subquery, FROM item or common table expression with a LIMIT, a list of VALUES, the row of a cursor, or none.
 *
 * An equality of any other column (`status = 'x'`), an open range and IS NULL bound nothing.
 *
 * @param write with resolved names.
 * @param catalog the schema just before.
 */
export function isBoundedWrite(write: Update | Delete, catalog: Catalog): boolean {
  const { common, items, where } = partsOf(write);
  if (isJoinedToLimited(items, where, common)) return true;
  if (isBounded(write.where, catalog.table(write.table), catalog, common)) return true;
  return (
    write.loop !== undefined && write.where.conditions.some((condition) => isOfTurn(condition, write.loop))
  );
}

/** Whether a condition picks other rows at each turn of a loop: WHERE tenant_id = tenant.id. */
function isOfTurn({ form, value }: Condition, loop: Loop | undefined): boolean {
  const variable = value?.split('.')[0]?.toLowerCase();
  if (form !== 'equals' || variable === undefined || loop === undefined) return false;
  return Object.keys(loop.variables).some((name) => name.toLowerCase() === variable);
}

/**
 * Whether a WHERE clause lets through a number of rows of a table that does not grow with the table.
 *
 * @param where the predicate.
 * @param table the table; undefined where it is not known, when only a column called `id` counts as a key.
 * @param catalog for the tables of subqueries.
 * @param common queries that WITH names around the predicate.
 */
export function isBounded(
  where: Predicate,
  table: Table | undefined,
  catalog: Catalog,
  common: CommonQueries = new Map(),
): boolean {
  const fixed = new Set<string>();
  const lower = new Set<string>();
  const upper = new Set<string>();
  for (const condition of where.conditions) {
    const { form, column, bounds } = condition;
    if (form === 'contradiction' || form === 'current of') return true;
    if (column === undefined) continue;
    if (form === 'equals' || form === 'in list') fixed.add(column);
    if (bounds === 'lower' || bounds === 'both') lower.add(column);
    if (bounds === 'upper' || bounds === 'both') upper.add(column);
    if (form === 'subquery' && picksFewRows(condition, catalog, common)) fixed.add(column);
  }
  for (const column of lower) if (upper.has(column)) return true;
  // Most writes fix no column, and then the keys need not be gathered.
  return fixed.size > 0 && keysOf(table).some((key) => key.every((column) => fixed.has(column)));
}

function picksFewRows({ subquery }: Condition, catalog: Catalog, common: CommonQueries): boolean {
  if (subquery === undefined) return false;
  if (subquery.limit !== undefined || isLimited(subquery.query.tree, common)) return true;
  const [from] = subquery.from;
  return (
    subquery.from.length === 1 &&
    from !== undefined &&
    isBounded(subquery.where, catalog.table(from), catalog, common)
  );
}

/**
 * The columns of each unique key of a table. `ctid` is one of every table; a column called `id` counts as one, since the key
 * of a partitioned table must name the partition's column too, and the key of a table that the history does not create is
 * not known.
 */
export function keysOf(table: Table | undefined): readonly (readonly string[])[] {
  if (table === undefined) return KEYS_OF_ALL;
  const known = keysByTable.get(table) ?? gatherKeys(table);
  keysByTable.set(table, known);
  return known;
}

const KEYS_OF_ALL: readonly (readonly string[])[] = [['ctid'], ['id']];

/** A table does not change, so that its keys can be kept as long as the table itself. */
const keysByTable = new WeakMap<Table, readonly (readonly string[])[]>();

function gatherKeys(table: Table): readonly (readonly string[])[] {
  const keys = [...KEYS_OF_ALL];
  for (const { definition } of table.constraints) {
    if (definition.type === 'primary key' || definition.type === 'unique') keys.push(definition.columns);
  }
  for (const { unique, where, elements } of table.indexes) {
    if (!unique || where !== undefined) continue;
    const columns = elements.flatMap(({ column }) => column ?? []);
    if (columns.length === elements.length) keys.push(columns);
  }
  return keys.filter((key) => key.length > 0);
}

/** The clauses that pick the rows of a write. */
export interface WriteParts {
  readonly common: CommonQueries;
  /** FROM of an UPDATE, USING of a DELETE. */
  readonly items: readonly Node[] | undefined;
  readonly where: Node | undefined;
  /** The name that qualifies the written table's columns. */
  readonly alias: string;
}

/** The clauses of a write, which may stand inside a common table expression of its statement. */
export function partsOf(write: Update | Delete): WriteParts {
  let common: CommonQueries = new Map();
  let found: WriteParts | undefined;
  visitNodes(write.statement.tree, (type, fields) => {
    common = commonQueries(fields['withClause'] as WithClause | undefined, common);
    if (found !== undefined || type !== (write.kind === 'Update' ? 'UpdateStmt' : 'DeleteStmt')) return;
    const relation = fields['relation'] as
      | { readonly relname?: string; readonly alias?: { readonly aliasname?: string } }
      | undefined;
    if (relation?.relname !== write.table.name) return;
    const items = (fields['fromClause'] ?? fields['usingClause']) as readonly Node[] | undefined;
    const alias = relation.alias?.aliasname ?? relation.relname;
    found = { common, items, where: fields['whereClause'] as Node | undefined, alias };
  });
  return { ...(found ?? { items: undefined, where: undefined, alias: write.table.name }), common };
}
