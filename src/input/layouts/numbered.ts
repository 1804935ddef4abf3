import { child, nameOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { commentedRefusal, sectionPart } from './commented-sections.ts';
import { codeMigrations, isMisplaced, sqlStem } from './folder-files.ts';
import { entryOf, kindOf, plainNaming } from './plain.ts';
import { isRollbackFolder, rollbacksBelow, sortScripts } from './rollbacks.ts';
import { placeFiles } from './script-places.ts';
import { findSlot } from './slots.ts';
import type { Layout } from './types.ts';
import { compareNaturally } from './version.ts';

const FORWARD_FOLDERS = ['sql', 'up', 'migrations', 'migrate', 'forward'];

/**
 * Forward scripts in one folder and rollbacks in the one beside it: `sql/0001_users.sql` and `rollback/0001_rollback.sql`, also
 * `up/` and `down/`, or `migrations/` and `rollbacks/`. The project's folder is the one that holds both. A runner of the
 * project's own applies them by number.
 */
export const numberedLayout: Layout = {
  name: 'numbered',
  compare: compareNaturally,
  migrations(tree, folder) {
    const scripts = forwardFolder(tree, folder);
    const strays = tree
      .list(folder)
      .filter(({ name, kind }) => kind === 'file' && sqlStem(name) !== undefined)
      .map(({ name }) => child(folder, name));
    if (scripts === undefined) return { entries: [], strays: strays.sort() };
    const sorted = sortScripts(
      tree,
      scripts,
      [...rollbacksBelow(tree, folder), ...rollbacksBelow(tree, scripts)],
      kindOf,
    );
    const entries = sorted.forward.map((name) =>
      entryOf(child(scripts, name), name, sorted.rollbackOf.get(name)),
    );
    entries.push(...codeMigrations(tree, scripts, entries));
    entries.sort((a, b) => compareNaturally(a.id, b.id));
    return { entries, strays: [...strays, ...sorted.strays.filter(isMisplaced)].sort() };
  },
  part: sectionPart,
  refusal: commentedRefusal,
  newPlace(tree, folder, migration) {
    const scripts = forwardFolder(tree, folder);
    if (scripts === undefined) return undefined;
    const slot = findSlot(numberedLayout.migrations(tree, folder), migration, plainNaming);
    const rollbacks = nameOf(rollbackFolder(tree, folder) ?? 'rollback');
    return slot && placeFiles(folder, slot, { scripts, rollback: `${rollbacks}/{version}_rollback.sql` });
  },
};

/** The sub-folder with the forward scripts; undefined if the folder has none that is named like one. */
export function forwardFolder(tree: FileTree, folder: string): string | undefined {
  const names = tree.list(folder).flatMap(({ name, kind }) => (kind === 'folder' ? [name] : []));
  const found = FORWARD_FOLDERS.map((wanted) => names.find((name) => name.toLowerCase() === wanted)).find(
    (name) => name !== undefined,
  );
  return found === undefined ? undefined : child(folder, found);
}

/** The sub-folder with the rollback scripts; undefined if the folder has none. */
export function rollbackFolder(tree: FileTree, folder: string): string | undefined {
  const found = tree.list(folder).find(({ name, kind }) => kind === 'folder' && isRollbackFolder(name));
  return found === undefined ? undefined : child(folder, found.name);
}
