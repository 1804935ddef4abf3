import { matchesSearch } from './find-files.ts';
import { isWithin, nameOf } from './paths.ts';
import { listPaths } from './list-paths.ts';
import type { FileTree } from './types.ts';

/**
 * A tree of files held in memory.
 *
 * @param files path → content; text is taken as UTF-8.
 * @param label what people call the tree.
 */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>, label = 'memory'): FileTree {
  const contents = new Map(Object.entries(files));
  const folders = listPaths(contents.keys());
  const read = (path: string): Uint8Array | undefined => {
    const content = contents.get(path);
    return typeof content === 'string' ? Buffer.from(content) : content;
  };
  return {
    label,
    list: (folder) => folders.get(folder) ?? [],
    read,
    readAll: (paths) => paths.map(read),
    find: (folder, searches) =>
      [...contents.keys()].filter(
        (path) => isWithin(path, folder) && searches.some((search) => matchesSearch(search, nameOf(path))),
      ),
  };
}
