import { child } from '../files/paths.ts';
import { InputError } from '../files/errors.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import type { NewFile } from './types.ts';

/** Drizzle's list of migrations. What else stands in it is kept in `raw`. */
export interface DrizzleJournal {
  readonly path: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly entries: readonly DrizzleJournalEntry[];
}

/** A migration in the journal: `tag` is its file's name without `.sql`, `when` the milliseconds since 1970. */
export interface DrizzleJournalEntry {
  readonly tag: string;
  readonly idx: number | undefined;
  readonly when: number | undefined;
  readonly raw: Readonly<Record<string, unknown>>;
}

/**
 * Reads `meta/_journal.json`.
 *
 * @returns undefined if there is none.
 * @throws {InputError} `unreadable` if it is no JSON object with a list of entries: Drizzle's migrator stops there, too.
 */
export function drizzleJournal(tree: FileTree, folder: string): DrizzleJournal | undefined {
  const path = child(folder, 'meta/_journal.json');
  if (!tree.list(child(folder, 'meta')).some(({ name }) => name === '_journal.json')) return undefined;
  const raw = journalAt(tree, path);
  const written: unknown = raw['entries'] ?? [];
  if (!Array.isArray(written)) throw broken(path, 'its entries are no list');
  return { path, raw, entries: written.flatMap(entryOf) };
}

/**
 * The journal's file with one more migration, right after another one.
 *
 * As drizzle-kit does it: the next `idx`, the format's version, and breakpoints. `when` decides at run time what is new, so it
 * comes after the previous one, and before the next.
 *
 * @returns undefined if there is no millisecond between the two.
 */
export function withEntry(
  { path, raw, entries }: DrizzleJournal,
  tag: string,
  after: string | undefined,
  now: Date,
): NewFile | undefined {
  const position = entries.findIndex((entry) => entry.tag === after) + 1;
  const previous = entries[position - 1];
  const next = entries[position];
  const earliest = Math.max(0, ...entries.slice(0, position).map(({ when }) => (when ?? -1) + 1));
  const latest = Math.min(...entries.slice(position).map(({ when }) => (when ?? Infinity) - 1));
  if (earliest > latest) return undefined;
  const version = (previous ?? next)?.raw['version'] ?? raw['version'];
  const added = {
    idx: (previous?.idx ?? position - 1) + 1,
    ...(version !== undefined && { version }),
    when: Math.min(Math.max(now.getTime(), earliest), latest),
    tag,
    breakpoints: true,
  };
  const later = entries.slice(position).map((entry) => ({
    ...entry.raw,
    ...(entry.idx !== undefined && { idx: entry.idx + 1 }),
  }));
  const all = [...entries.slice(0, position).map((entry) => entry.raw), added, ...later];
  return { path, text: textOf({ ...raw, entries: all }) };
}

/** The journal's file without a migration. */
export function withoutEntry({ path, raw, entries }: DrizzleJournal, tag: string): NewFile {
  const position = entries.findIndex((entry) => entry.tag === tag);
  const kept = entries.flatMap((entry, index) => (index === position ? [] : [entry.raw]));
  return { path, text: textOf({ ...raw, entries: kept }) };
}

/**
 * The journal's file with a migration that has moved as it stood in it before: with all that drizzle-kit wrote of it, and its time, as
 * long as that lies between those of its neighbours.
 *
 * @param before what stood there.
 */
export function withFormerEntry(
  { path, raw, entries }: DrizzleJournal,
  tag: string,
  before: DrizzleJournalEntry,
): NewFile {
  const all = entries.map((entry, index) => {
    if (entry.tag !== tag) return entry.raw;
    const earliest = Math.max(-1, ...entries.slice(0, index).map(({ when }) => when ?? -1));
    const latest = Math.min(...entries.slice(index + 1).map(({ when }) => when ?? Infinity));
    const fits = before.when !== undefined && before.when > earliest && before.when < latest;
    return {
      ...before.raw,
      ...(entry.idx !== undefined && { idx: entry.idx }),
      when: fits ? before.when : entry.when,
      tag,
    };
  });
  return { path, text: textOf({ ...raw, entries: all }) };
}

/** The journal's file with a migration under another name. */
export function withTag({ path, raw, entries }: DrizzleJournal, from: string, to: string): NewFile {
  const all = entries.map((entry) => (entry.tag === from ? { ...entry.raw, tag: to } : entry.raw));
  return { path, text: textOf({ ...raw, entries: all }) };
}

/** As drizzle-kit writes it. */
const textOf = (journal: unknown): string => `${JSON.stringify(journal, undefined, 2)}\n`;

function journalAt(tree: FileTree, path: string): Record<string, unknown> {
  let raw: unknown;
  try {
    raw = JSON.parse(readText(tree, path) || '{}');
  } catch (error) {
    throw broken(path, (error as Error).message);
  }
  if (!isRecord(raw)) throw broken(path, 'it is no object');
  return raw;
}

function broken(path: string, reason: string): InputError {
  return new InputError(
    'unreadable',
    `${path} is no journal of Drizzle: ${reason}`,
    'Mend it, or take it from the main branch and generate the migration again; marks of a merge conflict are the usual cause.',
  );
}

function entryOf(raw: unknown): DrizzleJournalEntry[] {
  if (!isRecord(raw) || typeof raw['tag'] !== 'string') return [];
  const { tag, idx, when } = raw;
  return [{ tag, idx: numberOrNone(idx), when: numberOrNone(when), raw }];
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
