import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { asksForNoTransaction, dieselLayout } from '../../../src/input/layouts/diesel.ts';
import { golangMigrateLayout } from '../../../src/input/layouts/golang-migrate.ts';
import { numberedLayout } from '../../../src/input/layouts/numbered.ts';
import { sqlxLayout } from '../../../src/input/layouts/sqlx.ts';
import { supabaseLayout } from '../../../src/input/layouts/supabase.ts';
import { listing } from './listing.ts';

describe('numberedLayout', () => {
  it.each([
    ['sql', 'rollback'],
    ['up', 'down'],
    ['migrations', 'rollbacks'],
  ])('pairs %s/ with %s/', (up, down) => {
    const files = [
      `${up}/0002_b.sql`,
      `${up}/0001_a.sql`,
      `${down}/0001_rollback.sql`,
      'migration-runner.ts',
    ];
    expect(listing(numberedLayout, files)).toEqual({
      migrations: [`0001_a < ${down}/0001_rollback.sql`, '0002_b'],
      strays: [],
    });
  });

  it('orders by number, and names scripts that nobody runs', () => {
    const files = ['sql/10_c.sql', 'sql/2_b.sql', 'loose.sql', 'sql/notes.txt', 'rollback/0009_rollback.sql'];
    expect(listing(numberedLayout, files)).toEqual({
      migrations: ['2_b', '10_c'],
      strays: ['loose.sql', 'rollback/0009_rollback.sql', 'sql/notes.txt'],
    });
  });

  it('takes a forward script that speaks of a rollback, and its rollback', () => {
    const files = ['sql/0001_a.sql', 'sql/0002_rollback_prices.sql', 'rollback/0002_rollback.sql'];
    expect(listing(numberedLayout, files).migrations).toEqual([
      '0001_a',
      '0002_rollback_prices < rollback/0002_rollback.sql',
    ]);
  });
});

describe('supabaseLayout', () => {
  it('runs what begins with digits and an underscore, by name', () => {
    const files = [
      '20240102000000_b.sql',
      '20240101000000_a.sql',
      '3_c.sql',
      'seed.sql',
      'nested/20240103000000_x.sql',
      '.keep',
    ];
    expect(listing(supabaseLayout, files)).toEqual({
      migrations: ['20240101000000_a', '20240102000000_b', '3_c'],
      strays: ['seed.sql'],
    });
  });

  it('takes a second file of a version as its rollback, and one of its own version as a migration', () => {
    const files = ['20240101000000_a.sql', '20240101000000_a.down.sql', '20240102000000_rollback_a.sql'];
    expect(listing(supabaseLayout, files).migrations).toEqual([
      '20240101000000_a < 20240101000000_a.down.sql',
      '20240102000000_rollback_a',
    ]);
    expect(
      listing(supabaseLayout, ['20240101000000_a.sql', 'rollbacks/20240101000000_undo.sql']).migrations,
    ).toEqual(['20240101000000_a < rollbacks/20240101000000_undo.sql']);
  });

  it('skips the dump of an early CLI if it is the first file', () => {
    expect(listing(supabaseLayout, ['20210101000000_init.sql', '20220101000000_a.sql'])).toEqual({
      migrations: ['20220101000000_a'],
      strays: ['20210101000000_init.sql'],
    });
    expect(listing(supabaseLayout, ['20220101000000_init.sql']).strays).toEqual([]);
  });
});

describe('golangMigrateLayout', () => {
  it('pairs by version and orders by number', () => {
    const files = [
      '10_c.up.sql',
      '2_b.up.sql',
      '2_b.down.sql',
      '000001_a.up.sql',
      '1_other_name.down.sql',
      '7_gone.down.sql',
      'a.up.sql',
      '3_x.sql',
      'old/4_y.up.sql',
    ];
    expect(listing(golangMigrateLayout, files)).toEqual({
      migrations: ['000001_a < 1_other_name.down.sql', '2_b < 2_b.down.sql', '10_c'],
      strays: ['3_x.sql', '7_gone.down.sql', 'a.up.sql'],
    });
  });

  it('takes any ending, and versions beyond 2^53', () => {
    const files = ['9007199254740993_b.up.pgsql', '9007199254740992_c.up.sql'];
    expect(listing(golangMigrateLayout, files).migrations).toEqual([
      '9007199254740992_c',
      '9007199254740993_b',
    ]);
  });
});

describe('sqlxLayout', () => {
  it('takes simple and reversible files, by number', () => {
    const files = ['10_c.sql', '2_b.up.sql', '2_b.down.sql', '01_a.sql', 'x.sql', 'README.md'];
    expect(listing(sqlxLayout, files)).toEqual({
      migrations: ['01_a', '2_b < 2_b.down.sql', '10_c'],
      strays: ['x.sql'],
    });
  });

  it.each([
    ['-- no-transaction\nVACUUM;', true],
    ['-- no-transaction, since it is long\r\nVACUUM;', true],
    ['\n-- no-transaction\nVACUUM;', false],
    ['-- NO-TRANSACTION\nVACUUM;', false],
    ['--no-transaction\nVACUUM;', false],
    [' -- no-transaction', false],
    ['', false],
  ])('%j', (text, withoutTransaction) => {
    expect(sqlxLayout.part?.(text, 'forward')).toEqual({
      within: { start: 0, end: text.length },
      withoutTransaction,
    });
  });
});

describe('dieselLayout', () => {
  it('reads folders, with the version that diesel records', () => {
    const tree = memoryTree({
      'm/2019-02-26-002946_create_user/up.sql': '',
      'm/2019-02-26-002946_create_user/down.sql': '',
      'm/00000000000000_initial/up.sql': '',
      'm/2026-06-03-120211-0000_split/up.sql': '',
      'm/2026-06-03-120211-0000_split/metadata.toml': 'run_in_transaction = false',
      'm/20200101000000_no_dashes/down.sql': '',
      'm/.hidden/up.sql': '',
      'm/.keep': '',
      'm/loose.sql': '',
    });
    const { entries, strays } = dieselLayout.migrations(tree, 'm');
    expect(
      entries.map(({ version, name, forward, rollback, withoutTransaction }) => [
        version,
        name,
        forward !== undefined,
        rollback !== undefined,
        withoutTransaction,
      ]),
    ).toEqual([
      ['00000000000000', 'initial', true, false, undefined],
      ['20190226002946', 'create_user', true, true, undefined],
      ['20200101000000', 'no_dashes', false, true, undefined],
      ['202606031202110000', 'split', true, false, true],
    ]);
    expect(strays).toEqual(['m/loose.sql']);
  });

  it.each([
    ['run_in_transaction = false', true],
    ['run_in_transaction=false # long', true],
    ['# a comment\r\nrun_in_transaction = true\r\n', false],
    ['', true],
    ['# nothing said', true],
    ['[migration]\nrun_in_transaction = true', true],
    ['no toml', false],
  ])('%j', (toml, expected) => {
    expect(asksForNoTransaction(toml)).toBe(expected);
  });
});
