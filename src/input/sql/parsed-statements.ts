import type { Node } from '@pgsql/types';
import type { ParsedText } from './parsed-text.ts';
import { parseSql, type RawStatement } from './parser.ts';
import type { BodyReader } from './statement.ts';

/** What the statements of one parsed text share: the text, and their parse trees as long as these are wanted. */
export class ParsedStatements {
  readonly parsed: ParsedText;
  readonly readBody: BodyReader;
  /** For each statement its location and length (UTF-8 bytes, as libpg_query gives them), kept without the trees. */
  readonly #bounds: number[] = [];
  #raw: readonly RawStatement[] | undefined;

  /** `raw` comes from parsing `parsed.text`. */
  constructor(parsed: ParsedText, raw: readonly RawStatement[], readBody: BodyReader) {
    this.parsed = parsed;
    this.readBody = readBody;
    this.#raw = raw;
    for (const { stmt_location, stmt_len } of raw) this.#bounds.push(stmt_location ?? 0, stmt_len ?? 0);
  }

  /** The tree of a statement. After {@link forget} the text is parsed once more. */
  tree(index: number): Node {
    this.#raw ??= this.#parseAgain();
    return this.#raw[index]!.stmt;
  }

  /** Where a statement begins: UTF-8 bytes from the start of the text. */
  location(index: number): number {
    return this.#bounds[index * 2] ?? 0;
  }

  /** A statement's length in UTF-8 bytes; 0 means up to the end of the text. */
  length(index: number): number {
    return this.#bounds[index * 2 + 1] ?? 0;
  }

  /** Lets go of the trees: they take many times the memory of the text. */
  forget(): void {
    this.#raw = undefined;
  }

  #parseAgain(): readonly RawStatement[] {
    const outcome = parseSql(this.parsed.text);
    if (outcome.kind !== 'parsed') throw new Error('A text that was parsed before does not parse');
    return outcome.result;
  }
}
