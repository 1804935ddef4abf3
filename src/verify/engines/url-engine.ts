import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { engineDied, engineUnavailable, isEngineUnavailable } from './errors.ts';
import { connectTo, unavailable } from './pg-client.ts';
import { atProcessEnd } from './process-end.ts';
import { isLeftBehind, scratchName } from './scratch-names.ts';
import { ServerDatabase, type SessionControl } from './server-database.ts';
import { SERVER_FACTS, signsOfUse, unusable, type ServerFacts } from './server-facts.ts';
import type { Database, Engine, Snapshot } from './types.ts';

/** Which server is used, and how. */
export interface UrlOptions {
  /** `postgresql://user:password@host:5432/database`. Nothing is made in the database that it names. */
  readonly url: string;
  /** That somebody said so: everything on the server may be lost. */
  readonly disposable?: boolean | undefined;
  /** Extensions that the migrations ask for. */
  readonly extensions?: readonly string[] | undefined;
  /** Wall time of a call in seconds; 60. */
  readonly seconds?: number | undefined;
  /** The time now, which is in the names of databases; that of the machine. */
  readonly now?: Date | undefined;
}

/**
 * A user's server: works in scratch databases that it creates and drops. Roles and tablespaces are those of the server.
 *
 * @throws {EngineUnavailable} if pg is not installed, there is no connection, or it is not certain that nobody is harmed.
 */
export async function createUrlEngine(options: UrlOptions): Promise<Engine> {
  const { url, extensions = [], now = new Date() } = options;
  const client = await connectTo(url);
  try {
    const { rows } = await client.query<ServerFacts>(SERVER_FACTS);
    const [asked] = rows as [ServerFacts];
    const isEmpty = client.database === 'postgres' || (await isUnused(url, 'postgres'));
    const facts = isEmpty ? asked : { ...asked, databases: [...asked.databases, 'postgres'] };
    refuse(facts, client.host, options.disposable === true);
    const known = await client.query<{ name: string }>(
      'SELECT name::text AS name FROM pg_available_extensions',
    );
    const names = new Set(known.rows.map(({ name }) => name));
    await sweep(client, now);
    return new UrlEngine(client, options, facts, {
      stubbed: [],
      missing: extensions.filter((name) => !names.has(name)),
    });
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isEngineUnavailable(error)) throw error;
    throw unavailable('The server cannot be used', error, url, undefined);
  }
}

/** Whether a database that every server has is not there, or has no tables of users. What refuses to be looked at counts as used. */
async function isUnused(url: string, database: string): Promise<boolean> {
  const client = await connectTo(url, database).catch((error: unknown) => error as Error);
  if (client instanceof Error) return client.message.includes('does not exist');
  try {
    const { rows } = await client.query<ServerFacts>(SERVER_FACTS);
    return rows[0]?.tables === 0;
  } finally {
    await client.end();
  }
}

/** Throws EngineUnavailable unless it is certain that nobody is harmed. */
function refuse(facts: ServerFacts, host: string, disposable: boolean): void {
  const reason = unusable(facts);
  if (reason !== undefined)
    throw engineUnavailable(
      reason,
      'Give the URL of another server, or leave --url out: the embedded PostgreSQL needs none.',
    );
  const signs = signsOfUse(facts, host);
  if (signs.length === 0 || disposable) return;
  throw engineUnavailable(
    `Nothing was run, since somebody may need this server: ${signs.join('; ')}.`,
    'Use a server of its own, such as a container, or leave --url out: the embedded PostgreSQL needs none. If everything on this one may be lost: --i-know-this-is-disposable.',
  );
}

/** Removes what earlier runs of the same user left behind, and nobody uses. */
async function sweep(client: Client, now: Date): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    String.raw`SELECT datname::text AS name FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
      WHERE datname LIKE 'migration\_lint\_%' AND r.rolname = current_user
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
  );
  for (const { name } of rows.filter(({ name }) => isLeftBehind(name, now)))
    await client.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}`).catch(() => undefined);
}

class UrlEngine implements Engine {
  readonly kind = 'url';
  readonly abilities = { ownCluster: false, secondConnection: true, timeouts: true };
  readonly notes: readonly string[];
  readonly version: string;
  readonly major: number;
  readonly label: string;
  readonly extensions: Engine['extensions'];
  readonly #client: Client;
  readonly #options: UrlOptions;
  readonly #force: string;
  /** Names of databases that are there, those of snapshots among them. */
  readonly #databases = new Set<string>();
  readonly #forget: () => void;

  constructor(client: Client, options: UrlOptions, facts: ServerFacts, extensions: Engine['extensions']) {
    this.version = facts.version;
    this.major = Math.floor(facts.number / 10_000);
    this.label = `PostgreSQL ${facts.version} at ${client.host === '' || client.host.startsWith('/') ? 'a socket' : client.host}`;
    this.notes = facts.superuser
      ? ['The user of the URL is a superuser: migrations run with all rights on that server.']
      : [];
    this.extensions = extensions;
    this.#client = client;
    this.#options = options;
    this.#force = facts.number >= 130_000 ? ' WITH (FORCE)' : '';
    this.#forget = atProcessEnd({ soon: () => this.#dropAll() });
  }

  async open(from?: Snapshot): Promise<Database> {
    const source = from === undefined ? undefined : (from as Partial<CopySnapshot>).database?.();
    if (from !== undefined && source === undefined)
      throw engineDied('connection', 'the snapshot is discarded, or of another engine');
    const name = await this.#create(source);
    const actions = {
      connect: () => connectTo(this.#options.url, name),
      abandon: async (processId: number) => {
        await this.#client.query('SELECT pg_terminate_backend($1)', [processId]).catch(() => undefined);
      },
      copy: async (session: SessionControl) => {
        const copy = await session.without(() => this.#create(name));
        return this.#snapshot(copy);
      },
      drop: () => this.#drop(name),
    };
    return ServerDatabase.open(actions, this.#options.seconds ?? 60);
  }

  /** @param source the database that it begins as; undefined for an empty one. Throws EngineDied. */
  async #create(source: string | undefined): Promise<string> {
    const random = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
    const name = scratchName(this.#options.now ?? new Date(), random);
    try {
      this.#databases.add(name);
      await this.#client.query(
        `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(source ?? 'template0')}`,
      );
      return name;
    } catch (error) {
      this.#databases.delete(name);
      throw engineDied('connection', `no scratch database: ${(error as Error).message}`);
    }
  }

  #snapshot(name: string): CopySnapshot {
    return {
      database: () => (this.#databases.has(name) ? name : undefined),
      bytes: () => Promise.resolve(undefined),
      discard: () => this.#drop(name),
    };
  }

  async #drop(name: string): Promise<void> {
    if (!this.#databases.delete(name)) return;
    await this.#client
      .query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)}${this.#force}`)
      .catch(() => undefined);
  }

  async #dropAll(): Promise<void> {
    for (const name of this.#databases) await this.#drop(name);
  }

  snapshotFrom(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    await this.#dropAll();
    this.#forget();
    await this.#client.end().catch(() => undefined);
  }
}

interface CopySnapshot extends Snapshot {
  /** Its name; undefined once it is dropped. */
  database(): string | undefined;
}
