import type { Conventions } from '../../lint/conventions.ts';
import type { Edit } from '../../lint/fix.ts';
import type { Migration, Project } from '../../lint/project.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import type { Operation } from '../../model/operations/types.ts';

/** What a plan is made from: the migration that its operation stands in, and what is known around it. */
export interface PlanScene {
  /** A pending migration that was read whole. */
  readonly migration: Migration;
  readonly project: Project;
  readonly conventions: Conventions;
  /** The schema just before an operation of the migration; before the migration, for one that it does not have. */
  readonly catalogBefore: (operation: Operation) => Catalog;
  /** The schema just after an operation of the migration; after the migration, for one that it does not have. */
  readonly catalogAfter: (operation: Operation) => Catalog;
}

/**
 * The plans that take the place of what a request names: one for each operation that they replace, in the order of the script. Or why
 * there are none: one sentence for people, with the names of their objects.
 */
export type PlanOutcome =
  | { readonly kind: 'plans'; readonly plans: readonly Plan[] }
  | { readonly kind: 'refused'; readonly reason: string };

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
  /** `whole`: the statement with all that it does, not only the operation's action of ALTER TABLE. */
  | { readonly kind: 'removed'; readonly whole?: true };

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
  /** Set where nothing may share its migration but steps with the same word here; a statement that needs it comes after it. */
  readonly apart?: string;
  /**
   * True for work that takes long under a lock that nobody waits for: VALIDATE. In its transaction nothing may come before it that
   * holds a stronger one.
   */
  readonly reads?: true;
  /** Of a step for later: what comes before it runs, for whoever makes a migration of its draft. One or more sentences. */
  readonly needs?: string;
  /** What undoes it, in the form of `sql`; undefined where the catalog says it. */
  readonly rollback?: string;
}
