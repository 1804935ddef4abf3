import type { FileTree } from '../files/types.ts';
import type { Span } from '../text/types.ts';
import type { SectionTool } from './commented-sections.ts';

/** How a tool lays out its migrations. */
export type LayoutName =
  | 'prisma'
  | 'numbered'
  | 'supabase'
  | 'drizzle'
  | 'golang-migrate'
  | 'diesel'
  | 'sqlx'
  | 'dbmate'
  | 'goose'
  | 'flyway'
  | 'plain'
  | 'custom';

/** A layout that the configuration describes. Patterns are paths below the folder, see `custom.ts` for their placeholders. */
export interface CustomLayout {
  /** Of the forward scripts: `{version}_{name}.up.sql`. */
  readonly up: string;
  /** Of the rollback scripts: `{version}_{name}.down.sql`, `rollback/{version}*.sql`. */
  readonly down: string | undefined;
}

/** The migrations of one database, as they lie in a file tree. Nothing is read yet but what names the project. */
export interface FoundProject {
  readonly layout: LayoutName;
  /** Set for the layout `custom`. */
  readonly custom?: CustomLayout;
  /** Set where the folder's files speak for further layouts as well: somebody has to say which one it is. */
  readonly others?: readonly LayoutName[];
  /** Set for `plain` where the files hold the sections of a tool that would not find them by their names: it runs them. */
  readonly sections?: SectionTool;
  /** Folder of the migrations, relative to the tree's root. */
  readonly folder: string;
  /** Prisma's schema file or folder, if one was found. */
  readonly schema: string | undefined;
  /** What made us think so, for people: `migration_lock.toml`, `prisma.config.ts`, `package.json#prisma`, `given on the command line`. */
  readonly evidence: string;
  /** The folder whose package.json and lock file belong to the project. */
  readonly packageFolder: string;
  /** The database of migration_lock.toml or the schema's datasource; undefined where nothing says it. */
  readonly provider: string | undefined;
  /** True if that is a guess, by the folder's name or by words in a script. */
  readonly providerGuessed?: boolean;
  /** What could not be read about the project, for people: one sentence each. */
  readonly notes?: readonly string[];
  /** Set where single migrations were asked for: paths of their scripts. Only they are reported on; the others are history. */
  readonly only?: readonly string[];
  /** Set where a selection leaves migrations out: paths of the scripts that are left. It makes no applied migration judged. */
  readonly left?: readonly string[];
}

/** One migration as its layout sees it in one tree. */
export interface MigrationEntry {
  /** Folder or file name without its ending: what people call the migration and what a tool records: `20240101000000_add_users`. */
  readonly id: string;
  /** Leading version: `20240101000000`, `0007`; empty if there is none. */
  readonly version: string;
  /** The rest, separators kept: `add_users`. */
  readonly name: string;
  /** Path of the folder or file that is the migration. */
  readonly path: string;
  /** Path of the forward script; undefined if the migration has none (a folder without migration.sql). */
  readonly forward: string | undefined;
  /** Path of the rollback script; that of the forward script where one file holds both. */
  readonly rollback: string | undefined;
  /**
   * True where a file beside the script asks for no transaction: diesel's metadata.toml, Flyway's .conf. False where Flyway's asks
   * for one.
   */
  readonly withoutTransaction?: boolean;
  /** True for a script that the tool runs again, after all others, whenever its text has changed: Flyway's `R__`. */
  readonly repeats?: boolean;
  /**
   * Set for a migration that the tool runs and we cannot read, so that nothing after it is certain: which form it has, for
   * people: `a Go program`.
   */
  readonly unreadable?: string;
}

/** One of the two scripts of a migration. */
export type ScriptRole = 'forward' | 'rollback';

/** The part of a file that is one script, and what the tool reads from its comments. */
export interface ScriptPart {
  /** UTF-16 offsets. Positions stay those of the whole file. */
  readonly within: Span;
  /** True if a comment asks for no transaction: `-- +goose NO TRANSACTION`. */
  readonly withoutTransaction: boolean;
  /** Set if the tool runs more of the file in this role than `within` says: what is left out, for people, one sentence. */
  readonly unread?: string;
}

/** That a tool does not run a file. */
export interface Refusal {
  /** Why, for people: a sentence without a final period. */
  readonly message: string;
  /** UTF-16 offsets of the line that it is about. */
  readonly span: Span;
}

/** A migration that is to be written. */
export interface NewMigration {
  /** What it does, as words: `add_email_to_users`. The layout puts it into its own form. */
  readonly name: string;
  /** True if the name stands as it is: that of a migration which moves. */
  readonly isExact?: boolean;
  /** The migration it must come after; undefined for the last one. */
  readonly after: MigrationEntry | undefined;
  /** Now, for layouts whose versions are times. */
  readonly now: Date;
}

/** The scripts of a migration that is to be written. */
export interface NewScripts {
  readonly forward: string;
  readonly rollback: string | undefined;
  /** True if the forward script must run outside a transaction. Where a tool asks for each script, its rollback does so as well. */
  readonly withoutTransaction: boolean;
}

/** Where a new migration goes. */
export interface NewPlace {
  readonly id: string;
  readonly version: string;
  /** Every file to write or to replace, with its whole text: also what registers it (Drizzle's journal, diesel's metadata.toml). */
  files(scripts: NewScripts): readonly NewFile[];
}

/** A file to write or to replace. */
export interface NewFile {
  /** Relative to the tree's root. */
  readonly path: string;
  readonly text: string;
}

/** How a tool lays out its migrations. One object a layout. */
export interface Layout {
  readonly name: LayoutName;
  /** The migrations of a folder in the order the runner applies them, and what lies in the folder that is none. */
  migrations(
    tree: FileTree,
    folder: string,
  ): { readonly entries: readonly MigrationEntry[]; readonly strays: readonly string[] };
  /** Which of two ids the runner applies first: negative for the first, positive for the second, 0 only for equal ids. */
  compare(a: string, b: string): number;
  /**
   * The part of a file's text that is a script, for tools that keep both scripts in one file or mark transactions in comments;
   * undefined if the file has no such script. Left out where each file is one script as a whole.
   */
  part?(text: string, role: ScriptRole): ScriptPart | undefined;
  /**
   * Why the tool refuses a file as a whole, before it runs any of it, or its rollback alone, which it reads no earlier than it runs it;
   * undefined if it does not. Left out where it takes any text.
   *
   * @param role by default the forward script, with the file as a whole.
   */
  refusal?(text: string, role?: ScriptRole): Refusal | undefined;
  /** Where a new migration goes; undefined if there is no room for it between `after` and its successor. */
  newPlace?(tree: FileTree, folder: string, migration: NewMigration): NewPlace | undefined;
}
