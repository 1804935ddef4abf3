import type { LockMode } from '../model/operations/types.ts';

/** An example of a rule: a test, a piece of documentation and, with `proof`, a claim that PostgreSQL is asked about. */
export interface Example {
  /** What the example shows, in a few words: `an index on a table of an earlier migration`. */
  readonly title: string;
  /** Migrations that were applied before, oldest first. */
  readonly history?: readonly string[];
  /** The pending migration, or the pending migrations of one deploy. */
  readonly sql: string | readonly string[];
  /** The pending migrations' names without their versions; default `change`. */
  readonly name?: string | readonly string[];
  /** The pending migrations' versions; by default a day apart, later than the history's. */
  readonly version?: string | readonly string[];
  /** True if the pending migration's folder lacks its script; `sql` is not used then. */
  readonly withoutScript?: true;
  /** New `.sql` files in the migrations folder that are no migration, by their names; named like a rollback, they are one without its migration. */
  readonly strays?: readonly string[];
  /** The pending migration's rollback script. */
  readonly rollback?: string;
  /** True if the history's migrations have rollback scripts, which stay where a migration is deleted; default false. */
  readonly projectHasRollbacks?: boolean;
  /** For applied migrations that were edited since: index in `history` → its text now; null for a deleted one. */
  readonly edited?: Readonly<Record<number, string | null>>;
  /** Paths of the files that the change set changes besides the migrations; by default it is not known. */
  readonly changedFiles?: readonly string[];
  /** What `verify` has recorded of the pending migrations: that everything is proven, before or after the last change; or only that they apply. */
  readonly recorded?: 'current' | 'stale' | 'applies';
  /** The runner; default Prisma 6, which sends a file as one transaction. `wrapping` opens a transaction around each script. */
  readonly runner?: ExampleRunner;
  /** True if the pending migration asks its runner for no transaction. */
  readonly withoutTransaction?: boolean;
  /** What counts as today, as in `2025-01-31`; by default the day of the pending migration. */
  readonly now?: string;
  /** Hours between the migrations of the history, and between the last one and the pending one; default 24 × 30. */
  readonly hoursBetween?: number;
  /** Major version of PostgreSQL, from 13 to 18; by default 15 is assumed, as in a project that does not say it. */
  readonly postgres?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The runners that an example can name. */
export type ExampleRunner =
  | 'prisma-6'
  | 'prisma-7.4'
  | 'plain'
  | 'wrapping'
  | 'goose'
  | 'golang-migrate'
  | 'diesel'
  | 'sqlx'
  | 'dbmate'
  | 'supabase'
  | 'flyway'
  | 'drizzle';

/** What PostgreSQL shows when the example is executed. Every key that is given is executed and compared; without any, that it runs. */
export interface Proof {
  /** The lock on each named existing table right after the pending SQL, in its transaction. */
  readonly lock?: Readonly<Record<string, LockMode>>;
  /** Tables that are rewritten: their file on disk is replaced. */
  readonly rewrites?: readonly string[];
  /** Tables that are read from end to end. */
  readonly scans?: readonly string[];
  /** The SQLSTATE with which the pending SQL fails, run the way the runner runs it. */
  readonly error?: string;
  /** Rows put into the tables after the history and before the pending SQL. */
  readonly rows?: string;
  /** A query and the rows it gives after the pending SQL; each row an array of texts, null for NULL. */
  readonly query?: { readonly sql: string; readonly rows: readonly (readonly (string | null)[])[] };
  /**
   * Of an example with a rollback: the SQLSTATE with which it fails right after the pending SQL; or whether it gives back the schema
   * that was there before. `query` is asked after it.
   */
  readonly rollback?: { readonly error: string } | { readonly restores: boolean };
  /** What code does just before the pending SQL, and the SQLSTATE with which that fails; nothing of it is kept. */
  readonly beforehand?: { readonly sql: string; readonly error: string };
  /** What running code or a later migration then does, and the SQLSTATE with which that fails. */
  readonly afterwards?: { readonly sql: string; readonly error: string };
}

export interface BadExample<MessageId extends string> extends Example {
  /** Exactly the messages of this rule that the example gives, in file order. */
  readonly reports: readonly MessageId[];
  readonly proof?: Proof;
  /**
   * What the rule's own fixes make of the example, unsafe ones too, until nothing changes any more: the pending script, or all pending
   * scripts in order with the drafts; or the id of a migration that gets another name.
   */
  readonly fixed?:
    | string
    | { readonly scripts: readonly string[]; readonly drafts?: readonly string[] }
    | { readonly id: string }
    /** Of a rule about rollbacks: the rollback script. */
    | { readonly rollback: string };
}

export interface GoodExample extends Example {
  /** That the safe form does what it should: runs, takes the weaker lock. */
  readonly proof?: Proof;
}

export interface RuleExamples<MessageId extends string> {
  readonly bad: readonly [BadExample<MessageId>, ...BadExample<MessageId>[]];
  readonly good: readonly [GoodExample, ...GoodExample[]];
}
