import type { Span } from '../text/types.ts';
import { Lexer, type LexemeKind } from './lexer.ts';
import { foldName, unquoteName } from './tokens.ts';

/** A token of a PL/pgSQL body. Offsets are UTF-16 in the body's text. */
export interface Lexeme {
  readonly kind: LexemeKind;
  readonly start: number;
  readonly end: number;
  /** As written; an unquoted word in lower case. */
  readonly text: string;
}

/** The words that PL/pgSQL reserves (pl_reserved_kwlist.h): no variable has such a name without quotes. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'all begin by case declare else end execute for foreach from if in into loop not null or strict ' +
    'then to using when while'
  ).split(' '),
);

/** Walks the tokens of a PL/pgSQL body; the first thing that does not fit is kept in `failure`, and ends the walk. */
export class PlpgsqlCursor {
  readonly text: string;
  readonly lexemes: readonly Lexeme[];
  /** Index of the current lexeme. */
  at = 0;
  /** Where the body's structure is broken, as an offset in its text. */
  failure: number | undefined;
  readonly #end: Lexeme;

  /** Reads all tokens of `text`. */
  constructor(text: string) {
    this.text = text;
    this.lexemes = lexemesOf(text);
    this.#end = { kind: 'end', start: text.length, end: text.length, text: '' };
  }

  get done(): boolean {
    return this.at >= this.lexemes.length;
  }

  /** The current lexeme, or one some places further on; beyond the end one of kind `end`. */
  peek(ahead = 0): Lexeme {
    return this.lexemes[this.at + ahead] ?? this.#end;
  }

  take(): Lexeme {
    const lexeme = this.peek();
    this.at++;
    return lexeme;
  }

  /** True if the current lexeme is one of these words or operators, given in lower case. */
  is(...texts: readonly string[]): boolean {
    return isText(this.peek(), texts);
  }

  /** Steps over the current lexeme if it is one of these. */
  skip(...texts: readonly string[]): boolean {
    if (!this.is(...texts)) return false;
    this.at++;
    return true;
  }

  /** Steps over the words that must come next; anything else is a failure. */
  expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.skip(text)) return this.fail();
  }

  /** Notes that the current lexeme does not fit, and goes to the end. */
  fail(): void {
    this.failure ??= this.peek().start;
    this.at = this.lexemes.length;
  }

  /** Steps over a name and gives it as PostgreSQL folds it. */
  takeName(): string {
    const lexeme = this.peek();
    if (lexeme.kind !== 'word' && lexeme.kind !== 'quoted-name') {
      this.fail();
      return '';
    }
    this.at++;
    return nameOf(lexeme);
  }

  /**
   * Steps over everything up to the first of these words or operators outside parentheses and brackets, which stays the
   * current lexeme. Gives the range of what lies between, without white space at its ends. Reaching the end is a failure.
   */
  takeUntil(...texts: readonly string[]): Span {
    const first = this.peek();
    let depth = 0;
    let last: Lexeme | undefined;
    for (; !this.done; this.at++) {
      const lexeme = this.peek();
      if (depth <= 0 && isText(lexeme, texts)) return { start: first.start, end: last?.end ?? first.start };
      depth += depthStep(lexeme);
      last = lexeme;
    }
    this.fail();
    return { start: first.start, end: last?.end ?? first.start };
  }

  /** The end of the lexeme before the current one. */
  get lastEnd(): number {
    return this.lexemes[Math.min(this.at, this.lexemes.length) - 1]?.end ?? 0;
  }
}

/** The name that a lexeme stands for. */
export function nameOf(lexeme: Lexeme): string {
  return lexeme.kind === 'quoted-name' ? unquoteName(lexeme.text) : foldName(lexeme.text);
}

/** True if a lexeme is one of these words (unquoted) or operators, given in lower case. */
export function isText(lexeme: Lexeme, texts: readonly string[]): boolean {
  return (lexeme.kind === 'word' || lexeme.kind === 'operator') && texts.includes(lexeme.text);
}

/** How a lexeme changes the depth of parentheses and brackets. */
export function depthStep(lexeme: Lexeme): number {
  if (lexeme.kind !== 'operator') return 0;
  if (lexeme.text === '(' || lexeme.text === '[') return 1;
  return lexeme.text === ')' || lexeme.text === ']' ? -1 : 0;
}

function lexemesOf(text: string): readonly Lexeme[] {
  const lexer = new Lexer(text);
  const lexemes: Lexeme[] = [];
  while (lexer.nextToken()) {
    const { kind, start, end, value } = lexer;
    lexemes.push({ kind, start, end, text: kind === 'word' ? foldName(value) : value });
  }
  return lexemes;
}
