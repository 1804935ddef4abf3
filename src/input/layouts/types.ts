import type { FileTree } from '../files/types.ts';

export type LayoutName = 'prisma' | 'plain';

/** The migrations of one database, as they lie in a file tree. Nothing is read yet but what names the project. */
export interface FoundProject {
  readonly layout: LayoutName;
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
  /** What could not be read about the project, for people: one sentence each. */
  readonly notes?: readonly string[];
  /** Set where single migrations were asked for: paths of their scripts. Only they are reported on; the others are history. */
  readonly only?: readonly string[];
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
  readonly rollback: string | undefined;
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
}
