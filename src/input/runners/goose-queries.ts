import type { Statement } from '../sql/types.ts';
import type { Query } from './transactions.ts';

const BLOCK = /^--[^\S\n]*\+goose[^\S\n]+statement(begin|end)[^\S\n]*\r?$/gim;
/** Goose ends a statement where the last word of a line, before a comment, ends with a semicolon. */
const LINE_END = /;(?:[^\S\n]+--[^\n]*)?[^\S\n]*\n/;

/**
 * The statements of a goose section as goose sends them. It knows no SQL: a query ends with a line that ends with a semicolon,
 * so that two statements on one line are one query; and all that stands between `-- +goose StatementBegin` and `StatementEnd` is
 * one. Source: internal/sqlparser/parser.go, 3.27.3.
 *
 * @param statements of one section, in file order.
 */
export function gooseQueries(text: string, statements: readonly Statement[]): readonly Query[] {
  const blocks = blocksOf(text);
  const queries: Statement[][] = [];
  let block = 0;
  let last: { readonly end: number; readonly block: number | undefined } | undefined;
  for (const statement of statements) {
    const { start, end } = statement.span;
    while ((blocks[block]?.end ?? Infinity) < start) block++;
    const own = (blocks[block]?.start ?? Infinity) < start ? block : undefined;
    const joined =
      last !== undefined &&
      last.block === own &&
      (own !== undefined || !LINE_END.test(text.slice(last.end, start)));
    if (joined) queries.at(-1)?.push(statement);
    else queries.push([statement]);
    last = { end, block: own };
  }
  return queries;
}

/** Where each StatementBegin and its StatementEnd stand, in file order. */
function blocksOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  if (!text.includes('+goose')) return [];
  const blocks: { start: number; end: number }[] = [];
  for (const match of text.matchAll(BLOCK)) {
    if (match[1]?.toLowerCase() === 'begin') blocks.push({ start: match.index, end: text.length });
    else if (blocks.length > 0) blocks[blocks.length - 1]!.end = match.index;
  }
  return blocks;
}
