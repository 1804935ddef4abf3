import { resolve } from 'node:path';
import { diskTree, treePath } from '../input/files/disk-tree.ts';
import { gitRoot, openGit, type Git } from '../input/files/git.ts';
import { overlayTree } from '../input/files/overlay-tree.ts';
import { stagedTree } from '../input/files/staged-tree.ts';
import { memoryTree } from '../input/files/memory-tree.ts';
import type { FileTree } from '../input/files/types.ts';
import { UsageError } from './usage-error.ts';
import type { RunRequest } from './types.ts';

/** What a run reads from. */
export interface Workspace {
  readonly tree: FileTree;
  /** Absolute path of the tree's root: the repository's top level, or the current folder outside one. */
  readonly top: string;
  readonly git: Git | undefined;
  /** Absolute. */
  readonly cwd: string;
  readonly paths: readonly string[];
}

/** What a script without a path is called. */
const STDIN = 'stdin.sql';

/**
 * Opens what a request is about: the working tree, git's index, or either with a script from standard input in it. Reads
 * nothing but where the repository is.
 *
 * @throws {UsageError} for a script whose path is outside the repository.
 */
export function openWorkspace(request: RunRequest): Workspace {
  const cwd = request.cwd ?? process.cwd();
  const { stdin } = request;
  if (stdin !== undefined && stdin.path === undefined) {
    const tree = memoryTree({ [STDIN]: stdin.text }, 'standard input');
    return { tree, top: cwd, git: undefined, cwd, paths: [STDIN] };
  }
  const root = gitRoot(cwd);
  const top = root ?? cwd;
  const git = root === undefined ? undefined : openGit(root, request.environment ?? process.env);
  const disk = diskTree(top, git === undefined ? {} : { git });
  const read = request.staged === true && git !== undefined ? stagedTree(git, disk) : disk;
  const { overlay } = request;
  const tree = overlay === undefined || overlay.size === 0 ? read : overlayTree(read, overlay);
  if (stdin?.path === undefined) return { tree, top, git, cwd, paths: request.paths ?? [] };
  const place = treePath(top, resolve(cwd, stdin.path));
  if (place === undefined || place === '')
    throw new UsageError(
      `${stdin.path} is no file below ${top}.`,
      'Give the path that the script will have.',
    );
  const bytes = typeof stdin.text === 'string' ? Buffer.from(stdin.text) : stdin.text;
  return { tree: overlayTree(tree, new Map([[place, bytes]])), top, git, cwd, paths: [stdin.path] };
}
