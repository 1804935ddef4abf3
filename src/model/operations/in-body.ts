import type { Script } from '../../input/sql/types.ts';
import type { Operation } from './types.ts';

/**
 * Whether an operation stands in the body of a DO block, function or procedure. What refuses to run inside a transaction
 * refuses to run there, too.
 *
 * @param operation an operation of the script.
 * @param script the script; undefined for none.
 */
export function isInBody({ statement }: Operation, script: Script | undefined): boolean {
  if (script === undefined) return false;
  const { statements } = script;
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((statements[middle]?.span.start ?? 0) < statement.span.start) low = middle + 1;
    else high = middle;
  }
  return statements[low] !== statement;
}

/** True if a script has one statement, BEGIN and COMMIT left out. */
export function isAloneInFile(script: Pick<Script, 'statements'> | undefined): boolean {
  let others = 0;
  for (const { tree } of script?.statements ?? []) {
    // A script of thousands of statements is asked this at each of them.
    if (!('TransactionStmt' in tree) && ++others > 1) return false;
  }
  return others === 1;
}
