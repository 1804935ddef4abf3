/**
 * Finds the end of the SQL statement that starts at an offset: the offset after its semicolon, or of the end of the text.
 *
 * Written apart from the linter's own reader, so that an expectation does not depend on what it is to check. Knows quotes,
 * dollar quotes, comments, the data lines of COPY … FROM stdin, and psql's commands, which end with their line.
 */
export function statementEnd(text: string, start: number): number {
  const first = /\S/.exec(text.slice(start));
  const begin = first === null ? text.length : start + first.index;
  if (text[begin] === '\\') return lineEnd(text, begin);
  let at = begin;
  while (at < text.length) {
    if (text[at] === ';') return afterCopyData(text, begin, at + 1);
    at = Math.max(skipToken(text, at), at + 1);
  }
  return text.length;
}

/** The statements of a script, each from its first character to its semicolon; comments between them are left out. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  for (let at = skipBlank(text, 0); at < text.length;) {
    const end = statementEnd(text, at);
    statements.push(text.slice(at, end));
    at = skipBlank(text, end);
  }
  return statements;
}

function skipBlank(text: string, start: number): number {
  let at = start;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at++;
    const comment = skipComment(text, at);
    if (comment === at) return at;
    at = comment;
  }
}

/** The offset after the quoted text or comment that begins here, or the same offset if none does. */
function skipToken(text: string, at: number): number {
  const character = text[at];
  if (character === "'" || character === '"') return skipQuoted(text, at, character);
  if (character === '$') return skipDollarQuoted(text, at);
  return skipComment(text, at);
}

function skipQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== quote) continue;
    if (text[at + 1] === quote) at++;
    else return at + 1;
  }
  return text.length;
}

function skipDollarQuoted(text: string, at: number): number {
  const tag = /^\$[A-Za-z_]*\$/.exec(text.slice(at, at + 64))?.[0];
  if (tag === undefined) return at;
  const end = text.indexOf(tag, at + tag.length);
  return end < 0 ? text.length : end + tag.length;
}

function skipComment(text: string, at: number): number {
  if (text.startsWith('--', at)) return lineEnd(text, at);
  if (!text.startsWith('/*', at)) return at;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? text.length : end + 2;
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline;
}

function afterCopyData(text: string, begin: number, end: number): number {
  if (!/^copy\b[^;]*\bfrom\s+stdin\b/i.test(text.slice(begin, end))) return end;
  const terminator = text.indexOf('\n\\.', end);
  return terminator < 0 ? text.length : lineEnd(text, terminator + 1);
}
