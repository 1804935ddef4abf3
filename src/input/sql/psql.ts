import type { Span } from '../text/types.ts';
import type { Problem } from './types.ts';

/** A psql backslash command: what it spans, and whether it also ends the statement before it, as `\g` does. */
export interface MetaCommand {
  readonly span: Span;
  /** With its backslash: `\connect`. */
  readonly name: string;
  readonly endsStatement: boolean;
}

/** Commands that send the statement written before them on the same line. */
const SENDING = /^\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch|bind|;)$/;

/**
 * The psql command at the backslash `at`, up to its line's end; undefined if there is none: a backslash inside a line is
 * a command only where it sends the statement before it.
 */
export function metaCommandAt(text: string, at: number): MetaCommand | undefined {
  const name = /\\(?:[A-Za-z_]+\+?|[?!.;])/y;
  name.lastIndex = at;
  const found = name.exec(text)?.[0];
  if (found === undefined) return undefined;
  const endsStatement = SENDING.test(found);
  if (!endsStatement && !beginsLine(text, at)) return undefined;
  const end = found === '\\;' ? at + 2 : lineEnd(text, at);
  return { span: { start: at, end }, name: found, endsStatement };
}

/** The problem for a psql command. */
export function metaCommandProblem(command: MetaCommand): Problem {
  const message = `${command.name} is a command of psql, not SQL, and was skipped`;
  return { kind: 'meta-command', span: command.span, message };
}

/**
 * The data of a COPY … FROM STDIN whose semicolon is at `semicolon`: from the next line to the line `\.`, or to the end
 * of the text. Undefined if nothing follows.
 */
export function copyDataAfter(text: string, semicolon: number): Span | undefined {
  const lineFeed = text.indexOf('\n', semicolon);
  if (lineFeed < 0) return undefined;
  const start = lineFeed + 1;
  const terminator = /^\\\.[ \t\r]*$/gm;
  terminator.lastIndex = start;
  const found = terminator.exec(text);
  const end = found === null ? text.length : found.index + 2;
  return text.slice(start, end).trim() === '' ? undefined : { start, end };
}

/** The problem for COPY data. */
export function copyDataProblem(text: string, span: Span): Problem {
  const lines = text.slice(span.start, span.end).split('\n');
  const count = lines.filter((line) => line.trim() !== '\\.' && line !== '').length;
  const message = `${count} ${count === 1 ? 'row' : 'rows'} after COPY … FROM STDIN skipped: only psql can send them`;
  return { kind: 'copy-data', span, message };
}

function beginsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  return before < 0 || text[before] === '\n' || text[before] === '\r';
}

function lineEnd(text: string, at: number): number {
  const found = /\r?\n/g;
  found.lastIndex = at;
  return found.exec(text)?.index ?? text.length;
}
