import type { Conventions } from '../../lint/conventions.ts';
import type { Migration, Project } from '../../lint/project.ts';
import type { Plan } from '../plans/types.ts';

/** What a split begins with: one pending migration, and the plans that its findings ask for. */
export interface SplitRequest {
  readonly migration: Migration;
  readonly project: Project;
  /** How new migrations are named. */
  readonly conventions: Pick<Conventions, 'nameConvention'>;
  readonly plans: readonly Plan[];
}

/** One migration of a split, in order. */
export interface Piece {
  /**
   * The script, as the tool is to run it, without what the layout adds (sections, directives of the tool). Of the first piece: the part of
   * the origin's file that is its script, edited; marks between its statements that the tool reads are still in it.
   */
  readonly sql: string;
  /** Snake case, without a version. Of the first piece: the origin's own name. */
  readonly name: string;
  /** True if the script must run outside a transaction. */
  readonly outsideTransaction: boolean;
  /** The rollback; undefined where the origin has none. */
  readonly rollback: string | undefined;
}

/** A script for later that is not yet a migration. */
export interface Draft {
  readonly sql: string;
  /** What has to be released before it runs, for people: one or more sentences. Left out where it only follows what comes before. */
  readonly needs?: string;
  /** The draft of the same plan that runs before it. */
  readonly behind?: Draft;
  /** True if PostgreSQL refuses it inside a transaction. */
  readonly outsideTransaction?: boolean;
  /** True if the runner can run it in no migration: somebody runs it by hand. */
  readonly byHand?: boolean;
  readonly name: string;
  readonly rollback: string | undefined;
}

/** A migration as several. */
export interface Split {
  readonly migration: Migration;
  /** The first takes the place of the migration's own script. */
  readonly pieces: readonly [Piece, ...Piece[]];
  readonly drafts: readonly Draft[];
  /**
   * True if no later migration depends on the pieces after the first, so that they may come after all others where there is no room
   * right behind the origin. Left out, they must follow it.
   */
  readonly mayGoLast?: boolean;
}

/** A split, or why none was made: one sentence for people. */
export type SplitOutcome =
  | { readonly kind: 'split'; readonly split: Split; readonly made: readonly Plan[] }
  | { readonly kind: 'refused'; readonly reason: string };
