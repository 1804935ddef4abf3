import { quoteIdentifier } from '../../model/operations/display-name.ts';
import type { Database } from '../engines/types.ts';
import { literal } from '../sample-rows/candidates.ts';
import { insertSampleRows } from '../sample-rows/insert-sample-rows.ts';
import type { BackfillSubject } from './subject.ts';

/** Which rows a loop is run on. */
export interface RowWishes {
  readonly rows: number;
  /** How many keys in a row are missing in the middle, as where rows were deleted. */
  readonly gap: number;
  /** True for rows that hold NULL wherever they may, in every fourth of them. */
  readonly withNulls: boolean;
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** `pg_type.typcategory`. */
  readonly category: string;
  readonly required: boolean;
  /** In an index that is unique. */
  readonly unique: boolean;
}

/** Columns that a row has a value of its own for. */
const columnsOf = (table: string): string => `
  SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, t.typcategory::text AS category, a.attnotnull AS required,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey::int2[])) AS unique
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = '${table.replaceAll("'", "''")}'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  ORDER BY a.attnum`;

const TEMPLATE = 'migration_lint_template';

/**
 * Puts rows into a loop's table, half of which need its work, and sample rows into the others. The table's own rows go. Triggers and
 * foreign keys are not asked, where the role may say so.
 *
 * @returns why there are no rows; undefined if there are.
 * @throws {PostgresError} what PostgreSQL has against the rows.
 */
export async function fillTable(
  database: Database,
  { tableText, needs }: BackfillSubject,
  wishes: RowWishes,
): Promise<string | undefined> {
  await database.execute('BEGIN');
  const { skipped } = await insertSampleRows(database);
  await database.execute('SET LOCAL session_replication_role = replica');
  const columns = await database.rows<Column>(columnsOf(tableText));
  await database.execute(
    `CREATE TEMP TABLE ${TEMPLATE} ON COMMIT DROP AS SELECT * FROM ${tableText} ORDER BY ctid LIMIT 1; DELETE FROM ${tableText}`,
  );
  const [template] = await database.rows<{ one: number }>(`SELECT 1 AS one FROM ${TEMPLATE}`);
  if (template === undefined) {
    await database.execute('ROLLBACK');
    return skipped.find(({ table }) => table === tableText)?.reason ?? `${tableText} takes no sample rows.`;
  }
  const values = columns.map((column) => valueOf(column, needs.get(column.name), wishes));
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  await database.execute(
    `INSERT INTO ${tableText} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values.join(', ')} FROM ${TEMPLATE} AS r, ${numbers(wishes)}`,
  );
  await database.execute('COMMIT');
  return undefined;
}

/** `i` counts the rows from 1, `n` is the row's own number, with the gap. */
function numbers({ rows, gap }: RowWishes): string {
  const half = Math.floor(rows / 2);
  return `(SELECT i, i + CASE WHEN i > ${half} THEN ${gap} ELSE 0 END AS n FROM generate_series(1, ${rows}) AS i) AS number`;
}

function valueOf(
  { name, type, category, required, unique }: Column,
  need: string | null | undefined,
  { withNulls }: RowWishes,
): string {
  const column = `r.${quoteIdentifier(name)}`;
  const own = unique ? freshValue(type, category, column) : column;
  if (need !== undefined && !(need === null && required))
    return `CASE WHEN i % 2 = 1 THEN ${literal(need)}::${type} ELSE ${own} END`;
  if (unique) return own;
  return withNulls && !required ? `CASE WHEN i % 4 = 1 THEN NULL ELSE ${column} END` : column;
}

/** A value that no other row has. */
function freshValue(type: string, category: string, column: string): string {
  if (type === 'uuid') return `md5(n::text)::uuid`;
  switch (category) {
    case 'N':
      return `n::${type}`;
    case 'D':
      return `(${type === 'date' ? "date '2000-01-01' + n::int" : `timestamp '2000-01-01' + n * interval '1 second'`})::${type}`;
    case 'S':
      return `n::text::${type}`;
    default:
      // An enum, a boolean, JSON: the other columns of the key tell the rows apart, or there is no room for so many.
      return column;
  }
}
