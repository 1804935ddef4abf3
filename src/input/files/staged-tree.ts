import type { Git } from './git.ts';
import { blobId } from './git-objects.ts';
import { indexTree, type GitTree } from './git-tree.ts';
import type { FileTree } from './types.ts';

/**
 * The files as the next commit will have them. Those that the working tree has alike are read from there, so that git is
 * asked only for the others: one process for each.
 *
 * @param disk the working tree; its root is the repository's.
 * @throws {InputError} `unmerged`, at the first question, if a merge has left conflicts in the index.
 */
export function stagedTree(git: Git, disk: FileTree): GitTree {
  const index = indexTree(git);
  const read = (path: string): Uint8Array | undefined => {
    const id = index.objectId(path);
    if (id === undefined) return undefined;
    const bytes = readOrNothing(disk, path);
    return bytes !== undefined && blobId(bytes, id) === id ? bytes : index.read(path);
  };
  return { ...index, read, readAll: (paths) => paths.map(read) };
}

/** What cannot be read in the working tree can still be in the index. */
function readOrNothing(disk: FileTree, path: string): Uint8Array | undefined {
  try {
    return disk.read(path);
  } catch {
    return undefined;
  }
}
