import type { HistoryStep, Replacement } from './replacement.ts';

/** The last step that gave the new column or table of a replacement its values; undefined where none did, as far as the SQL shows. */
export function lastFillOf({ ties }: Pick<Replacement, 'ties'>): HistoryStep | undefined {
  return ties.findLast(
    ({ kind }) => kind === 'backfill' || kind === 'trigger' || kind === 'generated column',
  );
}
