import type { SourceText, Span } from '../text/types.ts';
import { problemOf } from './syntax-problem.ts';
import { pieceText, wholeText } from './parsed-text.ts';
import { parseSql, type ParseFailure } from './parser.ts';
import { cutPieces, type Piece, type Pieces } from './pieces.ts';
import { copyDataProblem, metaCommandProblem } from './psql.ts';
import { bodyOf } from './body.ts';
import { statementsOf, type ParsedStatement } from './statement.ts';
import { blank, nameFor, templateProblems, type Template, type TemplateReading } from './templates.ts';
import type { Problem } from './types.ts';

/** What could be read of a file that does not parse as a whole. */
export interface Recovered {
  /** The file's text with all that is no SQL made white space or names of the same length. */
  readonly text: string;
  readonly statements: readonly ParsedStatement[];
  readonly problems: readonly Problem[];
}

/**
 * Reads a file that PostgreSQL does not parse as a whole: first without what is no SQL (psql's commands and data,
 * template placeholders), then statement by statement, so that a mistake costs one statement only. `failure` is what
 * came of parsing the whole; it is told if no part shows the mistake, so that none is passed over.
 *
 * @param whole the text that did not parse: the file's, or as much of it as is the script, at the same offsets.
 */
export function recover(source: SourceText, failure: ParseFailure, whole = source.text): Recovered {
  const cut = cutPieces(whole);
  const skipped = skippedProblems(whole, cut);
  const sql = edit(whole, [...skippedEdits(whole, cut)]);
  const templates = cut.pieces.flatMap((piece) => piece.templates);
  const text = edit(sql, namesFor(templates));
  if (text !== whole) {
    const outcome = parseSql(text);
    if (outcome.kind === 'parsed') {
      const told = templateProblems(templates.map((template) => [template, 'name']));
      const statements = statementsOf(wholeText(source, text), outcome.result, bodyOf);
      return { text, statements, problems: inOrder([...skipped, ...told]) };
    }
  }
  const recovered = recoverPieces(source, sql, text, cut.pieces, skipped);
  if (recovered.problems.length > 0) return recovered;
  return { ...recovered, problems: [problemOf(wholeText(source, whole), failure)] };
}

function recoverPieces(
  source: SourceText,
  sql: string,
  text: string,
  pieces: readonly Piece[],
  skipped: readonly Problem[],
): Recovered {
  const statements: ParsedStatement[] = [];
  const problems: Problem[] = [...skipped];
  const templates: (readonly [Template, TemplateReading])[] = [];
  for (const piece of pieces) {
    const read = readPiece(source, sql, piece);
    for (const statement of read.statements) statements.push(statement);
    if (read.problem !== undefined) problems.push(read.problem);
    for (const template of piece.templates)
      if (read.templates !== undefined) templates.push([template, read.templates]);
  }
  return { text, statements, problems: inOrder([...problems, ...templateProblems(templates)]) };
}

/** What came of one piece; `templates` tells how its placeholders were read, undefined if as the SQL that they are. */
interface PieceReading {
  readonly statements: readonly ParsedStatement[];
  readonly problem?: Problem;
  readonly templates?: TemplateReading;
}

function readPiece(source: SourceText, sql: string, piece: Piece): PieceReading {
  const { start, end } = piece.span;
  const parsed = pieceText(source, sql.slice(start, end), start);
  const outcome = parseSql(parsed.text);
  if (outcome.kind === 'parsed') return { statements: statementsOf(parsed, outcome.result, bodyOf) };
  if (piece.templates.length === 0) return { statements: [], problem: problemOf(parsed, outcome) };
  for (const reading of ['name', 'nothing'] as const) {
    const edits = reading === 'name' ? namesFor(piece.templates) : blanksFor(piece.templates);
    const masked = pieceText(source, edit(sql, edits, start, end), start);
    const second = parseSql(masked.text);
    if (second.kind !== 'parsed') continue;
    return { statements: statementsOf(masked, second.result, bodyOf), templates: reading };
  }
  return { statements: [], templates: 'unread' };
}

function skippedProblems(text: string, cut: Pieces): readonly Problem[] {
  return [
    ...cut.metaCommands.map(metaCommandProblem),
    ...cut.copyData.map((data) => copyDataProblem(text, data)),
  ];
}

/** A range of a text and what is read in its place, of the same length. */
type Edit = readonly [Span, string];

function skippedEdits(text: string, cut: Pieces): readonly Edit[] {
  const edits: Edit[] = [...cut.copyData, ...cut.innerComments].map((span) => [
    span,
    blank(text.slice(span.start, span.end)),
  ]);
  for (const { span, endsStatement } of cut.metaCommands) {
    const white = blank(text.slice(span.start, span.end));
    edits.push([span, endsStatement ? `;${white.slice(1)}` : white]);
  }
  return edits;
}

function namesFor(templates: readonly Template[]): readonly Edit[] {
  return templates.map((template) => [template.span, nameFor(template)]);
}

function blanksFor(templates: readonly Template[]): readonly Edit[] {
  return templates.map((template) => [template.span, blank(template.text)]);
}

/** The part of a text from `start` to `end` with some ranges replaced. */
function edit(text: string, edits: readonly Edit[], start = 0, end = text.length): string {
  const parts: string[] = [];
  let at = start;
  for (const [span, replacement] of edits.toSorted(([a], [b]) => a.start - b.start)) {
    parts.push(text.slice(at, span.start), replacement);
    at = span.end;
  }
  parts.push(text.slice(at, end));
  return parts.join('');
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.span.start - b.span.start);
}
