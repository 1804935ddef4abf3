import { cutPieces } from '../sql/pieces.ts';

/** Where Drizzle's migrator cuts a script. */
export const BREAKPOINT = '--> statement-breakpoint';

/** A script with Drizzle's mark between its statements, which its migrator sends one by one. One that has marks stays as it is. */
export function drizzleStatements(sql: string): string {
  if (sql.includes(BREAKPOINT)) return sql;
  let text = '';
  let at = 0;
  for (const { span } of cutPieces(sql).pieces.slice(0, -1)) {
    text += `${sql.slice(at, span.end)}\n${BREAKPOINT}${/^[^\S\n]*\n/.test(sql.slice(span.end)) ? '' : '\n'}`;
    at = span.end;
  }
  return text + sql.slice(at);
}
