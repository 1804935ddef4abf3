import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { drizzleJournal, withEntry } from './drizzle-journal.ts';
import { isMisplaced } from './folder-files.ts';
import { drizzleStatements } from './drizzle-statements.ts';
import { timestampOf, timestampsAfter } from './next-version.ts';
import { compareByLocale, folderMigration, placeInFolder } from './prisma.ts';
import { forwardId, pairRollbacks, rollbackNamed, rollbacksBelow, type RollbackScript } from './rollbacks.ts';
import { placeFiles } from './script-places.ts';
import { findSlot, type Slot } from './slots.ts';
import type { Layout, MigrationEntry, NewPlace } from './types.ts';
import { compareDigits, splitVersion } from './version.ts';

type Listing = ReturnType<Layout['migrations']>;

/**
 * Drizzle: `meta/_journal.json` names the migrations, each a file `<tag>.sql`, and the migrator (drizzle-orm 0.45) runs them in
 * the order in which they stand there, whatever their names; it runs those whose `when` is later than that of the last one applied.
 * A `.sql` file that the journal does not name never runs, and is a stray.
 *
 * From drizzle-orm 1.0 on there is no journal: each sub-folder with a `migration.sql` is a migration, in the order that
 * `localeCompare` gives their names, and other sub-folders are ignored. Drizzle knows no rollbacks; those of its users are taken
 * by their names.
 *
 * `compare` sees names only. They give the journal's order where they carry drizzle-kit's prefix (`0007_`, a timestamp).
 */
export const drizzleLayout: Layout = {
  name: 'drizzle',
  compare: compareTags,
  migrations(tree, folder) {
    const journal = drizzleJournal(tree, folder);
    return journal === undefined
      ? migrationFolders(tree, folder)
      : journalMigrations(tree, folder, [...new Set(journal.entries.map(({ tag }) => tag))]);
  },
  newPlace(tree, folder, migration) {
    const journal = drizzleJournal(tree, folder);
    const slot = findSlot(drizzleLayout.migrations(tree, folder), migration, {
      compare: compareTags,
      first: journal === undefined ? timestampOf : () => '0000',
      ...(journal === undefined && { after: timestampsAfter }),
      id: (version, name) => (version === '' ? name : `${version}_${name}`),
    });
    if (slot === undefined) return undefined;
    if (journal === undefined) return inOwnFolder(folder, slot);
    const registered = withEntry(journal, slot.id, slot.entries[slot.position - 1]?.id, migration.now);
    if (registered === undefined) return undefined;
    const place = placeFiles(folder, slot, { scripts: folder, rollback: '{id}.down.sql' });
    return {
      ...place,
      files: (scripts) => [
        ...place.files({ ...scripts, forward: drizzleStatements(scripts.forward) }),
        registered,
      ],
    };
  },
};

function inOwnFolder(folder: string, slot: Slot): NewPlace {
  const place = placeInFolder(folder, slot);
  return {
    ...place,
    files: (scripts) => place.files({ ...scripts, forward: drizzleStatements(scripts.forward) }),
  };
}

function journalMigrations(tree: FileTree, folder: string, tags: readonly string[]): Listing {
  const files = new Set(tree.list(folder).flatMap(({ name, kind }) => (kind === 'file' ? [name] : [])));
  const named = new Set(tags.map((tag) => `${tag}.sql`));
  const rollbacks: RollbackScript[] = rollbacksBelow(tree, folder);
  const strays: string[] = [];
  for (const name of files) {
    if (named.has(name)) continue;
    const rollback = rollbackNamed(name);
    if (rollback !== undefined) rollbacks.push({ ...rollback, path: child(folder, name) });
    else if (isMisplaced(name)) strays.push(child(folder, name));
  }
  const rollbackOf = pairRollbacks(
    tags.map((tag) => ({ key: tag, id: forwardId(tag), version: splitVersion(tag).version })),
    rollbacks,
  );
  const entries = tags.map((tag): MigrationEntry => {
    const path = child(folder, `${tag}.sql`);
    const forward = files.has(`${tag}.sql`) ? path : undefined;
    return { id: tag, ...splitVersion(tag), path, forward, rollback: rollbackOf.get(tag) };
  });
  const used = new Set(rollbackOf.values());
  strays.push(...rollbacks.filter(({ path }) => !used.has(path)).map(({ path }) => path));
  return { entries, strays: strays.sort() };
}

function migrationFolders(tree: FileTree, folder: string): Listing {
  const entries: MigrationEntry[] = [];
  const strays: string[] = [];
  for (const { name, kind } of tree.list(folder)) {
    if (kind === 'file') {
      if (isMisplaced(name)) strays.push(child(folder, name));
      continue;
    }
    const entry = folderMigration(child(folder, name), name, tree.list(child(folder, name)));
    if (entry.forward !== undefined) entries.push(entry);
  }
  entries.sort((a, b) => compareByLocale(a.id, b.id));
  return { entries, strays: strays.sort() };
}

function compareTags(a: string, b: string): number {
  const left = /^\d+/.exec(a)?.[0];
  const right = /^\d+/.exec(b)?.[0];
  const order = left === undefined || right === undefined ? 0 : compareDigits(left, right);
  return order || compareByLocale(a, b);
}
