import { ancestors } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';

/** The nearest folder with a package.json, at or above a folder; the root if there is none. */
export function packageAbove(tree: FileTree, folder: string): string {
  return ancestors(folder).find((path) => tree.list(path).some(({ name }) => name === 'package.json')) ?? '';
}
