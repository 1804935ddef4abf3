import type { Transaction } from '../../input/runners/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Operation } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import { rowsLockedBy } from './locked-rows.ts';
import { OpenLocks } from './open-locks.ts';
import type { Effect } from './types.ts';

/** An operation where it stands: what is asked of it to follow the locks. */
export interface LockStep {
  readonly operation: Operation;
  /** The script's statement that it belongs to; `operation.statement` can be one inside its body. */
  readonly statement: Statement;
  /** The schema just before it. */
  readonly before: Catalog;
}

/**
 * The locks that each transaction of a deploy holds while it goes on.
 *
 * PostgreSQL keeps a lock until the transaction ends, not the statement (manual, 13.3); ROLLBACK TO a savepoint releases
 * what was taken after it, and COMMIT in a DO block that runs by itself releases all. Left out are locks of CONCURRENTLY
 * forms, which commit on their own, and on relations that the transaction created, which nobody else can see.
 *
 * Asked about operations in execution order, it goes through each transaction once.
 */
export class TransactionLocks<Step extends LockStep = LockStep> {
  readonly #steps: readonly Step[];
  readonly #effectsOf: (step: Step) => readonly Effect[];
  readonly #transactionOf: (statement: Statement) => Transaction | undefined;
  readonly #indexes: ReadonlyMap<Operation, number>;
  /** The locks after so many steps, in the transaction that began with the step `#first`. */
  #open = new OpenLocks();
  #first = 0;
  #next = 0;

  /**
   * @param steps of one deploy, in execution order.
   * @param transactionOf the transaction of a script's statement: the same object for statements of the same transaction.
   * @param effectsOf what a step does to a live database; effects that nobody waits for may be left out.
   */
  constructor(
    steps: readonly Step[],
    transactionOf: (statement: Statement) => Transaction | undefined,
    effectsOf: (step: Step) => readonly Effect[],
  ) {
    this.#steps = steps;
    this.#transactionOf = transactionOf;
    this.#effectsOf = effectsOf;
    this.#indexes = new Map(steps.map(({ operation }, index) => [operation, index]));
  }

  /** The locks that are held when an operation begins, strongest first, then as they were taken. */
  before(operation: Operation): readonly HeldLock[] {
    const index = this.#indexes.get(operation);
    return index === undefined ? [] : this.#at(index, index);
  }

  /** The locks that are held when an operation has ended, its transaction still going on. */
  after(operation: Operation): readonly HeldLock[] {
    const index = this.#indexes.get(operation);
    return index === undefined ? [] : this.#at(index, index + 1);
  }

  /** Goes on to the state after `count` steps, in the transaction of the step `index`. */
  #at(index: number, count: number): readonly HeldLock[] {
    const transaction = this.#transactionAt(index);
    if (this.#next > count || index < this.#first || this.#transactionAt(this.#first) !== transaction) {
      this.#open = new OpenLocks();
      this.#first = this.#firstOf(transaction, index);
      this.#next = this.#first;
    }
    for (; this.#next < count; this.#next++) this.#apply(this.#steps[this.#next], transaction);
    return this.#open.locks();
  }

  /** The first step of a transaction, looked for from one of its steps. */
  #firstOf(transaction: Transaction | undefined, index: number): number {
    if (transaction === undefined) return index;
    let first = index;
    while (first > 0 && this.#transactionAt(first - 1) === transaction) first--;
    return first;
  }

  #transactionAt(index: number): Transaction | undefined {
    const step = this.#steps[index];
    return step === undefined ? undefined : this.#transactionOf(step.statement);
  }

  #apply(step: Step | undefined, transaction: Transaction | undefined): void {
    if (step === undefined || step.operation.run === 'called') return;
    const { operation, before } = step;
    const effects = this.#effectsOf(step);
    for (const { relation, lock, online } of effects) {
      const known = before.table(relation) ?? before.view(relation) ?? before.sequence(relation);
      const isOwn =
        known !== undefined &&
        known.origin.migration >= 0 &&
        this.#transactionOf(known.origin.statement) === transaction;
      if (!online && !isOwn) this.#open.take(relation, kindOf(known?.kind), lock, operation);
    }
    for (const relation of rowsLockedBy(operation, effects, before)) this.#open.lockRows(relation, operation);
    this.#open.follow(operation, before);
    if (operation.kind === 'BodyTransactionControl' && transaction?.kind === 'autocommit')
      this.#open.release();
  }
}

/** What is not known is a table, as most relations are. */
function kindOf(kind: 'table' | 'view' | 'materialized view' | 'sequence' | undefined): HeldLock['kind'] {
  return kind === undefined ? 'table' : kind === 'materialized view' ? 'view' : kind;
}
