import { child } from '../files/paths.ts';
import { commentedRefusal, sectionPart } from './commented-sections.ts';
import { codeMigrations, sqlStem } from './folder-files.ts';
import {
  forwardId,
  isCertainRollback,
  rollbacksBelow,
  type ScriptFileKind,
  sortScripts,
} from './rollbacks.ts';
import { placeFiles } from './script-places.ts';
import { findSlot, type Naming } from './slots.ts';
import type { Layout, MigrationEntry } from './types.ts';
import { compareNaturally, splitVersion } from './version.ts';

/**
 * A folder of `.sql` files without a tool of its own, each file a migration, in natural order of their names. Rollbacks lie beside
 * them or in a `rollback/`, `rollbacks/` or `down/` sub-folder: see `sortScripts`. Versioned programs among them are migrations
 * that nobody can read here.
 */
export const plainLayout: Layout = {
  name: 'plain',
  compare: compareNaturally,
  migrations(tree, folder) {
    const { forward, rollbackOf, strays } = sortScripts(tree, folder, rollbacksBelow(tree, folder), kindOf);
    const entries = forward.map((name) => entryOf(child(folder, name), name, rollbackOf.get(name)));
    entries.push(...codeMigrations(tree, folder, entries));
    entries.sort((a, b) => compareNaturally(a.id, b.id));
    return { entries, strays: [...strays].sort() };
  },
  part: sectionPart,
  refusal: commentedRefusal,
  newPlace(tree, folder, migration) {
    const slot = findSlot(plainLayout.migrations(tree, folder), migration, plainNaming);
    return slot && placeFiles(folder, slot, { scripts: folder, rollback: '{id}.down.sql' });
  },
};

/** Names as the present ones: `0007_add_users`, `0007-add-users`, `V7__add_users`. */
export const plainNaming: Naming = {
  compare: compareNaturally,
  first: () => '0001',
  id: (version, name, like) => {
    if (version === '') return name;
    const [, lead = '', separator = '_'] =
      like === undefined
        ? []
        : (/^(.*?)\d.*?([-_. ]*)$/.exec(like.id.slice(0, -like.name.length || undefined)) ?? []);
    return `${lead}${version}${separator === '' ? '_' : separator}${name}`;
  },
};

/** A migration that is one file: its id is the file's name without `.sql` and `.up`. */
export function entryOf(path: string, name: string, rollback: string | undefined): MigrationEntry {
  const id = forwardId(name);
  return { id, ...splitVersion(id), path, forward: path, rollback };
}

/** What a file is that no tool but a script of the project runs. */
export function kindOf(name: string): ScriptFileKind {
  if (sqlStem(name) === undefined) return 'other';
  return isCertainRollback(name) ? 'rollback' : 'script';
}
