import type { Span } from '../../input/text/types.ts';

/**
 * The first line of a text that an older version has otherwise. Line ends do not count.
 *
 * @param before the older text.
 * @param after the newer text.
 * @returns the line's span in the newer text, without its line end; where the newer text only lacks lines at its end, the
 *   last line it has; undefined if they are equal.
 */
export function firstDifference(before: string, after: string): Span | undefined {
  const old = before.split(/\r\n|\r|\n/);
  const line = /[^\r\n]*/y;
  let start = 0;
  for (let index = 0; ; index++) {
    line.lastIndex = start;
    const end = start + (line.exec(after)?.[0].length ?? 0);
    const isLast = end >= after.length;
    if (after.slice(start, end) !== old[index]) return { start, end };
    if (isLast) return index + 1 < old.length ? { start, end } : undefined;
    start = end + (after.startsWith('\r\n', end) ? 2 : 1);
  }
}
