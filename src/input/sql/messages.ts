/** The longest text that a message quotes, in UTF-16 units. */
const LONGEST_QUOTE = 60;

/** The first line of a text, cut to 60 characters, for quoting in a message. */
export function quoteShort(text: string): string {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  if (line.length === text.length && line.length <= LONGEST_QUOTE) return line;
  const cut = line.slice(0, LONGEST_QUOTE);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** PostgreSQL's message with what it quotes cut short: for an unterminated quote it repeats the rest of the file. */
export function shortenError(message: string): string {
  const quoted = /^([^"]*at or near ")([\s\S]*)"$/.exec(message);
  if (quoted === null) return quoteShort200(message);
  return `${quoted[1] ?? ''}${quoteShort(quoted[2] ?? '')}"`;
}

function quoteShort200(message: string): string {
  const line = /^[^\r\n]*/.exec(message)?.[0] ?? '';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
