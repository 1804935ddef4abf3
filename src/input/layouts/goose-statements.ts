import { cutPieces } from '../sql/pieces.ts';

/** How far after a statement a comment on its line is looked for, in UTF-16 code units. */
const LONGEST_COMMENT = 1000;

/**
 * A script as goose can read it. It takes a line that ends with a semicolon for a statement's end, so that a statement with such
 * lines inside needs marks around it, each statement a semicolon and a line end after it.
 */
export function gooseStatements(sql: string): string {
  let text = '';
  let at = 0;
  for (const { span } of cutPieces(sql).pieces) {
    const gap = sql.slice(at, span.start);
    const comment = gap.indexOf('/*');
    const start = comment < 0 ? span.start : at + comment;
    text += sql.slice(at, start);
    const written = sql.slice(start, span.end).trimEnd();
    const statement = written.endsWith(';') ? written : `${written}${written.includes('--') ? '\n' : ''};`;
    const lineStart = text === '' || /\n[^\S\n]*$/.test(text) ? '' : '\n';
    const wrapped = hasInnerEnd(statement);
    text += wrapped
      ? `${lineStart}-- +goose StatementBegin\n${statement}\n-- +goose StatementEnd`
      : `${lineStart}${statement}`;
    at = span.end;
    const line = /^[^\n]*/.exec(sql.slice(at, at + LONGEST_COMMENT))?.[0].trim() ?? '';
    if (line !== '' && (wrapped || !line.startsWith('--'))) text += '\n';
  }
  const rest = sql.slice(at);
  const kept = rest.includes('/*') ? rest.slice(0, rest.indexOf('/*')) : rest;
  const whole = `${text}${kept}`.trimEnd();
  return whole === '' ? '' : `${whole}\n`;
}

/** True if a line before the last one ends with a semicolon, comments at its end left out. */
function hasInnerEnd(statement: string): boolean {
  return statement
    .split('\n')
    .slice(0, -1)
    .some((line) => /;\s*$/.test(line.replace(/(^|\s)--.*$/, '')));
}
