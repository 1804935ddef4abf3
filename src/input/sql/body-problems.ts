import type { Span } from '../text/types.ts';
import { hasEndlessOperator, Lexer } from './lexer.ts';
import { shortenError } from './messages.ts';
import type { ParsedText } from './parsed-text.ts';
import { parsePlpgsql, type ParseOutcome } from './parser.ts';
import type { PlpgsqlReading } from './plpgsql.ts';
import type { Problem } from './types.ts';

/**
 * The errors that need no catalog. libpg_query has none, so that its other complaints (of unknown types and variables) can
 * be wrong.
 */
const SYNTAX =
  /^(?:syntax error|unterminated|missing |mismatched |unexpected end of function|end label|illegal |invalid )/;

/**
 * The problem of a PL/pgSQL body that does not parse, in PostgreSQL's words, at the first place that we find not to
 * parse: it names none itself. `statementText` is the statement around the body.
 */
export function bodyProblem(
  statementText: string,
  body: ParsedText,
  reading: PlpgsqlReading,
): Problem | undefined {
  const outcome: ParseOutcome<unknown> = hasEndlessOperator(body.text)
    ? { kind: 'crash' }
    : parsePlpgsql(statementText);
  const gaveUp = outcome.kind === 'crash' ? reading.embedded.firstFailure() : reading.embedded.crashedAt;
  if (gaveUp !== undefined) return nestingProblem(body, gaveUp);
  if (outcome.kind !== 'error' || !SYNTAX.test(outcome.message)) return undefined;
  const inEmbedded = reading.embedded.firstFailure();
  const inStructure = reading.failure === undefined ? undefined : body.toSource(reading.failure);
  const found = inEmbedded ?? inStructure;
  const start = found ?? body.toSource(nearText(body.text, outcome.message) ?? firstToken(body.text));
  const span = lineOfToken(body, start);
  return { kind: 'body', span, message: shortenError(outcome.message) };
}

function nestingProblem(body: ParsedText, start: number): Problem {
  const message = 'Nested too deeply, or too large, for the parser; this part of the body is not read';
  return { kind: 'nesting', span: lineOfToken(body, start), message };
}

/** The token at an offset of the source, cut to its first line; the body's last one at the body's end. */
function lineOfToken(body: ParsedText, start: number): Span {
  const end = body.toSource(body.text.length);
  const lexer = new Lexer(body.source.text, start, end);
  if (!lexer.nextToken()) {
    const all = new Lexer(body.source.text, body.toSource(0), end);
    let last: Span = { start: end, end };
    while (all.nextToken()) last = { start: all.start, end: all.end };
    return last;
  }
  const line = /^[^\r\n]*/.exec(lexer.value)?.[0].length ?? 0;
  return { start: lexer.start, end: lexer.start + line };
}

/** Where the text that the message quotes stands, if it stands in one place only. */
function nearText(text: string, message: string): number | undefined {
  const near = /at or near "([\s\S]*)"$/.exec(message)?.[1];
  if (near === undefined || near === '') return undefined;
  const places: number[] = [];
  const lexer = new Lexer(text);
  while (lexer.nextToken()) if (text.startsWith(near, lexer.start)) places.push(lexer.start);
  return places.length === 1 ? places[0] : undefined;
}

function firstToken(text: string): number {
  const lexer = new Lexer(text);
  lexer.nextToken();
  return lexer.start;
}
