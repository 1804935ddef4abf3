import type { Replacement } from './replacement.ts';
import { timeOf } from './version-time.ts';

const DAY = 24 * 3_600_000;

/** Where a replacement stands. */
export interface Standing {
  /** Version of a migration by its index in replay order. */
  readonly versionOf: (migration: number) => string | undefined;
  readonly now: Date | undefined;
  /** How many days an expand may stay without its contract. */
  readonly days: number;
}

/**
 * Since when a replacement waits for its contract longer than it may: the old one is still there, and the expand is too long ago.
 *
 * @returns how many whole days ago the expand was, not how many too many; undefined if it is finished, not overdue, or if nobody can tell: nothing
 *   says that the new one is more than a copy, versions are no moments, or nobody said what day it is.
 */
export function overdueAge(
  { certainty, contract, expand }: Replacement,
  { versionOf, now, days }: Standing,
): number | undefined {
  if (contract !== undefined || certainty !== 'certain' || now === undefined) return undefined;
  const since = timeOf(versionOf(expand.migration) ?? '');
  if (since === undefined) return undefined;
  const age = Math.floor((now.getTime() - since) / DAY);
  return age > days ? age : undefined;
}
