import { cutPieces } from '../sql/pieces.ts';
import { sectionPart, sectionTool } from './commented-sections.ts';
import { gooseFault, gooseStatements } from './goose-statements.ts';
import type { ScriptRole } from './types.ts';

/**
 * A changed file with goose's sections, in which goose reads every statement as one: a section that has become unreadable by the
 * change gets `StatementBegin` and `StatementEnd` where they are wanted. A section that goose could not read before stays as it is, and so
 * does the text of any other tool's file.
 *
 * @param before the file as it was, which goose or another tool could read.
 */
export function withGooseMarks(before: string, after: string): string {
  if (sectionTool(after) !== 'goose') return after;
  // The last section first, so that the offsets of the one before it stay right.
  return withMarksIn('forward', before, withMarksIn('rollback', before, after));
}

function withMarksIn(role: ScriptRole, before: string, after: string): string {
  const former = sectionOf(before, role);
  const within = sectionPart(after, role)?.within;
  const section = sectionOf(after, role);
  if (within === undefined || section === undefined || section === former) return after;
  if (!isUnreadable(section) || (former !== undefined && isUnreadable(former))) return after;
  const marked = gooseStatements(section.replaceAll(MARK, ''));
  const end = /\s*$/.exec(section)?.[0] ?? '';
  const lineEnd = section.includes('\r\n') ? '\r\n' : '\n';
  const written = marked.trimEnd().replaceAll(/\r?\n/g, lineEnd);
  return after.slice(0, within.start) + written + end + after.slice(within.end);
}

function sectionOf(text: string, role: ScriptRole): string | undefined {
  const within = sectionPart(text, role)?.within;
  return within && text.slice(within.start, within.end);
}

const MARK = /^--[^\S\n]*\+goose[^\S\n]+statement(begin|end)[^\S\n]*\r?(?:\n|$)/gim;

/** Whether goose would cut a statement, refuse marks within marks, or send several statements as one. */
function isUnreadable(section: string): boolean {
  if (gooseFault(section, { start: 0, end: section.length }) !== undefined) return true;
  let opened: number | undefined;
  for (const mark of section.matchAll(MARK)) {
    const begins = mark[1]?.toLowerCase() === 'begin';
    if (begins === (opened !== undefined)) return true;
    if (opened !== undefined && cutPieces(section.slice(opened, mark.index)).pieces.length > 1) return true;
    opened = begins ? mark.index + mark[0].length : undefined;
  }
  return opened !== undefined;
}
