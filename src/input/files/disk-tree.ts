import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  type Dirent,
} from 'node:fs';
import { join, sep } from 'node:path';
import { UnreadableFileError } from './errors.ts';
import { gitRoot, openGit, type Git } from './git.ts';
import { findTracked } from './git-find.ts';
import { child, nameOf, parentOf } from './paths.ts';
import type { FileTree, TreeEntry } from './types.ts';

/**
 * The files below a folder of the disk, as they are now.
 *
 * A symbolic link is followed as long as it stays below the root; one that leads out is as if it were not there.
 *
 * @param root absolute path of the folder.
 * @param options.git where the folder is the root of a git working tree: searches then ask git, which knows ignored files.
 * @throws {UnreadableFileError} if the root is no folder that can be read.
 */
export function diskTree(root: string, options: { readonly git?: Git } = {}): FileTree {
  const disk = new Disk(root);
  const git = options.git ?? gitAt(root);
  return {
    label: 'the working tree',
    list: (folder) => disk.list(folder),
    read: (path) => disk.read(path),
    readAll: (paths) => paths.map((path) => disk.read(path)),
    ...(git && { find: (folder, searches) => findTracked(git, folder, searches) }),
  };
}

function gitAt(root: string): Git | undefined {
  const found = gitRoot(root);
  return found !== undefined && found === realpathSync(root) ? openGit(found) : undefined;
}

/**
 * Refuses a symbolic link with ELOOP, and does not wait for a pipe. The flags do not exist on Windows, where a link is not told
 * from a file this way; creating one takes a privilege there.
 */
const READ_NO_LINK = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function readWithFlags(file: string): Buffer {
  const descriptor = openSync(file, READ_NO_LINK);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

class Disk {
  readonly #root: string;
  /** Tree folder → its real path; undefined where there is none inside the root. */
  readonly #folders = new Map<string, string | undefined>();

  constructor(root: string) {
    try {
      this.#root = realpathSync(root);
    } catch (error) {
      throw new UnreadableFileError(root, reasonOf(error), { cause: error });
    }
    this.#folders.set('', this.#root);
  }

  list(folder: string): readonly TreeEntry[] {
    const real = this.#folder(folder);
    if (real === undefined) return [];
    let entries: Dirent[];
    try {
      entries = readdirSync(real, { withFileTypes: true });
    } catch (error) {
      if (isAbsent(error)) return [];
      throw new UnreadableFileError(folder, reasonOf(error), { cause: error });
    }
    const listed: TreeEntry[] = [];
    for (const entry of entries) {
      if (entry.isDirectory()) {
        listed.push({ name: entry.name, kind: 'folder' });
        this.#folders.set(child(folder, entry.name), real + sep + entry.name);
      }
      if (entry.isFile()) listed.push({ name: entry.name, kind: 'file' });
      if (entry.isSymbolicLink()) {
        const kind = this.#linkedKind(real + sep + entry.name);
        if (kind !== undefined) listed.push({ name: entry.name, kind, link: true });
      }
    }
    return listed;
  }

  read(path: string): Uint8Array | undefined {
    const real = this.#folder(parentOf(path));
    if (real === undefined) return undefined;
    const file = real + sep + nameOf(path);
    try {
      return readWithFlags(file);
    } catch (error) {
      if (isAbsent(error) || reasonOf(error) === 'EISDIR') return undefined;
      if (reasonOf(error) === 'ELOOP') return this.#readLinked(path, file);
      throw new UnreadableFileError(path, reasonOf(error), { cause: error });
    }
  }

  #readLinked(path: string, file: string): Uint8Array | undefined {
    if (this.#linkedKind(file) !== 'file') return undefined;
    try {
      return readFileSync(file);
    } catch (error) {
      throw new UnreadableFileError(path, reasonOf(error), { cause: error });
    }
  }

  /** The real path of a tree folder. Each step is checked once, so that a link inside the path cannot lead out. */
  #folder(folder: string): string | undefined {
    if (this.#folders.has(folder)) return this.#folders.get(folder);
    const parent = this.#folder(parentOf(folder));
    const real = parent === undefined ? undefined : this.#realFolder(join(parent, nameOf(folder)), folder);
    this.#folders.set(folder, real);
    return real;
  }

  #realFolder(path: string, folder: string): string | undefined {
    try {
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status === undefined) return undefined;
      if (status.isDirectory()) return path;
      return this.#linkedKind(path) === 'folder' ? realpathSync(path) : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw new UnreadableFileError(folder, reasonOf(error), { cause: error });
    }
  }

  #linkedKind(path: string): TreeEntry['kind'] | undefined {
    try {
      const real = realpathSync(path);
      const root = this.#root.endsWith(sep) ? this.#root : this.#root + sep;
      if (real !== this.#root && !real.startsWith(root)) return undefined;
      const status = statSync(real);
      return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : undefined;
    } catch {
      return undefined;
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(reasonOf(error));
}

/** The tree path of a file of the disk; undefined if it is not below the root. Both paths absolute. */
export function treePath(root: string, path: string): string | undefined {
  const from = realPathOf(root);
  const to = child(realPathOf(join(path, '..')), nameOf(path.split(sep).join('/')));
  if (to === from || realPathOf(path) === from) return '';
  const prefix = from.endsWith(sep) ? from : from + sep;
  return to.startsWith(prefix) ? to.slice(prefix.length).split(sep).join('/') : undefined;
}

/** The real path of the deepest part that exists, with the rest behind it. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = join(path, '..');
    return parent === path ? path : join(realPathOf(parent), nameOf(path.split(sep).join('/')));
  }
}
