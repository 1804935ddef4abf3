import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import { scriptTransactions } from '../../input/runners/script-transactions.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { RollbackRunner, RollbackStatement } from './types.ts';

const CONCURRENTLY = /^((?:CREATE|DROP)\b[^(]*? INDEX) CONCURRENTLY /;
const DROP = /^(DROP INDEX) CONCURRENTLY /;

/** Whether a statement builds or drops an index CONCURRENTLY, which PostgreSQL refuses in a transaction. */
export function isConcurrent({ sql }: RollbackStatement): boolean {
  return CONCURRENTLY.test(sql) || DROP.test(sql);
}

/**
 * The statements without CONCURRENTLY if the runner would run any that has it in a transaction, with a note that says so; otherwise as
 * they are.
 */
export function asRunnerCan(
  statements: readonly RollbackStatement[],
  by: RollbackRunner,
): readonly RollbackStatement[] {
  if (!statements.some(isConcurrent)) return statements;
  const text = statements.map(({ sql }) => `${sql}\n;`).join('\n');
  return refusedConcurrently(text, by)
    ? statements.map((one) => withoutConcurrently(one, by.runner.label))
    : statements;
}

/** Whether a runner would run a statement of a rollback in a transaction that PostgreSQL refuses there. */
export function refusedConcurrently(
  text: string,
  { runner, asksForNoTransaction = false }: RollbackRunner,
): boolean {
  const script = parseScript({ path: '', text, encoding: 'utf-8', byteOrderMark: false });
  // These ask in the script itself: whoever writes it can let it ask.
  const asks = asksForNoTransaction || runner.name === 'sqlx' || runner.name === 'dbmate';
  return scriptTransactions(runner, script, asks).some(
    (transaction) =>
      transaction.kind !== 'autocommit' &&
      transaction.statements.some(({ tree }) => refusesTransaction(tree) !== undefined),
  );
}

function withoutConcurrently(statement: RollbackStatement, label: string): RollbackStatement {
  if (!isConcurrent(statement)) return statement;
  const sql = statement.sql.replace(DROP, '$1 ').replace(CONCURRENTLY, '$1 ');
  const effect = sql.startsWith('DROP')
    ? 'it waits for every query of the table, and others wait for it'
    : 'nobody writes to the table while it builds';
  return {
    ...statement,
    sql,
    note: `Without CONCURRENTLY, since ${label} runs this script in a transaction: ${effect}.`,
  };
}
