import { commitsEachStatement } from '../../input/runners/commits-each-statement.ts';
import type { Runner, Transaction } from '../../input/runners/types.ts';

/**
 * Where a statement begins with no lock of another one held, for people, as the end of a sentence: `in the next migration`.
 * A tool that runs all pending migrations in one transaction needs a later deploy; where each statement commits by itself, the
 * next statement will do.
 *
 * @param runner the tool that runs the migrations.
 * @param transaction the one that the statement before runs in.
 */
export function laterTransaction(runner: Runner, transaction: Transaction): string {
  if (runner.oneTransactionPerDeploy === true && transaction.kind === 'runner')
    return `in a migration of a later deploy (${runner.label} runs all pending migrations in one transaction)`;
  return commitsEachStatement(runner, transaction) ? 'in a statement of its own' : 'in the next migration';
}
