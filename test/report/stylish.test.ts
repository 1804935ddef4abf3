import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stylish } from '../../src/report/stylish.ts';
import type { ProjectReport } from '../../src/report/types.ts';
import { PLAIN, finding, migration, placeOf, project, report, source } from '../support/report.ts';
import { drawnReport, sampleReport } from '../support/sample-report.ts';

describe('stylish', () => {
  it('draws what the design draws', () => {
    expect(stylish({ ...drawnReport, duration: 140 }, PLAIN)).toBe(
      [
        'prisma/migrations · Prisma 6.19 (a file is one query: a transaction, unless it is a single statement) · PostgreSQL 15 (assumed) · 3 pending of 434 (base origin/main)',
        '',
        '20251121093000_rename_username/migration.sql',
        '  breaking · data loss: high · not reversible · no safe order with the code',
        '',
        "  error  Dropping username while adding display_name loses every user's username.        no-disguised-rename",
        '     2 │ ALTER TABLE "users" DROP COLUMN "username",',
        '       │                     ^^^^^^^^^^^^^^^^^^^^^^ holds data since 20240101000000_init',
        '     3 │                     ADD COLUMN "display_name" TEXT;',
        '       │                     ------------------------------ the probable new name',
        '       lock  ACCESS EXCLUSIVE on users, metadata only',
        '       help  Expand first: add display_name and write to both; backfill in batches; drop username in a later release.',
        '',
        '✖ 1 error in 1 of 3 pending migrations · 0.14 s',
        '',
      ].join('\n'),
    );
  });

  it('draws every kind of finding', async () => {
    await expect(stylish(sampleReport, PLAIN)).toMatchFileSnapshot('../golden/sample.txt');
  });

  it('draws them on a narrow terminal', async () => {
    await expect(stylish(sampleReport, { color: false, width: 60 })).toMatchFileSnapshot(
      '../golden/sample-narrow.txt',
    );
  });

  it('changes nothing but the colour with colours on', () => {
    const colored = stylish(sampleReport, { color: true, width: 120 });
    expect(colored).toContain('\u001b[31merror\u001b[39m');
    expect(colored).toContain('\u001b[33mwarning\u001b[39m');
    expect(stripVTControlCharacters(colored)).toBe(stylish(sampleReport, PLAIN));
  });

  it('lets nothing of a file or a name steer the terminal', () => {
    expect(stylish(sampleReport, PLAIN)).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  });

  it.each<[string, Partial<ProjectReport>]>([
    [
      '✔ prisma/migrations · Prisma 6.19 (a file is one query: a transaction, unless it is a single statement) · PostgreSQL 15 (assumed) · 2 pending of 434 (base origin/main) · nothing found · 0.14 s\n',
      { judged: [migration('a'), migration('b')] },
    ],
    [
      '✔ prisma/migrations · Prisma 6.19 (a file is one query: a transaction, unless it is a single statement) · PostgreSQL 15 (assumed) · nothing pending of 434 (base origin/main), --all judges the whole history · 0.14 s\n',
      {},
    ],
    [
      '✔ . · plain SQL files (each statement commits by itself) · PostgreSQL 17 · 1 migration (whole history) · nothing found · 0.14 s\n',
      {
        folder: '',
        runner: 'plain SQL files',
        transactions: 'each statement commits by itself',
        postgresVersion: 17,
        postgresAssumed: false,
        wholeHistory: true,
        base: 'whole history',
        migrations: 1,
        judged: [migration('a')],
      },
    ],
    [
      '✔ prisma/migrations · Prisma 6.19 (a file is one query: a transaction, unless it is a single statement) · PostgreSQL 15 (assumed) · no migrations · 0.14 s\n',
      { migrations: 0 },
    ],
  ])('is one line when nothing is found (%#)', (line, given) => {
    expect(stylish(report([project(given)], { duration: 140 }), { color: false, width: 80 })).toBe(line);
  });

  it('gives a directive to be copied a line of its own, which is not broken', () => {
    const directive =
      '-- migration-lint-disable-next-statement no-data-loss -- why nothing of it is needed, in so many words.';
    const help = `Save a copy before, or acknowledge the loss: ${directive}`;
    const shown = report([project({ judged: [migration('a', [finding({ help })])] })]);
    const lines = stylish(shown, { color: false, width: 60 }).split('\n');
    expect(lines).toContain(`${' '.repeat(13)}${directive}`);
    expect(lines).toContain('       help  Save a copy before, or acknowledge the loss:');
  });

  it('shows a few notes and counts the others', () => {
    const text = stylish(report([project({ notes: Array.from('abcdefgh') })]), PLAIN);
    expect(text.split('\n').slice(2, 8)).toEqual([
      '  note  a',
      '  note  b',
      '  note  c',
      '  note  d',
      '  note  e',
      '        and 3 more notes, all in --format json',
    ]);
    expect(text).toContain('✔ nothing pending, nothing found · 8 notes\n');
  });

  it('draws some related places and counts the others', () => {
    const other = source('prisma/migrations/0_init/migration.sql', 'a\nb\nc\nd\ne\nf\ng\nh\n');
    const related = Array.from('abcdefgh').map((letter) => ({
      place: placeOf(other, letter),
      label: `is ${letter}`,
    }));
    const text = stylish(report([project({ judged: [migration('x', [finding({ related })])] })]), PLAIN);
    expect(text).toContain(
      '       see   0_init/migration.sql:6 is f\n             and 2 more places\n       help  ',
    );
  });
});
