import type { SourceText, Span } from '../text/types.ts';
import { commentsOf } from './comments.ts';
import { wholeText } from './parsed-text.ts';
import { parseSql } from './parser.ts';
import { recover } from './recovery.ts';
import { bodyOf } from './body.ts';
import { statementsOf, type ParsedStatement } from './statement.ts';
import type { Comment, Problem, Script } from './types.ts';

/**
 * Reads a file as SQL, as far as it can be read: text that PostgreSQL cannot parse becomes a problem, and the statements
 * around it are read all the same. `problems` are those of decoding the file; they come first in the result's.
 * Call it after `loadParser()`; it never throws for any text.
 *
 * @param within the part of the file that is the script; all of it if left out. Places stay those of the whole file, and
 *   comments outside the part are not the script's.
 */
export function parseScript(source: SourceText, problems: readonly Problem[] = [], within?: Span): Script {
  const sql = within === undefined ? source.text : maskedText(source.text, within);
  const outcome = parseSql(sql);
  if (outcome.kind === 'parsed') {
    const statements = statementsOf(wholeText(source, sql), outcome.result, bodyOf);
    return new ParsedScript(source, sql, statements, problems, within);
  }
  const recovered = recover(source, outcome, sql);
  return new ParsedScript(
    source,
    recovered.text,
    recovered.statements,
    [...problems, ...recovered.problems],
    within,
  );
}

/** Blanks in place of what comes before the part, so that offsets stay; what comes after it is cut off. */
function maskedText(text: string, { start, end }: Span): string {
  return ' '.repeat(start) + text.slice(start, end);
}

class ParsedScript implements Script {
  readonly source: SourceText;
  readonly within?: Span;
  readonly statements: readonly ParsedStatement[];
  readonly problems: readonly Problem[];
  readonly #text: string;
  #comments: readonly Comment[] | undefined;

  constructor(
    source: SourceText,
    text: string,
    statements: readonly ParsedStatement[],
    problems: readonly Problem[],
    within: Span | undefined,
  ) {
    this.source = source;
    if (within !== undefined) this.within = within;
    this.statements = statements;
    this.problems = problems;
    this.#text = text;
  }

  get comments(): readonly Comment[] {
    return (this.#comments ??= commentsOf(this.#text));
  }

  forget(): void {
    this.#comments = undefined;
    for (const statement of this.statements) statement.forget();
  }
}
