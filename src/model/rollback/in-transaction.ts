import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import type { Transaction } from '../../input/runners/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Operation } from '../operations/types.ts';
import type { Refusal } from './types.ts';

/**
 * The statements of a script that surely run in a transaction block, not in one of their own.
 *
 * @param isSent whether it is sure that the runner sends the script, and in which way: else a BEGIN in the script alone counts.
 */
export function statementsInTransaction(
  transactions: readonly Transaction[],
  isSent: boolean,
): ReadonlySet<Statement> {
  const isBlock = ({ kind, pipelined }: Transaction): boolean =>
    kind === 'explicit' || (isSent && kind !== 'autocommit' && pipelined !== true);
  return new Set(transactions.filter(isBlock).flatMap(({ statements }) => statements));
}

/**
 * That PostgreSQL refuses an operation inside a transaction block (25001), which a DO block is as well.
 *
 * @param statement the script's statement that it belongs to.
 * @param inside the statements of the script that run in a transaction block.
 */
export function transactionRefusal(
  operation: Operation,
  statement: Statement,
  inside: ReadonlySet<Statement>,
): Refusal | undefined {
  const isInside = operation.statement !== statement || inside.has(statement);
  const command =
    isInside && operation.run === 'now' ? refusesTransaction(operation.statement.tree) : undefined;
  return command === undefined
    ? undefined
    : { kind: 'not allowed', code: '25001', reason: `${command} cannot run inside a transaction` };
}
