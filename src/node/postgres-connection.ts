import { isEngineUnavailable } from '../verify/engines/errors.ts';
import { connectTo, errorCodeOf, unavailable } from '../verify/engines/pg-client.ts';
import type { Query } from './measure-tables.ts';
import { UsageError } from './usage-error.ts';

/** How long is waited for a query's answer or lock, in milliseconds. */
const STATEMENT = 30_000;
const LOCK = 5_000;

/**
 * Runs queries in one transaction of a database, which writes nothing: PostgreSQL refuses it.
 *
 * @param url `postgresql://user:password@host:5432/database`.
 * @param work gets the function that runs queries.
 * @throws {UsageError} if pg is not installed, the database cannot be reached or refuses, or a query fails; without the password.
 */
export async function readFromPostgres<Result>(
  url: string,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = await connectTo(url).catch(asUsageError);
  const query: Query = async (sql) => (await client.query<Record<string, unknown>>(sql)).rows;
  try {
    await query('BEGIN TRANSACTION READ ONLY');
    await query(`SET LOCAL statement_timeout = ${STATEMENT}`);
    await query(`SET LOCAL lock_timeout = ${LOCK}`);
    const result = await work(query);
    await query('ROLLBACK');
    return result;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return asUsageError(unavailable('The database did not answer', error, url, queryHelp(error)));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function asUsageError(error: unknown): never {
  throw isEngineUnavailable(error) ? new UsageError(error.message, error.help) : error;
}

function queryHelp(error: unknown): string | undefined {
  switch (errorCodeOf(error)) {
    case '55P03':
      return 'Another session holds a table locked, such as a migration that runs. Try again when it is done.';
    case '57014':
      return 'It took longer than 30 s. Try again when the server has less to do, or name the schemas that you want with --schema.';
    default:
      return undefined;
  }
}
