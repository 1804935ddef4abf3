import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { prismaLayout } from '../../../src/input/layouts/prisma.ts';

describe('prismaLayout', () => {
  it('takes each folder as a migration, with its script and rollback', () => {
    const tree = memoryTree({
      'm/migration_lock.toml': '',
      'm/20240102000000_add_users/migration.sql': '',
      'm/20240102000000_add_users/rollback.sql': '',
      'm/20240101000000_init/migration.sql': '',
      'm/20240101000000_init/down.sql': '',
      'm/20240103000000_add_users copy/migration.sql': '',
      'm/20240104000000_script_only/migration.ts': '',
      'm/0_init/migration.sql': '',
      'm/hotfix/migration.sql': '',
      'm/stray.sql': '',
      'm/.git/x': '',
    });
    const { entries, strays } = prismaLayout.migrations(tree, 'm');
    expect(entries.map(({ id, version, name }) => [id, version, name])).toEqual([
      ['0_init', '0', 'init'],
      ['20240101000000_init', '20240101000000', 'init'],
      ['20240102000000_add_users', '20240102000000', 'add_users'],
      ['20240103000000_add_users copy', '20240103000000', 'add_users copy'],
      ['20240104000000_script_only', '20240104000000', 'script_only'],
      ['hotfix', '', 'hotfix'],
    ]);
    expect(entries[1]).toMatchObject({
      path: 'm/20240101000000_init',
      forward: 'm/20240101000000_init/migration.sql',
      rollback: 'm/20240101000000_init/down.sql',
    });
    expect(entries[2]?.rollback).toBe('m/20240102000000_add_users/rollback.sql');
    expect(entries[4]).toMatchObject({ forward: undefined, rollback: undefined });
    expect(strays).toEqual(['m/stray.sql']);
  });

  it('works at the root of a tree, and finds nothing where there is nothing', () => {
    expect(prismaLayout.migrations(memoryTree({ '1_a/migration.sql': '' }), '').entries[0]?.forward).toBe(
      '1_a/migration.sql',
    );
    expect(prismaLayout.migrations(memoryTree({}), 'm')).toEqual({ entries: [], strays: [] });
  });

  it('orders names as localeCompare does, also where it takes a shortcut', () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'b', 'z', '_'), maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('0', '2', 'a', 'B', '_', '-', ' ', 'é'), maxLength: 5 }),
      fc
        .tuple(
          fc.constantFrom('20240101000000', '20240101000001', '20231231235959'),
          fc.string({ unit: fc.constantFrom('0', 'a', 'A', '_', '-'), maxLength: 4 }),
        )
        .map(([version, rest]) => `${version}${rest}`),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        const order = Math.sign(a.localeCompare(b, 'en'));
        const ours = Math.sign(prismaLayout.compare(a, b));
        expect(order === 0 ? 0 : ours).toBe(order);
        expect(ours).toBe(-Math.sign(prismaLayout.compare(b, a)) + 0);
        expect(ours === 0).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });
});
