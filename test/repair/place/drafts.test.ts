import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { findProjects } from '../../../src/input/project/find-projects.ts';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { DEFAULT_CONVENTIONS } from '../../../src/lint/conventions.ts';
import { ChangedFiles } from '../../../src/repair/place/changed-files.ts';
import { writeDrafts } from '../../../src/repair/place/drafts.ts';
import type { Draft } from '../../../src/repair/split/types.ts';
import { LAYOUTS, projectOf, textAt } from './projects.ts';

const DRAFT = { sql: 'DROP TABLE a;\n', name: 'drop_a', rollback: 'CREATE TABLE a ();\n' };

describe.each(LAYOUTS)('a draft of %s', (layout) => {
  it('is found as no migration and as no project, wherever it lies', () => {
    const { scene } = projectOf(layout, ['20250101000000', '20250102000000'], 1);
    for (const draftsFolder of [DEFAULT_CONVENTIONS.draftsFolder, 'later/migrations']) {
      const files = new ChangedFiles(scene.tree);
      const conventions = { ...scene.conventions, draftsFolder };
      const paths = writeDrafts(files, { found: scene.found, conventions }, [DRAFT], '20250102000000_x');
      expect(paths).toEqual([`db/${draftsFolder}/drop_a.sql`]);
      expect(findProjects(files.tree).projects.map(({ folder }) => folder)).toEqual(
        findProjects(scene.tree).projects.map(({ folder }) => folder),
      );
    }
  });
});

it('refuses a folder inside the migrations folder, which Prisma would run', () => {
  const { scene } = projectOf('prisma', ['20250101000000'], 0);
  const atTop = { ...scene.found, folder: '' };
  expect(() =>
    writeDrafts(new ChangedFiles(scene.tree), { found: atTop, conventions: scene.conventions }, [DRAFT], 'x'),
  ).toThrow('lies in the migrations folder itself');
});

it('does not write the same draft twice over another one', () => {
  const { scene } = projectOf('prisma', ['20250101000000'], 0);
  const files = new ChangedFiles(memoryTree({ 'db/migration-drafts/drop_a.sql': 'mine' }));
  expect(writeDrafts(files, scene, [DRAFT], 'x')).toEqual(['db/migration-drafts/drop_a_2.sql']);
  expect(textAt(files.tree, 'db/migration-drafts/drop_a.sql')).toBe('mine');
  expect(textAt(files.tree, 'db/migration-drafts/drop_a_2.rollback.sql')).toBe('CREATE TABLE a ();\n');
});

describe('the header of a draft', () => {
  const LOOP = 'DO $$\nBEGIN\n  UPDATE a SET b = 1;\n  COMMIT;\nEND\n$$;\n';
  const fill: Draft = {
    sql: LOOP,
    name: 'fill_b',
    needs: 'Release first: the application that sets b, everywhere.',
    outsideTransaction: true,
    rollback: undefined,
  };
  const demand: Draft = { sql: 'SELECT 2;', name: 'require_b', behind: fill, rollback: undefined };
  const prove: Draft = { sql: 'SELECT 3;', name: 'set_b_not_null', behind: demand, rollback: undefined };
  const other: Draft = { ...DRAFT, needs: 'Release first: the application without a, everywhere.' };

  const written = (layout: LayoutName, drafts: readonly Draft[]): readonly string[] => {
    const { scene } = projectOf(layout, ['20250101000000'], 0);
    const files = new ChangedFiles(memoryTree({ 'db/migration-drafts/require_b.sql': 'mine' }));
    return writeDrafts(files, scene, drafts, 'x').map((path) => textAt(files.tree, path) ?? '');
  };

  it('says which of a plan it is, and what runs before it', () => {
    const [first, drop, second, third] = written('prisma', [fill, other, demand, prove]);
    expect(first).toContain(
      'it finishes x. Draft 1 of 3.\n-- Release first: the application that sets b, everywhere.\n-- Then',
    );
    expect(drop).toContain(
      'it finishes x.\n-- Release first: the application without a, everywhere.\n-- Then',
    );
    expect(second).toContain('Draft 2 of 3.\n-- Only once fill_b has run, the draft before it.\n-- Then');
    expect(second).not.toContain('Release first');
    expect(third).toContain('Draft 3 of 3.\n-- Only once require_b_2 has run, the draft before it.\n-- Then');
  });

  it.each([
    ['goose', '`-- +goose NO TRANSACTION`'],
    ['dbmate', '`-- migrate:up transaction:false`'],
    ['sqlx', '`-- no-transaction`'],
    ['diesel', 'metadata.toml beside it then says `run_in_transaction = false`'],
    ['flyway', '`executeInTransaction=false`'],
    ['prisma', 'nothing else may stand in its migration'],
  ] as const)('says what %s has to find where it runs outside a transaction', (layout, words) => {
    const [first, second] = written(layout, [fill, demand]);
    expect(first).toContain(words);
    expect(second).not.toContain('outside a transaction');
  });

  it('has the marks of goose around a body, so that it can be taken over as it is', () => {
    expect(written('goose', [fill])[0]).toContain(
      `-- +goose StatementBegin\n${LOOP}-- +goose StatementEnd\n`,
    );
    expect(written('prisma', [fill])[0]).not.toContain('StatementBegin');
  });

  it('makes no migration of what the runner can run in none', () => {
    const [text] = written('drizzle', [{ ...fill, byHand: true }]);
    expect(text).toContain('Then run this file with psql, not inside a transaction, and delete it.');
    expect(text).not.toContain('drizzle-kit');
  });
});
