import type { Node } from '@pgsql/types';
import type { Span } from '../text/types.ts';
import { ParsedStatements } from './parsed-statements.ts';
import { ParsedText } from './parsed-text.ts';
import { parseSql } from './parser.ts';
import type { Lexeme } from './plpgsql-cursor.ts';
import { unquote } from './quoted-text.ts';
import { ParsedStatement, statementsOf, type BodyReader } from './statement.ts';
import type { BodyExpression, Statement } from './types.ts';

/** Makes statements and expressions of the parts of a body, and remembers them all, to find the one that does not parse. */
export class EmbeddedSql {
  readonly #body: ParsedText;
  /** The parts that PostgreSQL's SQL parser must be able to read, as they are handed to it. */
  readonly #fragments: ParsedText[] = [];

  readonly #readBody: BodyReader;
  /** Where in the source the first statement begins at which the parser gave up. */
  crashedAt: number | undefined;

  /** `body` is the text between the quotes of the body; `readBody` reads the bodies of the statements in it. */
  constructor(body: ParsedText, readBody: BodyReader) {
    this.#body = body;
    this.#readBody = readBody;
  }

  /**
   * The SQL statement at a range of the body; `blanked` is read as white space (an INTO clause). Undefined if it does
   * not parse.
   */
  statement(range: Span, blanked?: Span): Statement | undefined {
    let text = this.#body.text.slice(range.start, range.end);
    if (blanked !== undefined) {
      const [start, end] = [blanked.start - range.start, blanked.end - range.start];
      text = text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + text.slice(end);
    }
    return this.#statementOf(text, range.start);
  }

  /** The query of PERFORM at `range`, which begins with that word: PL/pgSQL reads SELECT in its place. */
  perform(range: Span): Statement | undefined {
    const query = this.#body.text.slice(range.start + 'perform'.length, range.end);
    return this.#statementOf(` SELECT${query}`, range.start);
  }

  /** The expression at a range of the body; its tree is made when asked for. */
  expression(range: Span): BodyExpression {
    const text = this.#body.text.slice(range.start, range.end);
    const parsed = this.#fragment(`SELECT ${text}`, (offset) => range.start + Math.max(offset - 7, 0));
    return new LazyExpression(text, parsed.text);
  }

  /** The statements in the string constants that `lexemes` join with `||`; undefined if they are anything else. */
  constantStatements(lexemes: readonly Lexeme[]): readonly Statement[] | undefined {
    const constants = lexemes.filter((_, index) => index % 2 === 0);
    const joints = lexemes.filter((_, index) => index % 2 === 1);
    const isConstant = constants.every(
      (lexeme) => lexeme.kind === 'string' || lexeme.kind === 'dollar-string',
    );
    if (constants.length !== joints.length + 1 || !isConstant) return undefined;
    if (!joints.every((lexeme) => lexeme.text === '||')) return undefined;
    const parsed = unquote(this.#body, constants);
    const outcome = parseSql(parsed.text);
    if (outcome.kind !== 'parsed') return undefined;
    return statementsOf(parsed, outcome.result, this.#readBody);
  }

  /** Where in the source the first part begins that PostgreSQL does not parse; undefined if all parse. */
  firstFailure(): number | undefined {
    for (const parsed of this.#fragments) {
      const outcome = parseSql(parsed.text);
      if (outcome.kind === 'parsed') continue;
      const cursor = outcome.kind === 'error' ? outcome.cursor : 0;
      return parsed.toSource(parsed.offsets.utf16FromCodePoints(cursor));
    }
    return undefined;
  }

  #statementOf(text: string, start: number): Statement | undefined {
    const parsed = this.#fragment(text, (offset) => start + offset);
    const outcome = parseSql(text);
    if (outcome.kind === 'crash') this.crashedAt ??= parsed.toSource(0);
    if (outcome.kind !== 'parsed' || outcome.result.length !== 1) return undefined;
    const all = new ParsedStatements(parsed, outcome.result, this.#readBody);
    return new ParsedStatement(all, 0, { start: 0, end: text.length });
  }

  #fragment(text: string, toBody: (offset: number) => number): ParsedText {
    const body = this.#body;
    const parsed = new ParsedText(body.source, text, (offset) => body.toSource(toBody(offset)));
    this.#fragments.push(parsed);
    return parsed;
  }
}

class LazyExpression implements BodyExpression {
  readonly text: string;
  readonly #query: string;
  #tree: Node | undefined | null = null;

  constructor(text: string, query: string) {
    this.text = text;
    this.#query = query;
  }

  get tree(): Node | undefined {
    if (this.#tree === null) {
      const outcome = parseSql(this.#query);
      this.#tree = outcome.kind === 'parsed' ? outcome.result[0]?.stmt : undefined;
    }
    return this.#tree;
  }
}
