import type { VerifyFinding } from '../types.ts';
import type { MigrationScene } from '../verify-migration.ts';
import type { RowWishes } from './fill-table.ts';
import type { BackfillSubject } from './subject.ts';

type Rows = Pick<RowWishes, 'rows' | 'withNulls'>;

/** A loop that was stopped. */
export function endlessLoop(
  scene: MigrationScene,
  subject: BackfillSubject,
  { rows, withNulls, seconds }: Rows & { readonly seconds: number },
): VerifyFinding {
  return {
    ...common(scene, subject),
    id: 'endless-loop',
    severity: 'error',
    message: `The loop over ${subject.tableText} does not end: on ${rowsText({ rows, withNulls })} it was stopped after ${seconds} seconds.`,
    help: withNulls
      ? 'Some rows stay in its condition however often they are written, such as those whose source is NULL. Leave them out of the condition: AND source IS NOT NULL.'
      : 'Leave the loop when a batch changed no row (GET DIAGNOSTICS … ROW_COUNT, then EXIT WHEN), and pick rows by a condition that the write makes false.',
  };
}

/** Rows that a loop should have come to. */
export function rowsLeft(
  scene: MigrationScene,
  subject: BackfillSubject,
  { left, of, rows, withNulls }: Rows & { readonly left: number; readonly of: number },
): VerifyFinding {
  return {
    ...common(scene, subject),
    id: 'rows-left',
    severity: 'error',
    message: `The loop over ${subject.tableText} ends too early: ${left} of ${of} rows that it should change are left, on ${rowsText({ rows, withNulls })}.`,
    help: 'Take no OFFSET over rows that drop out of the condition by themselves, and do not end where a range of keys is empty. Page by key: WHERE id > last_id ORDER BY id LIMIT n.',
  };
}

/** Transactions that change more rows than a batch has. */
export function oversizedBatch(
  scene: MigrationScene,
  subject: BackfillSubject,
  {
    most,
    batch,
    transactions,
  }: { readonly most: number; readonly batch: number; readonly transactions: number },
): VerifyFinding {
  const all = transactions === 1;
  return {
    ...common(scene, subject),
    id: 'oversized-batch',
    severity: 'warning',
    message: all
      ? subject.commits === 'each pass'
        ? `The loop over ${subject.tableText} changed all ${most} rows in its first pass, which is more than its batch of ${batch}.`
        : `The loop over ${subject.tableText} changed all ${most} rows in one transaction: its batches of ${batch} give no lock back before the end.`
      : `The loop over ${subject.tableText} changed ${most} rows in one transaction, which is more than its batch of ${batch}.`,
    help: batchHelp(subject.commits),
  };
}

function batchHelp(commits: BackfillSubject['commits']): string {
  switch (commits) {
    case 'each pass':
      return 'It commits after each pass, so that LIMIT counts something else than the rows that are changed, such as keys that several rows share. Let LIMIT count the rows: pick them by their primary key.';
    case 'some passes':
      return 'COMMIT after each batch, not after some of them.';
    case 'never':
      return 'COMMIT after each batch, in a script that its runner sends outside of a transaction.';
    default:
      return commits satisfies never;
  }
}

function common(
  { forward }: MigrationScene,
  { place }: BackfillSubject,
): Pick<VerifyFinding, 'path' | 'place' | 'details'> {
  return { path: forward.source.path, place, details: [] };
}

function rowsText({ rows, withNulls }: Rows): string {
  return `${rows} sample rows${withNulls ? ' with NULLs' : ''}`;
}
