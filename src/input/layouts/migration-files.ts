import { child, isWithin, nameOf, parentOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { isCode } from './folder-files.ts';
import type { FoundProject, MigrationEntry } from './types.ts';
import { splitVersion } from './version.ts';

/** What a migration is called. */
export type MigrationIds = Pick<MigrationEntry, 'id' | 'version' | 'name'>;

/**
 * The files that are a migration's alone, so that they move with it: its folder with all that lies in it, or its script, its rollback
 * and what the tool keeps beside them (Flyway's .conf, Drizzle's snapshot).
 */
export function migrationFiles(
  tree: FileTree,
  { layout, folder }: Pick<FoundProject, 'layout' | 'folder'>,
  entry: MigrationEntry,
): readonly string[] {
  if (isFolder(tree, entry)) return filesBelow(tree, entry.path);
  const scripts = [...new Set([entry.path, entry.forward, entry.rollback])].filter(
    (path) => path !== undefined,
  );
  const others =
    layout === 'flyway'
      ? scripts.map((path) => `${path}.conf`)
      : layout === 'drizzle'
        ? [child(folder, `meta/${entry.version}_snapshot.json`)]
        : [];
  return [...scripts, ...others.filter((path) => isThere(tree, path))];
}

/**
 * Where a file of a migration lies once that is called otherwise.
 *
 * @returns undefined for a file whose name shows neither the migration's id nor its version: nobody could tell whose it is.
 */
export function movedPath(
  { folder }: Pick<FoundProject, 'folder'>,
  path: string,
  from: MigrationEntry,
  to: MigrationIds,
): string | undefined {
  if (isWithin(path, from.path) && path !== from.path)
    return child(parentOf(from.path), to.id) + path.slice(from.path.length);
  // An undo script of Flyway begins with another letter.
  const bare = (id: string): string => id.replace(/^V(?=\d)/, '');
  const below = folder === '' ? path : path.slice(folder.length + 1);
  const found = replaceOnce(below, bare(from.id), bare(to.id));
  if (found !== undefined) return child(folder, found);
  const name = nameOf(path);
  const numbered = from.version === '' ? undefined : replaceOnce(name, from.version, to.version);
  if (numbered === undefined) return undefined;
  const renamed = from.name === '' ? undefined : replaceOnce(numbered, from.name, to.name);
  return child(parentOf(path), renamed ?? numbered);
}

/**
 * Why a migration cannot be called otherwise, for people: a sentence without its subject; undefined if nothing stands in the way.
 */
export function unmovable(
  tree: FileTree,
  { layout, folder }: Pick<FoundProject, 'layout' | 'folder'>,
  entry: MigrationEntry,
): string | undefined {
  if (entry.unreadable !== undefined) return `is ${entry.unreadable}, which may name itself`;
  if (entry.repeats === true) return 'has no version';
  if (layout !== 'plain' && layout !== 'numbered' && layout !== 'custom') return undefined;
  const program = tree
    .list(entry.forward === undefined ? folder : parentOf(entry.forward))
    .find(
      ({ name, kind }) => kind === 'file' && isCode(name) && splitVersion(name).version === entry.version,
    );
  return program === undefined || entry.version === ''
    ? undefined
    : `is run by ${program.name}, which names it`;
}

/** A migration that is a folder has its script in it, or should. */
function isFolder(tree: FileTree, { path, forward }: MigrationEntry): boolean {
  if (forward !== undefined) return forward !== path;
  return tree.list(parentOf(path)).some(({ name, kind }) => kind === 'folder' && name === nameOf(path));
}

function isThere(tree: FileTree, path: string): boolean {
  return tree.list(parentOf(path)).some(({ name, kind }) => kind === 'file' && name === nameOf(path));
}

function filesBelow(tree: FileTree, folder: string): readonly string[] {
  return tree.list(folder).flatMap(({ name, kind, link }) => {
    const path = child(folder, name);
    if (kind === 'file') return [path];
    return link === true ? [] : filesBelow(tree, path);
  });
}

/** Replaces the first place of a part that stands between separators, so that `1` is not found in `10`. */
function replaceOnce(text: string, part: string, by: string): string | undefined {
  if (part === '') return undefined;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const before = text[at - 1] ?? '';
    const after = text[at + part.length] ?? '';
    const isOwn =
      !(/\p{N}/u.test(before) && /^\p{N}/u.test(part)) && !(/\p{N}/u.test(after) && /\p{N}$/u.test(part));
    if (isOwn && !/\p{L}/u.test(after)) return text.slice(0, at) + by + text.slice(at + part.length);
  }
  return undefined;
}
