import { child } from '../files/paths.ts';
import type { TreeEntry } from '../files/types.ts';
import type { Layout, MigrationEntry } from './types.ts';
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
  compare: compareIds,
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind === 'file' && !EXPECTED.has(name)) strays.push(child(folder, name));
      if (kind === 'folder' && !name.startsWith('.')) {
        entries.push(migrationOf(child(folder, name), name, tree.list(child(folder, name))));
      }
    }
    entries.sort((a, b) => compareIds(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
};

const TIMESTAMP = /^\d{14}/;
/** Of these characters, `_` comes first in a collation, and the others in the order of their codes. */
const SIMPLE = /^[0-9a-z_]*$/;

/**
 * Prisma's `localeCompare`, under a locale that is the same on every machine. Digits sort by their value there as well, so
 * that two timestamps decide by themselves, and the collation, which takes 12 ms to load, is seldom needed.
 */
function compareIds(a: string, b: string): number {
  const left = TIMESTAMP.exec(a)?.[0];
  const right = TIMESTAMP.exec(b)?.[0];
  if (left !== undefined && right !== undefined && left !== right) return left < right ? -1 : 1;
  if (SIMPLE.test(a) && SIMPLE.test(b))
    return compareCodeUnits(a.replaceAll('_', '/'), b.replaceAll('_', '/'));
  return a.localeCompare(b, 'en') || compareCodeUnits(a, b);
}

function migrationOf(path: string, id: string, files: readonly TreeEntry[]): MigrationEntry {
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
