import { Lexer } from '../../input/sql/lexer.ts';
import type { Comment } from '../../input/sql/types.ts';
import type { Place, Span } from '../../input/text/types.ts';
import { readDirective } from '../directives/read-directive.ts';
import { regionAt, type Region } from './regions.ts';
import { isBlockBegin, isBlockEnd, isBreakpoint, isToolMark } from './tool-marks.ts';

/** What stands around a statement in its file. Offsets are UTF-16 units of the file. */
export interface Surroundings {
  readonly region: Region;
  /** From the first of the comments that belong to it, which stand right above it, to its end. */
  readonly start: number;
  readonly span: Span;
  /** The offset after its semicolon; undefined for the last statement of a script, where none is written. */
  readonly semicolon: number | undefined;
  /** The offset after a comment that follows it on its line, and after a tool's mark that closes it there or on the next line. */
  readonly end: number;
  /** True if nothing but white space stands before `start` on its line. */
  readonly startsLine: boolean;
  /** True if nothing but white space stands after `end` on its line. */
  readonly endsLine: boolean;
  /** The white space at the beginning of its first line. */
  readonly indentation: string;
  /** The file's line end. */
  readonly lineEnd: string;
}

/**
 * What stands around a statement, or around a part of a PL/pgSQL body that ends with a semicolon.
 *
 * @param place of the whole statement, without its semicolon.
 * @returns undefined where nothing can be put beside it: inside a string constant, and where no semicolon ends it, though more follows.
 */
export function surroundingsOf(place: Place): Surroundings | undefined {
  const region = regionAt(place);
  const ending = region && endingOf(place.span, region);
  if (region === undefined || ending === undefined) return undefined;
  const { text } = place.source;
  const { semicolon } = ending;
  const before = leadingComments(place.span.start, region);
  const after = trailingEnd(semicolon ?? place.span.end, region);
  const first = before[0];
  const block = blockAround(first?.span.start ?? place.span.start, after, region);
  const start = block?.start ?? first?.span.start ?? place.span.start;
  const end = block?.end ?? after;
  const lineStart = startOfLine(text, start);
  return {
    region,
    start,
    span: place.span,
    semicolon,
    end,
    startsLine: isBlank(text.slice(lineStart, start)),
    endsLine: isBlank(text.slice(end, endOfLine(text, end))),
    indentation:
      /^[^\S\r\n]*/.exec(text.slice(startOfLine(text, place.span.start), place.span.start))?.[0] ?? '',
    lineEnd: lineEndOf(text),
  };
}

/** The offset at which the line of an offset begins. */
export function startOfLine(text: string, offset: number): number {
  for (let at = offset; at > 0; at--) {
    const code = text.charCodeAt(at - 1);
    if (code === 10 || code === 13) return at;
  }
  return 0;
}

