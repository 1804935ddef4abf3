import type { Script } from '../../input/sql/types.ts';
import type { Operation } from './types.ts';

/**
 * Whether an operation stands in the body of a DO block, function or procedure. What refuses to run inside a transaction
 * refuses to run there, too.
 *
 * @param operation an operation of the script.
 * @param script the script; undefined for none.
 */
export function isInBody(operation: Operation, script: Script | undefined): boolean {
  return script !== undefined && !script.statements.includes(operation.statement);
}
