import { describe, expect, it } from 'vitest';
import type { Lowered, SmallTable } from '../../src/lint/finding.ts';
import { sizeLine } from '../../src/report/size-line.ts';

const measured = (name: string, rows: number): SmallTable => ({
  relation: { schema: 'public', name },
  rows,
  measured: '2026-11-20',
});
const said = (name: string): SmallTable => ({
  relation: { schema: 'ref', name },
  rows: undefined,
  measured: undefined,
});
const line = (tables: readonly SmallTable[], from: Lowered['from'] = 'error'): string =>
  sizeLine({ from, tables });

describe('why a finding is only information', () => {
  it('is nothing where it is not lowered', () => {
    expect(sizeLine(undefined)).toBe('');
  });

  it.each([
    [
      [measured('users', 1200)],
      'users is small: 1,200 rows by the statistics of 2026-11-20; on a larger table this is an error',
    ],
    [
      [measured('User', 1)],
      '"User" is small: 1 row by the statistics of 2026-11-20; on a larger table this is an error',
    ],
    [[said('Kind')], 'ref."Kind" is small by the configuration; on a larger table this is an error'],
    [
      [measured('a', 0), said('x'), measured('b', 1_000_000)],
      'a (0 rows) and b (1,000,000 rows) are small by the statistics of 2026-11-20 and ref.x is small by the configuration; on larger tables this is an error',
    ],
    [
      ['a', 'b', 'c', 'd', 'e'].map(said),
      'ref.a, ref.b, ref.c and 2 more tables are small by the configuration; on larger tables this is an error',
    ],
  ])('is said of %j', (tables, expected) => {
    expect(line(tables)).toBe(expected);
  });

  it('names the severity that it would have', () => {
    expect(line([said('x')], 'warning')).toMatch(/; on a larger table this is a warning$/u);
  });
});
