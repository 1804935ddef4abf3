import { describe, expect, it } from 'vitest';
import { customLayout } from '../../../src/input/layouts/custom.ts';
import { layoutOf } from '../../../src/input/layouts/layouts.ts';
import { listing } from './listing.ts';

describe('customLayout', () => {
  it.each([
    [
      '{version}_{name}.up.sql',
      '{version}_{name}.down.sql',
      ['10_b.up.sql', '2_a.up.sql', '2_a.down.sql', 'x.sql'],
      ['2_a < 2_a.down.sql', '10_b'],
      ['x.sql'],
    ],
    [
      'deploy/{version}-{name}.sql',
      'revert/{version}*.sql',
      ['deploy/1-a.sql', 'deploy/2-b.sql', 'revert/1-undo-it.sql', 'revert/9.sql'],
      ['1-a < revert/1-undo-it.sql', '2-b'],
      ['revert/9.sql'],
    ],
    [
      '{version}_{name}/up.sql',
      '{version}_{name}/down.sql',
      ['2024-01-31_a/up.sql', '2024-01-31_a/down.sql', '2024-02-01_b/up.sql', '2024-02-01_b/other.sql'],
      ['2024-01-31_a < 2024-01-31_a/down.sql', '2024-02-01_b'],
      ['2024-02-01_b/other.sql'],
    ],
    [
      '**/V{version}__{name}.sql',
      '**/U{version}__{name}.sql',
      ['V1_2__a.sql', 'x/y/V2__b.sql', 'x/U2__b.sql', 'node_modules/V3__c.sql', '.git/V4__d.sql'],
      ['1_2__a', '2__b < x/U2__b.sql'],
      [],
    ],
    // Both patterns match 1_a.down.sql: the one that says more takes it.
    [
      '{version}_{name}.sql',
      '{version}_{name}.down.sql',
      ['1_a.sql', '1_a.down.sql'],
      ['1_a < 1_a.down.sql'],
      [],
    ],
    ['{version}_{name}.up.sql', '{version}_{name}.sql', ['1_a.up.sql', '1_a.sql'], ['1_a < 1_a.sql'], []],
    ['{name}.sql', 'undo/{name}.sql', ['b.sql', 'a.sql', 'undo/a.sql'], ['a < undo/a.sql', 'b'], []],
    ['*.sql', undefined, ['b.sql', 'a.sql', 'sub/c.sql'], ['a', 'b'], ['sub/c.sql']],
    ['{version}/{version}_{name}.sql', undefined, ['1/1_a.sql', '2/1_b.sql'], ['1/1_a'], ['2/1_b.sql']],
    ['**/{version}_{name}.sql', undefined, ['x/1_a.sql', 'y/1_a.sql'], ['x/1_a', 'y/1_a'], []],
    ['a.b+({version}).sql', undefined, ['a.b+(1).sql', 'aXb+(2).sql'], ['1'], ['aXb+(2).sql']],
  ])('%s and %s', (up, down, files, migrations, strays) => {
    expect(listing(customLayout({ up, down }), files)).toEqual({ migrations, strays });
  });

  it('needs its patterns', () => {
    expect(() => layoutOf('custom')).toThrow('patterns');
    expect(layoutOf('custom', { up: '*.sql', down: undefined }).name).toBe('custom');
    expect(layoutOf('goose').name).toBe('goose');
  });
});
