import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOfProject } from '../../../src/input/layouts/layouts.ts';
import { renameMigration, renameMigrations } from '../../../src/repair/place/rename-migration.ts';
import { idsOf, LAYOUTS, NOW, placed, projectOf, textAt, treeAfter } from './projects.ts';

describe.each(LAYOUTS)('renaming in %s', (layout) => {
  it('gives another name, and takes the rollback along', () => {
    const { scene, ids } = projectOf(layout, ['0001', '0002', '0003'], 1);
    const [first = '', id = '', last = ''] = ids;
    const outcome = placed(renameMigration({ id, name: 'add_orders' }, scene));
    const tree = treeAfter(scene, outcome);
    expect(idsOf(tree, scene.found)).toEqual([first, id.replace('add_t1', 'add_orders'), last]);
    const { entries, strays } = layoutOfProject(scene.found).migrations(tree, scene.found.folder);
    expect(strays).toEqual([]);
    expect(textAt(tree, entries[1]?.rollback ?? '')).toContain('DROP TABLE t1;');
    expect(
      [...outcome.files.keys()].filter((path) => path.includes('0001') || path.includes('0003')),
    ).toEqual([]);
  });

  it('gives a version behind all that is applied, and keeps the order of the pending ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
        fc.nat(),
        fc.boolean(),
        (applied, seed, areTimes) => {
          const versions = applied.map((_, index) =>
            areTimes ? `2025010100000${index}` : `000${index + 1}`,
          );
          const { scene: whole, ids } = projectOf(layout, versions, 0);
          const pending = ids.filter((_, index) => applied[index] === false);
          fc.pre(pending.length > 0);
          const scene = { ...whole, pending: new Set(pending) };
          const id = pending[seed % pending.length] ?? '';
          const outcome = renameMigration({ id, version: 'next' }, scene);
          if (outcome.kind === 'refused') {
            // Only where it stands first, or nothing has to change.
            expect(outcome.reason).toMatch(/Nothing comes before it|as wrong/);
            return;
          }
          const tree = treeAfter(scene, outcome);
          const now = (old: string): string => outcome.renamed.get(old) ?? old;
          const found = idsOf(tree, scene.found);
          expect(found.filter((one) => pending.map(now).includes(one))).toEqual(pending.map(now));
          const lastApplied = found.findLastIndex((one) => ids.includes(one) && !scene.pending.has(one));
          expect(found.indexOf(now(id))).toBeGreaterThan(lastApplied);
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('gives versions that were used twice to several at once', () => {
  const { scene, ids } = projectOf('goose', ['0001', '0002', '00002', '0003'], 1);
  expect(ids).toEqual(['0001_add_t0', '00002_add_t2', '0002_add_t1', '0003_add_t3']);
  const outcomes = renameMigrations([{ id: '0002_add_t1', version: 'next' }], scene);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('nothing');
  expect(idsOf(treeAfter(scene, outcome), scene.found)).toEqual([
    '0001_add_t0',
    '00002_add_t2',
    '00003_add_t1',
    '00004_add_t3',
  ]);
});

it('takes what had to make room for renamed already', () => {
  const { scene: whole } = projectOf('golang-migrate', ['0001', '0002', '0003', '0004'], 0);
  const scene = { ...whole, pending: new Set(['0002_add_t1', '0003_add_t2']) };
  const outcomes = renameMigrations(
    [
      { id: '0002_add_t1', version: 'next' },
      { id: '0003_add_t2', version: 'next' },
    ],
    scene,
  );
  expect(outcomes.map((outcome) => outcome && [...placed(outcome).renamed])).toEqual([
    [
      ['0002_add_t1', '0005_add_t1'],
      ['0003_add_t2', '0006_add_t2'],
    ],
    [],
  ]);
});

it('says it in the header, and what rolls it back', () => {
  const { scene } = projectOf('prisma', ['20250101000000', '20250102000000'], 1);
  const folder = 'db/migrations/20250102000000_add_t1';
  const files = new Map<string, string>([
    [
      `${folder}/migration.sql`,
      '/*\n * Migration: add_t1\n * Version: 20250102000000\n * Date: 2025-01-02\n */\nSELECT 1; -- Date: 2025-01-02\n',
    ],
    [`${folder}/down.sql`, '-- Rollback of 20250102000000_add_t1.\nSELECT 2;\n'],
  ]);
  const tree = treeAfter(scene, {
    ...placed(renameMigration({ id: '20250102000000_add_t1', name: 'x' }, scene)),
    files,
  });
  const outcome = placed(
    renameMigration(
      { id: '20250102000000_add_t1', version: 'next', name: 'add_orders' },
      { ...scene, tree, now: NOW },
    ),
  );
  const now = 'db/migrations/20260102030405_add_orders';
  expect(outcome.files.get(`${now}/migration.sql`)).toBe(
    '/*\n * Migration: add_orders\n * Version: 20260102030405\n * Date: 2026-01-02\n */\nSELECT 1; -- Date: 2025-01-02\n',
  );
  expect(outcome.files.get(`${now}/down.sql`)).toBe('-- Rollback of 20260102030405_add_orders.\nSELECT 2;\n');
});

it('refuses what is applied, taken, or differs in capitals only', () => {
  const { scene } = projectOf('plain', ['0001', '0002'], 1);
  const why = (id: string, name: string): string => {
    const outcome = renameMigration({ id, name }, scene);
    return outcome.kind === 'refused' ? outcome.reason : '';
  };
  expect(why('0001-add_t0', 'x')).toBe('0001-add_t0 is applied: its name stays as it is.');
  expect(why('0002-add_t1', 'ADD_T1')).toContain('differs in capitals only');
  const taken = treeAfter(scene, {
    ...placed(renameMigration({ id: '0002-add_t1', name: 'x' }, scene)),
    files: new Map([['db/migrations/0002-x.sql', 'SELECT 1;']]),
  });
  expect(renameMigration({ id: '0002-add_t1', name: 'x' }, { ...scene, tree: taken })).toMatchObject({
    kind: 'refused',
  });
});
