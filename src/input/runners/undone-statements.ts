import type { Statement } from '../sql/types.ts';
import type { Transaction } from './types.ts';

/**
 * The statements that a script takes back itself: all of a transaction that ends with ROLLBACK, and what stands between a
 * SAVEPOINT and the ROLLBACK TO it. They run, and hold their locks until then, but nothing of what they did stays. BEGIN,
 * ROLLBACK, savepoints and their kin are not among them.
 *
 * @param transactions of one script.
 */
export function undoneStatements(transactions: readonly Transaction[]): ReadonlySet<Statement> {
  const undone = new Set<Statement>();
  for (const { statements, end, kind } of transactions) {
    if (kind === 'autocommit') continue;
    if (end === 'rollback') takeBack(statements, undone);
    else if (statements.some(isRollbackTo)) takeBackToSavepoints(statements, undone);
  }
  return undone;
}

function takeBack(statements: readonly Statement[], undone: Set<Statement>): void {
  for (const statement of statements) if (!('TransactionStmt' in statement.tree)) undone.add(statement);
}

/** The newest savepoint of a name hides the older ones until it is released; ROLLBACK TO keeps the one that it goes back to. */
function takeBackToSavepoints(statements: readonly Statement[], undone: Set<Statement>): void {
  const savepoints: { readonly name: string | undefined; readonly since: number }[] = [];
  for (const [index, { tree }] of statements.entries()) {
    if (!('TransactionStmt' in tree)) continue;
    const { kind, savepoint_name: name } = tree.TransactionStmt;
    const at = savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (kind === 'TRANS_STMT_SAVEPOINT') savepoints.push({ name, since: index });
    else if (at < 0) continue;
    else if (kind === 'TRANS_STMT_RELEASE') savepoints.splice(at);
    else if (kind === 'TRANS_STMT_ROLLBACK_TO') {
      takeBack(statements.slice(savepoints[at]?.since, index), undone);
      savepoints.splice(at + 1);
    }
  }
}

function isRollbackTo({ tree }: Statement): boolean {
  return 'TransactionStmt' in tree && tree.TransactionStmt.kind === 'TRANS_STMT_ROLLBACK_TO';
}
