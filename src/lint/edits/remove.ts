import { Lexer } from '../../input/sql/lexer.ts';
import type { Place, Span } from '../../input/text/types.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import type { Operation } from '../../model/operations/types.ts';
import type { Edit } from '../fix.ts';
import {
  afterLineEnd,
  breakpointBeside,
  endOfLine,
  isBlank,
  startOfLine,
  surroundingsOf,
  type Surroundings,
} from './surroundings.ts';

/**
 * Takes a statement out, with its semicolon, the comments right above it and on its line, and the lines that it leaves empty. A
 * header's comments stay, and so do those that a tool reads.
 *
 * @param place the statement, without its semicolon; in a PL/pgSQL body also a part that is none.
 * @returns undefined where it cannot be taken out: in a string constant, and where no semicolon ends it, though more follows.
 */
export function removeStatement(place: Place): readonly Edit[] | undefined {
  const around = surroundingsOf(place);
  if (around === undefined) return undefined;
  const { text, path } = place.source;
  return [{ path, span: removedSpan(text, around), text: '' }];
}

function removedSpan(text: string, around: Surroundings): Span {
  const { region, startsLine, span } = around;
  const ending = around.semicolon ?? span.end;
  const marks = {
    before: breakpointBeside(around.start, 'before', region),
    after: breakpointBeside(ending, 'after', region) ?? breakpointBeside(around.end, 'after', region),
  };
  // Drizzle sends what stands between two marks: with the last statement between them one of them goes, too.
  const isAlone = isAloneBetween(around, marks);
  if (isAlone && marks.after === undefined && marks.before !== undefined)
    return { start: ownLineStart(text, marks.before.start), end: around.end };
  const end = marks.after === undefined ? around.end : isAlone ? marks.after.end : ending;
  const endsLine = isBlank(text.slice(end, endOfLine(text, end)));
  if (startsLine && endsLine) return wholeLines(text, around.start, end);
  const start = startsLine ? around.start : span.start;
  if (endsLine || text.startsWith('--', end)) return { start: blanksBefore(text, start), end };
  return { start, end: end + (/^[^\S\r\n]*/.exec(text.slice(end, end + 100))?.[0].length ?? 0) };
}

function isAloneBetween(
  { region, start, end }: Surroundings,
  { before, after }: { readonly before: Span | undefined; readonly after: Span | undefined },
): boolean {
  const { span, source } = region;
  const isFirst = before !== undefined || !new Lexer(source.text, span.start, start).nextToken();
  return isFirst && (after !== undefined || !new Lexer(source.text, end, span.end).nextToken());
}

/** The lines of a range with one of the blank lines around it; the line end before it where nothing follows it. */
function wholeLines(text: string, first: number, last: number): Span {
  const start = startOfLine(text, first);
  const lineEnd = endOfLine(text, last);
  const end = afterLineEnd(text, lineEnd);
  if (end === lineEnd) return { start: lineEndBefore(text, start), end };
  const next = endOfLine(text, end);
  const isBlankAfter = end < text.length && isBlank(text.slice(end, next));
  if (isBlankAfter && (start === 0 || isBlankLineBefore(text, start)))
    return { start, end: afterLineEnd(text, next) };
  return { start, end };
}

function isBlankLineBefore(text: string, lineStart: number): boolean {
  const end = lineEndBefore(text, lineStart);
  return isBlank(text.slice(startOfLine(text, end), end));
}

/** The offset of the line end before what begins its line; else its own. */
function ownLineStart(text: string, offset: number): number {
  const start = startOfLine(text, offset);
  return isBlank(text.slice(start, offset)) ? lineEndBefore(text, start) : offset;
}

/** The offset of the line end before a line. */
function lineEndBefore(text: string, lineStart: number): number {
  if (lineStart === 0) return 0;
  return text.startsWith('\r\n', lineStart - 2) ? lineStart - 2 : lineStart - 1;
}

function blanksBefore(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && (text.charCodeAt(at - 1) === 32 || text.charCodeAt(at - 1) === 9)) at--;
  return at;
}

/**
 * Takes one action out of an ALTER TABLE, with its comma; the whole statement if it is the only one, see {@link removeStatement}.
 *
 * @param operation an action, or a whole statement.
 * @returns undefined where it cannot be taken out.
 */
export function removeAction(operation: Operation): readonly Edit[] | undefined {
  const { statement, action } = operation;
  if (action === undefined) return removeStatement(statement);
  const tokens = statement.tokens();
  const own = actionClause(tokens, action)?.range;
  if (own === undefined) return undefined;
  const next = actionClause(tokens, action + 1)?.range;
  const previous = action === 0 ? undefined : actionClause(tokens, action - 1)?.range;
  if (next === undefined && previous === undefined) return removeStatement(statement);
  // From the end of the action before it, so that the comma goes; the first one goes up to the next.
  const start = previous === undefined ? tokens[own.start]?.span.start : tokens[previous.end - 1]?.span.end;
  const end = previous === undefined ? tokens[next?.start ?? 0]?.span.start : tokens[own.end - 1]?.span.end;
  if (start === undefined || end === undefined) return undefined;
  return [{ path: statement.source.path, span: { start, end }, text: '' }];
}
