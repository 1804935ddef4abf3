import { positionAt } from '../input/text/positions.ts';
import type { Place } from '../input/text/types.ts';

/** A place as machine formats write it: lines and columns from 1, columns in UTF-16 code units, the end exclusive. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The region of a place. */
export function regionOf({ source, span }: Place): Region {
  const start = positionAt(source, span.start);
  const end = positionAt(source, Math.max(span.start, span.end));
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
