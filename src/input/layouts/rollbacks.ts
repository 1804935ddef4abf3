import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { sqlStem } from './folder-files.ts';
import { splitVersion } from './version.ts';

const FOLDERS = new Set(['rollback', 'rollbacks', 'down', 'downs', 'undo']);
const ENDING = /[._-](?:down|rollback|undo)$/i;
const BEGINNING = /^(?:rollback|down|undo)[._-]+(?=\d)|^(\d+)[._-]+(?:rollback|undo)(?=[._-]|$)/i;
const LEADING_WORD = /^(?:rollback|down|undo)[._-]/i;
const DOTTED_ENDING = /\.(?:down|rollback|undo)\.sql$/i;
const FORWARD_ENDING = /\.up$/i;

/** A rollback script, with the forward script's id and version as its own name tells them. */
export interface RollbackScript {
  readonly path: string;
  readonly id: string;
  readonly version: string;
}

/** The scripts of one folder, told apart. */
export interface SortedScripts {
  /** Names of the forward scripts, unsorted. */
  readonly forward: readonly string[];
  /** A forward script's name → the path of its rollback script. */
  readonly rollbackOf: ReadonlyMap<string, string>;
  /** Paths of everything else, unsorted. */
  readonly strays: readonly string[];
}

/** What a file in a folder of scripts can be: a migration (or the rollback of another one), only a rollback, or nothing. */
export type ScriptFileKind = 'script' | 'rollback' | 'other';

/** True for the name of a folder that holds rollback scripts: `rollback`, `Rollbacks`, `down`. */
export function isRollbackFolder(name: string): boolean {
  return FOLDERS.has(name.toLowerCase());
}

/** True for a name that only a rollback has: `0001_a.down.sql`. Others, like `0009_rollback_prices.sql`, may be migrations. */
export function isCertainRollback(name: string): boolean {
  return DOTTED_ENDING.test(name);
}

/** The id of a forward script, from its file's name: without `.sql` and `.up`. */
export function forwardId(name: string): string {
  return (sqlStem(name) ?? name).replace(FORWARD_ENDING, '');
}

/**
 * Tells a folder's forward scripts from its rollbacks, and pairs them.
 *
 * Rollbacks are files named after the forward one (`x.down.sql`, `x_down.sql`, `x.rollback.sql`, `x_rollback.sql`,
 * `rollback_0005.sql`, `0005-rollback-x.sql`), and those that lie elsewhere. They belong to the migration with their name, else to
 * the only one with their version: in practice the names often differ. A `script` that only might be a rollback
 * (`0009_rollback_prices.sql`) is one only if it finds its migration.
 *
 * @param elsewhere rollbacks of other folders, see {@link rollbacksBelow}.
 * @param kindOf what a file is by its whole name.
 */
export function sortScripts(
  tree: FileTree,
  folder: string,
  elsewhere: readonly RollbackScript[],
  kindOf: (name: string) => ScriptFileKind,
): SortedScripts {
  const forward: string[] = [];
  const strays: string[] = [];
  const certain: RollbackScript[] = [...elsewhere];
  const possible: string[] = [];
  for (const { name, kind } of tree.list(folder)) {
    if (kind !== 'file') continue;
    const fileKind = kindOf(name);
    const named = isRollbackName(sqlStem(name) ?? name);
    if (fileKind === 'script') (named ? possible : forward).push(name);
    else if (fileKind === 'rollback' && named) certain.push(rollbackAt(child(folder, name), name));
    else strays.push(child(folder, name));
  }
  const { migrations, rollbacks } = settle(folder, forward, possible, certain);
  const rollbackOf = pairRollbacks(
    migrations.map((name) => ({
      key: name,
      id: forwardId(name),
      version: splitVersion(forwardId(name)).version,
    })),
    rollbacks,
  );
  const used = new Set(rollbackOf.values());
  strays.push(...rollbacks.filter(({ path }) => !used.has(path)).map(({ path }) => path));
  return { forward: migrations, rollbackOf, strays };
}

