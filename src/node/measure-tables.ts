import { quoteIdentifier } from '../model/operations/display-name.ts';
import type { TableStatistic } from '../lint/sizes/statistics.ts';

/** Runs a query and gives its rows, each column by its name; numbers as PostgreSQL's driver has them: texts where they are `bigint`. */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/**
 * A table whose own file is no larger, in bytes, is counted where PostgreSQL has no estimate: a megabyte is read in
 * milliseconds, and thousands of such tables in seconds.
 */
const COUNTED_BYTES = 1_048_576;
/** How many tables are counted in one query. */
const COUNTED_TOGETHER = 100;

/** A table as pg_class has it. */
interface MeasuredTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** True for a foreign table among the partitions, whose rows are another server's. */
  readonly foreign: boolean;
  /** The tables that it is a partition of or inherits from. */
  readonly parents: readonly string[];
  readonly bytes: number | undefined;
  rows: number | undefined;
}

/**
 * Measures a database's tables: how many rows they have by PostgreSQL's estimate, and how many bytes they take. Reads catalogs
 * only, but for small tables of which there is no estimate: those are counted.
 *
 * Partitions and inheriting tables count for the tables above them as well, in whatever schema they are. Views, materialized views
 * (how long a refresh takes is up to what they read), foreign and temporary tables and PostgreSQL's own are left out.
 *
 * @param query runs SQL on the database, in a transaction of its own.
 * @param schemas those whose tables are wanted; all if there are none.
 * @throws whatever `query` throws.
 */
export async function measureTables(
  query: Query,
  schemas: readonly string[] = [],
): Promise<readonly TableStatistic[]> {
  const rows = await query(TABLES);
  const tables = rows.map(tableOf);
  await count(
    query,
    rows.flatMap((row, index) => (row['countable'] === true ? (tables[index] ?? []) : [])),
  );
  const below = new Map<string, MeasuredTable[]>();
  for (const table of tables)
    for (const parent of table.parents) below.set(parent, [...(below.get(parent) ?? []), table]);
  return tables
    .filter(({ schema, foreign }) => !foreign && (schemas.length === 0 || schemas.includes(schema)))
    .map((table) => {
      const family = familyOf(table, below);
      const { schema, name } = table;
      return {
        schema,
        name,
        rows: sum(family.map((member) => member.rows)),
        bytes: sum(family.map((member) => member.bytes)),
      };
    });
}

/** The schemas of a database that hold tables of its users, by name. */
export async function schemasOf(query: Query): Promise<readonly string[]> {
  const rows = await query(`SELECT nspname AS name FROM pg_namespace n WHERE ${USERS} ORDER BY 1`);
  return rows.map(({ name }) => String(name));
}

/** Names that begin with pg_ are PostgreSQL's: pg_catalog, pg_toast, pg_temp_3 (manual, 5.9.6). */
const USERS = String.raw`n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`;

/**
 * Whether the estimate in pg_class is worth something. There is none where VACUUM and ANALYZE have never run (-1; 0 with no pages
 * before PostgreSQL 14) or ran only while the table was empty; and from a few pages of a table that has more than doubled
 * since, nobody knows how many rows fit into one.
 */
const ESTIMATED = 'c.reltuples > 0 AND s.pages <= 2 * c.relpages';

/**
 * The estimate is scaled to the size that the table has now, as the planner does it: VACUUM and ANALYZE note both. A count would
 * not see what row-level security hides, nor what the user may not read.
 */
const TABLES = `
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
         array(SELECT inhparent::text FROM pg_inherits WHERE inhrelid = c.oid) AS parents,
         pg_total_relation_size(c.oid)::text AS bytes,
         CASE
           WHEN c.relkind = 'p' OR s.pages = 0 THEN 0
           WHEN ${ESTIMATED} THEN round(c.reltuples::numeric / c.relpages * s.pages)
         END::text AS rows,
         coalesce(c.relkind = 'r' AND NOT (${ESTIMATED})
           AND s.pages BETWEEN 1 AND ${COUNTED_BYTES} / current_setting('block_size')::int
           AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
           AND NOT row_security_active(c.oid), false) AS countable
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT CASE WHEN c.relkind = 'r'
      THEN pg_relation_size(c.oid) / current_setting('block_size')::int END AS pages
  ) s
  WHERE (c.relkind IN ('r', 'p') OR (c.relkind = 'f' AND c.relispartition))
    AND c.relpersistence <> 't' AND ${USERS}
  ORDER BY n.nspname, c.relname`;

function tableOf(row: Readonly<Record<string, unknown>>): MeasuredTable {
  const number = (value: unknown): number | undefined =>
    value === null || value === undefined ? undefined : Number(value);
  return {
    oid: String(row['oid']),
    schema: String(row['schema']),
    name: String(row['name']),
    foreign: row['kind'] === 'f',
    parents: row['parents'] as readonly string[],
    bytes: number(row['bytes']),
    rows: number(row['rows']),
  };
}

/** Counts tables' own rows. */
async function count(query: Query, tables: readonly MeasuredTable[]): Promise<void> {
  for (let start = 0; start < tables.length; start += COUNTED_TOGETHER) {
    const some = tables.slice(start, start + COUNTED_TOGETHER);
    const selects = some.map(
      ({ schema, name }, index) =>
        `SELECT ${index} AS index, count(*)::text AS rows FROM ONLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    );
    for (const { index, rows } of await query(selects.join('\nUNION ALL '))) {
      const table = some[Number(index)];
      if (table !== undefined) table.rows = Number(rows);
    }
  }
}

/** A table with all partitions and inheriting tables below it, each once. */
function familyOf(
  table: MeasuredTable,
  below: ReadonlyMap<string, readonly MeasuredTable[]>,
): readonly MeasuredTable[] {
  const family = new Set([table]);
  // A set's values include those that are added while they are gone through.
  for (const { oid } of family) for (const child of below.get(oid) ?? []) family.add(child);
  return [...family];
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const value of counts) {
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}
