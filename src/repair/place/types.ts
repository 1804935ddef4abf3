import type { FileTree } from '../../input/files/types.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import type { Conventions } from '../../lint/conventions.ts';

/** What decides where files go. */
export interface PlaceScene {
  /** The files as they are by now: with what earlier fixes have made of them. */
  readonly tree: FileTree;
  readonly found: FoundProject;
  /** Ids of the migrations that may be changed or renamed: those that are pending. */
  readonly pending: ReadonlySet<string>;
  /** When the run began: versions that are times are counted from it. */
  readonly now: Date;
  readonly conventions: Pick<Conventions, 'nameConvention' | 'draftsFolder'>;
}

/** What becomes of files, or why nothing does: one sentence for people. */
export type PlaceOutcome = Placed | { readonly kind: 'refused'; readonly reason: string };

/** Files to write and to delete: they belong together, so that they are written all or none. */
export interface Placed {
  readonly kind: 'placed';
  /** Path → its whole text; undefined for a file that goes. A text with a byte-order mark before it keeps it. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** The ids of the migrations that the pieces became, in order. The first is the origin's own. For a rename, the new id. */
  readonly ids: readonly string[];
  /** Old id → new id of pending migrations that were renumbered to make room. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Old path → new path of the files that move. */
  readonly moved: ReadonlyMap<string, string>;
  /** Where the drafts lie. */
  readonly drafts: readonly string[];
  /** For people: one sentence each. */
  readonly notes: readonly string[];
}
