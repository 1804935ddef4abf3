import type { Runner, Transaction } from '../../input/runners/types.ts';

/**
 * The statement that sets a timeout where another statement runs: SET LOCAL in a transaction, so that it ends with that; SET where each
 * statement commits by itself, or where nobody knows, since SET LOCAL would have no effect there.
 *
 * @param transaction that the other statement runs in.
 * @param timeout as in `lock_timeout = '5s'`.
 */
export function timeoutAdvice(
  { mode, assumed }: Pick<Runner, 'mode' | 'assumed'>,
  { kind }: Transaction,
  timeout: string,
): string {
  // A second statement makes a transaction of a query or a pipeline.
  const becomesOne = kind === 'autocommit' && (mode === 'one query' || mode === 'pipeline');
  const isIn = kind === 'explicit' || (assumed !== true && (kind !== 'autocommit' || becomesOne));
  return isIn ? `SET LOCAL ${timeout}` : `SET ${timeout}`;
}
