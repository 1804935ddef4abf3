import { parseScript } from '../../input/sql/parse-script.ts';
import { tokenName } from '../../input/sql/tokens.ts';
import type { Statement, Token } from '../../input/sql/types.ts';
import { afterName, findKeywords, isKeyword } from '../../model/operations/tokens.ts';

/** A definition as somebody wrote it, and its tokens. */
export interface WrittenDefinition {
  readonly text: string;
  readonly statement: Statement;
  readonly tokens: readonly Token[];
}

/** Reads a definition again: one statement. Undefined if it is none. The parser must have been loaded. */
export function readDefinition(text: string): WrittenDefinition | undefined {
  const [statement] = parseScript({ path: '', text, encoding: 'utf-8', byteOrderMark: false }).statements;
  return statement && { text, statement, tokens: statement.tokens() };
}

/** Another text for a range of tokens; an empty range inserts in front of its token. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The definition with other texts in some places, which must not overlap. */
export function withReplacements(
  { text, tokens }: WrittenDefinition,
  replacements: readonly Replacement[],
): string {
  let changed = text;
  for (const { start, end, text: by } of replacements.toSorted((a, b) => b.start - a.start)) {
    const from = tokens[start]?.span.start ?? text.length;
    const to = end > start ? (tokens[end - 1]?.span.end ?? text.length) : from;
    changed = `${changed.slice(0, from)}${by}${changed.slice(to)}`;
  }
  return changed;
}

/** The range of the name, qualified or not, behind the first of these key words outside brackets; from the token `from` on. */
export function nameBehind(
  tokens: readonly Token[],
  keyword: string,
  from = 0,
): { readonly start: number; readonly end: number } | undefined {
  const at = findKeywords(tokens, { start: from, end: tokens.length }, [keyword]);
  if (at < 0) return undefined;
  const start = isKeyword(tokens[at + 1], 'ONLY') ? at + 2 : at + 1;
  return { start, end: afterName(tokens, start) };
}

/** Every name that stands in a text, in any place: key words in lower case too. */
export function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/"((?:[^"]|"")*)"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
    const [word, quoted] = match;
    names.add(quoted === undefined ? word.toLowerCase() : quoted.replaceAll('""', '"'));
  }
  return names;
}

/** The name that a token stands for; undefined for none. */
export function nameAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index];
  return token && tokenName(token);
}
