import type { Edit, FixRequest, FixSafety } from '../fix.ts';

/**
 * The fix that makes some edits together.
 *
 * @param title a verb in the third person first: `builds it concurrently`.
 * @param parts edits in one file, as the functions beside this one give them.
 * @returns undefined where one of the parts is not possible, where two touch each other, or where there is none.
 */
export function editFix(
  safety: FixSafety,
  title: string,
  ...parts: readonly (readonly Edit[] | undefined)[]
): FixRequest | undefined {
  const edits: Edit[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    edits.push(...part);
  }
  const sorted = edits.toSorted((a, b) => a.span.start - b.span.start);
  const [first] = sorted;
  if (first === undefined || edits.some(({ path }) => path !== first.path)) return undefined;
  const touches = sorted.some(({ span }, index) => span.start <= (sorted[index - 1]?.span.end ?? -1));
  return touches ? undefined : { kind: 'edits', safety, title, edits: sorted };
}
