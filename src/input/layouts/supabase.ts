import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { isMisplaced, sqlStem } from './folder-files.ts';
import { timestampOf, timestampsAfter } from './next-version.ts';
import { rollbacksBelow, sortScripts } from './rollbacks.ts';
import { placeFiles } from './script-places.ts';
import { findSlot } from './slots.ts';
import type { Layout, MigrationEntry } from './types.ts';
import { compareFileNames } from './version.ts';

const MIGRATION = /^(\d+)_(.*)\.sql$/;
/** The first file is skipped if an early CLI wrote it: a dump of the schema, from before this version. */
const OLD_INIT = /(\d{14})_init\.sql/;
const OLD_INIT_BEFORE = 20_211_209_000_000;

/**
 * Supabase: files `<digits>_name.sql` directly in `supabase/migrations`, in the order of their names by bytes. The CLI (2.104) skips
 * sub-folders and all other names; so what it never runs is a stray.
 *
 * It knows no rollbacks. Those of its users lie in a `rollback/` or `down/` sub-folder, or beside the migration: there the CLI takes
 * `<digits>_name.down.sql` for a migration, which cannot succeed where another one has the same version, so that with the
 * same version it is a rollback, and else a migration.
 */
export const supabaseLayout: Layout = {
  name: 'supabase',
  compare: compareFileNames,
  migrations(tree, folder) {
    const skipped = oldInit(tree, folder);
    const sorted = sortScripts(tree, folder, rollbacksBelow(tree, folder), (name) => {
      if (name === skipped || sqlStem(name) === undefined) return 'other';
      return MIGRATION.test(name) ? 'script' : 'rollback';
    });
    const entries = sorted.forward.map((name) => entryOf(folder, name, sorted.rollbackOf.get(name)));
    entries.sort((a, b) => compareFileNames(a.id, b.id));
    return { entries, strays: sorted.strays.filter(isMisplaced).sort() };
  },
  newPlace(tree, folder, migration) {
    const slot = findSlot(supabaseLayout.migrations(tree, folder), migration, {
      compare: compareFileNames,
      first: timestampOf,
      after: timestampsAfter,
      id: (version, name) => `${version}_${name}`,
    });
    return slot && placeFiles(folder, slot, { scripts: folder, rollback: 'rollbacks/{id}.sql' });
  },
};

function entryOf(folder: string, file: string, rollback: string | undefined): MigrationEntry {
  const path = child(folder, file);
  const [, version = '', name = ''] = MIGRATION.exec(file) ?? [];
  return { id: sqlStem(file) ?? file, version, name, path, forward: path, rollback };
}

function oldInit(tree: FileTree, folder: string): string | undefined {
  const first = tree
    .list(folder)
    .map(({ name }) => name)
    .sort()[0];
  const version = first === undefined ? undefined : OLD_INIT.exec(first)?.[1];
  return version !== undefined && Number(version) < OLD_INIT_BEFORE ? first : undefined;
}
