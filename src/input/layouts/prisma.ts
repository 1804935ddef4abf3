import { child } from '../files/paths.ts';
import type { TreeEntry } from '../files/types.ts';
import type { Layout, MigrationEntry } from './types.ts';
import { splitVersion } from './version.ts';

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
  compare: (a, b) => collator.compare(a, b) || Number(a > b) - Number(a < b),
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind === 'file' && !EXPECTED.has(name)) strays.push(child(folder, name));
      if (kind === 'folder' && !name.startsWith('.')) {
        entries.push(migrationOf(child(folder, name), name, tree.list(child(folder, name))));
      }
    }
    entries.sort((a, b) => prismaLayout.compare(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
};

/** Prisma's `localeCompare` under a locale that is the same on every machine. */
const collator = new Intl.Collator('en');

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
