import type { Runner, SendMode } from '../../input/runners/types.ts';

/** The modes in which a statement that has a file to itself commits by itself. */
const ALONE: ReadonlySet<SendMode> = new Set(['one query', 'pipeline', 'statement by statement']);

/**
 * Whether a runner can run a statement outside of a transaction, if that has a migration of its own which asks for none where the tool
 * has a word for that. Executed for each runner: docs/decisions/0005-runners.md.
 */
export function runsAlone({ mode, modeWithoutTransaction, oneTransactionPerDeploy }: Runner): boolean {
  if (oneTransactionPerDeploy === true) return false;
  return [mode, modeWithoutTransaction].some((one) => one !== undefined && ALONE.has(one));
}
