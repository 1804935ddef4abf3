import type { Span } from '../text/types.ts';
import { hasEndlessOperator } from './lexer.ts';
import { cutPieces } from './pieces.ts';
import { ParsedText } from './parsed-text.ts';
import { parsePlpgsql } from './parser.ts';
import type { ParsedStatement } from './statement.ts';
import { nameFor, templateProblems } from './templates.ts';
import type { Problem } from './types.ts';

/** A body with names in place of its template placeholders. */
export interface MaskedBody {
  readonly body: ParsedText;
  /** The text of the statement around it, with the same names. */
  readonly statementText: string;
  readonly problems: readonly Problem[];
}

/**
 * Puts names in place of the template placeholders of a dollar-quoted PL/pgSQL body that does not parse as it is.
 * `constant` is the body's range in the text that was parsed, quotes included.
 */
export function maskTemplates(statement: ParsedStatement, constant: Span, body: ParsedText): MaskedBody {
  const { start, end } = statement.range;
  const { text } = statement.parsed;
  const statementText = text.slice(start, end);
  const unmasked: MaskedBody = { body, statementText, problems: [] };
  const dollarQuoted = text.charAt(constant.start) === '$';
  if (!dollarQuoted || !/\{\{|\$\{|<%/.test(body.text)) return unmasked;
  const templates = cutPieces(body.text).pieces.flatMap((piece) => piece.templates);
  if (
    templates.length === 0 ||
    hasEndlessOperator(body.text) ||
    parsePlpgsql(statementText).kind === 'parsed'
  )
    return unmasked;
  let masked = body.text;
  for (const template of templates) {
    masked = masked.slice(0, template.span.start) + nameFor(template) + masked.slice(template.span.end);
  }
  const bodyStart = constant.start + text.slice(constant.start, constant.end).indexOf('$', 1) + 1;
  const problems = templateProblems(
    templates.map((template) => [
      { text: template.text, span: body.spanOf(template.span.start, template.span.end) },
      'name',
    ]),
  );
  return {
    body: new ParsedText(body.source, masked, (offset) => body.toSource(offset)),
    statementText: text.slice(start, bodyStart) + masked + text.slice(bodyStart + masked.length, end),
    problems,
  };
}
