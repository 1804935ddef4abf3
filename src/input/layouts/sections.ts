import { cutPieces } from '../sql/pieces.ts';
import type { Refusal } from './types.ts';

/** The offset of the line after the one that an offset lies in; the text's length if there is none. */
export function lineAfter(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** A comment that begins a section of a file. */
export interface SectionMark {
  /** UTF-16 offset. */
  readonly index: number;
  readonly what: 'up' | 'down';
}

/**
 * Why a tool refuses a file with these sections: there is no Up, something stands before it, or Down comes first. Both goose and
 * dbmate read a file as a whole before they run any of it.
 *
 * @param up how the tool's mark of an Up section is written: `-- +goose Up`.
 */
export function sectionRefusal(
  tool: string,
  text: string,
  marks: readonly SectionMark[],
  up: string,
): Refusal | undefined {
  const first = marks[0];
  if (first === undefined) return refusal(tool, text, 0, `it has no section \`${up}\``);
  if (first.what === 'down') {
    const after = marks.some(({ what }) => what === 'up');
    const message = after
      ? `its Down section comes before \`${up}\``
      : `it has a Down section, and no \`${up}\``;
    return refusal(tool, text, first.index, message);
  }
  const [before] = cutPieces(text.slice(0, first.index)).pieces;
  if (before === undefined) return undefined;
  return refusal(tool, text, before.span.start, `a statement stands before \`${up}\``);
}

/** A refusal that is about the line an offset lies in. */
export function refusal(
  tool: string,
  text: string,
  offset: number,
  reason: string,
  what = 'this file',
): Refusal {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, lineAfter(text, offset)).trimEnd();
  return { message: `${tool} refuses ${what}: ${reason}`, span: { start, end: start + line.length } };
}
