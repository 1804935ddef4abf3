import type { ReadFile } from '../../input/project/types.ts';
import { drizzleQueries } from '../../input/runners/drizzle-queries.ts';
import { gooseQueries } from '../../input/runners/goose-queries.ts';
import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import { scriptTransactions, sendModeOf } from '../../input/runners/script-transactions.ts';
import type { Runner, SendMode } from '../../input/runners/types.ts';
import { endsTransaction } from '../../input/sql/ends-transaction.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { Problem, Script, Statement } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';
import type { PreparedScript, Query } from './types.ts';

/**
 * Puts a script into the form in which its runner sends it.
 *
 * @returns the script; or what keeps it from being sent as it stands: placeholders that the tool fills in, psql's commands, bytes
 *   that are no text. PostgreSQL is asked about syntax errors like about all others.
 */
export function prepareScript(
  runner: Runner,
  file: ReadFile,
): PreparedScript | { readonly unsendable: Problem } {
  const script = parseScript(file.source, file.problems, file.within);
  const unsendable = script.problems.find(({ kind }) => kind !== 'syntax' && kind !== 'body');
  if (unsendable !== undefined) return { unsendable };
  const sent = sendModeOf(runner, script, file.withoutTransaction);
  const transactions = scriptTransactions(runner, script, file.withoutTransaction);
  const mode = plainMode(sent, transactions[0]?.kind === 'runner');
  return {
    source: script.source,
    mode,
    statements: script.statements,
    transactions,
    queries: queriesOf(runner, mode, script, file),
    isWhole: script.problems.length === 0,
    fitsTransaction: script.problems.length === 0 && script.statements.every(runsInTransaction),
  };
}

/** The first statement of a script; undefined if it has none. */
export function beginningOf({
  statements,
  source,
}: Pick<PreparedScript, 'statements' | 'source'>): Place | undefined {
  const [first] = statements;
  return first && { source, span: first.span };
}

/** One statement of a script, to be sent by itself. */
export function aloneOf(script: PreparedScript, statement: Statement): PreparedScript {
  const { start, end } = statement.span;
  const sql = script.source.text.slice(start, end);
  return {
    ...script,
    mode: 'one query',
    statements: [statement],
    queries: [{ sql, start, statements: [statement] }],
  };
}

/** What Flyway does once it has looked at the statements. */
function plainMode(mode: SendMode, wrapped: boolean): PreparedScript['mode'] {
  if (mode !== 'one transaction if possible' && mode !== 'one transaction unless refused') return mode;
  return wrapped ? 'one transaction of statements' : 'statement by statement';
}

function queriesOf(
  runner: Runner,
  mode: PreparedScript['mode'],
  { source, statements, problems }: Script,
  { within }: ReadFile,
): readonly Query[] {
  // Text that does not parse stands between the statements: only as a whole is it sent at all.
  if (mode === 'one query' || mode === 'one transaction' || problems.length > 0) {
    const start = within?.start ?? 0;
    return [{ sql: source.text.slice(start, within?.end), start, statements }];
  }
  const groups =
    runner.name === 'goose'
      ? gooseQueries(source.text, statements)
      : runner.name === 'drizzle'
        ? drizzleQueries(source.text, statements)
        : statements.map((statement) => [statement]);
  return groups.map((group) => {
    const start = group[0]?.span.start ?? 0;
    return { sql: source.text.slice(start, group.at(-1)?.span.end), start, statements: group };
  });
}

/** Whether a statement can run inside a transaction that somebody else has begun and will end. */
export function runsInTransaction(statement: Statement): boolean {
  const { tree } = statement;
  if (refusesTransaction(tree) !== undefined) return false;
  if ('TransactionStmt' in tree) return KEEPS_TRANSACTION.has(tree.TransactionStmt.kind ?? '');
  // What a procedure does is not followed: it may commit.
  if ('CallStmt' in tree) return false;
  return !('DoStmt' in tree && endsTransaction(statement.body()?.nodes ?? []));
}

const KEEPS_TRANSACTION: ReadonlySet<string> = new Set([
  'TRANS_STMT_SAVEPOINT',
  'TRANS_STMT_RELEASE',
  'TRANS_STMT_ROLLBACK_TO',
]);
