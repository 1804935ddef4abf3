import type { Location, PhysicalLocation, Region as SarifRegion } from 'sarif';
import { lineCount, offsetAt } from '../input/text/positions.ts';
import type { Place, SourceText } from '../input/text/types.ts';
import { regionOf, type Region } from './region.ts';

/** The name of the repository's root in `uriBaseId`. GitHub takes every relative URI from there. */
export const REPOSITORY_ROOT = '%SRCROOT%';

/** Lines before and after a place that come along for viewers without the file. */
const CONTEXT_LINES = 2;
/** The longest text that is put into the log with a place, in UTF-16 code units: statements can have megabytes. */
const LONGEST_SNIPPET = 4_000;

/**
 * A location in a file of the repository.
 *
 * @param place undefined for a finding about something that is no file, which GitHub shows at line 1 of `path`.
 * @param path relative to the file tree's root.
 * @param rootPrefix the tree's root below the repository's top level; `''` if they are the same.
 */
export function sarifLocation(place: Place | undefined, path: string, rootPrefix: string): Location {
  const artifactLocation = {
    uri: repositoryUri(place?.source.path ?? path, rootPrefix),
    uriBaseId: REPOSITORY_ROOT,
  };
  if (place === undefined) {
    const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
    return { physicalLocation: { artifactLocation, region } };
  }
  const visible = visiblePlace(place);
  const physicalLocation: PhysicalLocation = { artifactLocation, region: sarifRegion(visible) };
  const context = contextRegion(visible.source, regionOf(visible));
  if (context !== undefined) physicalLocation.contextRegion = context;
  return { physicalLocation };
}

/** A path as a relative URI reference from the top of the repository. */
function repositoryUri(path: string, rootPrefix: string): string {
  const full = [rootPrefix, path].filter((part) => part !== '').join('/');
  return full
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** An empty place, such as the end of a file, takes the character after it, or else the one before it. */
function visiblePlace(place: Place): Place {
  const { source, span } = place;
  if (span.end > span.start) return place;
  const isCharacter = (index: number): boolean => !/^[\r\n]?$/.test(source.text.charAt(index));
  if (isCharacter(span.start)) return { source, span: { start: span.start, end: span.start + 1 } };
  if (isCharacter(span.start - 1)) return { source, span: { start: span.start - 1, end: span.start } };
  return place;
}

function sarifRegion(place: Place): SarifRegion {
  const { line, column, endLine, endColumn } = regionOf(place);
  const region: SarifRegion = { startLine: line, startColumn: column, endLine, endColumn };
  const { start, end } = place.span;
  if (end - start <= LONGEST_SNIPPET) region.snippet = { text: place.source.text.slice(start, end) };
  return region;
}

function contextRegion(source: SourceText, { line, endLine }: Region): SarifRegion | undefined {
  const startLine = Math.max(1, line - CONTEXT_LINES);
  const lastLine = Math.min(lineCount(source), endLine + CONTEXT_LINES);
  const start = offsetAt(source, startLine, 1);
  const end = offsetAt(source, lastLine, Infinity);
  if (end - start > LONGEST_SNIPPET) return undefined;
  return { startLine, endLine: lastLine, snippet: { text: source.text.slice(start, end) } };
}
