import type { Place } from '../../input/text/types.ts';
import type { Script } from '../../input/sql/types.ts';

/** A block of warnings that Prisma has written, with points that nobody has answered. */
export interface GeneratedWarnings {
  /** The comment. */
  readonly place: Place;
  /** The texts of the points without an answer, in order; never empty. */
  readonly points: readonly string[];
}

/** `/*`, a line `Warnings:`, and then the points: the form of Prisma 2.13 to 7. */
const BLOCK = /^\s*Warnings:[ \t]*\r?\n/;
const POINT = /^\s*-\s+(.*?)\s*$/;

/**
 * The warnings that `prisma migrate dev` has left at the head of a migration and nobody has answered.
 *
 * A point is answered by a line of one's own under it, inside the block: `-> the column has been empty since May`. A point that
 * was deleted is gone. Prisma writes each point on one line.
 *
 * @returns undefined where there is no such block, or all of its points are answered.
 */
export function unansweredWarnings(script: Script): GeneratedWarnings | undefined {
  if (!script.source.text.includes('Warnings:')) return undefined;
  const block = script.comments.find(({ form, text }) => form === 'block' && BLOCK.test(text));
  if (block === undefined) return undefined;
  const points: string[] = [];
  let isOpen = false;
  for (const line of block.text.replace(BLOCK, '').split(/\r?\n/)) {
    const point = POINT.exec(line)?.[1];
    if (point !== undefined) {
      points.push(point);
      isOpen = true;
    } else if (line.trim() !== '' && isOpen) {
      points.pop();
      isOpen = false;
    }
  }
  if (points.length === 0) return undefined;
  return { place: { source: script.source, span: block.span }, points };
}
