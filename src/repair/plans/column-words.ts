import type { Edit } from '../../lint/fix.ts';
import type { AddColumn } from '../../model/operations/types.ts';

/**
 * Edits that take words out of an ADD COLUMN: its DEFAULT, its NOT NULL.
 *
 * @returns undefined where they cannot be told from the rest: a NOT NULL with a name, one that PRIMARY KEY or the like stands for.
 */
export function withoutWords(
  operation: AddColumn,
  parts: readonly ('default' | 'not null')[],
): readonly Edit[] | undefined {
  const { source } = operation.statement;
  const whole = operation.at().span;
  const edits: { path: string; span: { start: number; end: number }; text: string }[] = [];
  const spans = parts.map((part) => operation.at(part).span).toSorted((a, b) => a.start - b.start);
  for (const { start: from, end } of spans) {
    const text = source.text.slice(from, end);
    if ((from === whole.start && end === whole.end) || !/^(?:default|not\s+null)\b/i.test(text))
      return undefined;
    let start = from;
    while (/\s/.test(source.text[start - 1] ?? '')) start--;
    const last = edits.at(-1);
    // Two edits must not touch each other.
    if (last?.span.end === start) last.span.end = end;
    else edits.push({ path: source.path, span: { start, end }, text: '' });
  }
  return edits;
}
