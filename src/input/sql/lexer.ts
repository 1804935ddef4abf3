/**
 * A lexer for PostgreSQL's SQL that follows its scan.l (with standard_conforming_strings on). It never fails: an
 * unterminated quote runs to the end of the text. It is here beside the parser's own scanner because that one costs
 * twice a parse, counts in bytes, and stops at the first thing it does not know.
 */

/** What a lexeme is. Key words are `word`s; whether one is a key word is looked up only where it is asked. */
export type LexemeKind =
  | 'word'
  | 'quoted-name'
  | 'string'
  | 'dollar-string'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'line-comment'
  | 'block-comment'
  | 'end';

const part = { space: 1, name: 2, digit: 3, operator: 4 } as const;

/** What each ASCII character can be part of. */
const classes = new Uint8Array(128);
for (const character of ' \t\n\r\f\v') classes[character.charCodeAt(0)] = part.space;
for (const character of '~!@#^&|`?+-*/%<>=') classes[character.charCodeAt(0)] = part.operator;
for (let digit = 48; digit < 58; digit++) classes[digit] = part.digit;
for (let letter = 0; letter < 26; letter++) {
  classes[65 + letter] = part.name;
  classes[97 + letter] = part.name;
}
classes[95] = part.name;

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const DOT = 46;
const DASH = 45;
const SLASH = 47;
const STAR = 42;
const COLON = 58;
const AMPERSAND = 38;

const isSpace = (code: number): boolean => code < 128 && classes[code] === part.space;
const isDigit = (code: number): boolean => code >= 48 && code < 58;
const isNameStart = (code: number): boolean => code >= 128 || classes[code] === part.name;
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === DOLLAR;
const isOperator = (code: number): boolean => code < 128 && classes[code] === part.operator;

const numberPattern =
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*(?:\.(?!\.)(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][-+]?\d(?:_?\d)*)?/y;
const dollarTag = /\$(?:[A-Za-z_\x80-\uffff][A-Za-z0-9_\x80-\uffff]*)?\$/y;
/** Between two parts of one string constant: white space with a line end in it, and line comments. */
const continuation = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

/** PostgreSQL refuses operators of more than 63 bytes; reading no further keeps the lexer linear. */
const LONGEST_OPERATOR = 65;

/** Walks a text lexeme by lexeme; after {@link Lexer.next}, `kind`, `start` and `end` tell of the current one. */
export class Lexer {
  readonly text: string;
  readonly limit: number;
  kind: LexemeKind = 'end';
  /** UTF-16 offset of the current lexeme. */
  start: number;
  /** UTF-16 offset after the current lexeme. */
  end: number;
  /** True if the current lexeme is a quote or comment that is never closed. */
  unterminated = false;

  /** Walks `text` from `start` up to `limit` (UTF-16 offsets). */
  constructor(text: string, start = 0, limit = text.length) {
    this.text = text;
    this.limit = limit;
    this.start = start;
    this.end = start;
  }

  /** Goes to the next lexeme, comments included. False at the end, with `kind` `end`. */
  next(): boolean {
    const text = this.text;
    let at = this.end;
    while (at < this.limit && isSpace(text.charCodeAt(at))) at++;
    this.start = at;
    this.unterminated = false;
    if (at >= this.limit) {
      this.kind = 'end';
      this.end = this.limit;
      return false;
    }
    const code = text.charCodeAt(at);
    if (isNameStart(code)) this.#word(code);
    else this.#symbol(code);
    if (this.end > this.limit) this.end = this.limit;
    return true;
  }

  /** Goes to the next lexeme that is no comment; one that is never closed is no comment to PostgreSQL, but a mistake. */
  nextToken(): boolean {
    while (this.next()) {
      if ((this.kind !== 'line-comment' && this.kind !== 'block-comment') || this.unterminated) return true;
    }
    return false;
  }

  /** Goes on at another offset: to jump over what is no SQL, or back. */
  skipTo(offset: number): void {
    this.end = offset;
  }

  /** The current lexeme as written. */
  get value(): string {
    return this.text.slice(this.start, this.end);
  }

  /** True if the current lexeme is this word, given in lower case, unquoted and in any case. */
  isWord(word: string): boolean {
    return this.kind === 'word' && this.end - this.start === word.length && this.value.toLowerCase() === word;
  }

  /** True if the current lexeme is this one character. */
  isCharacter(code: number): boolean {
    return this.end - this.start === 1 && this.text.charCodeAt(this.start) === code;
  }

