import type { Script } from '../sql/types.ts';
import { gooseQueries } from './goose-queries.ts';
import { needsFallback } from './prisma-fallback.ts';
import { transactionsOf } from './transactions.ts';
import type { Runner, SendMode, Transaction } from './types.ts';

/**
 * How a runner sends a script: its own mode, or the one for scripts that ask for no transaction. Prisma sends a file as one
 * query after all if it holds a statement that it cannot read, see {@link needsFallback}.
 *
 * @param withoutTransaction true if the script, or a file beside it, asks for no transaction.
 */
export function sendModeOf(
  runner: Runner,
  { statements }: Pick<Script, 'statements'>,
  withoutTransaction = false,
): SendMode {
  const mode = (withoutTransaction ? runner.modeWithoutTransaction : undefined) ?? runner.mode;
  const splits = runner.name === 'prisma' && mode === 'statement by statement';
  return splits && statements.some(({ tree }) => needsFallback(tree)) ? 'one query' : mode;
}

/** The transactions that a script's statements run in when the runner sends it. */
export function scriptTransactions(
  runner: Runner,
  script: Pick<Script, 'statements' | 'source'>,
  withoutTransaction = false,
): readonly Transaction[] {
  const mode = sendModeOf(runner, script, withoutTransaction);
  if (runner.name !== 'goose') return transactionsOf(mode, script.statements);
  return transactionsOf(mode, script.statements, gooseQueries(script.source.text, script.statements));
}
