import type { MigrationClass } from '../../src/model/history/migration-class.ts';
import type { SourceText } from '../../src/input/text/types.ts';
import type { Report } from '../../src/report/types.ts';
import { finding, migration, placeOf, project, report, rule, source } from './report.ts';

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

const drop = {
  kind: 'DropColumn' as const,
  place: placeOf(rename, rename.text.slice(rename.text.indexOf('ALTER'), -2)),
};
const add = { ...drop, kind: 'AddColumn' as const };

/** The class of the migration that renames. */
const renamingClass: MigrationClass = {
  class: {
    value: 'breaking',
    reasons: [{ ...drop, text: 'drops users.username, which running code may use' }],
  },
  compatibility: 'breaking',
  phase: {
    value: 'mixed',
    reasons: [
      { ...add, text: 'adds users.display_name, which is NULL in every row' },
      { ...drop, text: 'drops users.username, which running code may use' },
    ],
  },
  dataLoss: {
    value: 'high',
    reasons: [
      { ...drop, text: 'drops users.username with its values, of which no migration has made a copy' },
    ],
  },
  reversible: {
    value: 'no',
    reasons: [
      { ...drop, text: 'drops users.username with its values, of which no migration has made a copy' },
    ],
  },
  downtime: {
    blocks: 'reads and writes',
    length: 'instant',
    reasons: [{ ...drop, text: 'takes ACCESS EXCLUSIVE on users' }],
  },
  order: {
    value: 'neither',
    reasons: [
      { ...drop, text: 'drops users.username, which running code may use' },
      { ...add, text: 'adds users.display_name, which is NULL in every row' },
    ],
  },
  unread: [],
};

/** What the design draws, and what the documentation of the JSON format shows. */
export const drawnReport: Report = report([
  project({
    judged: [
      migration('20251121093000_rename_username', [renaming], renamingClass),
      migration('20251121094500_add_index'),
      migration('20251121100000_add_email'),
    ],
  }),
]);

/** CR LF, tabs, wide and combined characters, a statement of several lines. */
const backfill = source(
  'prisma/migrations/20251121094500_größe 100%/migration.sql',
  [
    '-- 😀 gemischt',
    '\tALTER TABLE "注文" ADD COLUMN "gro\u0308ße" TEXT NOT NULL, ADD COLUMN "👩‍👩‍👧" TEXT NOT NULL;',
    'UPDATE "注文"',
    '   SET "gro\u0308ße" = \'L\'',
    ' WHERE true;',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$',
    '  SELECT 1;',
    '  SELECT 2;',
    '$$;',
    '',
  ].join('\r\n'),
);

/** A file that tries to steer the terminal, with a line far longer than any terminal. */
const hostile = source(
  'prisma/migrations/20251121100000_evil/migration.sql',
  `INSERT INTO logs VALUES ${"(1, 'abc'), ".repeat(500)}(2, 'z'); DROP TABLE "evil\u001b[31m\u202e[sql](1)"; SELECT 1;\nSELECT FROM WHERE`,
);

const marked: SourceText = {
  ...source('apps/web/migrations/0002.sql', 'DROP INDEX a;\nDROP INDEX b;\n'),
  byteOrderMark: true,
};

