import type { FoundProject } from '../layouts/types.ts';
import type { Problem } from '../sql/types.ts';
import type { SourceText, Span } from '../text/types.ts';

/** A project with all its scripts read: everything that lint needs, and nothing that needs a disk. */
export interface ReadProject {
  readonly found: FoundProject;
  readonly base: Base;
  /** In replay order, which is production's: the applied ones, then the pending ones, each in the layout's order. */
  readonly migrations: readonly ReadMigration[];
  /** Paths in the migrations folder that are no migration: nobody runs them. */
  readonly strays: readonly string[];
  /** Those of them that are new `.sql` files, and so perhaps meant as migrations. */
  readonly strayScripts?: readonly string[];
  /** Rollback scripts that belong to no migration: new ones, and those of migrations that this branch deleted. */
  readonly orphanRollbacks?: readonly OrphanRollback[];
  /** What could not be told, for people: one sentence each. */
  readonly notes?: readonly string[];
}

/** A rollback script without its migration. */
export interface OrphanRollback {
  readonly path: string;
  /** The id of the applied migration that it is of, which this branch deleted; undefined where no migration is known. */
  readonly deleted: string | undefined;
}

/** What tells applied migrations from pending ones. */
export type Base =
  /** Applied is what this commit has, and every migration up to `appliedThrough`. `label` as people call it: `origin/main`. */
  | {
      readonly kind: 'revision';
      readonly label: string;
      readonly commit: string;
      readonly appliedThrough?: string | undefined;
    }
  /** Applied is every migration up to this one. */
  | {
      readonly kind: 'applied-through';
      readonly id: string;
      /** Which base is missing that would count as well, for people: one sentence. */
      readonly note?: string;
    }
  /** Nothing tells: every migration is judged, each as the next one to deploy. `reason` for people: `whole history (…)`. */
  | { readonly kind: 'none'; readonly reason: string };

/** A migration of the history with its texts. */
export interface ReadMigration {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly state: 'applied' | 'pending';
  /** Why it is applied or pending, for people: `in origin/main`, `not in origin/main`. */
  readonly why: string;
  /** Path of the folder or file that is the migration. */
  readonly path: string;
  /** Of an applied migration: as the base has it. */
  readonly forward: ReadFile | undefined;
  readonly rollback: ReadFile | undefined;
  /** Where the rollback would lie, for a migration that has none and could have one. */
  readonly rollbackPath?: string;
  /** Where the rollback lies now, if it is a file of its own. */
  readonly rollbackFile?: string;
  /** True for a script that the tool runs again, after all others, whenever its text has changed: Flyway's `R__`. */
  readonly repeats?: boolean;
  /** Set if it does what cannot be read: which form it has, for people: `a Go program`. */
  readonly unreadable?: string;
  /** Where the script should lie that the tool asks for and does not find. */
  readonly missingScript?: string;
  /** What of it goes against other migrations; left out where nothing does. */
  readonly conflicts?: Conflicts;
  /** Of an applied migration: whether this branch changed it since. Line ends do not count, since Prisma's checksum leaves them out. */
  readonly change: 'none' | 'edited' | 'deleted';
  /** Of an edited migration: its text now. */
  readonly current: SourceText | undefined;
}

/** What of a migration goes against others of its project. Each is left out where nothing does. */
export interface Conflicts {
  /** The id of an earlier migration with the same version. */
  readonly sameVersionAs?: string;
  /** True if that one has the same SQL, too. */
  readonly copy?: true;
  /** Of a pending migration: the id of the deleted applied one whose SQL it has. */
  readonly renamedFrom?: string;
  /** Of a pending migration: the id of the last applied one, if its own place comes before that. */
  readonly passedBy?: string;
}

/** A script's text; for a file that was refused the empty text and the problem that says why. */
export interface ReadFile {
  readonly source: SourceText;
  readonly problems: readonly Problem[];
  /** The part of the text that is the script; undefined for all of it. */
  readonly within?: Span;
  /** True if the file, or one beside it, asks its tool for no transaction; false if one asks for a transaction. */
  readonly withoutTransaction?: boolean;
  /** Set if the tool runs more of the file than `within` says: what is left out, for people, one sentence. */
  readonly unread?: string;
}
