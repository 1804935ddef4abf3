import type { Span } from '../text/types.ts';
import { EmbeddedSql } from './embedded.ts';
import type { ParsedText } from './parsed-text.ts';
import { PlpgsqlCursor, RESERVED } from './plpgsql-cursor.ts';
import type { BodyReader } from './statement.ts';
import type { BodyExpression, Variable } from './types.ts';

/** What every part of reading a PL/pgSQL body needs: the place in its tokens, its SQL, its variables. */
export class PlpgsqlReader {
  readonly body: ParsedText;
  readonly cursor: PlpgsqlCursor;
  readonly embedded: EmbeddedSql;
  /** Of all blocks, in the order of their declaration. */
  readonly variables: Variable[] = [];

  /** `body` is the text between the quotes of the body; `readBody` reads the bodies of the statements in it. */
  constructor(body: ParsedText, readBody: BodyReader) {
    this.body = body;
    this.cursor = new PlpgsqlCursor(body.text);
    this.embedded = new EmbeddedSql(body, readBody);
  }

  /** The expression up to one of these words, which stays the current lexeme. */
  expressionUntil(...words: readonly string[]): BodyExpression {
    const range = this.cursor.takeUntil(...words);
    if (range.start === range.end) this.cursor.fail();
    return this.embedded.expression(range);
  }

  /** The place in the source of what lies between an offset and the last lexeme that was read. */
  spanFrom(start: number): Span {
    return this.body.spanOf(start, Math.max(this.cursor.lastEnd, start));
  }

  /** True if an assignment begins here: a name, its fields and elements, then `:=` or `=`. */
  get atAssignment(): boolean {
    const first = this.cursor.peek();
    if (first.kind !== 'quoted-name' && (first.kind !== 'word' || RESERVED.has(first.text))) return false;
    const { kind, text } = this.cursor.peek(1);
    return kind === 'operator' && (text === ':=' || text === '=' || text === '[' || text === '.');
  }
}
