import type { Script } from '../sql/types.ts';
import { drizzleQueries } from './drizzle-queries.ts';
import { gooseQueries } from './goose-queries.ts';
import { needsFallback } from './prisma-fallback.ts';
import { transactionsOf } from './transactions.ts';
import type { Runner, SendMode, Transaction } from './types.ts';

/**
 * How a runner sends a script: its own mode, or the one for scripts that ask for no transaction. Prisma sends a file as one
 * query after all if it holds a statement that it cannot read, see {@link needsFallback}.
 *
 * @param withoutTransaction true if the script, or a file beside it, asks for no transaction; false if one asks Flyway for a
 *   transaction, which it opens then whatever the statements are.
 */
export function sendModeOf(
  runner: Runner,
  { statements }: Pick<Script, 'statements'>,
  withoutTransaction?: boolean,
): SendMode {
  if (withoutTransaction === false && runner.name === 'flyway') return 'one transaction of statements';
  const mode = (withoutTransaction ? runner.modeWithoutTransaction : undefined) ?? runner.mode;
  const splits = runner.name === 'prisma' && mode === 'statement by statement';
  return splits && statements.some(({ tree }) => needsFallback(tree)) ? 'one query' : mode;
}

/** The transactions that a script's statements run in when the runner sends it. */
export function scriptTransactions(
  runner: Runner,
  script: Pick<Script, 'statements' | 'source'>,
  withoutTransaction?: boolean,
): readonly Transaction[] {
  const mode = sendModeOf(runner, script, withoutTransaction);
  const { statements, source } = script;
  switch (runner.name) {
    case 'goose':
      return transactionsOf(mode, statements, gooseQueries(source.text, statements));
    case 'drizzle':
      // Another mode is what the user says of a migrator that is not Drizzle's.
      return mode === 'one transaction of statements'
        ? transactionsOf(mode, statements, drizzleQueries(source.text, statements))
        : transactionsOf(mode, statements);
    default:
      return transactionsOf(mode, statements);
  }
}
