import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { engineDied, engineUnavailable } from './errors.ts';
import { atProcessEnd } from './process-end.ts';
import { serverPrograms } from './server-programs.ts';
import { ServerDatabase } from './server-database.ts';
import { startServer, type Server } from './server.ts';
import type { Database, Engine, Snapshot } from './types.ts';

/** Which server is started, and how. */
export interface EmbeddedOptions {
  /** Major version: 15. */
  readonly major: number;
  /** Absolute path of the folder for what can be had again: servers that npm fetched are kept in its folder `postgres`. */
  readonly cacheFolder: string;
  /** A folder with `bin/postgres`, which somebody named. */
  readonly programs?: string | undefined;
  /** A folder of the user's project, whose packages may have a server. */
  readonly project?: string | undefined;
  /** Extensions that the migrations ask for. */
  readonly extensions?: readonly string[] | undefined;
  /** Wall time of a call in seconds; 60. */
  readonly seconds?: number | undefined;
  /** Is told what is downloaded, before it is: a sentence. */
  readonly say?: ((text: string) => void) | undefined;
}

/**
 * A real server of a major version, started for this and removed afterwards. Each database is a server of its own, since roles belong
 * to a server: a copy in which a role is made leaves the others as they are.
 *
 * @throws {EngineUnavailable} if there is no such server and none can be fetched, or it does not start.
 */
export async function createEmbeddedEngine(options: EmbeddedOptions): Promise<Engine> {
  const { major, cacheFolder, extensions = [] } = options;
  const programs = await serverPrograms(major, { ...options, cacheFolder: join(cacheFolder, 'postgres') });
  try {
    const server = await startServer(programs);
    return new EmbeddedEngine(programs, server, await beginningOf(server, extensions), options.seconds ?? 60);
  } catch (error) {
    const [reason = ''] = (error as Error).message.trim().split('\n').slice(-1);
    throw engineUnavailable(
      `PostgreSQL ${major} in ${programs} does not start: ${reason}`,
      'Leave --engine out: the embedded PostgreSQL 18 needs nothing. Or give the URL of a disposable server with --url.',
    );
  }
}

/** What is known of a server before anybody works with it. */
interface Beginning {
  /** A copy of its data folder. */
  readonly data: string;
  readonly missing: readonly string[];
}

async function beginningOf(server: Server, extensions: readonly string[]): Promise<Beginning> {
  const connection = await server.connect();
  const rows = await connection.rows<{ name: string }>(
    'SELECT name::text AS name FROM pg_available_extensions',
  );
  const known = new Set(rows.map(({ name }) => name));
  await connection.execute('CHECKPOINT');
  await connection.close();
  return { data: await server.copyData(), missing: extensions.filter((name) => !known.has(name)) };
}

class EmbeddedEngine implements Engine {
  readonly kind = 'embedded';
  readonly abilities = { ownCluster: true, secondConnection: true, timeouts: true };
  readonly notes = [];
  readonly version: string;
  readonly major: number;
  readonly label: string;
  readonly extensions: Engine['extensions'];
  readonly #programs: string;
  readonly #empty: string;
  readonly #seconds: number;
  readonly #servers = new Set<Server>();
  /** Data folders of snapshots that nobody has discarded. */
  readonly #folders = new Set<string>();
  /** The first one, until somebody asks for an empty one. */
  #unused: Server | undefined;
  readonly #forget: () => void;

  constructor(programs: string, server: Server, { data, missing }: Beginning, seconds: number) {
    this.version = server.version;
    this.major = Number.parseInt(server.version, 10);
    this.label = `PostgreSQL ${server.version}`;
    this.extensions = { stubbed: [], missing };
    this.#programs = programs;
    this.#empty = data;
    this.#seconds = seconds;
    this.#unused = server;
    this.#servers.add(server);
    this.#folders.add(data);
    this.#forget = atProcessEnd({
      now: () => {
        for (const folder of this.#folders) rmSync(dirname(folder), { recursive: true, force: true });
      },
    });
  }

  async open(from?: Snapshot): Promise<Database> {
    const data = from === undefined ? this.#empty : (from as Partial<FolderSnapshot>).folder?.();
    if (data === undefined) throw engineDied('connection', 'the snapshot is discarded, or of another engine');
    const unused = from === undefined ? this.#unused : undefined;
    if (unused !== undefined) this.#unused = undefined;
    const server = unused ?? (await this.#start(data));
    const remove = async (): Promise<void> => {
      this.#servers.delete(server);
      await server.stop();
    };
    const actions = {
      connect: () => server.client(),
      abandon: remove,
      copy: async (session: { execute(sql: string): Promise<void> }) => {
        await session.execute('CHECKPOINT');
        return this.#snapshot(await server.copyData());
      },
      drop: remove,
    };
    return ServerDatabase.open(actions, this.#seconds);
  }

  async #start(data: string): Promise<Server> {
    try {
      const server = await startServer(this.#programs, data);
      this.#servers.add(server);
      return server;
    } catch (error) {
      throw engineDied('crash', `the server does not start: ${(error as Error).message.trim()}`);
    }
  }

  #snapshot(folder: string): FolderSnapshot {
    this.#folders.add(folder);
    return {
      folder: () => (this.#folders.has(folder) ? folder : undefined),
      bytes: () => Promise.resolve(undefined),
      discard: () => this.#discard(folder),
    };
  }

  /** Removes a copy, and the folder that was made for it. */
  async #discard(folder: string): Promise<void> {
    this.#folders.delete(folder);
    await rm(dirname(folder), { recursive: true, force: true }).catch(() => undefined);
  }

  snapshotFrom(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.stop()));
    await Promise.all([...this.#folders].map((folder) => this.#discard(folder)));
    this.#forget();
  }
}

interface FolderSnapshot extends Snapshot {
  /** The copy of the data folder; undefined once it is removed. */
  folder(): string | undefined;
}
