import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { dropCached, readCached, writeCached } from './engines/cached-file.ts';
import type { Engine } from './engines/types.ts';
import { migrationChain } from '../input/project/migration-chain.ts';
import type { KeptPrefix, PrefixCache, PrefixState } from './prefix-cache.ts';

/** Counted up when a file means something else than before, or what migration-lint itself puts into a database. */
const FORMAT = 4;

/** How many files of a project are kept, and how many bytes in all. */
const FILES_OF_PROJECT = 5;
const BYTES = 500 * 2 ** 20;

/** How a cache is used. */
export interface PrefixCacheOptions {
  /** Absolute path of the folder for all projects. */
  readonly folder: string;
  /** What tells the project from others on this machine: the absolute path of its migrations. */
  readonly project: string;
  /** How the runner sends files, as `runnerKey` says it. */
  readonly runner: string;
  /** The least number of migrations that have to be run before a database is worth 5 MB and half a second. */
  readonly least: number;
}

/** A cache of databases in files: each is a line of JSON and the snapshot's bytes, named by all that it depends on. */
export function prefixCacheOf(options: PrefixCacheOptions): PrefixCache {
  const folder = join(options.folder, 'prefixes', digest([options.project]).slice(0, 16));
  const writing: Promise<void>[] = [];
  const nameOf = (engine: Engine, environment: string, chain: string): string =>
    `${digest([FORMAT, engine.kind, engine.version, options.runner, environment, chain])}.prefix`;
  return {
    async find(engine, history, environment) {
      const known = new Set(await readdir(folder).catch(() => []));
      if (known.size === 0) return undefined;
      const chain = migrationChain(history);
      for (let count = history.length; count > 0; count--) {
        const name = nameOf(engine, environment, chain[count - 1] ?? '');
        if (!known.has(name)) continue;
        const kept = await read(engine, join(folder, name));
        if (kept !== undefined) return { ...kept, count };
      }
      return undefined;
    },
    async keep(engine, database, history, { environment, cached, ...state }) {
      if (engine.kind === 'url' || history.length - cached < options.least) return;
      const name = nameOf(engine, environment, migrationChain(history).at(-1) ?? '');
      try {
        const snapshot = await database.save();
        writing.push(write(join(folder, name), snapshot, state).then(() => tidy(options.folder, folder)));
      } catch {
        // The database goes on, or the next one who asks it hears why it does not.
      }
    },
    finish: async () => void (await Promise.all(writing)),
  };
}

async function read(engine: Engine, path: string): Promise<Omit<KeptPrefix, 'count'> | undefined> {
  const bytes = await readCached(path);
  const end = bytes?.indexOf(10) ?? -1;
  if (bytes === undefined || end < 0) return undefined;
  const state = stateOf(Buffer.from(bytes.subarray(0, end)).toString('utf8'));
  const snapshot = state && (await engine.snapshotFrom(bytes.subarray(end + 1)));
  if (state === undefined || snapshot === undefined) {
    await dropCached(path);
    return undefined;
  }
  // Used files are the last ones to go.
  await utimes(path, new Date(), new Date()).catch(() => undefined);
  return { ...state, snapshot };
}

function stateOf(text: string): PrefixState | undefined {
  try {
    const { session, incomplete, standIns, notes, proven } = JSON.parse(text) as Partial<PrefixState>;
    const isWhole =
      typeof session === 'string' &&
      Array.isArray(incomplete) &&
      Array.isArray(standIns) &&
      Array.isArray(notes);
    return isWhole ? { session, incomplete, standIns, notes, proven: proven === true } : undefined;
  } catch {
    return undefined;
  }
}

async function write(
  path: string,
  snapshot: Awaited<ReturnType<Parameters<PrefixCache['keep']>[1]['save']>>,
  state: PrefixState,
): Promise<void> {
  try {
    const bytes = await snapshot.bytes();
    if (bytes !== undefined)
      await writeCached(path, Buffer.concat([Buffer.from(`${JSON.stringify(state)}\n`), bytes]));
  } catch {
    // What cannot be kept is not kept.
  } finally {
    await snapshot.discard();
  }
}

/** Deletes what is too much, that which was used longest ago first. */
async function tidy(cacheFolder: string, projectFolder: string): Promise<void> {
  try {
    const own = await filesOf(projectFolder);
    await Promise.all(own.slice(FILES_OF_PROJECT).map(({ path }) => rm(path, { force: true })));
    const folders = await readdir(join(cacheFolder, 'prefixes'));
    const all = await Promise.all(folders.map((name) => filesOf(join(cacheFolder, 'prefixes', name))));
    let room = BYTES;
    for (const { path, size } of all.flat().toSorted((a, b) => b.used - a.used)) {
      room -= size;
      if (room < 0) await rm(path, { force: true });
    }
  } catch {
    // Another run has tidied up at the same time.
  }
}

/** The files of a folder, the one used last first. */
async function filesOf(
  folder: string,
): Promise<readonly { readonly path: string; readonly size: number; readonly used: number }[]> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, used: mtimeMs };
    }),
  );
  return files.sort((a, b) => b.used - a.used);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
