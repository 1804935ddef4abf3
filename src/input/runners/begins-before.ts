import type { Statement } from '../sql/types.ts';
import type { Transaction } from './types.ts';

/**
 * Whether a BEGIN of the script itself stands before a statement in its transaction.
 *
 * @param statement one of the transaction's statements.
 */
export function beginsBefore(statement: Statement, { statements }: Pick<Transaction, 'statements'>): boolean {
  for (const other of statements) {
    if (other === statement) return false;
    if (isBegin(other)) return true;
  }
  return false;
}

/** Whether a statement is BEGIN or START TRANSACTION. */
export function isBegin({ tree }: Pick<Statement, 'tree'>): boolean {
  if (!('TransactionStmt' in tree)) return false;
  const { kind } = tree.TransactionStmt;
  return kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START';
}
