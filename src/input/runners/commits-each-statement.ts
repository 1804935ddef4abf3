import type { Runner, Transaction } from './types.ts';

/**
 * Whether the statements of a script each commit by themselves, so that what another statement would do better can follow in the same
 * file: the tool sends them so, or the file asks for no transaction and the tool then does (goose, Flyway).
 *
 * @param transaction the one that a statement of the script runs in.
 */
export function commitsEachStatement(runner: Runner, transaction: Transaction): boolean {
  const { mode, modeWithoutTransaction } = runner;
  const isSentSo = mode === 'statement by statement' || modeWithoutTransaction === 'statement by statement';
  return transaction.kind === 'autocommit' && isSentSo;
}
