import { cutPieces } from '../sql/pieces.ts';
import type { Span } from '../text/types.ts';

/** How far after a statement a comment on its line is looked for, in UTF-16 code units. */
const LONGEST_COMMENT = 1000;

/**
 * A script as goose can read it. It takes a line that ends with a semicolon for a statement's end, so that a statement with such
 * lines inside needs marks around it, each statement a semicolon and a line end after it.
 */
export function gooseStatements(sql: string): string {
  let text = '';
  let at = 0;
  for (const { span } of cutPieces(sql).pieces) {
    const gap = sql.slice(at, span.start);
    const comment = gap.indexOf('/*');
    const start = comment < 0 ? span.start : at + comment;
    text += sql.slice(at, start);
    const written = sql.slice(start, span.end).trimEnd();
    const statement = written.endsWith(';') ? written : `${written}${written.includes('--') ? '\n' : ''};`;
    const lineStart = text === '' || /\n[^\S\n]*$/.test(text) ? '' : '\n';
    const wrapped = hasInnerEnd(statement);
    text += wrapped
      ? `${lineStart}-- +goose StatementBegin\n${statement}\n-- +goose StatementEnd`
      : `${lineStart}${statement}`;
    at = span.end;
    const line = /^[^\n]*/.exec(sql.slice(at, at + LONGEST_COMMENT))?.[0].trim() ?? '';
    if (line !== '' && (wrapped || !line.startsWith('--'))) text += '\n';
  }
  const rest = sql.slice(at);
  const kept = rest.includes('/*') ? rest.slice(0, rest.indexOf('/*')) : rest;
  const whole = `${text}${kept}`.trimEnd();
  return whole === '' ? '' : `${whole}\n`;
}

/** A place where goose does not read a script as PostgreSQL would. */
export interface GooseFault {
  /** UTF-16 offset. */
  readonly index: number;
  readonly reason: string;
}

const BLOCK = /^--[^\S\n]*\+goose[^\S\n]+statement(?:begin|end)[^\S\n]*\r?$/gim;

/**
 * The first statement of a section that goose (3.27) cuts within, since one of its lines ends with a semicolon, or that it takes
 * for unfinished, since no semicolon ends its last line. What stands between StatementBegin and StatementEnd is sent as it is.
 *
 * @param start where the section begins, and `end` where it ends: UTF-16 offsets.
 */
export function gooseFault(text: string, { start, end }: Span): GooseFault | undefined {
  let at = start;
  let isBlock = false;
  const section = text.slice(start, end);
  for (const mark of section.matchAll(BLOCK)) {
    const fault = isBlock ? undefined : faultIn(text, at, start + mark.index);
    if (fault !== undefined) return fault;
    at = start + mark.index + mark[0].length;
    isBlock = /begin\s*$/i.test(mark[0]);
  }
  return isBlock ? undefined : faultIn(text, at, end);
}

function faultIn(text: string, start: number, end: number): GooseFault | undefined {
  const part = text.slice(start, end);
  const { pieces } = cutPieces(part);
  const last = pieces.at(-1)?.span;
  const tail = last === undefined ? '' : part.slice(last.start);
  for (const { span } of pieces) {
    if (hasInnerEnd(part.slice(span.start, span.end))) {
      return { index: start + span.start, reason: CUT };
    }
  }
  if (last === undefined || endsWithSemicolon(tail)) return undefined;
  return { index: start + last.start, reason: 'its last statement has no semicolon at the end of a line' };
}

const CUT =
  'it cuts this statement at the first line that ends with a semicolon, unless `-- +goose StatementBegin` and `-- +goose StatementEnd` stand around it';

/** True if goose finds a statement's end in some line. */
function endsWithSemicolon(text: string): boolean {
  return text.split('\n').some((line) => /;\s*$/.test(line.replace(/(^|\s)--.*$/, '')));
}

/** True if a line before the last one ends with a semicolon, comments at its end left out. */
function hasInnerEnd(statement: string): boolean {
  return statement
    .split('\n')
    .slice(0, -1)
    .some((line) => /;\s*$/.test(line.replace(/(^|\s)--.*$/, '')));
}
