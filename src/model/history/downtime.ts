import type { Catalog } from '../catalog/types.ts';
import type { HeldLock } from '../effects/held-locks.ts';
import { rowsLockedBy } from '../effects/locked-rows.ts';
import { slowWork } from '../effects/slow-work.ts';
import type { Effect } from '../effects/types.ts';
import { displayName } from '../operations/display-name.ts';
import { blockedBy } from '../operations/lock-modes.ts';
import type { LockMode, ObjectName, Operation } from '../operations/types.ts';

/** What users of a relation have to wait with. */
export type Blocked = 'nothing' | 'writes' | 'reads and writes';

/** For how long: not at all, for a moment whatever the table's size, for a time that grows with the table. */
export type WaitLength = 'none' | 'instant' | 'grows with the table';

/** What has to wait while one operation runs. The wait for the lock itself, behind a long query, comes on top. */
export interface Wait {
  readonly blocks: Blocked;
  readonly length: WaitLength;
  /** As a predicate: `rewrites users under ACCESS EXCLUSIVE`. */
  readonly text: string;
}

/** What is known of an operation's locks. */
export interface DowntimeScene {
  /** The schema just before the operation. */
  readonly before: Catalog;
  /** What it does to relations that existed before the deploy. */
  readonly effects: readonly Effect[];
  /** The locks that its transaction holds on such relations when it begins, strongest first. */
  readonly held: readonly HeldLock[];
  /** Whether a table was there before the deploy. */
  readonly isOld: (table: ObjectName) => boolean;
}

/**
 * What has to wait while an operation runs: for its own locks, and for those that its transaction holds already while it
 * works.
 *
 * @param operation with resolved names.
 * @returns undefined if nobody waits.
 */
export function waitOf(
  operation: Operation,
  { before, effects, held, isOld }: DowntimeScene,
): Wait | undefined {
  const slow = slowWork(operation, effects, before).find(({ online }) => !online);
  const found: Wait[] = [];
  for (const { relation, lock, online } of effects) {
    if (online) continue;
    const work = slow === undefined ? 'takes' : `${WORK[slow.work]} ${displayName(slow.relation)} under`;
    found.push(
      waitFor(
        lock,
        slow,
        `${work} ${lock}${slow?.relation === relation ? '' : ` on ${displayName(relation)}`}`,
      ),
    );
  }
  // A transaction can hold thousands of locks: no other is worse than the strongest.
  const [strongest] = held;
  if (slow !== undefined && strongest !== undefined) {
    const { relation, lock } = strongest;
    const text = `${WORK[slow.work]} ${displayName(slow.relation)} while its transaction holds ${lock} on ${displayName(relation)}`;
    found.push(waitFor(lock, slow, text));
  }
  const rows = waitForRows(operation, before, effects, isOld);
  if (rows !== undefined) found.push(rows);
  return found.filter(({ blocks }) => blocks !== 'nothing').sort(worseFirst)[0];
}

/** Orders waits, the worse first: a long one before a short one, one of readers before one of writers. */
export function worseFirst(a: Wait, b: Wait): number {
  return LENGTHS[b.length] - LENGTHS[a.length] || BLOCKED[b.blocks] - BLOCKED[a.blocks];
}

const LENGTHS: Readonly<Record<WaitLength, number>> = {
  none: 0,
  instant: 1,
  'grows with the table': 2,
};
const BLOCKED: Readonly<Record<Blocked, number>> = { nothing: 0, writes: 1, 'reads and writes': 2 };

const WORK: Readonly<Record<Effect['work'], string>> = {
  rewrite: 'rewrites',
  'index build': 'builds an index on',
  scan: 'reads all of',
  rows: 'changes rows of',
  metadata: 'changes',
};

function waitFor(lock: LockMode, slow: Effect | undefined, text: string): Wait {
  return {
    blocks: blockedBy(lock),
    length: slow === undefined ? 'instant' : 'grows with the table',
    text,
  };
}

/** A statement that writes all rows of a table locks them one by one until its transaction ends: their other writers wait. */
function waitForRows(
  operation: Operation,
  before: Catalog,
  effects: readonly Effect[],
  isOld: (table: ObjectName) => boolean,
): Wait | undefined {
  const table = rowsLockedBy(operation, effects, before).find(isOld);
  if (table === undefined) return undefined;
  const verb = operation.kind === 'Delete' ? 'deletes' : operation.kind === 'Merge' ? 'merges' : 'updates';
  const text = `${verb} rows of ${displayName(table)} in one statement, which stay locked until it commits`;
  return { blocks: 'writes', length: 'grows with the table', text };
}
