import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { flywayLayout } from '../../../src/input/layouts/flyway.ts';
import { listing } from './listing.ts';

describe('flywayLayout', () => {
  it('orders versions part by part, then what repeats by its description', () => {
    const files = [
      'V10__d.sql',
      'V2__c.sql',
      'V1_10__b.sql',
      'V1.9__a.SQL',
      'nested/deep/V3__e.sql',
      'R__views.sql',
      'R__Functions.sql',
      'V20240101000000__f.sql',
    ];
    expect(listing(flywayLayout, files)).toEqual({
      migrations: [
        'V1.9__a',
        'V1_10__b',
        'V2__c',
        'V3__e',
        'V10__d',
        'V20240101000000__f',
        'R__Functions',
        'R__views',
      ],
      strays: [],
    });
  });

  it('undoes by version, however it is written', () => {
    const files = ['V1_2__a.sql', 'undo/U01.2.0__undo_a.sql', 'V2__b.sql', 'U3__gone.sql', 'R__x.sql'];
    expect(listing(flywayLayout, files)).toEqual({
      migrations: ['V1_2__a < undo/U01.2.0__undo_a.sql', 'V2__b', 'R__x'],
      strays: ['U3__gone.sql'],
    });
  });

  it('passes over other names', () => {
    const files = [
      'V1__a.sql',
      'V1.sql.bak',
      'v2__b.sql',
      'V__c.sql',
      'Views.sql',
      'R1__d.sql',
      'B1__base.sql',
      'V1..2__e.sql',
      'afterMigrate.sql',
      'beforeEachMigrate__log.sql',
      '.hidden/V3__f.sql',
      'flyway.conf',
    ];
    expect(listing(flywayLayout, files)).toEqual({
      migrations: ['V1__a'],
      strays: [
        'B1__base.sql',
        'R1__d.sql',
        'V1..2__e.sql',
        'V1.sql.bak',
        'V__c.sql',
        'Views.sql',
        'v2__b.sql',
      ],
    });
    expect(listing(flywayLayout, ['V1.sql']).migrations).toEqual(['V1']);
  });

  it('says versions with dots, what repeats, and what asks for a transaction or none', () => {
    const tree = memoryTree({
      'V1_2__a.sql': '',
      'V1_2__a.sql.conf': '# alone\r\nexecuteInTransaction = False\r\n',
      'V2__b.sql': '',
      'V2__b.sql.conf': 'executeInTransaction=true',
      'V3__c.sql': '',
      'V3__c.sql.conf': '#executeInTransaction=false\nexecuteintransaction=false',
      'R__views.sql': '',
    });
    const { entries } = flywayLayout.migrations(tree, '');
    expect(
      entries.map(({ version, name, withoutTransaction, repeats }) => [
        version,
        name,
        withoutTransaction,
        repeats,
      ]),
    ).toEqual([
      ['1.2', 'a', true, undefined],
      ['2', 'b', false, undefined],
      ['3', 'c', undefined, undefined],
      ['', 'views', undefined, true],
    ]);
  });

  it('compares bare versions', () => {
    expect(flywayLayout.compare('2', 'V10__x')).toBeLessThan(0);
    expect(flywayLayout.compare('1.0', '1')).not.toBe(0);
    expect(flywayLayout.compare('V1__a', 'V1__a')).toBe(0);
  });
});
