import { stringsOf, visitNodes } from './parse-tree.ts';
import { truthOf } from './constants.ts';
import type { Expression } from './types.ts';

/**
 * The functions about the session that an expression calls for every row: Supabase's `auth.uid()`, `auth.jwt()`,
 * `auth.role()` and `auth.email()`, and `current_setting()`. A call in a subquery, `(SELECT auth.uid())`, is none: PostgreSQL
 * runs a subquery that names no column of the outer row once for each statement.
 *
 * @param expression such as a policy's USING; undefined calls nothing.
 * @returns their names as people call them, each once, in the order of their first call.
 */
export function sessionCallsPerRow(expression: Expression | undefined): readonly string[] {
  const names = new Set<string>();
  visitNodes(expression?.tree, (type, fields) => {
    if (type === 'SubLink') return false;
    if (type === 'FuncCall') {
      const name = stringsOf(fields['funcname'])
        .join('.')
        .replace(/^pg_catalog\./, '');
      if (sessionFunctions.has(name)) names.add(`${name}()`);
    }
    return true;
  });
  return [...names];
}

const sessionFunctions: ReadonlySet<string> = new Set([
  'auth.uid',
  'auth.jwt',
  'auth.role',
  'auth.email',
  'current_setting',
]);

/**
 * Whether an expression is true whatever a row holds, from its constants alone: `true`, `1 = 1`.
 *
 * @param expression such as a policy's WITH CHECK; undefined is not true.
 */
export function isAlwaysTrue(expression: Expression | undefined): boolean {
  return truthOf(expression?.tree) === true;
}

/**
 * Whether an expression uses CURRENT_TIME, which is a `time with time zone`.
 *
 * @param expression such as a column's default; undefined uses nothing.
 */
export function usesCurrentTime(expression: Expression | undefined): boolean {
  let found = false;
  visitNodes(expression?.tree, (type, { op }) => {
    if (type === 'SQLValueFunction' && (op === 'SVFOP_CURRENT_TIME' || op === 'SVFOP_CURRENT_TIME_N'))
      found = true;
    return !found;
  });
  return found;
}
