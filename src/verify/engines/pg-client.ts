import type { Client } from 'pg';
import { engineUnavailable, type EngineUnavailable } from './errors.ts';

/** How long is waited for a connection, in milliseconds. */
const CONNECT = 10_000;

/** What the URL of a database looks like, a sentence. */
const URL_FORM = 'It looks like postgresql://user:password@host:5432/database.';

/**
 * Connects to a database.
 *
 * @param url `postgresql://user:password@host:5432/database`.
 * @param database another one of the same server than the URL names.
 * @throws {EngineUnavailable} if pg is not installed, or the database cannot be reached or refuses; without the password.
 */
export async function connectTo(url: string, database?: string): Promise<Client> {
  if (!/^postgres(?:ql)?:\/\//u.test(url))
    throw engineUnavailable('The URL is none of a PostgreSQL database.', URL_FORM);
  const PostgresClient = await loadClient();
  let client: Client;
  try {
    const connectionString = withSslAsPsql(database === undefined ? url : withDatabase(url, database));
    client = new PostgresClient({
      connectionString,
      connectionTimeoutMillis: CONNECT,
      application_name: 'migration-lint',
    });
  } catch (error) {
    throw unavailable('The URL of the database cannot be read', error, url, URL_FORM);
  }
  // A connection that breaks also ends the query that waits for it, which says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw unavailable('No connection to the database', error, url, connectionHelp(error));
  }
  return client;
}

/** Loaded when it is wanted: it is an optional dependency. Throws EngineUnavailable if it is not installed. */
export async function loadClient(): Promise<typeof Client> {
  try {
    return (await import('pg')).default.Client;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw engineUnavailable(
      'The package pg, which connects to PostgreSQL, is not installed: it is an optional dependency.',
      'Install it: npm install --save-dev pg',
    );
  }
}

/** The same server's URL of another database. Only the path changes: a URL of a socket has no host, which no parser of URLs likes. */
function withDatabase(url: string, database: string): string {
  const [, server = '', parameters = ''] = /^([^:]+:\/\/[^/?#]*)(?:\/[^?#]*)?(\?[^#]*)?/u.exec(url) ?? [];
  return `${server}/${encodeURIComponent(database)}${parameters}`;
}

/** `sslmode=require` means what it means to psql and to ORMs: encrypted, whatever the certificate. */
function withSslAsPsql(url: string): string {
  return /[?&]sslmode=/u.test(url) && !url.includes('uselibpqcompat=') ? `${url}&uselibpqcompat=true` : url;
}

/**
 * What went wrong with a database, as an error that may be shown: without the password.
 *
 * @param what the beginning of the sentence.
 * @param url whose password must not be shown.
 */
export function unavailable(
  what: string,
  error: unknown,
  url: string,
  help: string | undefined,
): EngineUnavailable {
  return engineUnavailable(`${what}: ${withoutPassword(messageOf(error), url)}`, help);
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

/** The code of an error of PostgreSQL or of the network; of several, the first one's. */
export function errorCodeOf(error: unknown): string | undefined {
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
  switch (errorCodeOf(error)) {
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
