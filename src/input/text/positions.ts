import { lastAtMost } from './offsets.ts';
import type { Position, SourceText } from './types.ts';

/** The UTF-16 offsets at which the lines of a source begin. A cache: it can be dropped at any time. */
const lineStarts = new WeakMap<SourceText, readonly number[]>();

/** How many lines a source has: 1 for an empty text, and a final line end opens one more. */
export function lineCount(source: SourceText): number {
  return lineStartsOf(source).length;
}

/**
 * The position of a UTF-16 offset. Lines end with `\n`, `\r\n` or a lone `\r`; an offset on a line end belongs to the
 * line that it ends. Offsets beyond the text give its end.
 */
export function positionAt(source: SourceText, offset: number): Position {
  const starts = lineStartsOf(source);
  const cut = Math.max(0, Math.min(offset, source.text.length));
  const line = lastAtMost(starts, cut);
  return { line: line + 1, column: cut - (starts[line] ?? 0) + 1 };
}

/**
 * The UTF-16 offset of a position. A line beyond the text gives the text's end, a column beyond its line the end of that
 * line before the line end.
 */
export function offsetAt(source: SourceText, line: number, column: number): number {
  const starts = lineStartsOf(source);
  const start = starts[Math.max(line, 1) - 1];
  if (start === undefined) return source.text.length;
  return Math.min(start + Math.max(column, 1) - 1, lineEnd(source, start, starts[line]));
}

/** The text of a line (from 1) without its line end; empty for a line that the source does not have. */
export function lineText(source: SourceText, line: number): string {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  return start === undefined ? '' : source.text.slice(start, lineEnd(source, start, starts[line]));
}

function lineEnd(source: SourceText, start: number, next: number | undefined): number {
  let end = next ?? source.text.length;
  if (next === undefined) return end;
  if (end > start && source.text.charCodeAt(end - 1) === 10) end--;
  if (end > start && source.text.charCodeAt(end - 1) === 13) end--;
  return end;
}

function lineStartsOf(source: SourceText): readonly number[] {
  let starts = lineStarts.get(source);
  if (starts === undefined) {
    starts = findLineStarts(source.text);
    lineStarts.set(source, starts);
  }
  return starts;
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (const lineEndMark of text.matchAll(/\r\n|\n|\r/g))
    starts.push(lineEndMark.index + lineEndMark[0].length);
  return starts;
}
