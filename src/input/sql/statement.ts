import type { Node } from '@pgsql/types';
import type { SourceText, Span } from '../text/types.ts';
import { Lexer } from './lexer.ts';
import { ParsedStatements } from './parsed-statements.ts';
import type { ParsedText } from './parsed-text.ts';
import type { RawStatement } from './parser.ts';
import { tokenAt } from './tokens.ts';
import type { Body, Statement, Token } from './types.ts';

/** Reads the body of a statement that has one: `bodyOf`, handed in because bodies hold statements in their turn. */
export type BodyReader = (statement: ParsedStatement) => Body | undefined;

/** A statement of a parsed text. All that costs something is worked out when it is first asked for. */
export class ParsedStatement implements Statement {
  readonly #all: ParsedStatements;
  readonly #index: number;
  #range: Span | undefined;
  #tokens: readonly Token[] | undefined;
  #body: Body | undefined | null = null;

  /** The statement at `index` of `all`; `range` is its range in the parsed text where it is known. */
  constructor(all: ParsedStatements, index: number, range?: Span) {
    this.#all = all;
    this.#index = index;
    this.#range = range;
  }

  get tree(): Node {
    return this.#all.tree(this.#index);
  }

  get source(): SourceText {
    return this.#all.parsed.source;
  }

  get span(): Span {
    const { start, end } = this.range;
    return this.#all.parsed.spanOf(start, end);
  }

  /** The statement's range in the text that was parsed. */
  get range(): Span {
    return (this.#range ??= this.#findRange());
  }

  /** The text that was parsed, of which this statement is a part. */
  get parsed(): ParsedText {
    return this.#all.parsed;
  }

  offsetOf(location: number): number {
    const { parsed } = this.#all;
    return parsed.toSource(parsed.offsets.utf16FromBytes(location));
  }

  tokens(): readonly Token[] {
    return (this.#tokens ??= this.#scan());
  }

  body(): Body | undefined {
    if (this.#body === null) this.#body = this.#all.readBody(this);
    return this.#body;
  }

  /** Lets go of all that can be had again from the text: the tree (of all statements of the text), tokens, body. */
  forget(): void {
    this.#all.forget();
    this.#tokens = undefined;
    this.#body = null;
  }

  #findRange(): Span {
    const { text, offsets } = this.#all.parsed;
    const location = this.#all.location(this.#index);
    const length = this.#all.length(this.#index);
    const start = offsets.utf16FromBytes(location);
    const end = length === 0 ? text.length : offsets.utf16FromBytes(location + length);
    return trimRange(text, start, end);
  }

  #scan(): readonly Token[] {
    const { start, end } = this.range;
    const { parsed } = this.#all;
    const place = (offset: number): number => parsed.toSource(offset);
    const lexer = new Lexer(parsed.text, start, end);
    const tokens: Token[] = [];
    while (lexer.nextToken()) tokens.push(tokenAt(lexer, place));
    return tokens;
  }
}

/** The statements of a parsed text, in order. */
export function statementsOf(
  parsed: ParsedText,
  raw: readonly RawStatement[],
  readBody: BodyReader,
): readonly ParsedStatement[] {
  const all = new ParsedStatements(parsed, raw, readBody);
  return raw.map((_, index) => new ParsedStatement(all, index));
}

/** The range without white space, comments and semicolons at its ends. */
function trimRange(text: string, start: number, end: number): Span {
  let last = end;
  while (last > start && text.charCodeAt(last - 1) <= 32) last--;
  if (plainEnds(text, start, last)) return { start, end: last };
  const lexer = new Lexer(text, start, last);
  let first = -1;
  last = start;
  while (lexer.nextToken()) {
    if (lexer.isCharacter(59)) continue;
    if (first < 0) first = lexer.start;
    last = lexer.end;
  }
  return { start: first < 0 ? start : first, end: last };
}

/** True if it is sure at a glance that a range begins and ends with a token: no comment can reach its ends. */
function plainEnds(text: string, start: number, end: number): boolean {
  if (!isPlain(text.charCodeAt(start)) || !isPlain(text.charCodeAt(end - 1))) return false;
  for (let at = end - 1; at > start; at--) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return true;
    if (code === 45 && text.charCodeAt(at - 1) === 45) return false;
  }
  return true;
}

/** Letters, digits, `_`, quotes and parentheses: neither white space nor a part of a comment's marks. */
function isPlain(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 34 ||
    code === 39 ||
    code === 40 ||
    code === 41
  );
}
