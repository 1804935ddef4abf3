/**
 * The first line of a message, without the period at its end, so that it stands in a sentence: what PostgreSQL adds below it names our
 * own queries, or repeats the user's.
 */
export function firstLine(text: string): string {
  return wholeLine(text).replace(/(?<!\.)\.$/u, '');
}

/** The first line of a text as it is. */
export function wholeLine(text: string): string {
  return text.split('\n', 1)[0]?.trimEnd() ?? '';
}
