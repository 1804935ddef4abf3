import type { Script, Statement } from '../../input/sql/types.ts';
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
  return statements[firstFrom(statement.span.start, statements)] !== statement;
}

/**
 * The statement of a script that an operation is, or stands in the body of.
 *
 * @returns undefined for an operation of another script.
 */
export function scriptStatement({ statement }: Operation, { statements }: Script): Statement | undefined {
  const { source, span } = statement;
  const index = firstFrom(span.start, statements);
  const found = statements[index]?.span.start === span.start ? statements[index] : statements[index - 1];
  return found?.source === source && found.span.end >= span.end ? found : undefined;
}

/** The index of the first statement that begins at an offset or after it. */
function firstFrom(offset: number, statements: readonly Statement[]): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((statements[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
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
