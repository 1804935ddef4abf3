import { BREAKPOINT } from '../layouts/drizzle-statements.ts';
import type { Statement } from '../sql/types.ts';
import { drizzleQueries } from './drizzle-queries.ts';
import { transactionsOf } from './transactions.ts';
import type { Transaction } from './types.ts';

/**
 * The transactions of a deploy, in order. Where the runner wraps all its scripts together, the transactions that it opened for
 * each of them are one, up to the first that a COMMIT or ROLLBACK in a script has ended: the scripts after that one run as if the
 * runner had opened none.
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
  for (const transaction of afterCommits(scripts)) {
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

function afterCommits(scripts: readonly (readonly Transaction[])[]): readonly Transaction[] {
  let isGone = false;
  return scripts.flatMap((script) => {
    const found = isGone ? withoutRunners(script) : script;
    isGone ||= endsRunners(script);
    return found;
  });
}

/** True if a script ends the runner's transaction and leaves none of its own open. */
function endsRunners(script: readonly Transaction[]): boolean {
  const last = script.at(-1);
  return script.some(({ kind, end }) => kind === 'runner' && end !== 'itself') && last?.kind !== 'explicit';
}

/** The same script where the runner's transaction is gone. */
function withoutRunners(script: readonly Transaction[]): readonly Transaction[] {
  if (!script.some(({ kind }) => kind === 'runner')) return script;
  const statements = script.flatMap((transaction) => transaction.statements);
  const text = statements[0]?.source.text ?? '';
  return text.includes(BREAKPOINT)
    ? transactionsOf('statement by statement', statements, drizzleQueries(text, statements))
    : transactionsOf('statement by statement', statements);
}
