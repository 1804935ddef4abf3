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
  /** True if all pending migrations together are one transaction: Drizzle. */
  readonly oneTransactionPerDeploy?: boolean;
  /** Where the version was read: `node_modules`, `pnpm-lock.yaml`, `package.json`; undefined if it is unknown or was given. */
  readonly source?: string | undefined;
  /** True if the mode was chosen as the stricter of two, since the version is unknown or only a range. */
  readonly assumed?: boolean;
}

/**
 * How a runner hands a file to PostgreSQL.
 *
 * - `one query`: all of it as one simple query, which PostgreSQL runs as one implicit transaction if it holds several
 *   statements. Prisma up to 7.3.
 * - `statement by statement`: each commits when it ends. Prisma from 7.4, unless its parser cannot read the file; goose
 *   without a transaction.
 * - `one transaction`: the runner sends BEGIN before and COMMIT after the script.
 * - `pipeline`: the statements as one pipeline of the extended protocol, which is one implicit transaction. Supabase.
 * - `one transaction if possible`: as `one transaction`, unless the tool sees that all its statements refuse one. Flyway.
 */
export type SendMode =
  | 'one query'
  | 'statement by statement'
  | 'one transaction'
  | 'pipeline'
  | 'one transaction if possible';

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
  /** How it ends: by itself, by COMMIT, by ROLLBACK (nothing of it stays), or not in this script. */
  readonly end: 'itself' | 'commit' | 'rollback' | 'open';
}
