import type { Runner } from '../../input/runners/types.ts';
import type { FixSafety } from '../fix.ts';

/**
 * Whether a runner can be brought to run a migration of one statement outside a transaction, so that an index can be built there with
 * CONCURRENTLY. Flyway's own lock is a transaction that such a build would wait for, for ever.
 */
export function canBuildConcurrently(runner: Runner): boolean {
  const { mode, modeWithoutTransaction, oneTransactionPerDeploy, locksInTransaction } = runner;
  if (oneTransactionPerDeploy === true || locksInTransaction === true) return false;
  switch (mode) {
    case 'one query':
    case 'pipeline':
    case 'statement by statement':
    case 'one transaction if possible':
    case 'one transaction unless refused':
      return true;
    case 'one transaction':
    case 'one transaction of statements':
      return modeWithoutTransaction !== undefined;
    default:
      return mode satisfies never;
  }
}

/** Of tools that nobody named it is only assumed that a statement by itself is in no transaction: elsewhere the migration would fail. */
export function concurrentSafety({ assumed, name }: Runner): FixSafety {
  return assumed === true && name !== 'prisma' ? 'unsafe' : 'safe';
}
