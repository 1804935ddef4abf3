import type { Token } from '../../input/sql/types.ts';
import { closingBracket, findKeywords, isKeyword, type TokenRange } from '../../model/operations/tokens.ts';

/** What UNIQUE or PRIMARY KEY says of its index, in words of CREATE INDEX, as it is written. */
interface KeyClause {
  /** What stands behind the table's name: `(email) INCLUDE (name) NULLS NOT DISTINCT WITH (fillfactor = 70)`. */
  readonly index: string;
  /** What stands behind USING INDEX: ` DEFERRABLE INITIALLY DEFERRED`. */
  readonly deferral: string;
}

/**
 * Reads the clause of a UNIQUE constraint or primary key.
 *
 * @param text the file's.
 * @param range from the word UNIQUE or PRIMARY to the end of the constraint.
 * @param columns of a column's own constraint, which does not name it.
 * @returns undefined where it is written in a way that CREATE INDEX has no words for.
 */
export function readKeyClause(
  text: string,
  tokens: readonly Token[],
  range: TokenRange,
  columns?: string,
): KeyClause | undefined {
  const reader = new ClauseReader(text, tokens, range);
  reader.skip(isKeyword(tokens[range.start], 'PRIMARY') ? 2 : 1);
  // CREATE INDEX has these words behind the columns.
  const distinct = reader.words('NULLS', 'NOT', 'DISTINCT') ?? '';
  if (distinct === '') reader.words('NULLS', 'DISTINCT');
  const list = columns ?? reader.brackets();
  if (list === undefined) return undefined;
  const include = reader.words('INCLUDE');
  const included = include === undefined ? '' : `${include} ${reader.brackets() ?? ''}`;
  const options = reader.words('WITH');
  const withOptions = options === undefined ? '' : `${options} ${reader.brackets() ?? ''}`;
  let tablespace = '';
  if (reader.words('USING', 'INDEX') !== undefined)
    tablespace = `${reader.words('TABLESPACE') ?? ''} ${reader.take()}`;
  const index = [list, included, distinct, withOptions, tablespace].filter((part) => part !== '').join(' ');
  const deferral = reader.rest();
  return { index, deferral: deferral === '' ? '' : ` ${deferral}` };
}

class ClauseReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at: number;

  constructor(text: string, tokens: readonly Token[], { start, end }: TokenRange) {
    this.#text = text;
    this.#tokens = tokens;
    this.#at = start;
    this.#end = end;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** The key words as they are written, if they come next. */
  words(...keywords: readonly string[]): string | undefined {
    const range = { start: this.#at, end: Math.min(this.#at + keywords.length, this.#end) };
    return findKeywords(this.#tokens, range, keywords) < 0 ? undefined : this.#slice(keywords.length);
  }

  /** What stands in brackets, with them, if that comes next. */
  brackets(): string | undefined {
    if (this.#at >= this.#end || this.#tokens[this.#at]?.text !== '(') return undefined;
    return this.#slice(closingBracket(this.#tokens, this.#at, this.#end) + 1 - this.#at);
  }

  /** The next token. */
  take(): string {
    return this.#slice(1);
  }

  rest(): string {
    return this.#at < this.#end ? this.#slice(this.#end - this.#at) : '';
  }

  #slice(count: number): string {
    const first = this.#tokens[this.#at];
    this.#at += count;
    const last = this.#tokens[this.#at - 1];
    return first === undefined || last === undefined ? '' : this.#text.slice(first.span.start, last.span.end);
  }
}