/** The offset of the line end after an offset, or of the text's end. */
export function endOfLine(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** The offset after the line end at an offset. */
export function afterLineEnd(text: string, offset: number): number {
  if (text.startsWith('\r\n', offset)) return offset + 2;
  return offset < text.length && /[\r\n]/.test(text.charAt(offset)) ? offset + 1 : offset;
}

/** Whether a text is white space alone. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The line end that a text uses: that of its first line. */
export function lineEndOf(text: string): string {
  const at = text.indexOf('\n');
  return at > 0 && text.charCodeAt(at - 1) === 13 ? '\r\n' : '\n';
}

/** Where a statement's semicolon ends; undefined for what no semicolon ends, though it is not the last of its region. */
function endingOf({ end }: Span, region: Region): { readonly semicolon: number | undefined } | undefined {
  const lexer = new Lexer(region.source.text, end, region.span.end);
  while (lexer.next()) {
    if (lexer.kind === 'line-comment') {
      if (isToolMark(lexer.value) && !isBlockEnd(lexer.value)) return { semicolon: undefined };
    } else if (lexer.kind !== 'block-comment')
      return lexer.isCharacter(59) ? { semicolon: lexer.end } : undefined;
  }
  // In a body each statement has its semicolon.
  return region.quotes === undefined ? { semicolon: undefined } : undefined;
}

/** The comments right above a statement, none of a header's or a tool's. */
function leadingComments(start: number, region: Region): readonly Comment[] {
  const { text } = region.source;
  const found: Comment[] = [];
  let top = start;
  for (let index = lastBefore(region.comments, start); index >= 0; index--) {
    const comment = region.comments[index];
    if (comment === undefined || isMark(comment, region)) break;
    const between = text.slice(comment.span.end, top);
    const ownLine = isBlank(text.slice(startOfLine(text, comment.span.start), comment.span.start));
    if (!isBlank(between) || lineEnds(between) > 1 || !ownLine) break;
    found.unshift(comment);
    top = comment.span.start;
  }
  return isHeader(found, top, region)
    ? found.slice(found.findLastIndex((one) => !isDirective(one)) + 1)
    : found;
}

/**
 * Whether comments are the file's header and not the first statement's own: those at the beginning, but for a single line of some
 * words, such as the `-- CreateTable` of generated scripts.
 */
function isHeader(comments: readonly Comment[], top: number, region: Region): boolean {
  const [first] = comments;
  if (first === undefined || region.quotes !== undefined) return false;
  const isOwn = comments.length === 1 && first.form === 'line' && !first.text.includes(':');
  if (isOwn || comments.every(isDirective)) return false;
  const mark = region.comments.findLast((one) => one.span.end <= top && isSection(one, region));
  return isBlank(region.source.text.slice(mark?.span.end ?? region.span.start, top));
}

function isDirective(comment: Comment): boolean {
  return readDirective(comment) !== undefined;
}

function isMark({ span }: Comment, { source }: Region): boolean {
  return isToolMark(source.text.slice(span.start, span.end));
}

/** Whether a comment stands before all statements of a script for the tool that runs it. */
function isSection(comment: Comment, { source }: Region): boolean {
  const text = source.text.slice(comment.span.start, comment.span.end);
  return isToolMark(text) && !isBreakpoint(text) && !isBlockBegin(text) && !isBlockEnd(text);
}

/** The end of the comments that follow a statement on its line, or of a tool's mark between statements. */
function trailingEnd(end: number, region: Region): number {
  const { text } = region.source;
  const line = endOfLine(text, end);
  let last = end;
  for (let index = lastBefore(region.comments, end) + 1; index < region.comments.length; index++) {
    const comment = region.comments[index];
    if (comment === undefined || comment.span.start > line) break;
    if (!isBlank(text.slice(last, comment.span.start)) || comment.span.end > line) return last;
    last = comment.span.end;
  }
  // A block comment before another statement is that one's.
  return isBlank(text.slice(last, line)) ? last : end;
}

/** The marks around a statement that a tool sends as one; undefined where it has none, or is not alone between them. */
function blockAround(start: number, end: number, region: Region): Span | undefined {
  const { text } = region.source;
  const index = lastBefore(region.comments, start);
  const begin = region.comments[index];
  const after = region.comments.find((one, at) => at > index && one.span.start >= end);
  if (begin === undefined || after === undefined || !isBlank(text.slice(begin.span.end, start)))
    return undefined;
  const isBlock = isBlockBegin(text.slice(begin.span.start, begin.span.end));
  const closes =
    isBlockEnd(text.slice(after.span.start, after.span.end)) && isBlank(text.slice(end, after.span.start));
  return isBlock && closes ? { start: begin.span.start, end: after.span.end } : undefined;
}

/** The mark that Drizzle needs between two statements, right before or after an offset; undefined where none is. */
export function breakpointBeside(offset: number, side: 'before' | 'after', region: Region): Span | undefined {
  const { text } = region.source;
  const index = lastBefore(region.comments, offset) + (side === 'after' ? 1 : 0);
  const span = region.comments[index]?.span;
  if (span === undefined || !isBreakpoint(text.slice(span.start, span.end))) return undefined;
  const between = side === 'before' ? text.slice(span.end, offset) : text.slice(offset, span.start);
  return isBlank(between) ? span : undefined;
}

/** The index of the last comment that begins before an offset; -1 for none. */
function lastBefore(comments: readonly Comment[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
