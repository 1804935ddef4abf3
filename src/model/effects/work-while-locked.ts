import type { Transaction } from '../../input/runners/types.ts';
import { blockedBy, compareLocks } from '../operations/lock-modes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { LockMode, ObjectName, Operation } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import type { LockScene } from './lock-waits.ts';
import { slowWork } from './slow-work.ts';
import { hasUsers } from './used-tables.ts';

/** What a transaction goes on to do while it holds the lock of an earlier operation. */
export interface WorkWhileLocked {
  /** The next operation that changes rows, few or many, or waits for the lock on another table, one that the transaction does not hold yet. */
  readonly next: Operation;
  /** The table that this is about. */
  readonly table: ObjectName;
  readonly form: 'rows' | 'lock';
  /** True if work follows that takes longer the more rows a table has, see `slowWork`. */
  readonly slow: boolean;
}

/**
 * For each operation that is asked about, what its transaction does after it on tables that existed before the deploy.
 *
 * @param operations in execution order; each is looked at once, from the last to the first.
 * @param tableOf the table that the operation locks, if it is one that is asked about.
 * @returns nothing for an operation with no such work after it, or whose transaction holds as strong a lock on the table before it:
 * the wait is that lock's then.
 */
export function workWhileLocked(
  operations: readonly Operation[],
  tableOf: (operation: Operation) => ObjectName | undefined,
  scene: LockScene,
): ReadonlyMap<Operation, WorkWhileLocked> {
  const found = new Map<Operation, WorkWhileLocked>();
  let transaction: Transaction | undefined;
  let later = new Later();
  const done = operations.filter(({ run }) => run !== 'called');
  // Locks are followed from the first operation to the last.
  const held = new Map(done.map((operation) => [operation, scene.heldLocks(operation)]));
  for (const operation of done.toReversed()) {
    const own = scene.transactionOf(operation);
    if (own !== transaction) later = new Later();
    transaction = own;
    const table = tableOf(operation);
    const before = held.get(operation) ?? [];
    const work =
      table === undefined || isLockedAlready(table, operation, before, scene)
        ? undefined
        : later.besides(table);
    if (work !== undefined) found.set(operation, work);
    later.precede(operation, before, scene);
  }
  return found;
}

/** Whether an operation's lock on a table is no stronger than one that its transaction holds. */
function isLockedAlready(
  table: ObjectName,
  operation: Operation,
  before: readonly HeldLock[],
  scene: LockScene,
): boolean {
  const own = scene.effectsOf(operation).filter(({ relation }) => isSameObject(relation, table));
  return own.length > 0 && own.every(({ lock }) => isHeld(table, lock, before));
}

function isHeld(table: ObjectName, lock: LockMode, before: readonly HeldLock[]): boolean {
  return before.some((one) => isSameObject(one.relation, table) && compareLocks(one.lock, lock) >= 0);
}

type Step = Omit<WorkWhileLocked, 'slow'>;

/** What comes after the operation that is looked at, in its transaction. */
class Later {
  #slow = false;
  #rows: Step | undefined;
  /** The next locks, on two tables at most: one of them is not the one that is asked about. */
  #locks: readonly Step[] = [];
  #order: readonly Step[] = [];

  besides(table: ObjectName): WorkWhileLocked | undefined {
    const step = this.#order.find(({ form, table: other }) => form === 'rows' || !isSameObject(other, table));
    return step === undefined ? undefined : { ...step, slow: this.#slow };
  }

  precede(operation: Operation, before: readonly HeldLock[], scene: LockScene): void {
    const effects = scene.effectsOf(operation);
    const used = effects.filter(({ relation }) => hasUsers(relation, operation, scene));
    if (used.length === 0) return;
    const slow = slowWork(operation, used, scene.catalogBefore(operation));
    if (slow.length > 0) this.#slow = true;
    const [rows] = slow.length > 0 ? slow : used.filter(({ work }) => work === 'rows');
    if (rows !== undefined && changesOrReads(operation))
      this.#rows = { next: operation, table: rows.relation, form: 'rows' };
    for (const { relation, lock } of used) {
      if (blockedBy(lock) === 'nothing' || isHeld(relation, lock, before)) continue;
      const step: Step = { next: operation, table: relation, form: 'lock' };
      const others = this.#locks.filter(({ table }) => !isSameObject(table, relation));
      this.#locks = [step, ...others.slice(0, 1)];
    }
    this.#order = this.#rows === undefined ? this.#locks : [this.#rows, ...this.#locks];
  }
}

/** A SELECT mostly looks for a row. */
function changesOrReads({ kind }: Operation): boolean {
  return kind !== 'Select';
}
