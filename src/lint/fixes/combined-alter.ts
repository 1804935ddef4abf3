import type { Statement } from '../../input/sql/types.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import { editFix } from '../edits/edit-fix.ts';
import { hasReadComment } from '../edits/read-comments.ts';
import { breakpointBeside, isBlank, startOfLine, surroundingsOf } from '../edits/surroundings.ts';
import type { FixRequest } from '../fix.ts';

/**
 * The fix that makes one ALTER TABLE of two of the same table, the second right after the first: a comma takes the place of the
 * semicolon, and the second's head goes. Comments between them stay.
 *
 * @returns undefined where the two are not written in the same way (ONLY, IF EXISTS), or a tool or a directive stands between them.
 */
export function combinedAlterFix(first: Statement, second: Statement): FixRequest | undefined {
  const around = surroundingsOf(first);
  if (around?.semicolon === undefined || headWords(first) !== headWords(second)) return undefined;
  const { source } = second;
  const { path, text } = source;
  const action = second.tokens()[actionClause(second.tokens(), 0)?.range.start ?? -1]?.span.start;
  if (action === undefined) return undefined;
  const mark = breakpointBeside(around.semicolon, 'after', around.region)?.end;
  if (hasReadComment({ source, span: { start: mark ?? around.semicolon, end: second.span.start } }))
    return undefined;
  const ownLine = isBlank(text.slice(startOfLine(text, second.span.start), second.span.start));
  return editFix(
    'safe',
    'makes one ALTER TABLE of the two',
    [{ path, span: { start: around.semicolon - 1, end: mark ?? around.semicolon }, text: ',' }],
    [{ path, span: { start: second.span.start, end: action }, text: ownLine ? '  ' : '' }],
  );
}

/** Whether ONLY, IF EXISTS and the like stand in its head. */
function headWords(statement: Statement): string {
  const tokens = statement.tokens();
  const end = actionClause(tokens, 0)?.range.start ?? 0;
  return tokens
    .slice(0, end)
    .flatMap(({ kind, value, text }) => (kind === 'keyword' || text === '*' ? [value] : []))
    .join(' ');
}
