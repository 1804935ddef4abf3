/** A text that is not JSON, with the place of the first mistake. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;

  /** Line and column count from 1. */
  constructor(message: string, line: number, column: number) {
    super(message);
    this.name = 'JsonError';
    this.line = line;
    this.column = column;
  }
}

/** Deeper nesting than this is no configuration, and would end in the stack's end. */
const MAX_DEPTH = 100;

/**
 * Reads JSON as people write it into configurations: with comments of both kinds and commas before closing brackets.
 *
 * Node's own parser tells the place of a mistake only sometimes, and lets a key that is there twice pass.
 *
 * @throws {JsonError} for the first mistake, a key that is there twice among them.
 */
export function parseJsonWithComments(text: string): unknown {
  return new JsonReader(text).document();
}

const SPACE_OR_COMMENT = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\u007f|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length)
      this.#fail(`Nothing may follow the value, but there is ${this.#here()}.`);
    return value;
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) this.#fail(`The values are nested more than ${MAX_DEPTH} deep.`);
    this.#skip();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#constant();
    }
  }

  #object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.#at++;
    while (!this.#closes('}')) {
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail(`A key in double quotes is missing before ${this.#here()}.`);
      const key = this.#string();
      if (entries.has(key)) this.#fail(`The key "${key}" is there twice.`, start);
      this.#skip();
      if (this.#text[this.#at] !== ':') this.#fail(`A colon is missing before ${this.#here()}.`);
      this.#at++;
      entries.set(key, this.#value(depth + 1));
      this.#separator('}');
    }
    // Unlike an assignment, this makes `__proto__` a key like any other.
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    while (!this.#closes(']')) {
      items.push(this.#value(depth + 1));
      this.#separator(']');
    }
    return items;
  }

  #closes(bracket: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #separator(bracket: string): void {
    this.#skip();
    const next = this.#text[this.#at];
    if (next === ',') this.#at++;
    else if (next !== bracket) this.#fail(`A comma or ${bracket} is missing before ${this.#here()}.`);
  }

  #string(): string {
    const start = this.#at;
    const written = this.#match(STRING);
    if (written !== undefined) return JSON.parse(written) as string;
    const line = this.#text.slice(start).split(/\r?\n/u, 1)[0] ?? '';
    return this.#fail(
      /^"(?:[^"\\]|\\.)*"/u.test(line)
        ? 'The text has a character or an escape that JSON does not know.'
        : 'The text is not closed by a double quote on its line.',
      start,
    );
  }

  #constant(): unknown {
    const start = this.#at;
    const number = this.#match(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.#match(WORD) ?? '';
    const value = CONSTANTS.get(word);
    if (value !== undefined) return value;
    this.#at = start;
    return this.#fail(
      word === ''
        ? `A value is missing before ${this.#here()}.`
        : `${word} is no value; texts stand in double quotes.`,
    );
  }

  #skip(): void {
    this.#match(SPACE_OR_COMMENT);
    if (this.#text.startsWith('/*', this.#at)) this.#fail('The comment is not closed.');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #here(): string {
    const character = this.#text.codePointAt(this.#at);
    return character === undefined ? 'the end of the file' : String.fromCodePoint(character);
  }

  #fail(message: string, at: number = this.#at): never {
    const before = this.#text.slice(0, at).split('\n');
    throw new JsonError(message, before.length, (before.at(-1)?.length ?? 0) + 1);
  }
}
