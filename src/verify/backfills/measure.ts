import { isPostgresError } from '../engines/errors.ts';
import type { Database } from '../engines/types.ts';
import type { BackfillSubject } from './subject.ts';

/** What a loop did to its table. */
export interface Measures {
  /** How many rows it had work with; undefined where its condition cannot be told, or asks for what the script creates. */
  readonly before: number | undefined;
  /** How many of them its condition still picks; undefined where it cannot be told. */
  readonly left: number | undefined;
  /** The most rows that one transaction changed, and how many transactions changed any. Deleted rows are not seen. */
  readonly most: number;
  readonly transactions: number;
}

/** Keeps the transaction that made the rows, to tell it from those of the loop. */
const MADE = 'migration_lint_made';

/** Looks at the table of a loop after it ran. @param before what {@link rowsToDo} gave. */
export async function measure(
  database: Database,
  subject: BackfillSubject,
  before: number | undefined,
): Promise<Measures> {
  const { tableText, condition, deletes } = subject;
  const [made] = await database.rows<{ xmin: string }>(
    `SELECT current_setting('${MADE}.xmin', true) AS xmin`,
  );
  const groups = await database.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${tableText} WHERE xmin::text <> '${made?.xmin ?? ''}' GROUP BY xmin`,
  );
  const counts = groups.map(({ count }) => count);
  const untouched = `xmin::text = '${made?.xmin ?? ''}'`;
  // A loop along a key picks all rows: those are left that it never came to.
  const left =
    condition === undefined
      ? undefined
      : condition.sql === 'true' && !deletes
        ? await countOf(database, tableText, untouched)
        : await countOf(database, `${tableText} AS ${condition.alias}`, condition.sql);
  return { before, left, most: Math.max(0, ...counts), transactions: counts.length };
}

/** How many rows a loop has work with. Called before it runs. */
export async function rowsToDo(
  database: Database,
  { tableText, condition }: BackfillSubject,
): Promise<number | undefined> {
  await database.execute(
    `SELECT set_config('${MADE}.xmin', (SELECT xmin::text FROM ${tableText} LIMIT 1), false)`,
  );
  if (condition === undefined) return undefined;
  return await countOf(database, `${tableText} AS ${condition.alias}`, condition.sql);
}

/** Undefined if the condition cannot be asked: its columns are not there yet, or no more. */
async function countOf(database: Database, from: string, where: string): Promise<number | undefined> {
  try {
    const [row] = await database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${from} WHERE ${where}`,
    );
    return row?.count;
  } catch (error) {
    if (isPostgresError(error)) return undefined;
    throw error;
  }
}

/**
 * Lets `pg_sleep` return at once: functions of the user's schemas come first in the search_path, then ours, then PostgreSQL's. Names are
 * found as before, and new objects go where they went.
 */
export async function withoutPauses(database: Database): Promise<void> {
  await database.execute(`
    CREATE SCHEMA migration_lint_pauses;
    GRANT USAGE ON SCHEMA migration_lint_pauses TO PUBLIC;
    CREATE FUNCTION migration_lint_pauses.pg_sleep(double precision) RETURNS void LANGUAGE sql AS 'SELECT';
    SELECT set_config('search_path', current_setting('search_path') || ', migration_lint_pauses, pg_catalog', false)`);
}
