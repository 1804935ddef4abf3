import type { Edit } from '../../lint/fix.ts';
import type { Operation } from '../../model/operations/types.ts';

/**
 * A safe sequence for one operation of a script: what becomes of its own text, and the steps that follow it. A plan says what has to
 * hold; `src/repair/split/` finds the migrations in which it does, for this runner.
 */
export interface Plan {
  readonly operation: Operation;
  readonly origin: PlanOrigin;
  /** In order. Each comes after the origin, if that stays, and after the steps before it. */
  readonly steps: readonly PlanStep[];
}

/**
 * What becomes of the operation's text: edits inside its statement, which leave it valid SQL; or it is taken out, as an action of its
 * ALTER TABLE or as a whole statement, because the steps say all of it. Comments right before a statement go where its first step goes.
 */
export type PlanOrigin =
  | { readonly kind: 'edited'; readonly edits: readonly Edit[] }
  | { readonly kind: 'removed' };

/** One step: SQL that runs together. */
export interface PlanStep {
  /** One or more statements, each with its semicolon, without a final newline. In the case and quoting of the origin. */
  readonly sql: string;
  /** What a migration is called that holds this step alone: `validate_orders_user_id_fkey`. Snake case. */
  readonly name: string;
  /** Why it stands by itself, for whoever reads the file: one sentence, without `--`; left out where the SQL says it. */
  readonly comment?: string;
  /**
   * What has to have happened to what comes before. `nothing`: it may share the transaction. `commit`: a later transaction. `release`:
   * code that no longer needs the old is out. Such a step becomes a draft outside the migrations folder.
   */
  readonly after: 'nothing' | 'commit' | 'release';
  /** True if PostgreSQL refuses it inside a transaction block, or if it commits by itself. */
  readonly outsideTransaction: boolean;
  /** What undoes it, in the form of `sql`; undefined where the catalog says it. */
  readonly rollback?: string;
}
