/** Finding one's way in a statement's tokens: brackets, keyword sequences, names. */
import { tokenName } from '../../input/sql/tokens.ts';
import type { Statement, Token } from '../../input/sql/types.ts';
import type { Span } from '../../input/text/types.ts';

/** A range of token indices, `end` exclusive. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** What a token does to the depth of brackets: 1, -1 or 0. Braces are no brackets in SQL. */
export function bracketStep(token: Token | undefined): -1 | 0 | 1 {
  switch (token?.text) {
    case '(':
    case '[':
      return 1;
    case ')':
    case ']':
      return -1;
    default:
      return 0;
  }
}

/** The index of the bracket that closes the one at `open`; the range's last index if none does. */
export function closingBracket(tokens: readonly Token[], open: number, end = tokens.length): number {
  let depth = 0;
  for (let index = open; index < end; index++) {
    depth += bracketStep(tokens[index]);
    if (depth === 0) return index;
  }
  return end - 1;
}

/** The parts of a range between its commas outside brackets. */
export function splitAtCommas(tokens: readonly Token[], range: TokenRange): TokenRange[] {
  const parts: TokenRange[] = [];
  let depth = 0;
  let start = range.start;
  for (let index = range.start; index < range.end; index++) {
    const token = tokens[index];
    depth += bracketStep(token);
    if (depth !== 0 || token?.text !== ',') continue;
    parts.push({ start, end: index });
    start = index + 1;
  }
  parts.push({ start, end: range.end });
  return parts;
}

/** True if the token is this keyword, in upper case. */
export function isKeyword(token: Token | undefined, keyword: string): boolean {
  return token?.kind === 'keyword' && token.value === keyword;
}

/**
 * The first index in a range, outside brackets opened in it, where these keywords stand in a row; -1 if nowhere.
 * With `anyDepth`, inside brackets too.
 */
export function findKeywords(
  tokens: readonly Token[],
  range: TokenRange,
  keywords: readonly string[],
  anyDepth = false,
): number {
  let depth = 0;
  for (let index = range.start; index + keywords.length <= range.end; index++) {
    depth += bracketStep(tokens[index]);
    if (depth > 0 && !anyDepth) continue;
    if (keywords.every((keyword, offset) => isKeyword(tokens[index + offset], keyword))) return index;
  }
  return -1;
}

/** The first token of a range that is this name; -1 if none is. */
export function findName(tokens: readonly Token[], range: TokenRange, name: string): number {
  for (let index = range.start; index < range.end; index++) {
    const token = tokens[index];
    if (token !== undefined && tokenName(token) === name) return index;
  }
  return -1;
}

/** The index after a possibly qualified name at `index`: `schema.name`. */
export function afterName(tokens: readonly Token[], index: number): number {
  let next = index + 1;
  while (tokens[next]?.text === '.') next += 2;
  return next;
}

/** The index after `IF EXISTS` or `IF NOT EXISTS` if one stands at `index`, else `index`. */
export function afterIfExists(tokens: readonly Token[], index: number): number {
  if (!isKeyword(tokens[index], 'IF')) return index;
  return isKeyword(tokens[index + 1], 'NOT') ? index + 3 : index + 2;
}

/** The text that a range of tokens covers, from the first to the last; undefined for an empty range. */
export function spanOfRange(tokens: readonly Token[], range: TokenRange): Span | undefined {
  const first = tokens[range.start];
  const last = tokens[range.end - 1];
  if (first === undefined || last === undefined || range.end <= range.start) return undefined;
  return { start: first.span.start, end: last.span.end };
}

/** The index of the token at a UTF-16 offset: the last one that starts at or before it; 0 if none does. */
export function tokenAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of a span of the statement's file. */
export function textOf(statement: Statement, span: Span): string {
  return statement.source.text.slice(span.start, span.end);
}
