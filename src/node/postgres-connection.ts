import type { Client } from 'pg';
import type { Query } from './measure-tables.ts';
import { UsageError } from './usage-error.ts';

/** How long is waited for a connection, and for a query's answer or lock, in milliseconds. */
const CONNECT = 10_000;
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
  if (!/^postgres(?:ql)?:\/\//u.test(url))
    throw new UsageError('The URL is none of a PostgreSQL database.', URL_FORM);
  const PostgresClient = await loadClient();
  let client: Client;
  try {
    client = new PostgresClient({
      connectionString: withSslAsPsql(url),
      connectionTimeoutMillis: CONNECT,
      application_name: 'migration-lint',
    });
  } catch (error) {
    throw refused('The URL of the database cannot be read', error, url, URL_FORM);
  }
  // A connection that breaks also ends the query that waits for it, which says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw refused('No connection to the database', error, url, connectionHelp(error));
  }
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
    throw refused('The database did not answer', error, url, queryHelp(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

const URL_FORM = 'It looks like postgresql://user:password@host:5432/database.';

/** Loaded when it is wanted: it is an optional dependency. */
async function loadClient(): Promise<typeof Client> {
  try {
    return (await import('pg')).default.Client;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError(
      'The package pg, which connects to PostgreSQL, is not installed: it is an optional dependency.',
      'Install it: npm install --save-dev pg',
    );
  }
}

/** `sslmode=require` means what it means to psql and to ORMs: encrypted, whatever the certificate. */
function withSslAsPsql(url: string): string {
  return /[?&]sslmode=/u.test(url) && !url.includes('uselibpqcompat=') ? `${url}&uselibpqcompat=true` : url;
}

function refused(what: string, error: unknown, url: string, help: string | undefined): UsageError {
  return new UsageError(`${what}: ${withoutPassword(messageOf(error), url)}`, help);
}

/** Of several addresses that were tried, Node’s error has no message of its own. */
function messageOf(error: unknown): string {
  const errors = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return [...new Set(errors.map((one) => (one instanceof Error ? one.message : String(one))))].join('; ');
}

/** Whatever the password is found in; nobody has to know which driver quotes what. */
function withoutPassword(message: string, url: string): string {
  const [, written = ''] = /^[^:/?#]+:\/\/[^/?#]*?:([^/?#]*)@/u.exec(url) ?? [];
  const [, parameter = ''] = /[?&]password=([^&#]*)/u.exec(url) ?? [];
  const secrets = [url, written, parameter, decoded(written), decoded(parameter)].filter(
    (text) => text !== '',
  );
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function codeOf(error: unknown): string | undefined {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error];
  return (first as { readonly code?: string } | undefined)?.code;
}

function connectionHelp(error: unknown): string | undefined {
  const message = messageOf(error);
  if (message.includes('does not support SSL'))
    return 'Leave sslmode out of the URL, or say sslmode=disable.';
  if (message.includes('no encryption'))
    return 'The server wants an encrypted connection: add ?sslmode=require.';
  if (message.includes('timeout expired'))
    return `Nobody answered within ${CONNECT / 1000} s. Check host and port, and that no firewall is in between.`;
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'No server listens there. Check host and port, and that it runs.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'There is no such host. Check the URL.';
    case '28P01':
    case '28000':
      return 'The server does not let this user in. Check user and password; characters such as @ or / in them are written %40, %2F.';
    case '3D000':
      return 'Check the name of the database at the end of the URL.';
    case undefined:
      return URL_FORM;
    default:
      return undefined;
  }
}

function queryHelp(error: unknown): string | undefined {
  switch (codeOf(error)) {
    case '55P03':
      return 'Another session holds a table locked, such as a migration that runs. Try again when it is done.';
    case '57014':
      return 'It took longer than 30 s. Try again when the server has less to do, or name the schemas that you want with --schema.';
    default:
      return undefined;
  }
}
