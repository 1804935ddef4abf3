import { matchesSearch } from './find-files.ts';
import { isWithin, nameOf, parentOf } from './paths.ts';
import type { FileTree, TreeEntry } from './types.ts';

/**
 * A tree with one file put in or replaced, as an editor has it before it is saved.
 *
 * @param path of the file, relative to the tree's root. Folders above it need not be there.
 */
export function overlayTree(tree: FileTree, path: string, bytes: Uint8Array): FileTree {
  const added = new Map<string, TreeEntry>([[parentOf(path), { name: nameOf(path), kind: 'file' }]]);
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
    added.set(parentOf(folder), { name: nameOf(folder), kind: 'folder' });
  }
  const read = (wanted: string): Uint8Array | undefined => (wanted === path ? bytes : tree.read(wanted));
  const find = tree.find?.bind(tree);
  return {
    label: tree.label,
    list(folder) {
      const entries = tree.list(folder);
      const extra = added.get(folder);
      return extra === undefined || entries.some(({ name }) => name === extra.name)
        ? entries
        : [...entries, extra];
    },
    read,
    readAll: (paths) => paths.map(read),
    ...(find && {
      find: (folder, searches) => [
        ...find(folder, searches).filter((found) => found !== path),
        ...(isWithin(path, folder) && searches.some((search) => matchesSearch(search, nameOf(path)))
          ? [path]
          : []),
      ],
    }),
  };
}
