import type { Database } from '../engines/types.ts';
import { isKeptTable } from './kept-tables.ts';

/** The rows of a table, as far as losing some shows. */
export interface TableRows {
  /** For people: public is not named. */
  readonly table: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

/** What the rows of a table have in a column. */
export interface ColumnValues {
  /** How many rows have a value. */
  readonly values: number;
  /** A sum over the values in which their order does not count. */
  readonly sum: string;
  /** The hash of each value, in any order; undefined in a table with many rows. */
  readonly hashes: readonly string[] | undefined;
}

/** In tables with more rows, values are compared by their sum alone. */
const MOST_HASHED = 1000;

const TABLES = `
SELECT format('%I.%I', n.nspname, c.relname) AS name,
       CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label, c.relkind = 'p' AS partitioned,
       (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT c.relispartition
  AND (c.relkind = 'p' OR c.relkind = 'r' AND pg_relation_size(c.oid) > 0)`;

/** How many rows each table has and what is in them; empty tables are left out. Two queries, of which the second reads all rows. */
export async function tableRows(database: Database): Promise<readonly TableRows[]> {
  const tables = await database.rows<{
    readonly name: string;
    readonly label: string;
    readonly partitioned: boolean;
    readonly columns: readonly string[] | null;
  }>(TABLES);
  if (tables.length === 0) return [];
  const queries = tables.map(({ name, partitioned, columns }, at) => {
    const sums = (columns ?? []).flatMap((column) => {
      const quoted = `"${column.replaceAll('"', '""')}"`;
      const hash = `hashtextextended(${quoted}::text, 0)`;
      return [
        `count(${quoted})::text`,
        `coalesce(sum(${hash}), 0)::text`,
        `CASE WHEN count(*) <= ${MOST_HASHED} THEN coalesce(string_agg(${hash}::text, ','), '') ELSE '?' END`,
      ];
    });
    return `SELECT ${at} AS at, ARRAY[${['count(*)::text', ...sums].join(', ')}] AS sums FROM ${partitioned ? '' : 'ONLY '}${name}`;
  });
  const found = await database.rows<{ readonly at: number; readonly sums: readonly string[] }>(
    queries.join(' UNION ALL '),
  );
  return found
    .map(({ at, sums }) => toTableRows(tables[at]?.label ?? '', tables[at]?.columns ?? [], sums))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

function toTableRows(table: string, columns: readonly string[], sums: readonly string[]): TableRows {
  const [rows, ...rest] = sums;
  return {
    table,
    rows: Number(rows),
    columns: Object.fromEntries(
      columns.map((column, at) => {
        const [values, sum = '', hashes = '?'] = rest.slice(at * 3, at * 3 + 3);
        return [column, { values: Number(values), sum, hashes: hashList(hashes) }];
      }),
    ),
  };
}

function hashList(text: string): readonly string[] | undefined {
  return text === '?' ? undefined : text.split(',').filter((hash) => hash !== '');
}

/** What became of rows, in words. */
export interface RowDifferences {
  /** Rows and values that are gone, also where another value has taken their place. */
  readonly lost: readonly string[];
  /** Rows, and values of rows that had none, that were not there. */
  readonly left: readonly string[];
}

/**
 * What rows there are after a migration and its rollback, compared with those before. Columns that are not in both are left to the
 * comparison of schemas, and new tables that save what would be lost are meant to be there.
 *
 * @returns sentences without a final period.
 */
export function rowDifferences(before: readonly TableRows[], after: readonly TableRows[]): RowDifferences {
  const lost: string[] = [];
  const left: string[] = [];
  const now = new Map(after.map((one) => [one.table, one]));
  for (const old of before) {
    const rows = now.get(old.table)?.rows ?? 0;
    if (rows < old.rows) lost.push(`${old.table} loses ${amount(old.rows - rows, old.rows)}`);
    else if (rows > old.rows)
      left.push(`${old.table} keeps ${counted(rows - old.rows, 'row')} that it did not have`);
    else compareColumns(old, now.get(old.table), lost, left);
  }
  const known = new Set(before.map(({ table }) => table));
  for (const { table, rows } of after) {
    if (!known.has(table) && !isKeptTable(table))
      left.push(`${table} keeps ${counted(rows, 'row')} that it did not have`);
  }
  return { lost, left };
}

function compareColumns(old: TableRows, now: TableRows | undefined, lost: string[], left: string[]): void {
  for (const [column, before] of Object.entries(old.columns)) {
    const other = now?.columns[column];
    const { values, sum } = before;
    if (other === undefined || (other.values === values && other.sum === sum)) continue;
    const name = `${old.table}.${column}`;
    if (other.values < values)
      lost.push(`${name} loses its value in ${values - other.values} of ${counted(old.rows, 'row')}`);
    else if (other.values > values && goneValues(before, other) === 0)
      left.push(`${name} has a value in ${counted(other.values - values, 'row')} that had none`);
    else lost.push(`${name} has other values than before${changedRows(before, other, old.rows)}`);
  }
}

/** How many rows' values no row has any more; 0 where nobody knows. */
function goneValues({ hashes }: ColumnValues, now: ColumnValues): number {
  if (hashes === undefined || now.hashes === undefined) return 0;
  const there = new Map<string, number>();
  for (const hash of now.hashes) there.set(hash, (there.get(hash) ?? 0) + 1);
  let gone = 0;
  for (const hash of hashes) {
    const count = there.get(hash) ?? 0;
    if (count === 0) gone++;
    else there.set(hash, count - 1);
  }
  return gone;
}

/** ` in 3 of 3 rows`: also rows that had no value and have one now. */
function changedRows(before: ColumnValues, now: ColumnValues, rows: number): string {
  const gone = goneValues(before, now);
  return gone === 0 ? '' : ` in ${gone + Math.max(0, now.values - before.values)} of ${counted(rows, 'row')}`;
}

function amount(some: number, all: number): string {
  return some === all
    ? all === 1
      ? 'its only row'
      : `all of its ${all} rows`
    : `${some} of its ${all} rows`;
}

function counted(count: number, what: string): string {
  return count === 1 ? `one ${what}` : `${count} ${what}s`;
}
