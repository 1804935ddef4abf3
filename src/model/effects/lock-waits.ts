import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import type { Timeout, Timeouts } from '../catalog/timeouts.ts';
import { blockedBy, compareLocks } from '../operations/lock-modes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import { locksOnUsedTables } from './lock-windows.ts';
import { hasUsers, type WaitScene } from './used-tables.ts';
import { slowWork } from './slow-work.ts';
import type { Effect } from './types.ts';

/** What is asked about a deploy; the context of a rule is one. */
export interface LockScene extends WaitScene {
  readonly heldLocks: (operation: Operation) => readonly HeldLock[];
}

/**
 * The lock that an operation may have to wait for while others queue up behind it: one that keeps writes waiting or more, on a
 * table that existed before the deploy, and that its transaction does not hold already.
 *
 * Left out are CONCURRENTLY and what else refuses a transaction, where a SET beside it would make one, and NOWAIT.
 *
 * @returns undefined for none.
 */
export function lockWait(operation: Operation, scene: LockScene): Effect | undefined {
  if (operation.run === 'called' || (operation.kind === 'LockTable' && operation.nowait)) return undefined;
  const strong = scene
    .effectsOf(operation)
    .filter(({ lock, online }) => !online && blockedBy(lock) !== 'nothing');
  if (strong.length === 0 || refusesTransaction(operation.statement.tree) !== undefined) return undefined;
  return strong.find(
    ({ relation, lock }) =>
      hasUsers(relation, operation, scene) &&
      !scene
        .heldLocks(operation)
        .some((held) => isSameObject(held.relation, relation) && compareLocks(held.lock, lock) >= 0),
  );
}

/** Work that somebody waits for. */
export interface BlockingWork extends Effect {
  /** The table whose users wait: the one that is worked on, or one that the transaction has locked before. */
  readonly locked: ObjectName;
}

/**
 * The work of an operation that takes longer the more rows a table has, while others wait: for its own lock, or for one that its
 * transaction holds.
 *
 * Left out is what refuses a transaction, as for {@link lockWait}, and what stands in a loop, whose passes no timeout of a statement
 * tells apart.
 */
export function blockingWork(operation: Operation, scene: LockScene): BlockingWork | undefined {
  if (operation.run === 'called' || operation.loop !== undefined) return undefined;
  const effects = scene.effectsOf(operation);
  const slow = slowWork(operation, effects, scene.catalogBefore(operation)).find(
    ({ relation, online, work }) => !online && hasUsers(relation, operation, scene, work),
  );
  if (slow === undefined || refusesTransaction(operation.statement.tree) !== undefined) return undefined;
  if (blockedBy(slow.lock) !== 'nothing') return { ...slow, locked: slow.relation };
  const held = locksOnUsedTables(scene.heldLocks(operation));
  const own = held.find(({ relation }) => isSameObject(relation, slow.relation));
  const strongest = held.find(({ lock }) => blockedBy(lock) === 'reads and writes');
  const locked = (own ?? strongest ?? held[0])?.relation;
  return locked === undefined ? undefined : { ...slow, locked };
}

/**
 * After how many milliseconds a wait for a lock ends. `statement_timeout` counts the wait, too (manual, 19.11.1).
 *
 * @returns Infinity if nothing ends it; undefined if that is not known.
 */
export function lockWaitBound(timeouts: Timeouts): number | undefined {
  return shortest([timeouts.lock_timeout, timeouts.statement_timeout, timeouts.transaction_timeout]);
}

/** After how many milliseconds a statement ends; as {@link lockWaitBound}. */
export function statementBound(timeouts: Timeouts): number | undefined {
  return shortest([timeouts.statement_timeout, timeouts.transaction_timeout]);
}

function shortest(timeouts: readonly (Timeout | undefined)[]): number | undefined {
  let bound = Infinity;
  let isKnown = true;
  for (const timeout of timeouts) {
    if (timeout === undefined || timeout.milliseconds === 0) continue;
    if (timeout.milliseconds === undefined) isKnown = false;
    else bound = Math.min(bound, timeout.milliseconds);
  }
  return isKnown || bound < Infinity ? bound : undefined;
}
