import { lineText, offsetAt, positionAt } from '../input/text/positions.ts';
import type { SourceText, Span } from '../input/text/types.ts';
import { groupBy } from './group-by.ts';
import { cellsOf, displayWidth, wrapText, type Cell } from './terminal-text.ts';

/** A place to mark in a source frame, with a few words under it. */
export interface Mark {
  readonly span: Span;
  readonly label: string | undefined;
  /** `^` under a finding, `-` under a related place. */
  readonly kind: 'finding' | 'related';
}

/** How the parts of a frame are coloured. */
export interface FramePaint {
  readonly gutter: (text: string) => string;
  readonly finding: (text: string) => string;
  readonly related: (text: string) => string;
}

/** Columns of the line numbers; the bar follows them. */
const NUMBERS = 6;

/** The longest place that has each of its lines marked; a longer one has its first line marked and its last one named. */
const MARKED_LINES = 3;

/** The narrowest column of text that a label is broken into. */
const NARROWEST_LABEL = 30;

/** The part of a mark that lies on one line, in UTF-16 offsets of the line. */
interface Segment {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly kind: Mark['kind'];
  /** What stands behind the marker. */
  readonly label: string;
}

/**
 * The lines of a source with marks under them, each with its number in a gutter. Lines that are too long are cut around
 * their marks; lines between two marks that are far apart are left out.
 *
 * @param width columns of the whole frame, gutter included.
 * @returns finished lines.
 */
export function sourceFrame(
  source: SourceText,
  marks: readonly Mark[],
  width: number,
  paint: FramePaint,
): readonly string[] {
  const room = Math.max(width - NUMBERS - 3, 20);
  const byLine = groupByLine(marks.flatMap((mark) => segmentsOf(source, mark)));
  const rows: string[] = [];
  let previous: number | undefined;
  for (const [line, segments] of byLine) {
    if (previous !== undefined && line === previous + 2) {
      rows.push(numbered(line - 1, viewOf(lineText(source, line - 1), [], room).text, paint));
    } else if (previous !== undefined && line > previous + 1) {
      rows.push(paint.gutter(`${' '.repeat(NUMBERS + 1)}⋮`));
    }
    rows.push(...lineRows(lineText(source, line), line, segments, room, paint));
    previous = line;
  }
  return rows;
}

function segmentsOf(source: SourceText, { span, label = '', kind }: Mark): readonly Segment[] {
  const start = positionAt(source, span.start);
  const end = positionAt(source, Math.max(span.start, span.end - 1));
  const last = end.line - start.line < MARKED_LINES ? end.line : start.line;
  const segments: Segment[] = [];
  for (let line = start.line; line <= last; line++) {
    const text = lineText(source, line);
    const lineStart = offsetAt(source, line, 1);
    const from = line === start.line ? start.column - 1 : text.search(/\S|$/);
    const to = Math.max(from, Math.min(span.end - lineStart, text.trimEnd().length));
    if (to > from || line === start.line) segments.push({ line, from, to, kind, label: '' });
  }
  const tail = last === end.line ? label : [`… to line ${end.line}`, label].filter(Boolean).join(': ');
  return segments.map((segment, index) =>
    index === segments.length - 1 ? { ...segment, label: tail } : segment,
  );
}

/** Ascending lines; on a line the finding's own marks first, then by column. */
function groupByLine(segments: readonly Segment[]): ReadonlyMap<number, readonly Segment[]> {
  const rank = ({ kind }: Segment): number => (kind === 'finding' ? 0 : 1);
  const sorted = segments.toSorted((a, b) => a.line - b.line || rank(a) - rank(b) || a.from - b.from);
  return groupBy(sorted, ({ line }) => line);
}

/** A line with its markers: once if all of them fit on the screen together, else once for each. */
function lineRows(
  text: string,
  line: number,
  segments: readonly Segment[],
  room: number,
  paint: FramePaint,
): readonly string[] {
  const together = viewOf(text, segments, room);
  const views = together.complete
    ? [{ view: together, segments }]
    : segments.map((segment) => ({ view: viewOf(text, [segment], room), segments: [segment] }));
  return views.flatMap(({ view, segments: shown }) => [
    numbered(line, view.text, paint),
    ...shown.flatMap((segment) => markerRows(view, segment, room, paint)),
  ]);
}

/** The part of a line that is shown. */
interface View {
  readonly text: string;
  readonly cells: readonly Cell[];
  /** Columns to the left of the view that are cut off, less the one of the `…`. */
  readonly cut: number;
  /** True if all segments are inside, as far as they can be. */
  readonly complete: boolean;
}

