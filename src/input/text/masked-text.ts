import type { Span } from './types.ts';

/**
 * A text of the same length and lines, with asterisks in place of some of its characters: what a report shows of a file that
 * holds a password.
 *
 * @param spans in any order; they may overlap.
 */
export function maskedText(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(at, start);
    if (end <= from) continue;
    parts.push(text.slice(at, from), text.slice(from, end).replaceAll(/[^\r\n]/g, '*'));
    at = end;
  }
  return [...parts, text.slice(at)].join('');
}
