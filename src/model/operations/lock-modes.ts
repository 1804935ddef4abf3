import type { LockMode } from './types.ts';

/** PostgreSQL's table-level lock modes, weakest first; PostgreSQL numbers them from 1 (manual, table 13.2). */
export const lockModes: readonly LockMode[] = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

const STRENGTHS = Object.fromEntries(lockModes.map((lock, index) => [lock, index])) as Record<
  LockMode,
  number
>;

/** Orders lock modes: negative if `a` is weaker than `b`. */
export function compareLocks(a: LockMode, b: LockMode): number {
  return STRENGTHS[a] - STRENGTHS[b];
}

/** What a lock keeps from working, for as long as it is held (manual, table 13.2). */
export function blockedBy(lock: LockMode): 'nothing' | 'writes' | 'reads and writes' {
  if (lock === 'ACCESS EXCLUSIVE') return 'reads and writes';
  return compareLocks(lock, 'SHARE') >= 0 ? 'writes' : 'nothing';
}
