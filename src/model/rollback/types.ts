import type { Statement } from '../../input/sql/types.ts';
import type { CatalogDifference } from '../catalog/differences.ts';
import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, Operation } from '../operations/types.ts';

/** An operation of a rollback script with the schema around it, as if PostgreSQL took every statement before it. */
export interface RollbackStep {
  readonly operation: Operation;
  /** The script's statement that it belongs to. */
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
  /** Why PostgreSQL refuses it there; undefined where it does not, or nobody can tell. */
  readonly refusal: Refusal | undefined;
}

/** Why PostgreSQL refuses an operation on a schema that is known. `code` is the SQLSTATE. */
export type Refusal =
  /** What it names is not there. `nearest`: what the schema has instead, in another case or a letter apart. */
  | {
      readonly kind: 'missing';
      readonly code: '42P01' | '42703' | '42704' | '3F000' | '42883';
      readonly what:
        | 'relation'
        | 'column'
        | 'constraint'
        | 'index'
        | 'type'
        | 'schema'
        | 'function'
        | 'other';
      readonly name: string;
      readonly on: ObjectName | undefined;
      readonly nearest: string | undefined;
      /** True if it was there when the rollback began: a step of the rollback has taken it away. */
      readonly gone: boolean;
    }
  /** What it makes is there already. */
  | {
      readonly kind: 'exists';
      readonly code: '42P07' | '42701' | '42710' | '42P06' | '42723';
      readonly name: string;
      readonly on: ObjectName | undefined;
      /** True if a later step of the script takes what is there away: only the order is wrong. */
      readonly later: boolean;
      /** The script's statement after which it could be done. */
      readonly until?: Statement;
    }
  /** Others need what it drops, and it does not say CASCADE; 0A000: what it changes the type of. */
  | {
      readonly kind: 'needed';
      readonly code: '2BP01' | '0A000';
      readonly name: string;
      /** Each as people call it: `the view active_users`. */
      readonly by: readonly string[];
      /** True if a later step of the script takes them all away: only the order is wrong. */
      readonly later: boolean;
      /** The script's statement after which it could be done. */
      readonly until?: Statement;
    }
  /**
   * All that it names is there, and it still cannot be done. `reason` is a clause: `orders.total cannot change from text to integer by
   * itself: USING is missing`. 25001: what PostgreSQL refuses inside a transaction.
   */
  | {
      readonly kind: 'not allowed';
      readonly code: '42804' | '42P13' | '42P16' | '22023' | '42725' | '25001';
      readonly reason: string;
    }
  /** It is an object of another kind: DROP TABLE of a view. */
  | { readonly kind: 'other kind'; readonly code: '42809'; readonly name: string; readonly actual: string };

/** What a rollback script makes of the schema right after its migration. */
export interface RollbackOutcome {
  /**
   * In execution order; what only a called routine would do is left out. After a step that PostgreSQL refuses they go on as if it had
   * been put right, so that each refusal is one mistake of its own.
   */
  readonly steps: readonly RollbackStep[];
  /** The schema after the rollback, as far as PostgreSQL takes its statements. */
  readonly catalog: Catalog;
  /** What of the schema before the migration `catalog` does not bring back. Worked out when first asked for. */
  readonly differences: readonly CatalogDifference[];
  /**
   * What it would still not bring back if each refused step was put right. Worked out when first asked for, also where something unseen
   * may have happened: see `seen` and `complete`.
   */
  readonly shortcomings: readonly CatalogDifference[];
  /** False if a script of the two could not be read whole, or something unseen may happen in one: then absence proves nothing. */
  readonly complete: boolean;
  /** False if something unseen may happen in the rollback itself. */
  readonly seen: boolean;
  /** What it says with RAISE instead of undoing anything; undefined where it does not raise on its own. */
  readonly raises: string | undefined;
}