  #take(kind: LexemeKind, end: number): void {
    this.kind = kind;
    this.end = end;
  }

  #word(code: number): void {
    const text = this.text;
    const next = text.charCodeAt(this.start + 1);
    if (next === QUOTE && 'eEbBxX'.includes(text.charAt(this.start))) {
      return this.#string(this.start + 1, code === 69 || code === 101, code === 69 || code === 101);
    }
    if (next === AMPERSAND && (code === 85 || code === 117)) {
      const quote = text.charCodeAt(this.start + 2);
      if (quote === QUOTE) return this.#string(this.start + 2, false);
      if (quote === DOUBLE_QUOTE) return this.#quotedName(this.start + 2);
    }
    let at = this.start + 1;
    while (at < this.limit && isNamePart(text.charCodeAt(at))) at++;
    this.#take('word', at);
  }

  #symbol(code: number): void {
    const text = this.text;
    const next = text.charCodeAt(this.start + 1);
    if (code === QUOTE) this.#string(this.start, false);
    else if (code === DOUBLE_QUOTE) this.#quotedName(this.start);
    else if (isDigit(code) || (code === DOT && isDigit(next))) this.#number();
    else if (code === DOLLAR) this.#dollar(next);
    else if (code === DASH && next === DASH) this.#lineComment();
    else if (code === SLASH && next === STAR) this.#blockComment();
    else if (isOperator(code)) this.#operator();
    else {
      const pair =
        (code === COLON && (next === COLON || next === 61)) || (code === DOT && next === DOT) ? 2 : 1;
      this.#take('operator', this.start + pair);
    }
  }

  /** `doubles`: two quotes stand for one, as in all but bit strings. */
  #string(quote: number, backslashes: boolean, doubles = true): void {
    const text = this.text;
    let at = quote + 1;
    for (;;) {
      at = backslashes ? closeEscaped(text, at) : text.indexOf("'", at);
      if (at < 0 || at >= this.limit) {
        this.unterminated = true;
        return this.#take('string', this.limit);
      }
      if (doubles && text.charCodeAt(at + 1) === QUOTE) {
        at += 2;
        continue;
      }
      continuation.lastIndex = at + 1;
      if (!continuation.test(text) || continuation.lastIndex > this.limit) break;
      at = continuation.lastIndex;
    }
    this.#take('string', at + 1);
  }

  #quotedName(quote: number): void {
    let at = this.text.indexOf('"', quote + 1);
    while (at >= 0 && this.text.charCodeAt(at + 1) === DOUBLE_QUOTE) at = this.text.indexOf('"', at + 2);
    this.unterminated = at < 0 || at >= this.limit;
    this.#take('quoted-name', this.unterminated ? this.limit : at + 1);
  }

  #number(): void {
    numberPattern.lastIndex = this.start;
    this.#take('number', numberPattern.test(this.text) ? numberPattern.lastIndex : this.start + 1);
  }

  #dollar(next: number): void {
    const text = this.text;
    let at = this.start + 1;
    if (isDigit(next)) {
      while (at < this.limit && isDigit(text.charCodeAt(at))) at++;
      return this.#take('parameter', at);
    }
    dollarTag.lastIndex = this.start;
    if (!dollarTag.test(text)) return this.#take('operator', at);
    const tag = text.slice(this.start, dollarTag.lastIndex);
    const close = text.indexOf(tag, this.start + tag.length);
    this.unterminated = close < 0 || close + tag.length > this.limit;
    this.#take('dollar-string', this.unterminated ? this.limit : close + tag.length);
  }

  #lineComment(): void {
    let at = this.start + 2;
    while (at < this.limit && this.text.charCodeAt(at) !== 10 && this.text.charCodeAt(at) !== 13) at++;
    this.#take('line-comment', at);
  }

  #blockComment(): void {
    const marks = /\/\*|\*\//g;
    marks.lastIndex = this.start + 2;
    let depth = 1;
    for (let mark = marks.exec(this.text); mark !== null; mark = marks.exec(this.text)) {
      depth += mark[0] === '/*' ? 1 : -1;
      if (depth === 0) break;
    }
    this.unterminated = depth > 0 || marks.lastIndex > this.limit;
    this.#take('block-comment', this.unterminated ? this.limit : marks.lastIndex);
  }

  #operator(): void {
    const text = this.text;
    let end = this.start + 1;
    let special = '~!@#^&|`?%'.includes(text.charAt(this.start));
    const limit = Math.min(this.limit, this.start + LONGEST_OPERATOR);
    for (; end < limit && isOperator(text.charCodeAt(end)); end++) {
      const code = text.charCodeAt(end);
      const next = text.charCodeAt(end + 1);
      if ((code === DASH && next === DASH) || (code === SLASH && next === STAR)) break;
      special ||= '~!@#^&|`?%'.includes(text.charAt(end));
    }
    // An operator ends in + or - only if it holds a character that the standard's operators do not have.
    if (!special) while (end - this.start > 1 && '+-'.includes(text.charAt(end - 1))) end--;
    this.#take('operator', end);
  }
}

/**
 * True if so many operator characters stand in a row, outside quotes and comments, that PostgreSQL's own scanner, which
 * reads the row again for each `+` and `-` at its end, would take minutes.
 */
export function hasEndlessOperator(text: string): boolean {
  if (text.length < ENDLESS || !/[~!@#^&|`?+\-*/%<>=]{20000}/.test(text)) return false;
  const lexer = new Lexer(text);
  let start = 0;
  let end = -1;
  while (lexer.nextToken()) {
    if (lexer.kind !== 'operator' || lexer.start !== end) start = lexer.start;
    end = lexer.end;
    if (lexer.kind === 'operator' && end - start >= ENDLESS) return true;
  }
  return false;
}

const ENDLESS = 20_000;

/** The offset of the quote that ends an E'' string, or of the first of two; -1 if there is none. */
function closeEscaped(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === QUOTE) return at;
  }
  return -1;
}
