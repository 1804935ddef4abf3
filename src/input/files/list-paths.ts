import { nameOf, parentOf } from './paths.ts';
import type { TreeEntry } from './types.ts';

/** Folder → what lies directly in it, for a set of file paths. */
export function listPaths(paths: Iterable<string>): ReadonlyMap<string, readonly TreeEntry[]> {
  const folders = new Map<string, TreeEntry[]>([['', []]]);
  const entriesOf = (folder: string): TreeEntry[] => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const entries: TreeEntry[] = [];
    folders.set(folder, entries);
    entriesOf(parentOf(folder)).push({ name: nameOf(folder), kind: 'folder' });
    return entries;
  };
  for (const path of paths) entriesOf(parentOf(path)).push({ name: nameOf(path), kind: 'file' });
  return folders;
}
