import { nameOf } from '../files/paths.ts';
import { nameLike } from './names.ts';
import { versionsAfter } from './next-version.ts';
import type { MigrationEntry, NewMigration } from './types.ts';

/** The id of a migration that is to be written, and what it comes after. */
export interface Slot {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  /** The migrations that are there. */
  readonly entries: readonly MigrationEntry[];
  /** How many of them come before it. */
  readonly position: number;
}

/** How a layout names migrations. */
export interface Naming {
  readonly compare: (a: string, b: string) => number;
  /** The version of the first migration of a project; empty if it needs none. */
  readonly first: (now: Date) => string;
  /** The version as it is written in the id; empty if there is none. The entry's own by default. */
  readonly written?: (entry: MigrationEntry) => string;
  /** Versions that can come after one, the one to prefer first. {@link versionsAfter} by default. */
  readonly after?: (previous: string, now: Date) => readonly string[];
  /** Puts an id together. `like` is the migration whose form it takes; undefined for the first one. */
  readonly id: (version: string, name: string, like: MigrationEntry | undefined) => string;
}

/**
 * Finds an id that sorts after one migration and before its successor, with a version of its own; undefined where there is no
 * room. Scripts that the tool repeats after all others are no neighbours. A stray's version is left free as well, lest a lonely
 * rollback become that of the new migration, or a file be overwritten.
 */
export function findSlot(
  listed: { readonly entries: readonly MigrationEntry[]; readonly strays: readonly string[] },
  migration: NewMigration,
  naming: Naming,
): Slot | undefined {
  const entries = listed.entries.filter(({ repeats }) => repeats !== true);
  const { after } = migration;
  if (after?.repeats === true) return undefined;
  const position = after === undefined ? entries.length : positionAfter(entries, after, naming);
  const before = after ?? entries.at(-1);
  const next = entries[position];
  const written = naming.written ?? ((entry: MigrationEntry) => entry.version);
  const like = entries.slice(0, position).findLast((entry) => written(entry) !== '');
  const taken = new Set(entries.map((entry) => valueOf(written(entry))));
  const name = migration.isExact === true ? migration.name : nameLike(entries, migration.name);
  const strays = strayVersions(listed.strays);
  for (const candidate of versionsFor(entries, like, migration.now, naming, written)) {
    const version = withoutStrays(candidate, strays, migration.now);
    const id = naming.id(version, name, like);
    const fits =
      (version === '' || !taken.has(valueOf(version))) &&
      (before === undefined || naming.compare(before.id, id) < 0) &&
      (next === undefined || naming.compare(id, next.id) < 0);
    if (fits) return { id, version, name, entries, position };
  }
  return undefined;
}

/** What a place tells of its slot. */
export function slotIds({ id, version }: Slot): { readonly id: string; readonly version: string } {
  return { id, version };
}

/** The text with a line end at its end. */
export function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function positionAfter(entries: readonly MigrationEntry[], after: MigrationEntry, naming: Naming): number {
  const index = entries.findIndex(({ id }) => id === after.id);
  if (index >= 0) return index + 1;
  const next = entries.findIndex(({ id }) => naming.compare(id, after.id) > 0);
  return next < 0 ? entries.length : next;
}

function versionsFor(
  entries: readonly MigrationEntry[],
  like: MigrationEntry | undefined,
  now: Date,
  naming: Naming,
  written: (entry: MigrationEntry) => string,
): readonly string[] {
  if (like !== undefined) return (naming.after ?? versionsAfter)(written(like), now);
  return entries.length > 0 && entries.every((entry) => written(entry) === '') ? [''] : [naming.first(now)];
}

/** The next version that no stray has. */
function withoutStrays(candidate: string, strays: ReadonlySet<string>, now: Date): string {
  let version = candidate;
  while (version !== '' && strays.has(valueOf(version))) version = versionsAfter(version, now).at(-1) ?? '';
  return version;
}

/** Versions in the names of files that are no migrations: `7` and `7.1` of `U7_1__gone.sql`. */
function strayVersions(strays: readonly string[]): ReadonlySet<string> {
  const versions = strays.flatMap((path) => {
    const [, version, first] = /^[A-Za-z]*[._-]*((\d+)(?:[._-]\d+)*)/.exec(nameOf(path)) ?? [];
    return version === undefined || first === undefined ? [] : [valueOf(version), valueOf(first)];
  });
  return new Set(versions);
}

/** One text for versions that tools may take for the same number. */
function valueOf(version: string): string {
  return version
    .replaceAll(/[._-]/g, '.')
    .replaceAll(/(^|\.)0+(?=\d)/g, '$1')
    .replace(/(?:\.0)+$/, '');
}
