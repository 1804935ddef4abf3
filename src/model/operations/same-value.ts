import type { Expression } from './types.ts';
import { constantOf } from './constants.ts';
import { constantText, fieldsOf, stringOf } from './nodes.ts';

/**
 * Whether two defaults give the same value: equal constants, whatever they are cast to, the next number of whichever sequence,
 * or the same text.
 *
 * @param one undefined where there is none, which is NULL.
 */
export function isSameValue(one: Expression | undefined, other: Expression | undefined): boolean {
  const [a, b] = [one, other].map((expression) => constantOf(expression?.tree));
  const isNone = (expression: Expression | undefined, constant: typeof a): boolean =>
    expression === undefined || constant?.isnull === true;
  if (isNone(one, a) || isNone(other, b)) return isNone(one, a) && isNone(other, b);
  if (a !== undefined && b !== undefined) return constantText(a) === constantText(b);
  if (isNumbering(one) && isNumbering(other)) return true;
  return plain(one?.text ?? '') === plain(other?.text ?? '');
}

function isNumbering(expression: Expression | undefined): boolean {
  return stringOf(fieldsOf(expression?.tree, 'FuncCall')?.funcname?.at(-1)) === 'nextval';
}

/** Letter case and blanks do not tell apart `now()` and `NOW()`; quoted text is compared as constants. */
const plain = (text: string): string => text.replaceAll(/\s/g, '').toLowerCase();
