import { describe, expect, it } from 'vitest';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { versionFault } from '../../../src/model/history/version-fault.ts';

const latest = new Date('2025-06-02T00:00:00Z');
const fault = (
  version: string,
  layout: LayoutName = 'prisma',
  usualDigits: number | undefined = 14,
): unknown => versionFault(version, { layout, usualDigits, latest });

describe('nothing is wrong with', () => {
  it.each([
    ['20250101120000', 'prisma', 14],
    ['0', 'prisma', 14],
    ['', 'plain', undefined],
    ['10', 'goose', 1],
    ['0010', 'numbered', 3],
    ['202501011200', 'prisma', 14],
    ['2025-01-01-120000-0000', 'diesel', 14],
    ['20250101129999', 'prisma', 14],
    ['2.1', 'flyway', 8],
    ['', 'drizzle', 14],
    ['1735689600', 'goose', 10],
  ] as const)('%s of %s beside %s digits', (version, layout, digits) => {
    expect(versionFault(version, { layout, usualDigits: digits, latest })).toBeUndefined();
  });
});

it('a date sorts before its day, or before everything', () => {
  expect(fault('20250101')).toMatchObject({ kind: 'length', place: 'before all others of the same day' });
  expect(fault('20250101', 'goose')).toMatchObject({ kind: 'length', place: 'before all of them' });
});

it('too many digits sort after all that is to come, where numbers are compared', () => {
  const place = 'after all of them, and after all that are to come';
  expect(fault('2025010112000005', 'goose')).toEqual({ kind: 'length', digits: 16, place });
  expect(fault('2025010112000005', 'supabase')).toBeUndefined();
});

it('small numbers sort wrongly where text is compared', () => {
  expect(fault('10', 'dbmate', 1)).toMatchObject({ kind: 'length', digits: 2 });
});

it.each(['20251345120000', '20250230', '20250001000000'])('%s is no date', (version) => {
  expect(fault(version)).toMatchObject({ kind: 'no date', date: version.slice(0, 8) });
});

it('a moment to come is in the future, unless nobody says what day it is', () => {
  expect(fault('20250603000000')).toEqual({ kind: 'future' });
  expect(
    versionFault('20250603000000', { layout: 'prisma', usualDigits: 14, latest: undefined }),
  ).toBeUndefined();
});

it('no version is one fault more', () => {
  expect(fault('')).toEqual({ kind: 'no version' });
});
