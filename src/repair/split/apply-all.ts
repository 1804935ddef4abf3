import type { Edit } from '../../lint/fix.ts';

/**
 * Makes all edits of a text at once. What two of them take out is taken out once; of two insertions at one place the first in the list
 * comes first.
 */
export function applyAll(text: string, edits: readonly Pick<Edit, 'span' | 'text'>[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, Math.max(at, span.start)) + replacement;
    at = Math.max(at, span.end);
  }
  return result + text.slice(at);
}
