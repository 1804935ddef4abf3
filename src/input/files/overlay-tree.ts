import { matchesSearch } from './find-files.ts';
import { child, isWithin, nameOf, parentOf } from './paths.ts';
import type { FileTree, TreeEntry } from './types.ts';

/**
 * A tree with some files put in, replaced or taken away, as they will be once they are saved. A folder that has lost its last file is
 * gone, too.
 *
 * @param changes path from the tree's root → the file's bytes; undefined for one that goes. Folders above need not be there.
 */
export function overlayTree(tree: FileTree, changes: ReadonlyMap<string, Uint8Array | undefined>): FileTree {
  const added = addedEntries(changes);
  const lost = lostFiles(changes);
  const read = (path: string): Uint8Array | undefined =>
    changes.has(path) ? changes.get(path) : tree.read(path);
  const isEmptied = (folder: string): boolean =>
    lost.has(folder) &&
    !added.has(folder) &&
    tree.list(folder).every(({ name, kind }) => isGone(folder, name, kind));
  const isGone = (folder: string, name: string, kind: TreeEntry['kind']): boolean => {
    const path = child(folder, name);
    return kind === 'file' ? changes.has(path) && changes.get(path) === undefined : isEmptied(path);
  };
  const find = tree.find?.bind(tree);
  return {
    label: tree.label,
    list(folder) {
      const extra = added.get(folder);
      const entries = tree.list(folder);
      const kept = lost.has(folder)
        ? entries.filter(({ name, kind }) => !isGone(folder, name, kind))
        : entries;
      if (extra === undefined) return kept;
      const known = new Set(kept.map(({ name }) => name));
      return [...kept, ...[...extra.values()].filter(({ name }) => !known.has(name))];
    },
    read,
    readAll: (paths) => paths.map(read),
    ...(find && {
      find: (folder, searches) => [
        ...find(folder, searches).filter((path) => !changes.has(path)),
        ...[...changes].flatMap(([path, bytes]) =>
          bytes !== undefined &&
          isWithin(path, folder) &&
          searches.some((search) => matchesSearch(search, nameOf(path)))
            ? [path]
            : [],
        ),
      ],
    }),
  };
}

/** Folder → what the changes put into it, by name. */
function addedEntries(
  changes: ReadonlyMap<string, Uint8Array | undefined>,
): ReadonlyMap<string, ReadonlyMap<string, TreeEntry>> {
  const added = new Map<string, Map<string, TreeEntry>>();
  for (const [path, bytes] of changes) {
    if (bytes === undefined) continue;
    let kind: TreeEntry['kind'] = 'file';
    for (let at = path; at !== ''; at = parentOf(at)) {
      const names = added.get(parentOf(at)) ?? new Map<string, TreeEntry>();
      added.set(parentOf(at), names.set(nameOf(at), { name: nameOf(at), kind }));
      kind = 'folder';
    }
  }
  return added;
}

/** The folders that files are taken away from, with those around them. */
function lostFiles(changes: ReadonlyMap<string, Uint8Array | undefined>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const [path, bytes] of changes) {
    if (bytes !== undefined) continue;
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      folders.add(folder);
      if (folder === '') break;
    }
  }
  return folders;
}
