import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import type { Layout, MigrationEntry } from './types.ts';
import { compareNaturally, splitVersion } from './version.ts';

const ROLLBACK_FOLDERS = new Set(['rollback', 'rollbacks', 'down', 'downs', 'undo']);
const ROLLBACK_ENDING = /[._-](?:down|rollback|undo)$/i;
const ROLLBACK_BEGINNING = /^(?:rollback|down|undo)[._-]+(?=\d)|^(\d+)[._-]+(?:rollback|undo)(?=[._-]|$)/i;
const DOTTED_ENDING = /\.(?:down|rollback|undo)\.sql$/i;
const FORWARD_ENDING = /[._]up$/i;

/**
 * A folder of `.sql` files without a tool of its own, each file a migration, in natural order of their names.
 *
 * Rollbacks are files named after the forward one (`x.down.sql`, `x_down.sql`, `x.rollback.sql`, `x_rollback.sql`,
 * `rollback_0005.sql`, `0005-rollback-x.sql`) and those in a `rollback/`, `rollbacks/` or `down/` sub-folder. They belong
 * to the migration with their name, else to the only one with their version: in practice the names often differ. A file among
 * the forward ones that only might be a rollback (`0009_rollback_prices.sql`) is one only if it finds its migration.
 */
export const plainLayout: Layout = {
  name: 'plain',
  compare: compareNaturally,
  migrations(tree, folder) {
    const forward: string[] = [];
    const rollbacks: Rollback[] = rollbacksBelow(tree, folder);
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind !== 'file') continue;
      const id = stem(name);
      if (id === undefined) strays.push(child(folder, name));
      else if (isRollback(id)) rollbacks.push({ path: child(folder, name), name, ...forwardOf(id) });
      else forward.push(name);
    }
    const found = match(forward, rollbacks);
    const used = new Set(found.values());
    for (const { path, name } of rollbacks.filter((rollback) => !used.has(rollback.path))) {
      if (name !== undefined && !DOTTED_ENDING.test(name)) forward.push(name);
      else strays.push(path);
    }
    const entries = forward.map((name) => entryOf(folder, name, found.get(name)));
    entries.sort((a, b) => compareNaturally(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
};

/** A rollback script with the forward script's id and version as its own name tells them. */
interface Rollback {
  readonly path: string;
  readonly id: string;
  readonly version: string;
  /** The file's name if it lies among the forward scripts, so that it may be one itself: `0009_rollback_prices.sql`. */
  readonly name?: string;
}

function entryOf(folder: string, file: string, rollback: string | undefined): MigrationEntry {
  const id = forwardId(file);
  const path = child(folder, file);
  return { id, ...splitVersion(id), path, forward: path, rollback };
}

function rollbacksBelow(tree: FileTree, folder: string): Rollback[] {
  return tree
    .list(folder)
    .filter(({ name, kind }) => kind === 'folder' && ROLLBACK_FOLDERS.has(name.toLowerCase()))
    .flatMap(({ name }) => filesOf(tree, child(folder, name)));
}

function filesOf(tree: FileTree, folder: string): Rollback[] {
  const found: Rollback[] = [];
  for (const { name, kind } of tree.list(folder)) {
    const id = kind === 'file' ? stem(name) : undefined;
    if (id !== undefined) found.push({ path: child(folder, name), ...forwardOf(id) });
  }
  return found;
}

/** Forward file → its rollback: by name first, then by a version that only one forward file and one rollback have. */
function match(forward: readonly string[], rollbacks: readonly Rollback[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const byId = new Map(rollbacks.map((rollback) => [rollback.id, rollback]));
  const left = new Set(rollbacks);
  for (const file of forward) {
    const rollback = byId.get(forwardId(file));
    if (rollback === undefined) continue;
    found.set(file, rollback.path);
    left.delete(rollback);
  }
  const open = groupByVersion(
    forward.filter((file) => !found.has(file)).map((file) => ({ file, id: forwardId(file) })),
  );
  for (const rollback of left) {
    const candidates = open.get(rollback.version);
    if (candidates?.length === 1 && candidates[0] !== undefined) found.set(candidates[0], rollback.path);
    open.delete(rollback.version);
  }
  return found;
}

function groupByVersion(
  files: readonly { readonly file: string; readonly id: string }[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { file, id } of files) {
    const { version } = splitVersion(id);
    if (version === '') continue;
    const group = groups.get(version);
    if (group === undefined) groups.set(version, [file]);
    else group.push(file);
  }
  return groups;
}

function isRollback(id: string): boolean {
  return ROLLBACK_ENDING.test(id) || ROLLBACK_BEGINNING.test(id);
}

function forwardOf(id: string): { readonly id: string; readonly version: string } {
  const forward = id.replace(ROLLBACK_ENDING, '').replace(ROLLBACK_BEGINNING, '$1');
  return { id: forward, version: splitVersion(forward).version };
}

function forwardId(file: string): string {
  return (stem(file) ?? file).replace(FORWARD_ENDING, '');
}

/** The name without `.sql`; undefined for other files. */
function stem(name: string): string | undefined {
  return /\.sql$/i.test(name) ? name.slice(0, -'.sql'.length) : undefined;
}
