import type { LayoutName } from '../layouts/types.ts';
import type { Statement } from '../sql/types.ts';

/** The tool that runs the migrations, with what decides about transactions. */
export interface Runner {
  readonly name: LayoutName;
  /** For people: `Prisma 6.19`, `plain SQL files`. */
  readonly label: string;
  readonly mode: SendMode;
  /** How a script is sent that asks for no transaction; undefined where the tool has no word for that. */
  readonly modeWithoutTransaction?: SendMode;
  /** True if all pending migrations together are one transaction: Drizzle, Flyway with `group`. */
  readonly oneTransactionPerDeploy?: boolean;
  /** True if the tool holds a lock in a transaction of its own while it migrates, for which CREATE INDEX CONCURRENTLY waits: Flyway. */
  readonly locksInTransaction?: boolean;
  /** Where the version was read: `node_modules`, `pnpm-lock.yaml`, `package.json`; undefined if it is unknown or was given. */
  readonly source?: string | undefined;
  /** True if the mode was chosen as the stricter of two, since the version is unknown or only a range. */
  readonly assumed?: boolean;
}

/**
 * How a runner hands a file to PostgreSQL. Who does what, and where it was read: docs/decisions/0005-runners.md.
 *
 * - `one query`: all of it as one simple query, which PostgreSQL runs as one implicit transaction if it holds several
 *   statements. Prisma up to 7.3, golang-migrate; diesel, SQLx and dbmate without a transaction.
 * - `statement by statement`: each commits when it ends. Prisma from 7.4, unless its parser cannot read the file; goose
 *   and Flyway without a transaction.
 * - `one transaction`: the runner sends BEGIN, the file as one query, and COMMIT. diesel, SQLx, dbmate.
 * - `one transaction of statements`: the runner sends BEGIN, each statement by itself, and COMMIT. goose, Drizzle.
 * - `pipeline`: the statements as one pipeline of the extended protocol, which is one implicit transaction. Supabase.
 * - `one transaction if possible`: as `one transaction of statements`; but statement by statement if the tool sees that
 *   all of them refuse a transaction. It refuses a file of both kinds. Flyway.
 * - `one transaction unless refused`: the same, but statement by statement if it sees that any of them refuses one. Flyway with
 *   `mixed`.
 */
export type SendMode =
  | 'one query'
  | 'statement by statement'
  | 'one transaction'
  | 'one transaction of statements'
  | 'pipeline'
  | 'one transaction if possible'
  | 'one transaction unless refused';

/** A version of a tool as far as it is known. */
export interface ToolVersion {
  readonly major: number;
  readonly minor: number;
  /** As written: `6.19.3`, `^7.2.0`. */
  readonly text: string;
  /** For people: `node_modules`, `package-lock.json`, `pnpm-lock.yaml`, `yarn.lock`, `bun.lock`, `package.json`. */
  readonly source: string;
  /** Set if only a range is known, whose lower bound the numbers are: the highest major it allows, if it is bounded. */
  readonly range?: { readonly upToMajor: number | undefined };
}

/** A transaction of a script, as PostgreSQL runs it. */
export interface Transaction {
  /**
   * - `implicit`: PostgreSQL's own around several statements of one query.
   * - `explicit`: there is a BEGIN in it. Statements of the same query before that BEGIN belong to it as well.
   * - `runner`: the runner sent BEGIN before the script's first statement.
   * - `autocommit`: one statement by itself.
   */
  readonly kind: 'implicit' | 'explicit' | 'runner' | 'autocommit';
  /** In order, BEGIN and COMMIT included. */
  readonly statements: readonly Statement[];
  /** True for an implicit transaction that a pipeline makes: up to PostgreSQL 17 it is no transaction block, see {@link allowsCommitInBody}. */
  readonly pipelined?: true;
  /** How it ends: by itself, by COMMIT, by ROLLBACK (nothing of it stays), or not in this script. */
  readonly end: 'itself' | 'commit' | 'rollback' | 'open';
}
