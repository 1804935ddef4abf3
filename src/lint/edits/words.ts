import type { Token } from '../../input/sql/types.ts';
import type { Place, Span } from '../../input/text/types.ts';
import { findKeywords, spanOfRange } from '../../model/operations/tokens.ts';
import type { Operation } from '../../model/operations/types.ts';
import type { Edit } from '../fix.ts';
import { inCaseOf } from './keyword-case.ts';
import { regionAt } from './regions.ts';

/**
 * Puts other text in the place of some.
 *
 * @param text as it is to stand there: its case is not changed.
 * @returns undefined where the place lies in a string constant.
 */
export function replaceText(place: Place, text: string): readonly Edit[] | undefined {
  const region = regionAt(place);
  if (region === undefined || (region.quotes !== undefined && text.includes('$'))) return undefined;
  return [{ path: place.source.path, span: place.span, text }];
}

/**
 * Puts words behind the first keywords of an operation that stand like this: `CONCURRENTLY` after `REFRESH MATERIALIZED VIEW`.
 *
 * @param after keywords in upper case, as they follow each other.
 * @param words keywords in upper case, which become lower case where the statement's are.
 * @returns undefined where the keywords do not stand there, and in a string constant.
 */
export function insertWords(
  operation: Operation,
  after: readonly string[],
  words: string,
): readonly Edit[] | undefined {
  const found = spanOfKeywords(operation, after);
  const place = found && { source: operation.statement.source, span: { start: found.end, end: found.end } };
  return place && replaceText(place, ` ${inCaseOf(operation.statement, words)}`);
}

/** Puts other words in the place of an operation's first keywords that stand like this, see {@link insertWords}. */
export function replaceWords(
  operation: Operation,
  keywords: readonly string[],
  words: string,
): readonly Edit[] | undefined {
  const { statement } = operation;
  const span = spanOfKeywords(operation, keywords);
  return span && replaceText({ source: statement.source, span }, inCaseOf(statement, words));
}

/** Takes an operation's first keywords that stand like this out, with the white space before them; see {@link insertWords}. */
export function removeWords(operation: Operation, keywords: readonly string[]): readonly Edit[] | undefined {
  const { source } = operation.statement;
  const span = spanOfKeywords(operation, keywords);
  if (span === undefined) return undefined;
  const before = source.text.slice(0, span.start).trimEnd().length;
  return replaceText({ source, span: { start: before, end: span.end } }, '');
}

/** Where keywords stand in the text of an operation, its brackets left out. */
function spanOfKeywords(operation: Operation, keywords: readonly string[]): Span | undefined {
  const tokens = operation.statement.tokens();
  const { start, end } = operation.at().span;
  const range = { start: indexFrom(tokens, start), end: indexFrom(tokens, end) };
  const index = findKeywords(tokens, range, keywords);
  return index < 0 ? undefined : spanOfRange(tokens, { start: index, end: index + keywords.length });
}

/** The index of the first token that begins at an offset or after it. */
function indexFrom(tokens: readonly Token[], offset: number): number {
  const index = tokens.findIndex(({ span }) => span.start >= offset);
  return index < 0 ? tokens.length : index;
}
