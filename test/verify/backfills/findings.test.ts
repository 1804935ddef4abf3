import { expect, it } from 'vitest';
import { oversizedBatch } from '../../../src/verify/backfills/findings.ts';
import type { BackfillSubject } from '../../../src/verify/backfills/subject.ts';
import type { MigrationScene } from '../../../src/verify/verify-migration.ts';

const source = { path: 'a.sql', text: '', encoding: 'utf-8', byteOrderMark: false } as const;
const scene = { forward: { source } } as MigrationScene;

/** The finding about a loop that changed 50 rows in one of its transactions, with batches of 10. */
function finding(commits: BackfillSubject['commits'], transactions: number): readonly string[] {
  const subject: BackfillSubject = {
    place: { source, span: { start: 0, end: 0 } },
    table: { schema: undefined, name: 'users' },
    tableText: 'users',
    batch: 10,
    commits,
    deletes: false,
    condition: undefined,
    needs: new Map(),
  };
  const { message, help } = oversizedBatch(scene, subject, { most: 50, batch: 10, transactions });
  return [message, help];
}

it('says of a loop that commits each pass that LIMIT does not count the rows', () => {
  const help = expect.stringContaining('Let LIMIT count the rows: pick them by their primary key.') as string;
  expect(finding('each pass', 1)).toEqual([
    'The loop over users changed all 50 rows in its first pass, which is more than its batch of 10.',
    help,
  ]);
  expect(finding('each pass', 3)).toEqual([expect.stringContaining('more than its batch of 10'), help]);
});

it('asks for COMMIT where it is missing', () => {
  expect(finding('some passes', 3)[1]).toBe('COMMIT after each batch, not after some of them.');
  expect(finding('never', 1)).toEqual([
    'The loop over users changed all 50 rows in one transaction: its batches of 10 give no lock back before the end.',
    'COMMIT after each batch, in a script that its runner sends outside of a transaction.',
  ]);
});
