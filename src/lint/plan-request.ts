import type { Operation, OperationOf } from '../model/operations/types.ts';

/**
 * Which safe sequence is to take the place of an operation. Data only, so that a rule needs nothing of repair/; `src/repair/plans/` has
 * one function for each.
 */
export type PlanRequest =
  /** The statements move, as they are, into a later migration of their own: where their transaction is the trouble. */
  | {
      readonly plan: 'own migration';
      /** Whole statements, by one operation of each. */
      readonly operations: readonly Operation[];
      /** What the new migration is called if it holds nothing else: `backfill_users`. */
      readonly name: string;
    }
  /** CONCURRENTLY, outside a transaction. */
  | {
      readonly plan: 'build concurrently';
      readonly operation: OperationOf<'CreateIndex' | 'DropIndex' | 'Reindex'>;
    };
