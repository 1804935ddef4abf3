import { describe, expect, it } from 'vitest';
import { stylish } from '../../src/report/stylish.ts';
import { PLAIN, finding, migration, placeOf, project, report, source } from '../support/report.ts';

const users = { schema: 'public', name: 'users' };

const rename = source(
  'prisma/migrations/20251121093000_rename_username/migration.sql',
  '-- AlterTable\nALTER TABLE "users" DROP COLUMN "username",\n                    ADD COLUMN "display_name" TEXT;\n',
);

const renaming = finding({
  place: placeOf(rename, 'DROP COLUMN "username"'),
  label: 'holds data since 20240101000000_init',
  related: [{ place: placeOf(rename, 'ADD COLUMN "display_name" TEXT'), label: 'the probable new name' }],
  effects: [{ relation: users, lock: 'ACCESS EXCLUSIVE', work: 'metadata', online: false }],
});

const threePending = project({
  judged: [migration('20251121093000_rename_username', [renaming]), migration('a'), migration('b')],
});

describe('stylish', () => {
  it('draws what the design draws', () => {
    expect(stylish(report([threePending], { duration: 140 }), PLAIN)).toBe(
      [
        'prisma/migrations · Prisma 6.19 (a file is one transaction) · PostgreSQL 15 (assumed) · 3 pending of 434 (base origin/main)',
        '',
        '20251121093000_rename_username/migration.sql',
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
});
