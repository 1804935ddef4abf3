import type { Edit } from '../../lint/fix.ts';

/** The edits of one fix, all in one file: they are made together or not at all. */
export interface EditGroup {
  readonly edits: readonly Pick<Edit, 'span' | 'text'>[];
}

/**
 * Makes the edits of fixes in a text, those of the first fix first. A fix that touches what an earlier one has changed waits: its
 * finding is judged anew on the new text.
 *
 * @param groups in the order of their findings.
 * @returns the new text, and which of the groups were made.
 */
export function applyEdits<Group extends EditGroup>(
  text: string,
  groups: readonly Group[],
): { readonly text: string; readonly made: readonly Group[] } {
  const made: Group[] = [];
  const chosen: EditGroup['edits'][number][] = [];
  for (const group of groups) {
    const all = [...chosen, ...group.edits];
    if (group.edits.length === 0 || hasOverlap(all, text.length)) continue;
    chosen.push(...group.edits);
    made.push(group);
  }
  let result = text;
  // From the end, so that offsets before it stay right.
  for (const { span, text: replacement } of chosen.sort((a, b) => b.span.start - a.span.start))
    result = result.slice(0, span.start) + replacement + result.slice(span.end);
  return { text: result, made };
}

/** Whether two of the edits touch each other, or one lies outside the text. Two insertions at one place have no order: they touch. */
function hasOverlap(edits: EditGroup['edits'], length: number): boolean {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return sorted.some(({ span }, index) => {
    const before = sorted[index - 1]?.span;
    if (span.start < 0 || span.end < span.start || span.end > length) return true;
    if (before === undefined) return false;
    return before.end >= span.start;
  });
}
