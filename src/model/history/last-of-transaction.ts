import type { Transaction } from '../../input/runners/types.ts';
import type { Operation } from '../operations/types.ts';
import { operationsOfStatement, type DeployOperations } from './deploy-operations.ts';

/** What is asked about a deploy; the context of a rule is one. */
export interface TransactionScene {
  readonly deploy: DeployOperations;
  readonly transactionOf: (operation: Operation) => Transaction;
}

/**
 * Whether no statement of the transaction comes after an operation's, but what ends the transaction: its locks are let go when it is
 * done. Of a statement in a body, the script's statement is meant that runs it.
 *
 * @param operation of the deploy.
 */
export function isLastOfTransaction(
  operation: Operation,
  { deploy, transactionOf }: TransactionScene,
): boolean {
  const { statements } = transactionOf(operation);
  const { source, span } = operation.statement;
  // From the end: a script of thousands of statements is asked this at each of them.
  const last = statements.findLast(
    (statement) =>
      (statement.source === source && statement.span.start <= span.start) ||
      !operationsOfStatement(statement, deploy).every(({ kind }) => kind === 'TransactionControl'),
  );
  return last === undefined || (last.source === source && last.span.start <= span.start);
}
