import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { plainLayout } from '../../../src/input/layouts/plain.ts';
import { compareNaturally, splitVersion } from '../../../src/input/layouts/version.ts';

const pairs = (files: readonly string[]): [string, string | undefined][] => {
  const tree = memoryTree(Object.fromEntries(files.map((file) => [`sql/${file}`, ''])));
  return plainLayout
    .migrations(tree, 'sql')
    .entries.map(({ forward, rollback }) => [forward?.slice(4) ?? '', rollback?.slice(4)]);
};

describe('plainLayout', () => {
  it('orders files as people count', () => {
    expect(pairs(['10_c.sql', '2_b.sql', '0001_a.sql', 'z.sql', 'readme.md']).map(([file]) => file)).toEqual([
      '0001_a.sql',
      '2_b.sql',
      '10_c.sql',
      'z.sql',
    ]);
  });

  it.each([
    ['0001_a.sql', '0001_a.down.sql'],
    ['0001_a.up.sql', '0001_a.down.sql'],
    ['0001_a.sql', '0001_a_down.sql'],
    ['0001_a.sql', '0001_a.rollback.sql'],
    ['0001_a.sql', '0001_a_rollback.sql'],
    ['0001_a.sql', '0001_a_ROLLBACK.sql'],
    ['0001_a.sql', 'rollback/0001_a.sql'],
    ['0001_a.sql', 'rollback/0001_rollback.sql'],
    ['0001_a.sql', 'rollbacks/0001_undo_the_thing.sql'],
    ['0001_a.sql', 'down/0001_a.down.sql'],
    ['0005_a.sql', 'rollback_0005.sql'],
    ['007-add-x.sql', '007-rollback-x.sql'],
    ['20240101000000_a.sql', '20240101000000_another_name.rollback.sql'],
    ['0001_a_up.sql', '0001_a_down.sql'],
    ['0001_scale_down.sql', '0001_scale_down_down.sql'],
    ['0001_rollback_x.sql', '0001_rollback_x.down.sql'],
    ['0001-scale-down.sql', '0001-rollback-scale-down.sql'],
    ['0005_a.sql', 'rollback/rollback_0005.down.sql'],
    ['0005_a.sql', 'rollback/5.sql'],
  ])('pairs %s with %s', (forward, rollback) => {
    expect(pairs([forward, rollback, 'other.sql'])).toEqual([
      [forward, rollback],
      ['other.sql', undefined],
    ]);
  });

  it('gives ids without .up, and the version apart', () => {
    const tree = memoryTree({ 'a/0001_add_users.up.sql': '' });
    expect(plainLayout.migrations(tree, 'a').entries[0]).toEqual({
      id: '0001_add_users',
      version: '0001',
      name: 'add_users',
      path: 'a/0001_add_users.up.sql',
      forward: 'a/0001_add_users.up.sql',
      rollback: undefined,
    });
  });

  it('guesses no rollback where two migrations have the version, and names the stray', () => {
    const tree = memoryTree({ '1_a.sql': '', '1_b.sql': '', '1_c.down.sql': '', 'notes.txt': '' });
    const { entries, strays } = plainLayout.migrations(tree, '');
    expect(entries.map(({ rollback }) => rollback)).toEqual([undefined, undefined]);
    expect(strays).toEqual(['1_c.down.sql', 'notes.txt']);
  });

  it('takes what looks like a rollback, but of nothing, as a migration', () => {
    expect(pairs(['0001_a.sql', '0002_rollback_a.sql', '0003_scale_down.sql', '0004_x.down.sql'])).toEqual([
      ['0001_a.sql', undefined],
      ['0002_rollback_a.sql', undefined],
      ['0003_scale_down.sql', undefined],
    ]);
  });

  it('takes a name that only speaks of a rollback or of downloads as a migration', () => {
    expect(pairs(['0001_add_rollback_table.sql', '0002_add_downloads.sql', '0003_breakdown.sql'])).toEqual([
      ['0001_add_rollback_table.sql', undefined],
      ['0002_add_downloads.sql', undefined],
      ['0003_breakdown.sql', undefined],
    ]);
  });
});

describe('splitVersion', () => {
  it.each([
    ['20240101000000_add_users', '20240101000000', 'add_users'],
    ['0007-add-users', '0007', 'add-users'],
    ['V2__init', '2', 'init'],
    ['V1.2.3__init', '1.2.3', 'init'],
    ['001', '001', ''],
    ['2024_01_31_add', '2024_01_31', 'add'],
    ['init', '', 'init'],
    ['add_2_columns', '', 'add_2_columns'],
    ['1init', '1', 'init'],
    ['version', '', 'version'],
  ])('%s', (id, version, name) => {
    expect(splitVersion(id)).toEqual({ version, name });
  });
});

describe('compareNaturally', () => {
  it('is a total order', () => {
    const name = fc.string({ unit: fc.constantFrom('0', '1', '2', 'a', '_', 'B'), maxLength: 6 });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(compareNaturally(a, b))).toBe(-Math.sign(compareNaturally(b, a)) + 0);
        expect(compareNaturally(a, b) === 0).toBe(a === b);
        if (compareNaturally(a, b) <= 0 && compareNaturally(b, c) <= 0) {
          expect(compareNaturally(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
