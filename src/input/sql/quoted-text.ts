import { lastAtMost } from '../text/offsets.ts';
import { Lexer } from './lexer.ts';
import { ParsedText } from './parsed-text.ts';
import { decodeUnicodeEscapes } from './tokens.ts';

/** The text that string constants stand for, and the way from its offsets to those of the constants. */
interface Unquoted {
  text: string;
  /** Ascending offsets in `text` at which a run begins that stands unit for unit in the outer text. */
  readonly starts: number[];
  /** For each of `starts` its offset in the outer text. */
  readonly outer: number[];
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * What the string constants at `ranges` of a text stand for, one after the other, as a text of its own that knows its
 * place: `'…'` with doubled quotes, `E'…'`, `U&'…'`, dollar quotes, and constants continued on the next line.
 */
export function unquote(parsed: ParsedText, ranges: readonly { start: number; end: number }[]): ParsedText {
  const result: Unquoted = { text: '', starts: [], outer: [] };
  for (const { start, end } of ranges) appendConstant(result, parsed.text.slice(start, end), start);
  if (result.starts.length === 0) append(result, '', ranges[0]?.start ?? 0);
  const { starts, outer, text } = result;
  return new ParsedText(parsed.source, text, (offset) => {
    const run = lastAtMost(starts, offset);
    const within = offset - (starts[run] ?? 0);
    const next = outer[run + 1] ?? Number.POSITIVE_INFINITY;
    return parsed.toSource(Math.min((outer[run] ?? 0) + within, next));
  });
}

function append(result: Unquoted, text: string, outer: number): void {
  result.starts.push(result.text.length);
  result.outer.push(outer);
  result.text += text;
}

function appendConstant(result: Unquoted, constant: string, offset: number): void {
  if (constant.startsWith('$')) {
    const tag = constant.indexOf('$', 1) + 1;
    return append(result, constant.slice(tag, constant.length - tag), offset + tag);
  }
  const prefix = prefixOf(constant);
  for (const { start, end } of quotedParts(constant, prefix)) {
    appendQuoted(result, constant.slice(start, end), offset + start, prefix);
  }
}

/**
 * The comments between the parts of a constant that goes on over several lines, as ranges of it. PostgreSQL allows them;
 * libpg_query, whose scanner makes tokens of comments, does not.
 */
export function commentsWithin(constant: string): readonly { start: number; end: number }[] {
  if (!/'\s*--/.test(constant)) return [];
  const parts = quotedParts(constant, prefixOf(constant));
  return parts.slice(1).flatMap((part, index) => {
    const from = parts[index]?.end ?? 0;
    const comments = constant.slice(from, part.start).matchAll(/--[^\n\r]*/g);
    return [...comments].map((comment) => ({
      start: from + comment.index,
      end: from + comment.index + comment[0].length,
    }));
  });
}

function prefixOf(constant: string): string {
  return /^(?:[eE]|[uU]&|[bBxX])?/.exec(constant)?.[0] ?? '';
}

/** The ranges between the quotes of a constant that may go on over several lines. */
function quotedParts(constant: string, prefix: string): readonly { start: number; end: number }[] {
  const parts: { start: number; end: number }[] = [];
  const inner = /e/i.test(prefix) ? /(?:[^'\\]|''|\\[\s\S])*/y : /(?:[^']|'')*/y;
  let at = prefix.length;
  while (at < constant.length) {
    inner.lastIndex = at + 1;
    inner.exec(constant);
    const end = inner.lastIndex;
    parts.push({ start: at + 1, end });
    at = nextQuote(constant, end + 1);
  }
  return parts;
}

/** The quote that goes on with the constant, over white space and comments. */
function nextQuote(constant: string, from: number): number {
  const lexer = new Lexer(constant, from);
  return lexer.nextToken() ? lexer.start : constant.length;
}

function appendQuoted(result: Unquoted, inner: string, offset: number, prefix: string): void {
  const escapes = /e/i.test(prefix)
    ? /''|\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))/g
    : /u/i.test(prefix)
      ? /''|\\(?:\\|[0-9A-Fa-f]{4}|\+[0-9A-Fa-f]{6})/g
      : /''/g;
  let at = 0;
  append(result, '', offset);
  for (const escape of inner.matchAll(escapes)) {
    append(result, inner.slice(at, escape.index), offset + at);
    append(result, decodeEscape(escape, prefix), offset + escape.index);
    at = escape.index + escape[0].length;
  }
  append(result, inner.slice(at), offset + at);
}

function decodeEscape(escape: RegExpMatchArray, prefix: string): string {
  if (escape[0] === "''") return "'";
  if (/u/i.test(prefix)) return decodeUnicodeEscapes(escape[0]);
  const [, unicode, longUnicode, hex, octal, character = ''] = escape;
  const code = unicode ?? longUnicode ?? hex;
  if (code !== undefined) return fromCode(Number.parseInt(code, 16));
  if (octal !== undefined) return fromCode(Number.parseInt(octal, 8) & 0xff);
  return ESCAPES[character] ?? character;
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