/**
 * Chooses what to show of a line. Only the neighbourhood of the marks is looked at: a line can have millions of
 * characters.
 */
function viewOf(line: string, segments: readonly Segment[], room: number): View {
  const from = segments.length === 0 ? 0 : Math.min(...segments.map((segment) => segment.from));
  const to = Math.max(from, ...segments.map((segment) => segment.to));
  const reach = 2 * room;
  const start = characterStart(line, Math.max(0, from - reach));
  const end = characterStart(line, Math.min(line.length, from + reach));
  const cells = cellsOf(line.slice(start, end)).map(({ text, width, offset }) => ({
    text,
    width,
    offset: offset + start,
  }));
  const wholeLine = start === 0 && end === line.length;
  if (wholeLine && widthOf(cells) <= room) {
    return { text: cells.map(({ text }) => text).join(''), cells, cut: 0, complete: true };
  }
  const left = columnAt(cells, from);
  const right = columnAt(cells, to);
  const fitsAtStart = start === 0 && (right < room || left <= room >> 2);
  // Some of what stands before the mark helps to recognise the place, as long as the mark itself stays in sight.
  const before = Math.max(4, Math.min(room >> 2, room - 2 - (right - left)));
  const windowLeft = fitsAtStart ? 0 : Math.max(0, left - before);
  return cutView(
    cells,
    windowLeft,
    room,
    segments.length < 2 || (to <= end && right - windowLeft < room - 1),
  );
}

function cutView(cells: readonly Cell[], windowLeft: number, room: number, complete: boolean): View {
  let column = 0;
  let text = windowLeft > 0 ? '…' : '';
  let used = windowLeft > 0 ? 1 : 0;
  let cut: number | undefined = windowLeft > 0 ? undefined : 0;
  for (const cell of cells) {
    if (column >= windowLeft) {
      cut ??= column - 1;
      if (used + cell.width > room - 1) {
        text += '…';
        break;
      }
      text += cell.text;
      used += cell.width;
    }
    column += cell.width;
  }
  return { text, cells, cut: cut ?? 0, complete };
}

/** An offset, moved out of the middle of a surrogate pair. */
function characterStart(line: string, offset: number): number {
  return (line.charCodeAt(offset) & 0xfc00) === 0xdc00 && offset > 0 ? offset - 1 : offset;
}

const widthOf = (cells: readonly Cell[]): number => cells.reduce((sum, { width }) => sum + width, 0);

/** The column, from 0, where the cell with an offset begins; the end for an offset behind all cells. */
function columnAt(cells: readonly Cell[], offset: number): number {
  let column = 0;
  for (const [index, cell] of cells.entries()) {
    const next = cells[index + 1]?.offset;
    if (cell.offset >= offset || (next !== undefined && next > offset)) return column;
    column += cell.width;
  }
  return column;
}

function markerRows(view: View, segment: Segment, room: number, paint: FramePaint): readonly string[] {
  const color = segment.kind === 'finding' ? paint.finding : paint.related;
  const left = Math.min(columnAt(view.cells, segment.from) - view.cut, room - 1);
  const right = Math.min(columnAt(view.cells, segment.to) - view.cut, displayWidth(view.text));
  const marker = (segment.kind === 'finding' ? '^' : '-').repeat(Math.max(1, right - left));
  const row = `${' '.repeat(left)}${color(marker)}`;
  const behind = wrapText(segment.label, Math.max(room - left - marker.length - 1, 1));
  if (segment.label === '') return [unnumbered(row, paint)];
  if (behind.length === 1) return [unnumbered(`${row} ${color(behind.join(''))}`, paint)];
  // No room behind the marker: the label goes below it, or where it fits if there is too little room below it too.
  const indent =
    room - left >= NARROWEST_LABEL ? left : Math.max(0, Math.min(left, room - displayWidth(segment.label)));
  const below = wrapText(segment.label, room - indent);
  return [row, ...below.map((text) => `${' '.repeat(indent)}${color(text)}`)].map((text) =>
    unnumbered(text, paint),
  );
}

function numbered(line: number, text: string, paint: FramePaint): string {
  const gutter = paint.gutter(`${String(line).padStart(NUMBERS)} │`);
  return text.trimEnd() === '' ? gutter : `${gutter} ${text.trimEnd()}`;
}

function unnumbered(text: string, paint: FramePaint): string {
  return `${paint.gutter(`${' '.repeat(NUMBERS)} │`)} ${text}`;
}
