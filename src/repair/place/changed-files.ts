import { isUtf8 } from 'node:buffer';
import { overlayTree } from '../../input/files/overlay-tree.ts';
import type { FileTree } from '../../input/files/types.ts';

/** A tree of files that is being changed: what was written and taken away so far, and the tree as it is by that. */
export class ChangedFiles {
  readonly #before: FileTree;
  readonly #changes = new Map<string, string | undefined>();
  #tree: FileTree;

  constructor(before: FileTree) {
    this.#before = before;
    this.#tree = before;
  }

  /** The files as they are by now. */
  get tree(): FileTree {
    return this.#tree;
  }

  /** A file's text with the byte-order mark that it may begin with; undefined if it is not there or is no UTF-8. */
  read(path: string): string | undefined {
    if (this.#changes.has(path)) return this.#changes.get(path);
    const bytes = this.#before.read(path);
    return bytes !== undefined && isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
  }

  /** Whether a file is there, whatever is in it. */
  has(path: string): boolean {
    return this.#changes.has(path)
      ? this.#changes.get(path) !== undefined
      : this.#before.read(path) !== undefined;
  }

  /** @param files path → text; undefined takes the file away. */
  set(files: Iterable<readonly [string, string | undefined]>): void {
    for (const [path, text] of files) this.#changes.set(path, text);
    const bytes = [...this.#changes].map(
      ([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)] as const,
    );
    this.#tree = overlayTree(this.#before, new Map(bytes));
  }

  /** What is not as it was. */
  changes(): ReadonlyMap<string, string | undefined> {
    return new Map(
      [...this.#changes].filter(([path, text]) => {
        const before = this.#before.read(path);
        if (text === undefined || before === undefined) return text !== undefined || before !== undefined;
        return Buffer.compare(Buffer.from(text), before) !== 0;
      }),
    );
  }
}
