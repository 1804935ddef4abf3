import type { Statement } from '../../input/sql/types.ts';
import type { Edit } from '../../lint/fix.ts';

/** A statement as it is written, with a semicolon right behind it. */
export function statementText({ source, span }: Statement): string {
  return `${source.text.slice(span.start, span.end)};`;
}

/** A statement with edits made, which must not touch each other, and a semicolon behind it. */
export function editedStatement(statement: Statement, edits: readonly Edit[]): string {
  let text = statementText(statement);
  for (const { span, text: by } of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    const start = span.start - statement.span.start;
    text = text.slice(0, start) + by + text.slice(start + span.end - span.start);
  }
  return text;
}
