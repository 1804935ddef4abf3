import type { Span } from '../text/types.ts';
import { Lexer } from './lexer.ts';
import { shortenError } from './messages.ts';
import type { ParsedText } from './parsed-text.ts';
import type { ParseFailure } from './parser.ts';
import type { Problem } from './types.ts';

/** The problem for a text that the parser refused, at the place that PostgreSQL names. */
export function problemOf(parsed: ParsedText, outcome: ParseFailure): Problem {
  if (outcome.kind === 'crash') {
    const span = tokenSpan(parsed, 0);
    return {
      kind: 'nesting',
      span,
      message: 'Nested too deeply, or too large, for the parser; this statement is not read',
    };
  }
  const offset = parsed.offsets.utf16FromCodePoints(outcome.cursor);
  return { kind: 'syntax', span: tokenSpan(parsed, offset), message: shortenError(outcome.message) };
}

/** The span of the token at or after an offset, cut to its first line; of the last token at the text's end. */
function tokenSpan(parsed: ParsedText, offset: number): Span {
  const lexer = new Lexer(parsed.text, offset);
  if (lexer.nextToken()) {
    const line = /^[^\r\n]*/.exec(lexer.value)?.[0].length ?? 0;
    return parsed.spanOf(lexer.start, lexer.start + Math.max(line, 1));
  }
  const all = new Lexer(parsed.text);
  let last = { start: offset, end: offset };
  while (all.nextToken()) last = { start: all.start, end: all.end };
  return parsed.spanOf(last.start, last.end);
}
