import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ReadFile } from '../../input/project/types.ts';
import { readCached, writeCached } from '../engines/cached-file.ts';
import { OUTSIDE_NAMES, type OutsideNameLists } from './outside-names.ts';

/** Counted up when other names are collected than before. */
const FORMAT = 2;

/** What scripts name that is outside the schema, kept by their text: scripts that are in the history need not be parsed again for it. */
export interface NamesCache {
  /** What a script names; undefined if nobody has kept that. */
  find(file: ReadFile): OutsideNameLists | undefined;
  keep(file: ReadFile, names: OutsideNameLists): void;
  /** Writes what was found or kept, and nothing else: what no script has any more is gone. Never throws. */
  finish(): Promise<void>;
}

/**
 * Reads a cache of names from its file. A broken one is empty.
 *
 * @param options.folder absolute path of the folder for all projects.
 * @param options.project what tells the project from others on this machine.
 */
export async function namesCacheOf(options: {
  readonly folder: string;
  readonly project: string;
}): Promise<NamesCache> {
  const path = join(options.folder, 'names', `${shortHash([options.project])}.json`);
  const known = parsed(await readCached(path));
  const used = new Map<string, OutsideNameLists>();
  let isNew = false;
  return {
    find(file) {
      const key = keyOf(file);
      const names = known.get(key);
      if (names !== undefined) used.set(key, names);
      return names;
    },
    keep(file, names) {
      used.set(keyOf(file), names);
      isNew = true;
    },
    async finish() {
      if (isNew)
        await writeCached(
          path,
          Buffer.from(JSON.stringify({ format: FORMAT, scripts: Object.fromEntries(used) })),
        );
    },
  };
}

function parsed(bytes: Uint8Array | undefined): ReadonlyMap<string, OutsideNameLists> {
  try {
    const { format, scripts } = JSON.parse(Buffer.from(bytes ?? []).toString('utf8')) as {
      readonly format?: unknown;
      readonly scripts?: Readonly<Record<string, unknown>>;
    };
    const entries = format === FORMAT ? Object.entries(scripts ?? {}) : [];
    return new Map(entries.filter((entry): entry is [string, OutsideNameLists] => areNames(entry[1])));
  } catch {
    return new Map();
  }
}

function areNames(value: unknown): value is OutsideNameLists {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([kind, names]) =>
      (OUTSIDE_NAMES as readonly string[]).includes(kind) &&
      Array.isArray(names) &&
      names.every((name) => typeof name === 'string'),
  );
}

function keyOf({ source, within }: ReadFile): string {
  return shortHash([within === undefined ? source.text : source.text.slice(within.start, within.end)]);
}

function shortHash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
