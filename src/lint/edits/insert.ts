import { BREAKPOINT } from '../../input/layouts/drizzle-statements.ts';
import type { Place } from '../../input/text/types.ts';
import type { Edit } from '../fix.ts';
import { removeStatement } from './remove.ts';
import { inCaseOf } from './keyword-case.ts';
import { breakpointBeside, surroundingsOf, type Surroundings } from './surroundings.ts';

/**
 * Puts statements before another one and its comments, on lines of their own where that begins its line, as far indented.
 *
 * @param place the statement, without its semicolon; in a PL/pgSQL body also a part that is none.
 * @param sql one or more statements, each with its semicolon, lines joined by `\n`; keywords in upper case, which become lower case
 *   where the statement's are.
 * @returns undefined where nothing can be put there: in a string constant.
 */
export function insertBefore(place: Place, sql: string): readonly Edit[] | undefined {
  const around = surroundingsOf(place);
  if (around === undefined || !fitsInto(around, sql)) return undefined;
  const { start, startsLine, indentation, lineEnd, region } = around;
  const text = written(place, sql, around);
  const mark = separates(around) ? BREAKPOINT : '';
  const gap = startsLine || mark !== '' || sql.includes('\n') ? `${lineEnd}${indentation}` : ' ';
  return [{ path: region.source.path, span: { start, end: start }, text: `${text}${mark}${gap}` }];
}

/**
 * Puts statements after another one and the comment on its line, on lines of their own, as far indented; on its line where more
 * statements follow on that. The last statement of a script gets its semicolon if it has none.
 *
 * @param place as of {@link insertBefore}.
 * @param sql as of {@link insertBefore}.
 * @returns undefined where nothing can be put there: in a string constant, and after what no semicolon ends.
 */
export function insertAfter(place: Place, sql: string): readonly Edit[] | undefined {
  const around = surroundingsOf(place);
  if (around === undefined || !fitsInto(around, sql)) return undefined;
  return textAfter(around, written(place, sql, around));
}

/** Puts a text, with its semicolon, behind a statement; see {@link insertAfter}. */
function textAfter(around: Surroundings, text: string): readonly Edit[] {
  const { end, endsLine, indentation, lineEnd, region, semicolon, span } = around;
  const { path } = region.source;
  if (!endsLine) return [{ path, span: { start: end, end }, text: ` ${text}` }];
  const gap = `${lineEnd}${indentation}`;
  if (semicolon === undefined) {
    const mark = separates(around) ? BREAKPOINT : '';
    const isOne = end === span.end;
    const closing = {
      path,
      span: { start: span.end, end: span.end },
      text: `;${mark}${isOne ? gap + text : ''}`,
    };
    return isOne ? [closing] : [closing, { path, span: { start: end, end }, text: gap + text }];
  }
  if (!separates(around)) return [{ path, span: { start: end, end }, text: gap + text }];
  // Between the semicolon and the mark after it, or at the end of the last statement.
  return [{ path, span: { start: semicolon, end: semicolon }, text: `${BREAKPOINT}${gap}${text}` }];
}

/**
 * Moves a statement, with its semicolon and its comments, behind another one of the same script.
 *
 * @returns undefined where one of the two cannot be taken out or put beside: in a string constant.
 */
export function moveAfter(place: Place, other: Place): readonly Edit[] | undefined {
  const from = surroundingsOf(place);
  const to = surroundingsOf(other);
  const removed = removeStatement(place);
  if (from === undefined || to === undefined || removed === undefined) return undefined;
  const { text } = place.source;
  const last = from.semicolon ?? from.span.end;
  const closing = from.semicolon === undefined ? ';' : '';
  const own = `${text.slice(from.start, last)}${closing}${from.endsLine ? text.slice(last, from.end) : ''}`;
  if (own.includes('--') && !to.endsLine) return undefined;
  return [...removed, ...textAfter(to, own)];
}

/** Whether the tool that runs the file needs its mark between two statements. */
function separates({ region, semicolon, span, start }: Surroundings): boolean {
  if (region.quotes !== undefined || !region.source.text.includes(BREAKPOINT)) return false;
  const isMarked = (offset: number, side: 'before' | 'after'): boolean =>
    breakpointBeside(offset, side, region) !== undefined;
  // One that shares its piece with others is not cut off from them.
  return isMarked(start, 'before') || isMarked(semicolon ?? span.end, 'after');
}

function written(place: Place, sql: string, { indentation, lineEnd }: Surroundings): string {
  return inCaseOf(place, sql).replaceAll('\n', `${lineEnd}${indentation}`);
}

/** Dollar quotes end at the next ones of their kind. */
function fitsInto({ region: { quotes } }: Surroundings, sql: string): boolean {
  return quotes === undefined || !sql.includes('$');
}
