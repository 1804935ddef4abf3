/** The first line of a text: what PostgreSQL adds below it names our own queries, or repeats the user's. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
