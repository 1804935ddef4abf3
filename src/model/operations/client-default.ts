import { constantOf } from './constants.ts';
import { fieldsOf, stringOf } from './nodes.ts';
import type { Expression } from './types.ts';

/**
 * Whether Prisma Client writes a default into its INSERTs itself, where the schema has it as `@default`: constants, `now()` and
 * `uuid()` (prisma/prisma#25808 shows the query). `autoincrement()` and `dbgenerated()` it leaves to the database.
 *
 * @param expression a column's default.
 */
export function isClientDefault({ tree }: Expression): boolean {
  if (constantOf(tree) !== undefined) return true;
  const value = fieldsOf(tree, 'SQLValueFunction');
  if (value !== undefined)
    return value.op === 'SVFOP_CURRENT_TIMESTAMP' || value.op === 'SVFOP_CURRENT_TIMESTAMP_N';
  const call = fieldsOf(tree, 'FuncCall');
  if (call !== undefined) return stringOf(call.funcname?.at(-1)) === 'now';
  const elements = fieldsOf(tree, 'A_ArrayExpr')?.elements;
  if (elements !== undefined) return elements.every((element) => constantOf(element) !== undefined);
  const cast = fieldsOf(tree, 'TypeCast');
  return cast?.arg !== undefined && isClientDefault({ text: '', tree: cast.arg });
}
