/**
 * A read-only tree of files: the disk below a folder, a git revision, git's index, or a map in memory.
 * Paths are relative to the tree's root, with `/` and without a leading `./`; the root itself is `''`.
 */
export interface FileTree {
  /** For people: `the working tree`, `origin/main`, `the index`. */
  readonly label: string;
  /** Names in a folder, unsorted; empty if there is no such folder. Symbolic links that leave the tree are not listed. */
  list(folder: string): readonly TreeEntry[];
  /** The file's bytes; undefined if there is no such file. @throws {UnreadableFileError} if it is there and cannot be read. */
  read(path: string): Uint8Array | undefined;
  /** Several files at once, in the order asked for: one `git` process for a revision. */
  readAll(paths: readonly string[]): readonly (Uint8Array | undefined)[];
  /**
   * All files at or below a folder that one of the searches finds, in any order. A tree that knows all its paths answers at
   * once; a disk under git answers with the tracked files; a tree without this method is walked by `findFiles`.
   */
  find?(folder: string, searches: readonly FileSearch[]): readonly string[];
  /** Git's id of the file's bytes, for the trees that know it without reading the file. */
  objectId?(path: string): string | undefined;
}

export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Present for a symbolic link to a file or folder of the same tree. */
  readonly link?: true;
}

/** A file name wanted: exactly this name, or every name that ends so (`.prisma`) or begins so (`prisma.config.`). */
export interface FileSearch {
  readonly kind: 'name' | 'suffix' | 'prefix';
  readonly text: string;
  /** Of names that end so, this one is not wanted: there may be thousands of it. */
  readonly except?: string;
}
