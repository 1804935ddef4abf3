import type { Catalog } from '../model/catalog/types.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import type { Script, Statement } from '../input/sql/types.ts';
import type { SourceText } from '../input/text/types.ts';

/** The transaction a statement runs in, as this project's runner and the script's own BEGIN and COMMIT make it. */
export interface Transaction {
  /**
   * - `implicit`: opened by the runner, or by PostgreSQL around several statements sent as one query.
   * - `explicit`: opened by BEGIN in the script.
   * - `autocommit`: the statement alone; it commits when it ends.
   */
  readonly kind: 'implicit' | 'explicit' | 'autocommit';
  /** In order. An autocommit transaction has one. */
  readonly statements: readonly Statement[];
}

/** A migration as rules see it. */
export interface Migration {
  /** Folder or file name: what people call it and what the tool records. */
  readonly id: string;
  /** Leading digits of the id; empty if there are none. */
  readonly version: string;
  /** The rest of the id: `add_users`. */
  readonly name: string;
  /** Place in replay order, from 0. */
  readonly index: number;
  readonly state: 'applied' | 'pending';
  /** Path of the folder or file that is the migration. */
  readonly path: string;
  readonly script: Script | undefined;
  readonly rollback: Script | undefined;
  /** In execution order with names resolved. Empty for applied migrations: they are folded into the catalog and forgotten. */
  readonly operations: readonly Operation[];
  readonly loops: readonly Loop[];
  readonly transactions: readonly Transaction[];
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
  /** Of an applied migration: whether the working tree still has it as it was applied. Line ends do not count. */
  readonly change: 'none' | 'edited' | 'deleted';
  /** Of an edited migration: its text now. */
  readonly current: SourceText | undefined;
}

/** What is known of the project as a whole. */
export interface Project {
  readonly layout: 'prisma' | 'plain';
  /** Folder of the migrations. */
  readonly folder: string;
  readonly runner: Runner;
  /** Major version of PostgreSQL that is linted for. */
  readonly postgresVersion: number;
  /** All migrations in replay order. */
  readonly migrations: readonly Migration[];
  /** How many migrations of the history have a rollback script. */
  readonly rollbacks: number;
  /** True if every migration is judged as the next one to deploy, alone. */
  readonly wholeHistory: boolean;
}

/** The tool that runs the migrations. */
export interface Runner {
  readonly name: 'prisma' | 'plain';
  /** For people: `Prisma 6.19`. */
  readonly label: string;
  /** How it sends a file: all at once as one implicit transaction, or statement by statement, each committed. */
  readonly mode: 'one query' | 'statement by statement';
}