/** The rollback scripts in a folder's sub-folders that are named for them: `rollback/`, `down/`. */
export function rollbacksBelow(tree: FileTree, folder: string): RollbackScript[] {
  return tree
    .list(folder)
    .filter(({ name, kind }) => kind === 'folder' && isRollbackFolder(name))
    .flatMap(({ name }) => rollbacksIn(tree, child(folder, name)));
}

/** All `.sql` files of a folder, taken as rollback scripts. */
export function rollbacksIn(tree: FileTree, folder: string): RollbackScript[] {
  return tree
    .list(folder)
    .filter(({ name, kind }) => kind === 'file' && sqlStem(name) !== undefined)
    .map(({ name }) => rollbackAt(child(folder, name), name));
}

/** Pairs scripts by id first (`x_up` counts as `x`), then by a version that only one of the forward scripts without rollback has. Gives key → path. */
export function pairRollbacks(
  forward: readonly { readonly key: string; readonly id: string; readonly version: string }[],
  rollbacks: readonly RollbackScript[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const byId = new Map(rollbacks.map((rollback) => [rollback.id, rollback]));
  const left = new Set(rollbacks);
  const open = new Map<string, string | undefined>();
  for (const { key, id, version } of forward) {
    const rollback = byId.get(id) ?? byId.get(id.replace(/_up$/i, ''));
    if (rollback !== undefined && left.delete(rollback)) found.set(key, rollback.path);
    else if (version !== '') {
      const number = numberOf(version);
      open.set(number, open.has(number) ? undefined : key);
    }
  }
  for (const { path, version } of left) {
    const number = numberOf(version);
    const key = open.get(number);
    if (key !== undefined) found.set(key, path);
    open.delete(number);
  }
  return found;
}

/** Settles which of the files that may be rollbacks are migrations. */
function settle(
  folder: string,
  forward: readonly string[],
  possible: readonly string[],
  certain: readonly RollbackScript[],
): { readonly migrations: readonly string[]; readonly rollbacks: readonly RollbackScript[] } {
  const candidates = possible.map((name) => ({ ...rollbackAt(child(folder, name), name), name }));
  const undone = new Set([...certain, ...candidates].map(({ id }) => id));
  const migrations = [...forward];
  const open: typeof candidates = [];
  for (const candidate of candidates) {
    if (undone.has(forwardId(candidate.name))) migrations.push(candidate.name);
    else open.push(candidate);
  }
  if (open.length === 0) return { migrations, rollbacks: certain };
  const pairs = pairRollbacks(
    migrations.map((name) => ({
      key: name,
      id: forwardId(name),
      version: splitVersion(forwardId(name)).version,
    })),
    [...certain, ...open],
  );
  const used = new Set(pairs.values());
  return {
    migrations: [...migrations, ...open.filter(({ path }) => !used.has(path)).map(({ name }) => name)],
    rollbacks: [...certain, ...open.filter(({ path }) => used.has(path))],
  };
}

function rollbackAt(path: string, name: string): RollbackScript {
  const id = targetOf(sqlStem(name) ?? name);
  return { path, id, version: splitVersion(id).version };
}

/** What a file among migrations is the rollback of, if its name is a rollback's: `0001_a.down.sql` is that of `0001_a`. */
export function rollbackNamed(name: string): { readonly id: string; readonly version: string } | undefined {
  const stem = sqlStem(name);
  if (stem === undefined || !isRollbackName(stem)) return undefined;
  const { id, version } = rollbackAt('', name);
  return { id, version };
}

/** The id of the migration that a rollback with this name undoes. A dotted ending says it best, a word at the end least. */
function targetOf(stem: string): string {
  const undotted = stem.replace(/\.(?:down|rollback|undo)$/i, '');
  if (undotted !== stem && !LEADING_WORD.test(undotted)) return undotted;
  if (BEGINNING.test(undotted)) return undotted.replace(BEGINNING, '$1');
  return undotted.replace(ENDING, '');
}

function isRollbackName(stem: string): boolean {
  return ENDING.test(stem) || BEGINNING.test(stem);
}

/** `0007` and `7` are one version. */
function numberOf(version: string): string {
  return version.replace(/^0+(?=\d)/, '');
}
