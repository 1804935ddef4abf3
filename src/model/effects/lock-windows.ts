import type { Table } from '../catalog/types.ts';
import { displayNames } from '../operations/display-name.ts';
import { blockedBy } from '../operations/lock-modes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { LockMode, ObjectName } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import type { Effect } from './types.ts';

const BLOCKED = { nothing: 0, writes: 1, 'reads and writes': 2 } as const;

/** How much a lock keeps from working: 0 nothing, 1 writes, 2 reads and writes. */
function blocks(lock: LockMode): number {
  return BLOCKED[blockedBy(lock)];
}

/**
 * The held locks that keep more waiting than the locks that an operation takes itself: its work makes these others wait
 * longer. Of a CREATE INDEX, which keeps writes waiting, that is an ACCESS EXCLUSIVE lock on the same table, for the reads.
 *
 * @param held when the operation begins.
 * @param effects of the operation, or of its whole statement.
 */
export function locksWidenedBy(effects: readonly Effect[], held: readonly HeldLock[]): readonly HeldLock[] {
  return held.filter(widening(effects));
}

/** Tells of one held lock whether {@link locksWidenedBy} has it: for whoever needs only the first few of thousands. */
export function widening(effects: readonly Effect[]): (held: HeldLock) => boolean {
  const owns = effects.map(({ relation, lock }) => ({ relation, blocked: blocks(lock) }));
  return ({ relation, lock }) => {
    const blocked = blocks(lock);
    return blocked > 0 && owns.every((own) => blocked > own.blocked || !isSameObject(own.relation, relation));
  };
}

/** By the locks of a transaction at one moment, which can be thousands: several rules ask about each moment. */
const knownUsed = new WeakMap<readonly HeldLock[], readonly HeldLock[]>();

/**
 * The held locks for which somebody waits: those that block writes or more, on tables that stay. A table that the transaction
 * drops has no users any more, if the deploy is right; who uses a view waits for its tables anyway.
 *
 * @param held a list that does not change: what is found for it is kept as long as the list itself.
 */
export function locksOnUsedTables(held: readonly HeldLock[]): readonly HeldLock[] {
  const known = knownUsed.get(held);
  if (known !== undefined) return known;
  const used = held.filter(
    ({ relation, kind, lock, since }) =>
      kind === 'table' &&
      blocks(lock) > 0 &&
      !(since.kind === 'DropTable' && isSameObject(since.table, relation)),
  );
  knownUsed.set(held, used);
  return used;
}

/**
 * The tables of locks, each once, for a sentence: of more than four the first three and how many more there are.
 *
 * @param held as a transaction holds them: one lock a table.
 */
export function lockedTables(held: readonly HeldLock[]): readonly string[] {
  return displayNames(
    held.map(({ relation }) => relation),
    'tables',
  );
}

/** Whether one of the locks keeps everybody from a table, readers as well. */
export function isLockedForAll(
  table: ObjectName,
  locks: readonly Pick<Effect, 'relation' | 'lock'>[],
): boolean {
  return locks.some(({ relation, lock }) => lock === 'ACCESS EXCLUSIVE' && isSameObject(relation, table));
}

/** The tables whose writers wait while a foreign key is added: both of its ends. One, if it points at its own table or at a new one. */
export function tablesLockedForKey(
  table: ObjectName,
  references: ObjectName,
  existedBeforeDeploy: (table: ObjectName) => Table | undefined,
): readonly ObjectName[] {
  const isAlone = isSameObject(table, references) || existedBeforeDeploy(references) === undefined;
  return isAlone ? [table] : [table, references];
}
