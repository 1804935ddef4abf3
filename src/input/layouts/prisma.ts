import { child, nameOf } from '../files/paths.ts';
import type { TreeEntry } from '../files/types.ts';
import { timestampOf, timestampsAfter } from './next-version.ts';
import { findSlot, type Slot, withLineEnd } from './slots.ts';
import type { Layout, MigrationEntry, NewPlace } from './types.ts';
import { compareCodeUnits, splitVersion } from './version.ts';

const ROLLBACKS = ['rollback.sql', 'down.sql'];
/** Files that belong in a migrations folder without being migrations. */
const EXPECTED = new Set(['migration_lock.toml', 'README.md', '.gitkeep', '.DS_Store']);

/**
 * Prisma Migrate: each folder below `migrations/` is a migration, and its script is `migration.sql`. Prisma knows no
 * rollback; `rollback.sql` or `down.sql` beside the script is taken for one, by the convention of its users.
 *
 * The order is Prisma's: the CLI (7.10) sorts the folders' names with `localeCompare`.
 */
export const prismaLayout: Layout = {
  name: 'prisma',
  compare: compareByLocale,
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind === 'file' && !EXPECTED.has(name)) strays.push(child(folder, name));
      if (kind === 'folder' && !name.startsWith('.')) {
        entries.push(folderMigration(child(folder, name), name, tree.list(child(folder, name))));
      }
    }
    entries.sort((a, b) => compareByLocale(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
  newPlace(tree, folder, migration) {
    const slot = findSlot(prismaLayout.migrations(tree, folder), migration, {
      compare: compareByLocale,
      first: timestampOf,
      after: timestampsAfter,
      id: (version, name) => `${version}_${name}`,
    });
    return slot && placeInFolder(folder, slot);
  },
};

/** A migration that is a folder: its script, and its rollback as most of the present ones call it. */
export function placeInFolder(folder: string, slot: Slot): NewPlace {
  const { id, version, entries } = slot;
  const path = child(folder, id);
  const name = rollbackFileName(entries);
  return {
    id,
    version,
    files: ({ forward, rollback }) => [
      { path: child(path, 'migration.sql'), text: withLineEnd(forward) },
      ...(rollback === undefined ? [] : [{ path: child(path, name), text: withLineEnd(rollback) }]),
    ],
  };
}

/** What most rollbacks beside a migration.sql are called. */
export function rollbackFileName(entries: readonly MigrationEntry[]): string {
  const known = rollbackFileNames.get(entries);
  if (known !== undefined) return known;
  const count = (name: string): number =>
    entries.filter(({ rollback }) => rollback !== undefined && nameOf(rollback) === name).length;
  const name = count('down.sql') > count('rollback.sql') ? 'down.sql' : 'rollback.sql';
  rollbackFileNames.set(entries, name);
  return name;
}

/** Each migration of a history asks, and the list of them does not change. */
const rollbackFileNames = new WeakMap<readonly MigrationEntry[], string>();

const TIMESTAMP = /^\d{14}/;
/** Of these characters, `_` comes first in a collation, and the others in the order of their codes. */
const SIMPLE = /^[0-9a-z_]*$/;

/**
 * Prisma's `localeCompare`, under a locale that is the same on every machine. Digits sort by their value there as well, so
 * that two timestamps decide by themselves, and the collation, which takes 12 ms to load, is seldom needed.
 */
export function compareByLocale(a: string, b: string): number {
  const left = TIMESTAMP.exec(a)?.[0];
  const right = TIMESTAMP.exec(b)?.[0];
  if (left !== undefined && right !== undefined && left !== right) return left < right ? -1 : 1;
  if (SIMPLE.test(a) && SIMPLE.test(b))
    return compareCodeUnits(a.replaceAll('_', '/'), b.replaceAll('_', '/'));
  return a.localeCompare(b, 'en') || compareCodeUnits(a, b);
}

/** A migration that is a folder with a `migration.sql`, and `rollback.sql` or `down.sql` beside it. */
export function folderMigration(path: string, id: string, files: readonly TreeEntry[]): MigrationEntry {
  const has = (name: string): boolean => files.some((file) => file.kind === 'file' && file.name === name);
  const rollback = ROLLBACKS.find(has);
  return {
    id,
    ...splitVersion(id),
    path,
    forward: has('migration.sql') ? child(path, 'migration.sql') : undefined,
    rollback: rollback === undefined ? undefined : child(path, rollback),
  };
}
