import { scriptTransactions } from '../../input/runners/script-transactions.ts';
import type { Runner, Transaction } from '../../input/runners/types.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { Script, Statement } from '../../input/sql/types.ts';
import type { Migration } from '../../lint/project.ts';
import type { ReadUnits } from './read-script.ts';
import type { SplitRequest } from './types.ts';
import type { Unit } from './units.ts';

/** Whether a tool sends the statements of a file that asks for no transaction one by one, so that several may commit by themselves. */
export function sharesOutside({ modeWithoutTransaction }: Runner): boolean {
  return modeWithoutTransaction === 'statement by statement';
}

/** Whether a migration's script asks its tool for no transaction. */
export function asksForNoTransaction(
  { transactions }: Pick<Migration, 'transactions'>,
  { modeWithoutTransaction }: Runner,
): boolean {
  if (modeWithoutTransaction === undefined || transactions.length === 0) return false;
  return transactions.every(({ kind }) => kind !== 'runner');
}

/** Why no plan of several transactions can be made with a runner: one sentence for people; undefined if they can. */
export function whyNotApart({ migration, project, plans }: SplitRequest): string | undefined {
  const { runner } = project;
  if (runner.oneTransactionPerDeploy !== true) return undefined;
  const asks = plans
    .flatMap(({ steps }) => steps)
    .some((step) => step.after === 'commit' || step.outsideTransaction);
  return asks
    ? `${runner.label} runs all pending migrations in one transaction: to cut ${migration.id} apart would change nothing.`
    : undefined;
}

/** The statements of a text as a runner would send it, each unit with its own. */
export interface SentUnits {
  readonly statementsOf: ReadonlyMap<Unit, readonly Statement[]>;
  readonly transactionOf: ReadonlyMap<Statement, Transaction>;
}

/**
 * A text in which units follow each other, as a runner would send it.
 *
 * @param sql the part of a file that is the script.
 * @param isOther whether a statement of it is of no unit: BEGIN, SET.
 * @returns undefined if the text does not hold these units.
 */
export function sentUnits(
  sql: string,
  units: readonly Unit[],
  runner: Runner,
  facts: {
    readonly withoutTransaction: boolean;
    readonly stepsOf: ReadUnits['stepsOf'];
    readonly isOther: (statement: Statement) => boolean;
  },
): SentUnits | undefined {
  const script: Script = parseScript({
    path: 'piece.sql',
    text: sql,
    encoding: 'utf-8',
    byteOrderMark: false,
  });
  if (script.problems.length > 0) return undefined;
  const transactions = scriptTransactions(runner, script, facts.withoutTransaction ? true : undefined);
  const own = script.statements.filter((statement) => !facts.isOther(statement));
  const statementsOf = new Map<Unit, readonly Statement[]>();
  let at = 0;
  for (const unit of units) {
    const all = new Set((facts.stepsOf.get(unit) ?? []).map(({ statement }) => statement));
    const count = [...all].filter((statement) => !facts.isOther(statement)).length;
    statementsOf.set(unit, own.slice(at, at + count));
    at += count;
  }
  if (at !== own.length) return undefined;
  const transactionOf = new Map(
    transactions.flatMap((one) => one.statements.map((statement) => [statement, one] as const)),
  );
  return { statementsOf, transactionOf };
}

/** Whether a statement sets something, or begins or ends a transaction. */
export function isFrame({ tree }: Statement): boolean {
  return 'VariableSetStmt' in tree || 'TransactionStmt' in tree;
}

/** Whether all units of a piece that must run outside a transaction do. */
export function runsOutside(
  sql: string,
  { units, outside }: { readonly units: readonly Unit[]; readonly outside: boolean },
  { project }: SplitRequest,
  { stepsOf }: ReadUnits,
): boolean {
  const asking = units.filter(({ step }) => step?.outsideTransaction === true);
  if (asking.length === 0) return true;
  const sent = sentUnits(sql, units, project.runner, {
    withoutTransaction: outside,
    stepsOf,
    isOther: isFrame,
  });
  if (sent === undefined) return false;
  return asking.every((unit) =>
    (sent.statementsOf.get(unit) ?? []).every(
      (statement) => sent.transactionOf.get(statement)?.kind === 'autocommit',
    ),
  );
}
