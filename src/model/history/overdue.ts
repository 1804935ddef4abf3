import type { Replacement } from './replacement.ts';
import { versionMoment } from './version-time.ts';

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
  if (contract !== undefined || certainty !== 'certain') return undefined;
  const age = ageInDays(versionOf(expand.migration), now);
  return age !== undefined && age > days ? age : undefined;
}

/**
 * How many whole days ago a migration was made, by its version.
 *
 * @param version its leading digits; undefined for none.
 * @param now what counts as today.
 * @returns undefined if the version is no moment, or if nobody said what day it is.
 */
export function ageInDays(version: string | undefined, now: Date | undefined): number | undefined {
  const since = versionMoment(version ?? '');
  return since === undefined || now === undefined ? undefined : Math.floor((now.getTime() - since) / DAY);
}
