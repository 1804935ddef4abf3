import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { layoutOfProject } from '../../../src/input/layouts/layouts.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { idsOf, LAYOUTS, piece, placed, projectOf, splitUp, textAt, treeAfter } from './projects.ts';

beforeAll(loadParser);

const numbers = fc
  .uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 7 })
  .map((all) => all.sort((a, b) => a - b).map((number) => String(number).padStart(4, '0')));
const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 7 })
  .map((all) => all.sort((a, b) => a - b).map((second) => `202501010000${String(second).padStart(2, '0')}`));

describe.each(LAYOUTS)('a split of %s', (layout) => {
  it('reads back in the right order, and touches nothing that is applied', () => {
    fc.assert(
      fc.property(
        fc.oneof(numbers, times),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (versions, appliedSeed, originSeed, more, withRollbacks) => {
          const applied = appliedSeed % versions.length;
          const { scene, ids } = projectOf(layout, versions, applied, withRollbacks);
          const at = applied + (originSeed % (versions.length - applied));
          const rollback = withRollbacks ? 'DROP TABLE x;\n' : undefined;
          const added = Array.from({ length: more }, (_, index) =>
            piece(`SELECT ${index + 1};\n`, { name: `step_${index}`, rollback }),
          );
          const outcome = placed(
            splitUp(scene, ids[at] ?? '', [piece('SELECT 0;\n', { rollback }), ...added]),
          );
          const tree = treeAfter(scene, outcome);
          const now = (id: string): string => outcome.renamed.get(id) ?? id;
          expect(idsOf(tree, scene.found)).toEqual([
            ...ids.slice(0, at + 1),
            ...outcome.ids.slice(1),
            ...ids.slice(at + 1).map(now),
          ]);
          const { entries, strays } = layoutOfProject(scene.found).migrations(tree, scene.found.folder);
          expect(strays).toEqual([]);
          const read = (path: string | undefined): string => textAt(tree, path ?? '') ?? '';
          for (const [index, { forward, rollback: undo }] of entries.entries()) {
            const isPiece = index >= at && index <= at + more;
            const number = index > at ? index - more : index;
            expect(read(forward)).toContain(isPiece ? `SELECT ${index - at};` : `CREATE TABLE t${number} `);
            if (withRollbacks)
              expect(read(undo)).toContain(isPiece ? 'DROP TABLE x;' : `DROP TABLE t${number};`);
          }
          for (const id of ids.slice(0, applied)) {
            const changed = [...outcome.files.keys()].filter((path) => path.includes(id));
            expect(changed).toEqual([]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves an applied successor alone: the new one comes after it', () => {
    const { scene, ids } = projectOf(layout, ['0001', '0002', '0003'], 0);
    const late = { ...scene, pending: new Set([ids[1] ?? '']) };
    const outcome = placed(splitUp(late, ids[1] ?? '', [piece('SELECT 0;'), piece('SELECT 1;')]));
    expect(idsOf(treeAfter(late, outcome), scene.found)).toEqual([...ids, outcome.ids[1]]);
    expect(outcome.renamed.size).toBe(0);
  });
});

const only = (files: ReadonlyMap<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries([...files].map(([path, text]) => [path.replace('db/migrations/', ''), text]));

describe('what a tool asks for', () => {
  it('renumbers a pending successor with its rollback and what its header says', () => {
    const { scene, ids } = projectOf('numbered', ['0001', '0002', '0003'], 1);
    const path = 'db/migrations/sql/0003_add_t2.sql';
    const header = '-- Migration: 0003_add_t2\n-- Version: 0003\n-- Purpose: 0003 things\nSELECT 3;\n';
    const tree = treeAfter(scene, {
      kind: 'placed',
      files: new Map([[path, header]]),
      ids: [],
      renamed: new Map(),
      moved: new Map(),
      drafts: [],
      notes: [],
    });
    const outcome = placed(
      splitUp({ ...scene, tree }, ids[1] ?? '', [
        piece('SELECT 0;'),
        piece('SELECT 1;', { name: 'validate_x' }),
      ]),
    );
    expect(only(outcome.files)).toEqual({
      'sql/0002_add_t1.sql': 'SELECT 0;\n',
      'sql/0003_validate_x.sql': 'SELECT 1;\n',
      'sql/0003_add_t2.sql': undefined,
      'sql/0004_add_t2.sql':
        '-- Migration: 0004_add_t2\n-- Version: 0004\n-- Purpose: 0003 things\nSELECT 3;\n',
      'rollback/0003_rollback.sql': undefined,
      'rollback/0004_rollback.sql': 'DROP TABLE t2;\n',
    });
    expect([...outcome.renamed]).toEqual([['0003_add_t2', '0004_add_t2']]);
    expect([...outcome.moved]).toEqual([
      [path, 'db/migrations/sql/0004_add_t2.sql'],
      ['db/migrations/rollback/0003_rollback.sql', 'db/migrations/rollback/0004_rollback.sql'],
    ]);
  });

  it('gives Prisma seconds between the origin and a close successor', () => {
    const { scene, ids } = projectOf('prisma', ['20250101000000', '20250101000002'], 0);
    const outcome = placed(splitUp(scene, ids[0] ?? '', [piece('SELECT 0;'), piece('SELECT 1;')]));
    expect(outcome.ids[1]).toBe('20250101000001_more');
    expect(outcome.renamed.size).toBe(0);
  });

  it('moves a whole folder where there is no room', () => {
    const { scene, ids } = projectOf('prisma', ['20250101000000', '20250101000001'], 0);
    const outcome = placed(splitUp(scene, ids[0] ?? '', [piece('SELECT 0;'), piece('SELECT 1;')]));
    expect(outcome.ids[1]).toBe('20260102030405_more');
    expect([...outcome.renamed]).toEqual([['20250101000001_add_t1', '20260102030406_add_t1']]);
    expect(
      Object.keys(only(outcome.files))
        .filter((path) => path.includes('_add_t1'))
        .sort(),
    ).toEqual([
      '20250101000001_add_t1/README.md',
      '20250101000001_add_t1/down.sql',
      '20250101000001_add_t1/migration.sql',
      '20260102030406_add_t1/README.md',
      '20260102030406_add_t1/down.sql',
      '20260102030406_add_t1/migration.sql',
    ]);
  });

  it('keeps apart those that take the former id of another', () => {
    const { scene: empty } = projectOf('goose', ['0001'], 0, false);
    const files = ['1_a', '2_change', '3_change', '4_change', '5_other'].map(
      (id) => [`db/migrations/${id}.sql`, `-- +goose Up\nSELECT '${id}';\n`] as const,
    );
    const tree = treeAfter(empty, {
      ...EMPTY,
      files: new Map<string, string | undefined>([['db/migrations/0001_add_t0.sql', undefined], ...files]),
    });
    const scene = { ...empty, tree, pending: new Set(idsOf(tree, empty.found)) };
    const outcome = placed(
      splitUp(scene, '1_a', [piece('SELECT 0;'), piece('SELECT 1;'), piece('SELECT 2;')]),
    );
    expect([...outcome.renamed]).toEqual([
      ['2_change', '4_change'],
      ['3_change', '5_change'],
      ['4_change', '6_change'],
      ['5_other', '7_other'],
    ]);
    const after = treeAfter(scene, outcome);
    expect(textAt(after, 'db/migrations/4_change.sql')).toContain('2_change');
    expect(textAt(after, 'db/migrations/6_change.sql')).toContain('4_change');
  });

  it('keeps the journal and the snapshots of Drizzle', () => {
    const { scene, ids } = projectOf('drizzle', ['0000', '0001', '0002'], 1, false);
    const outcome = placed(splitUp(scene, ids[1] ?? '', [piece('SELECT 0;'), piece('SELECT 1;\nSELECT 2;')]));
    const files = only(outcome.files);
    const journal = JSON.parse(files['meta/_journal.json'] ?? '') as {
      entries: { idx: number; tag: string; when: number; version: string }[];
    };
    expect(journal.entries.map(({ idx, tag, version }) => [idx, tag, version])).toEqual([
      [0, '0000_add_t0', '7'],
      [1, '0001_add_t1', '7'],
      [2, '0002_more', '7'],
      [3, '0003_add_t2', '7'],
    ]);
    const whens = journal.entries.map(({ when }) => when);
    expect(whens).toEqual([...new Set(whens)].sort((a, b) => a - b));
    expect(files['meta/0002_snapshot.json']).toBeUndefined();
    expect(files['meta/0003_snapshot.json']).toBe('{"of": "0002"}');
    expect(files['0002_more.sql']).toBe('SELECT 1;\n--> statement-breakpoint\nSELECT 2;\n');
  });

  const outside = { outsideTransaction: true } as const;
  it.each([
    [
      'goose',
      {
        '0002_add_t1.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 0;\n',
        '0003_more.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n',
      },
    ],
    [
      'dbmate',
      {
        '0002_add_t1.sql':
          '-- migrate:up transaction:false\nSELECT 0;\n\n-- migrate:down transaction:false\n',
        '20260102030405_more.sql':
          '-- migrate:up transaction:false\nSELECT 1;\n\n-- migrate:down transaction:false\n',
      },
    ],
    [
      'sqlx',
      {
        '0002_add_t1.up.sql': '-- no-transaction\nSELECT 0;\n',
        '0003_more.up.sql': '-- no-transaction\nSELECT 1;\n',
      },
    ],
    [
      'diesel',
      {
        '0002_add_t1/up.sql': 'SELECT 0;\n',
        '0002_add_t1/metadata.toml': 'run_in_transaction = false\n',
        '2026-01-02-030405_more/up.sql': 'SELECT 1;\n',
        '2026-01-02-030405_more/metadata.toml': 'run_in_transaction = false\n',
      },
    ],
    [
      'flyway',
      {
        'x/V0002__add_t1.sql': 'SELECT 0;\n',
        'x/V0002__add_t1.sql.conf': 'placeholderReplacement=false\nexecuteInTransaction=false\n',
        'x/V0003__more.sql': 'SELECT 1;\n',
        'x/V0003__more.sql.conf': 'executeInTransaction=false\n',
      },
    ],
  ] as const)('says in the words of %s that a script wants no transaction', (layout, wanted) => {
    const { scene, ids } = projectOf(layout, ['0001', '0002'], 1, false);
    const outcome = placed(
      splitUp(scene, ids[1] ?? '', [piece('SELECT 0;', outside), piece('SELECT 1;', outside)]),
    );
    expect(only(outcome.files)).toEqual(wanted);
  });
});

describe('the text', () => {
  it('keeps a byte-order mark, CRLF, the end without a line end, and all outside its section', () => {
    const { scene, ids } = projectOf('goose', ['0001', '0002'], 1);
    const text =
      '\ufeff-- why\r\n-- +goose Up\r\nCREATE TABLE a (x int);\r\n\r\n-- +goose Down\r\nDROP TABLE a;';
    const path = 'db/migrations/0002_add_t1.sql';
    const tree = treeAfter(scene, { ...placed({ ...EMPTY, files: new Map([[path, text]]) }) });
    const outcome = placed(
      splitUp({ ...scene, tree }, ids[1] ?? '', [
        piece('SELECT 0;\nSELECT 2;\n', { rollback: 'SELECT 9;\n' }),
        piece('DO $$ BEGIN\n  PERFORM 1;\nEND $$;\n', { rollback: 'SELECT 8;\n' }),
      ]),
    );
    expect(only(outcome.files)).toEqual({
      '0002_add_t1.sql':
        '\ufeff-- why\r\n-- +goose Up\r\nSELECT 0;\r\nSELECT 2;\r\n\r\n-- +goose Down\r\nSELECT 9;',
      '0003_more.sql':
        '-- +goose Up\r\n-- +goose StatementBegin\r\nDO $$ BEGIN\r\n  PERFORM 1;\r\nEND $$;\r\n-- +goose StatementEnd\r\n\r\n-- +goose Down\r\nSELECT 8;\r\n',
    });
  });

  it('puts marks of goose around what it would cut', () => {
    const { scene, ids } = projectOf('goose', ['0001', '0002'], 1, false);
    const outcome = placed(splitUp(scene, ids[1] ?? '', [piece('DO $$ BEGIN\n  PERFORM 1;\nEND $$;\n')]));
    expect(outcome.files.get('db/migrations/0002_add_t1.sql')).toBe(
      '-- +goose Up\n-- +goose StatementBegin\nDO $$ BEGIN\n  PERFORM 1;\nEND $$;\n-- +goose StatementEnd\n',
    );
  });

  it('gives a piece the header of its origin, with its own name', () => {
    const { scene, ids } = projectOf('plain', ['0001', '0002'], 1, false);
    const path = 'db/migrations/0002-add_t1.sql';
    const text = '-- Migration: 0002-add_t1\n-- Version: 0002\n-- Purpose: faster orders\nSELECT 1;\n';
    const tree = treeAfter(scene, { ...EMPTY, files: new Map([[path, text]]) });
    const outcome = placed(splitUp({ ...scene, tree }, ids[1] ?? '', [piece(text), piece('SELECT 2;')]));
    expect(outcome.files.get('db/migrations/0003-more.sql')).toBe(
      '-- Migration: 0003-more\n-- Version: 0003\n-- Purpose: faster orders (part 2 of 2)\n\nSELECT 2;\n',
    );
  });
});

describe('what cannot be', () => {
  it('is said, and nothing is written: a program between that names itself', () => {
    const { scene, ids } = projectOf('goose', ['0001', '0002'], 1, false);
    const path = 'db/migrations/0003_seed.go';
    const tree = treeAfter(scene, { ...EMPTY, files: new Map([[path, 'package migrations']]) });
    const pending = new Set([...scene.pending, '0003_seed']);
    const pieces = [piece('SELECT 0;'), piece('SELECT 1;')] as const;
    const outcome = splitUp({ ...scene, tree, pending }, ids[1] ?? '', [...pieces]);
    expect(outcome).toEqual({
      kind: 'refused',
      reason:
        '0002_add_t1 stays in one piece. 0003_seed is a Go program, which may name itself, and so keeps its name.',
    });
    const last = placed(splitUp({ ...scene, tree, pending }, ids[1] ?? '', [...pieces], { mayGoLast: true }));
    expect(last.ids).toEqual(['0002_add_t1', '0004_more']);
    expect(last.notes).toEqual(['0004_more could not come right after 0002_add_t1, and come last.']);
  });

  it('splits no applied migration', () => {
    const { scene, ids } = projectOf('goose', ['0001', '0002'], 1);
    expect(splitUp(scene, ids[0] ?? '', [piece('SELECT 0;')])).toMatchObject({ kind: 'refused' });
  });
});

describe('drafts', () => {
  it('lie beside the migrations folder, and say what has to come first', () => {
    const { scene, ids } = projectOf('prisma', ['20250101000000'], 0);
    const drafts = [
      {
        sql: 'ALTER TABLE a DROP COLUMN b;\n',
        name: 'drop_b_from_a',
        needs: 'Release first: code without a.b.',
        rollback: 'SELECT 1;',
      },
      { sql: 'SELECT 2;', name: 'drop_b_from_a', rollback: undefined },
    ];
    const outcome = placed(splitUp(scene, ids[0] ?? '', [piece('SELECT 0;')], { drafts }));
    expect(outcome.drafts).toEqual([
      'db/migration-drafts/drop_b_from_a.sql',
      'db/migration-drafts/drop_b_from_a_2.sql',
    ]);
    expect(outcome.files.get('db/migration-drafts/drop_b_from_a.sql')).toBe(
      '-- A draft, not yet a migration: it finishes 20250101000000_add_t0.\n' +
        '-- Release first: code without a.b.\n' +
        '-- Then run npx prisma migrate dev --create-only --name drop_b_from_a, and have what follows take the place of its SQL, ' +
        'db/migration-drafts/drop_b_from_a.rollback.sql the one of its rollback; delete this file.\n\n' +
        'ALTER TABLE a DROP COLUMN b;\n',
    );
    expect(idsOf(treeAfter(scene, outcome), scene.found)).toEqual(ids);
  });
});

const EMPTY = {
  kind: 'placed',
  files: new Map<string, string | undefined>(),
  ids: [],
  renamed: new Map<string, string>(),
  moved: new Map<string, string>(),
  drafts: [],
  notes: [],
} as const;