/** A report with every kind of finding: what the golden files of the formats are made from. */
export const sampleReport: Report = report(
  [
    project({
      judged: [
        migration('20251121093000_rename_username', [renaming], renamingClass),
        migration('20251121094500_größe 100%', [
          finding({
            rule: 'no-required-column',
            messageId: 'missing',
            message:
              'Adding the required column "größe" to "注文" without a default fails as soon as the table has a row; the running code, which does not know the column, cannot insert rows from then on.',
            help: 'Add it without NOT NULL, fill it in batches, and set NOT NULL in a later release.',
            data: { column: '"größe"', table: '"注文"' },
            place: placeOf(backfill, 'ADD COLUMN "gro\u0308ße" TEXT NOT NULL'),
            fingerprint: '1'.repeat(32),
            effects: [
              {
                relation: { schema: 'shop', name: '注文' },
                lock: 'ACCESS EXCLUSIVE',
                work: 'scan',
                online: false,
              },
              { relation: users, lock: 'SHARE ROW EXCLUSIVE', work: 'metadata', online: false },
            ],
          }),
          finding({
            rule: 'no-required-column',
            messageId: 'missing',
            message: 'Adding the required column "👩‍👩‍👧" to "注文" without a default fails.',
            help: 'Add it without NOT NULL.',
            data: { column: '"👩‍👩‍👧"', table: '"注文"' },
            place: placeOf(backfill, 'ADD COLUMN "👩‍👩‍👧" TEXT NOT NULL'),
            fingerprint: '2'.repeat(32),
          }),
          finding({
            rule: 'no-unbatched-write',
            severity: 'warning',
            message: 'Updating all rows of "注文" at once.',
            help: 'Update in batches.',
            place: placeOf(backfill, 'UPDATE "注文"\r\n   SET "gro\u0308ße" = \'L\'\r\n WHERE true'),
            label: 'every row',
            related: [
              {
                place: placeOf(backfill, backfill.text.slice(backfill.text.indexOf('CREATE F'), -3)),
                label: 'the function that reads them',
              },
              { place: placeOf(rename, '"users"'), label: 'the [other](1) table' },
            ],
            fingerprint: '3'.repeat(32),
            effects: [
              {
                relation: { schema: 'shop', name: '注文' },
                lock: 'ROW EXCLUSIVE',
                work: 'rows',
                online: false,
              },
            ],
            held: [
              {
                relation: { schema: 'shop', name: '注文' },
                lock: 'ACCESS EXCLUSIVE',
                since: placeOf(backfill, 'ADD COLUMN "gro\u0308ße" TEXT NOT NULL'),
              },
            ],
          }),
        ]),
        migration('20251121100000_evil', [
          finding({
            rule: 'no-data-loss',
            messageId: 'unknown-message',
            message: 'Dropping "evil\u001b[31m\u202e[sql](1)" loses its rows.\nNothing found.',
            help: 'Keep it.',
            place: placeOf(hostile, 'DROP TABLE "evil\u001b[31m\u202e[sql](1)"'),
            related: [{ place: placeOf(hostile, 'INSERT INTO logs'), label: 'rows came in here' }],
            fingerprint: '4'.repeat(32),
            effects: ['a', 'b', 'c', 'd', 'e', 'user'].map((name) => ({
              relation: { schema: 'public', name },
              lock: 'ACCESS EXCLUSIVE',
              work: 'metadata',
              online: false,
            })),
          }),
          finding({
            rule: 'no-syntax-error',
            message: 'PostgreSQL cannot read this: syntax error at end of input.',
            help: 'Correct the statement.',
            place: { source: hostile, span: { start: hostile.text.length, end: hostile.text.length } },
            fingerprint: '5'.repeat(32),
          }),
          finding({
            rule: 'failed-rule',
            messageId: 'threw',
            message: 'The rule team/no-tests failed on 20251121100000_evil: it is broken.',
            help: 'Please report it with the migration’s text.',
            path: 'prisma/migrations/20251121100000_evil',
            fingerprint: '6'.repeat(32),
          }),
        ]),
      ],
      findings: [
        finding({
          rule: 'no-edited-migration',
          severity: 'warning',
          message: 'The applied migration 20240101000000_init was deleted.',
          help: 'Bring it back: git checkout origin/main -- prisma/migrations/20240101000000_init',
          path: 'prisma/migrations/20240101000000_init/migration.sql',
          migration: undefined,
          fingerprint: '7'.repeat(32),
        }),
      ],
      notes: ['The body of the function plv8_total is written in plv8 and was not read.'],
    }),
    project({
      folder: 'apps/web/migrations',
      layout: 'plain',
      runner: 'plain SQL files',
      transactions: 'each statement commits by itself',
      postgresVersion: 17,
      postgresAssumed: false,
      migrations: 2,
      judged: [
        migration('0002', [
          finding({
            rule: 'require-concurrent-index',
            severity: 'info',
            message: 'Dropping an index blocks the table.',
            help: 'Use DROP INDEX CONCURRENTLY.',
            place: placeOf(marked, 'DROP INDEX b'),
            fingerprint: '8'.repeat(32),
            effects: [{ relation: users, lock: 'SHARE UPDATE EXCLUSIVE', work: 'index build', online: true }],
          }),
        ]),
      ],
    }),
    project({ folder: 'apps/api/migrations', migrations: 12 }),
  ],
  {
    rules: [
      rule('no-required-column', {
        whenNotToUse: 'Never.',
        messages: {
          missing: {
            what: 'Adding the required column {{column}} to {{table}} without a default fails.',
            help: 'Add {{column}} without NOT NULL; {braces} are kept.',
          },
        },
      }),
      ...['no-data-loss', 'no-disguised-rename', 'no-edited-migration', 'no-syntax-error'].map((name) =>
        rule(name),
      ),
      rule('require-concurrent-index', { severity: 'info' }),
      rule('no-unbatched-write', { severity: 'warning' }),
      rule('team/no-tests'),
    ],
  },
);
