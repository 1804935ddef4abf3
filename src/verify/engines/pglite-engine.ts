import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dropCached, readCached, writeCached } from './cached-file.ts';
import { compressed, dataSnapshot, decompressed, type DataSnapshot } from './data-snapshot.ts';
import { engineDied } from './errors.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { extensionStubs, extensionsIn } from './pglite-extensions.ts';
import { pglitePackage } from './pglite-package.ts';
import type { WorkerSetup } from './pglite-worker.ts';
import { startParams } from './start-parameters.ts';
import type { Database, Engine, Snapshot } from './types.ts';

/** How PGlite is used. All can be left out. */
export interface PgliteOptions {
  /** Absolute path of a folder for what can be had again: an empty database, which takes seconds to make. Without it, nothing is kept. */
  readonly cacheFolder?: string | undefined;
  /** Extensions that the migrations ask for. Those that PGlite does not have are stubbed. */
  readonly extensions?: readonly string[] | undefined;
  /** Wall time of a call in seconds; 60. */
  readonly seconds?: number | undefined;
  /** By how many bytes the process may grow in a call; 2 GB. */
  readonly memory?: number | undefined;
}

/**
 * PostgreSQL 18 in this process: each database is a whole cluster of its own, in a worker.
 *
 * @throws {EngineUnavailable} if PGlite is not installed.
 * @throws {EngineDied} if it does not start.
 */
export async function createPgliteEngine(options: PgliteOptions = {}): Promise<Engine> {
  const library = pglitePackage();
  const { available, missing } = extensionsIn(options.extensions ?? [], library);
  const setup: Omit<WorkerSetup, 'data'> = {
    library: library.library,
    program: await library.program(),
    extensions: available.flatMap((name) => library.extension(name) ?? []),
    stubs: extensionStubs(missing),
    startParams,
  };
  const limits = { seconds: options.seconds ?? 60, bytes: options.memory ?? 2 ** 31 };
  const start = (data: Uint8Array | undefined): ReturnType<typeof PgliteDatabase.open> =>
    PgliteDatabase.open({ ...setup, data }, limits, dataSnapshot);
  const emptyDatabase = new EmptyDatabase(start, options.cacheFolder, library.version);
  return new PgliteEngine(await emptyDatabase.version(), emptyDatabase, start, missing);
}

/** How a database is started from a data folder, or with a new one. */
type Start = (data: Uint8Array | undefined) => ReturnType<typeof PgliteDatabase.open>;

/**
 * The empty database, which takes seconds to make: kept in a file whose name says of which PostgreSQL it is, so that nothing has to be
 * started to know that.
 */
class EmptyDatabase {
  readonly #start: Start;
  readonly #folder: string | undefined;
  readonly #library: string;
  #data: Uint8Array | undefined;
  /** The one that was started to learn its version, until somebody takes it. */
  #unused: PgliteDatabase | undefined;

  constructor(start: Start, folder: string | undefined, library: string) {
    this.#start = start;
    this.#folder = folder;
    this.#library = library;
  }

  /** The server's: `18.6`. Throws EngineDied if it has to be started and does not. */
  async version(): Promise<string> {
    const [kept] = await this.#files();
    if (kept !== undefined) return kept.version;
    const { database, version } = await this.#make();
    this.#unused = database;
    return version;
  }

  /** Starts one. Throws EngineDied. */
  async open(): Promise<PgliteDatabase> {
    const unused = this.#unused;
    this.#unused = undefined;
    if (unused !== undefined) return unused;
    if (this.#data === undefined) return this.#first();
    return (await this.#start(this.#data)).database;
  }

  /** Ends what nobody has taken. */
  async close(): Promise<void> {
    await this.#unused?.close();
  }

  /** From the cache, or else with a new data folder. */
  async #first(): Promise<PgliteDatabase> {
    for (const { path } of await this.#files()) {
      const bytes = await readCached(path);
      const data = bytes && (await decompressed(bytes));
      const started = data && (await this.#start(data).catch(() => undefined));
      this.#data = data;
      if (started !== undefined) return started.database;
      await dropCached(path);
    }
    return (await this.#make()).database;
  }

  async #make(): ReturnType<Start> {
    const started = await this.#start(undefined);
    const data = await started.database.data();
    this.#data = data;
    if (this.#folder !== undefined)
      await writeCached(
        join(this.#folder, `pglite-${this.#library}-${started.version}.data.gz`),
        await compressed(data),
      );
    return started;
  }

  async #files(): Promise<readonly { readonly path: string; readonly version: string }[]> {
    const folder = this.#folder;
    if (folder === undefined) return [];
    const names = await readdir(folder).catch(() => []);
    return names.flatMap((name) => {
      const [, library, version] = /^pglite-([\d.]+)-([\d.]+)\.data\.gz$/u.exec(name) ?? [];
      return library === this.#library && version !== undefined
        ? [{ path: join(folder, name), version }]
        : [];
    });
  }
}

class PgliteEngine implements Engine {
  readonly kind = 'pglite';
  readonly abilities = { ownCluster: true, secondConnection: false, timeouts: false };
  readonly notes = [];
  readonly version: string;
  readonly major: number;
  readonly label: string;
  readonly extensions: Engine['extensions'];
  readonly #empty: EmptyDatabase;
  readonly #start: Start;
  readonly #databases = new Set<PgliteDatabase>();

  constructor(version: string, empty: EmptyDatabase, start: Start, missing: readonly string[]) {
    this.version = version;
    this.major = Number.parseInt(version, 10);
    this.label = `PostgreSQL ${version} (PGlite)`;
    this.extensions = { stubbed: missing, missing: [] };
    this.#empty = empty;
    this.#start = start;
  }

  async open(from?: Snapshot): Promise<Database> {
    const database = from === undefined ? await this.#empty.open() : await this.#from(from);
    this.#databases.add(database);
    return database;
  }

  async #from(snapshot: Snapshot): Promise<PgliteDatabase> {
    const data = (snapshot as Partial<DataSnapshot>).data?.();
    if (data === undefined) throw engineDied('connection', 'the snapshot is discarded, or of another engine');
    return (await this.#start(data)).database;
  }

  async snapshotFrom(bytes: Uint8Array): Promise<Snapshot | undefined> {
    const data = await decompressed(bytes);
    return data === undefined ? undefined : dataSnapshot(data);
  }

  async close(): Promise<void> {
    await Promise.all([this.#empty.close(), ...[...this.#databases].map((database) => database.close())]);
  }
}
