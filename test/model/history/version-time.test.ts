import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostHoursBetween, versionMoment, versionTime } from '../../../src/model/history/version-time.ts';

const iso = (version: string): string | undefined => {
  const time = versionMoment(version);
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('versionMoment', () => {
  it.each([
    ['20240131093015', '2024-01-31T09:30:15.000Z'],
    ['202401310930', '2024-01-31T09:30:00.000Z'],
    ['2024013109', '2024-01-31T09:00:00.000Z'],
    ['20240131', '2024-01-31T00:00:00.000Z'],
    ['2024-01-31-093015', '2024-01-31T09:30:15.000Z'],
    ['2024_01_31', '2024-01-31T00:00:00.000Z'],
    ['2024.01.31.0930', '2024-01-31T09:30:00.000Z'],
    ['20240229000000', '2024-02-29T00:00:00.000Z'],
    ['1706693415', '2024-01-31T09:30:15.000Z'],
    ['1706693415123', '2024-01-31T09:30:15.123Z'],
  ])('%s is %s', (version, expected) => {
    expect(iso(version)).toBe(expected);
  });

  it.each([
    '',
    '7',
    '0007',
    '1.2',
    '20240231000000',
    '20230229',
    '20241301',
    '20240100',
    '20240131240000',
    '20240131096000',
    '99999999',
    '12345678',
    '202401310930151',
    'x20240131',
  ])('%s is no moment', (version) => {
    expect(versionMoment(version)).toBeUndefined();
  });

  it('reads what a date was written as', () => {
    const dates = fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        const version = date.toISOString().replaceAll(/[-T:]/g, '').slice(0, 14);
        expect(versionMoment(version)).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });
});

describe('mostHoursBetween', () => {
  it.each([
    ['20240131090000', '20240131103000', 1.5 + 1 / 3600],
    ['20240131', '20240201', 48],
    ['20240131', '20240131', 24],
    ['20240201', '20240131000000', 0],
    ['0001', '20240131', undefined],
    ['20240131', '0002', undefined],
  ])('%s to %s: %s', (earlier, later, hours) => {
    expect(mostHoursBetween(earlier, later)).toEqual(
      hours === undefined ? undefined : expect.closeTo(hours, 6),
    );
  });

  it('counts a date as the whole day', () => {
    const day = versionTime('20240131');
    expect(day && day.until - day.from).toBe(86_400_000);
  });
});
