import type { Statement } from '../sql/types.ts';
import type { Transaction } from './types.ts';

/**
 * The transactions of a deploy, in order. Where the runner wraps all its scripts together, the transactions that it opened for
 * each of them are one, up to the first that a COMMIT or ROLLBACK in a script has ended.
 *
 * @param scripts the transactions of each script, in execution order.
 * @param oneTransactionPerDeploy true if the runner wraps all scripts together.
 */
export function deployTransactions(
  scripts: readonly (readonly Transaction[])[],
  oneTransactionPerDeploy: boolean,
): readonly Transaction[] {
  if (!oneTransactionPerDeploy) return scripts.flat();
  const joined: Transaction[] = [];
  let open: Statement[] | undefined;
  for (const transaction of scripts.flat()) {
    const { kind, statements, end } = transaction;
    if (open !== undefined && kind === 'runner') {
      for (const statement of statements) open.push(statement);
      joined[joined.length - 1] = { kind, statements: open, end };
    } else {
      open = [...statements];
      joined.push({ ...transaction, statements: open });
    }
    if (kind !== 'runner' || end !== 'itself') open = undefined;
  }
  return joined;
}
