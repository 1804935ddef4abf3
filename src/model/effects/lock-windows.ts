import { displayName } from '../operations/display-name.ts';
import { blockedBy } from '../operations/lock-modes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { LockMode } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import type { Effect } from './types.ts';

const BLOCKED = ['nothing', 'writes', 'reads and writes'] as const;

/** How much a lock keeps from working: 0 nothing, 1 writes, 2 reads and writes. */
function blocks(lock: LockMode): number {
  return BLOCKED.indexOf(blockedBy(lock));
}

/**
 * The held locks that keep more waiting than the locks that an operation takes itself: its work makes these others wait
 * longer. Of a CREATE INDEX, which keeps writes waiting, that is an ACCESS EXCLUSIVE lock on the same table, for the reads.
 *
 * @param held when the operation begins.
 * @param effects of the operation, or of its whole statement.
 */
export function locksWidenedBy(effects: readonly Effect[], held: readonly HeldLock[]): readonly HeldLock[] {
  return held.filter(({ relation, lock }) => {
    const blocked = blocks(lock);
    return (
      blocked > 0 &&
      effects.every((own) => blocked > blocks(own.lock) || !isSameObject(own.relation, relation))
    );
  });
}

/**
 * The held locks for which somebody waits: those that block writes or more, on tables that stay. A table that the transaction
 * drops has no users any more, if the deploy is right; who uses a view waits for its tables anyway.
 */
export function locksOnUsedTables(held: readonly HeldLock[]): readonly HeldLock[] {
  return held.filter(
    ({ relation, kind, lock, since }) =>
      kind === 'table' &&
      blocks(lock) > 0 &&
      !(since.kind === 'DropTable' && isSameObject(since.table, relation)),
  );
}

/**
 * The tables of locks, each once, for a sentence: of more than four the first three and how many more there are.
 *
 * @param held as a transaction holds them: one lock a table.
 */
export function lockedTables(held: readonly HeldLock[]): readonly string[] {
  const shown = held.length > 4 ? held.slice(0, 3) : held;
  const more = held.length > shown.length ? [`${held.length - shown.length} more tables`] : [];
  return [...shown.map(({ relation }) => displayName(relation)), ...more];
}
