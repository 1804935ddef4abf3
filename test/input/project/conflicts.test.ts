import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../../src/input/layouts/layouts.ts';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { isKnownByVersion, versionKey } from '../../../src/input/layouts/version-key.ts';
import { conflictsOf } from '../../../src/input/project/conflicts.ts';
import type { Conflicts, ReadMigration } from '../../../src/input/project/types.ts';

interface Given {
  readonly id: string;
  readonly sql?: string;
  readonly state?: ReadMigration['state'];
  readonly change?: ReadMigration['change'];
  readonly repeats?: true;
}

const migration = ({ id, sql = '', state = 'pending', change = 'none', repeats }: Given): ReadMigration => {
  const source = { path: `m/${id}.sql`, text: sql, encoding: 'utf-8', byteOrderMark: false } as const;
  const [, version = '', name = ''] = /^V?([\d.-]*)_*(.*)$/.exec(id) ?? [];
  return {
    id,
    version,
    name,
    state,
    change,
    why: 'a test',
    path: source.path,
    forward: { source, problems: [] },
    rollback: undefined,
    current: undefined,
    ...(repeats === true && { repeats }),
  };
};

function conflicts(
  layout: Exclude<LayoutName, 'custom'>,
  given: readonly Given[],
  whens?: Readonly<Record<string, number>>,
): Readonly<Record<string, Conflicts>> {
  const found = conflictsOf(given.map(migration), {
    layout,
    compare: (a, b) => layoutOf(layout).compare(a, b),
    whens: whens && new Map(Object.entries(whens)),
  });
  return Object.fromEntries(found);
}

const applied = (id: string, sql?: string): Given => ({
  id,
  state: 'applied',
  ...(sql !== undefined && { sql }),
});
const deleted = (id: string, sql: string): Given => ({ id, sql, state: 'applied', change: 'deleted' });

describe('two migrations with one version', () => {
  it('are told of the later one, whoever is applied', () => {
    expect(conflicts('goose', [applied('1_a'), { id: '2_b' }, { id: '02_c' }, { id: '2_d' }])).toEqual({
      '02_c': { sameVersionAs: '2_b' },
      '2_d': { sameVersionAs: '2_b' },
    });
  });

  it('are a copy where their SQL is the same but for comments and layout', () => {
    const sql = 'CREATE TABLE a (id int); -- why';
    const found = conflicts('prisma', [
      { id: '1_a', sql },
      { id: '1_b', sql: 'CREATE TABLE a\n(id int);' },
    ]);
    expect(found).toEqual({ '1_b': { sameVersionAs: '1_a', copy: true } });
  });

  it('are not told of Drizzle, of scripts that repeat, nor of what is deleted', () => {
    expect(conflicts('drizzle', [{ id: '0001_a' }, { id: '0001_b' }])).toEqual({});
    expect(
      conflicts('flyway', [{ id: 'V1__a' }, { id: 'R__b', repeats: true }, { id: 'R__c', repeats: true }]),
    ).toEqual({});
    expect(conflicts('goose', [deleted('1_a', 'SELECT 1;'), applied('1_b')])).toEqual({});
  });
});

describe('a pending migration', () => {
  it('is passed by the last applied one', () => {
    expect(conflicts('prisma', [applied('1_a'), applied('3_c'), { id: '2_b' }, { id: '4_d' }])).toEqual({
      '2_b': { passedBy: '3_c' },
    });
  });

  it('is passed by the latest applied one, even if that one is deleted', () => {
    expect(conflicts('prisma', [applied('1_a'), deleted('3_c', 'SELECT 1;'), { id: '2_b' }])).toEqual({
      '2_b': { passedBy: '3_c' },
    });
  });

  it('of Drizzle goes by the journal’s times, and without one by nothing', () => {
    const given = [
      applied('0000_a'),
      applied('0001_b'),
      { id: '0002_c' },
      { id: '0003_d' },
      { id: '0004_e' },
    ];
    const whens = { '0000_a': 30, '0001_b': 10, '0002_c': 20, '0003_d': 40 };
    expect(conflicts('drizzle', given, whens)).toEqual({ '0002_c': { passedBy: '0000_a' } });
  });

  it('has been renamed from a deleted one with its SQL', () => {
    const sql = 'CREATE TABLE a (id int);';
    expect(conflicts('prisma', [deleted('1_a', sql), { id: '2_a', sql: `${sql}\n` }, { id: '3_b' }])).toEqual(
      {
        '2_a': { renamedFrom: '1_a' },
      },
    );
    expect(conflicts('prisma', [deleted('1_a', '-- nothing'), { id: '2_a', sql: '-- nothing' }])).toEqual({});
  });
});

it.each([
  ['prisma', '0007', '0007'],
  ['goose', '0007', '7'],
  ['golang-migrate', '20250101000000', '20250101000000'],
  ['flyway', '1.0', '1'],
  ['flyway', '01.10', '1.10'],
  ['diesel', '2025-01-01-000000', '20250101000000'],
  ['numbered', '0', '0'],
] as const)('%s takes version %s for %s', (layout, version, key) => {
  expect(versionKey(layout, version)).toBe(key);
});

it('only some tools know a migration by its version alone', () => {
  expect((['prisma', 'goose', 'flyway', 'sqlx'] as const).map(isKnownByVersion)).toEqual([
    false,
    true,
    false,
    true,
  ]);
});
