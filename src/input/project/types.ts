import type { FoundProject } from '../layouts/types.ts';
import type { Problem } from '../sql/types.ts';
import type { SourceText } from '../text/types.ts';

/** A file that was read: its text, and what kept it from being read whole. `source.text` is empty for a refused file. */
export interface ReadFile {
  readonly source: SourceText;
  readonly problems: readonly Problem[];
}

/** A migration with its scripts' texts. */
export interface ReadMigration {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly state: 'applied' | 'pending';
  /** Why it counts as that, for people: `in origin/main`, `not in origin/main`, `up to 2024…`. */
  readonly why: string;
  /** Path of the folder (Prisma) or file (plain) that is the migration. */
  readonly path: string;
  /** The text that production ran or will run: an applied migration's as it is in the base revision. */
  readonly forward: ReadFile | undefined;
  readonly rollback: ReadFile | undefined;
  /** Of an applied migration: whether the working tree still has it as it was applied. Line ends do not count. */
  readonly change: 'none' | 'edited' | 'deleted';
  /** Of an edited migration: its text in the working tree. */
  readonly current: SourceText | undefined;
}

/** What tells applied migrations from pending ones. */
export type Base =
  | { readonly kind: 'revision'; readonly label: string; readonly commit: string }
  | { readonly kind: 'applied-through'; readonly id: string }
  /** Nothing does: every migration is judged as the next one to deploy. `reason` for people: `--all`, `not a git repository`. */
  | { readonly kind: 'none'; readonly reason: string };

/** A project as it was read: the migrations in replay order, production's first. */
export interface ReadProject {
  readonly found: FoundProject;
  readonly base: Base;
  readonly migrations: readonly ReadMigration[];
  /** Files in the migrations folder that belong to no migration. */
  readonly strays: readonly string[];
}
