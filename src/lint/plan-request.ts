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
      /** What goes into further migrations, one after the other. */
      readonly further?: readonly { readonly operations: readonly Operation[]; readonly name: string }[];
    }
  /** CONCURRENTLY, outside a transaction. */
  | {
      readonly plan: 'build concurrently';
      readonly operation: OperationOf<'CreateIndex' | 'DropIndex' | 'Reindex'>;
      /** Further ones that the finding speaks of, of other statements. */
      readonly also?: readonly OperationOf<'CreateIndex' | 'DropIndex' | 'Reindex'>[];
    }
  /** An index on a partitioned table: on the parent alone, then on each partition, outside a transaction, and attached. */
  | {
      readonly plan: 'index each partition';
      readonly operation: OperationOf<'CreateIndex'>;
    }
  /** An index that is missing is built after the operation, outside a transaction. */
  | {
      readonly plan: 'add index';
      readonly operation: OperationOf<'AddColumn' | 'AddConstraint' | 'CreateTable'>;
      readonly columns: readonly string[];
    }
  /** A foreign key, CHECK or NOT NULL: NOT VALID now, VALIDATE once that is committed. */
  | {
      readonly plan: 'validate later';
      readonly operation: OperationOf<'AddConstraint'>;
    }
  /** VALIDATE once the transaction that it stands in is committed. */
  | {
      readonly plan: 'validate after commit';
      readonly operation: OperationOf<'ValidateConstraint'>;
    }
  /**
   * UNIQUE or a primary key: its index is built outside a transaction and becomes the constraint's. Columns of a primary key that may be
   * NULL are made NOT NULL first; so they are for one that names its index.
   */
  | {
      readonly plan: 'key using index';
      readonly operation: OperationOf<'AddConstraint'>;
    }
  /** A new column first, then its UNIQUE, CHECK or REFERENCES, each in its own safe way. */
  | {
      readonly plan: 'column without constraints';
      readonly operation: OperationOf<'AddColumn'>;
    }
  /** SET NOT NULL after a constraint that is NOT VALID at first has proven that there is no NULL. */
  | {
      readonly plan: 'checked not null';
      readonly operation: OperationOf<'SetNotNull'>;
    }
  /** RENAME COLUMN: a column of the new name that a trigger keeps in step, a backfill, and the drop of the old one as a draft. */
  | {
      readonly plan: 'rename column';
      readonly operation: OperationOf<'RenameColumn'>;
    }
  /** The same for a DROP COLUMN and the ADD COLUMN of what it becomes, both of one migration. */
  | {
      readonly plan: 'replace dropped column';
      readonly operation: OperationOf<'DropColumn'>;
      readonly replacement: OperationOf<'AddColumn'>;
    }
  /** ALTER COLUMN TYPE: a column of the new type that a trigger fills, a backfill, and the swap of the two as a draft. */
  | {
      readonly plan: 'change type';
      readonly operation: OperationOf<'AlterColumnType'>;
    }
  /** A new column whose default is computed for each row: the default for new rows, a backfill, NOT NULL last. */
  | {
      readonly plan: 'fill with default';
      readonly operation: OperationOf<'AddColumn'>;
    }
  /** A new column that is NOT NULL without a value: NOT NULL and a backfill whose value somebody has to choose, as drafts. */
  | {
      readonly plan: 'require later';
      readonly operation: OperationOf<'AddColumn'>;
    }
  /** Drops become a draft; columns that inserts must have a value of are relaxed now. */
  | {
      readonly plan: 'drop later';
      readonly operations: readonly OperationOf<'DropColumn' | 'DropTable'>[];
    }
  /** UPDATE or DELETE as a loop over batches, each committed, in a migration of its own. */
  | {
      readonly plan: 'batched write';
      readonly operation: OperationOf<'Update' | 'Delete'>;
    }
  /** SET NOT NULL of a column that running code may leave out: the backfill, with `value` or the default, and NOT NULL, as drafts. */
  | {
      readonly plan: 'require column';
      readonly operation: OperationOf<'SetNotNull'>;
      readonly value: string | undefined;
    };
