import { commentsOf } from '../../input/sql/comments.ts';
import { Lexer } from '../../input/sql/lexer.ts';
import type { Comment } from '../../input/sql/types.ts';
import { lastAtMost } from '../../input/text/offsets.ts';
import type { Place, SourceText, Span } from '../../input/text/types.ts';

/** A stretch of a file that is SQL as it is written: the file itself, or the inside of dollar quotes. */
export interface Region {
  readonly source: SourceText;
  readonly span: Span;
  /** The dollar quotes around it, such as `$$`; undefined for the file itself. */
  readonly quotes: string | undefined;
  /** Its comments in order, none inside quotes; offsets of the file. */
  readonly comments: readonly Comment[];
}

interface ReadRegion extends Region {
  readonly strings: readonly Quoted[];
  readonly starts: readonly number[];
}

interface Quoted extends Span {
  readonly isDollar: boolean;
  inner: ReadRegion | undefined;
}

/** A cache: it can be dropped at any time. */
const files = new WeakMap<SourceText, ReadRegion>();

/**
 * The stretch of SQL in which a place lies. Each file is read once.
 *
 * @returns undefined for a place inside a string constant in single quotes: text cannot be put there as it is.
 */
export function regionAt({ source, span }: Place): Region | undefined {
  let region = files.get(source);
  if (region === undefined) {
    region = readRegion(source, { start: 0, end: source.text.length }, undefined);
    files.set(source, region);
  }
  for (;;) {
    const quoted: Quoted | undefined = region.strings[lastAtMost(region.starts, span.start)];
    if (quoted === undefined || span.start <= quoted.start || span.start >= quoted.end) return region;
    if (!quoted.isDollar) return undefined;
    region = quoted.inner ??= insideOf(source, quoted);
  }
}

function insideOf(source: SourceText, { start, end }: Span): ReadRegion {
  const quotes = source.text.slice(start, source.text.indexOf('$', start + 1) + 1);
  return readRegion(source, { start: start + quotes.length, end: end - quotes.length }, quotes);
}

function readRegion(source: SourceText, span: Span, quotes: string | undefined): ReadRegion {
  const strings: Quoted[] = [];
  const lexer = new Lexer(source.text, span.start, span.end);
  while (lexer.nextToken()) {
    const isDollar = lexer.kind === 'dollar-string';
    if (!isDollar && lexer.kind !== 'string') continue;
    strings.push({ start: lexer.start, end: lexer.end, isDollar, inner: undefined });
  }
  const comments = commentsOf(source.text.slice(span.start, span.end)).map((comment) => ({
    ...comment,
    span: { start: comment.span.start + span.start, end: comment.span.end + span.start },
  }));
  return { source, span, quotes, comments, strings, starts: strings.map(({ start }) => start) };
}
