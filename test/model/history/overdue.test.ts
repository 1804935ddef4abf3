import { expect, test } from 'vitest';
import { ageInDays } from '../../../src/model/history/overdue.ts';

const now = new Date('2025-03-01T12:00:00Z');

test.each([
  ['20250228120000', 1],
  ['20250301000000', 0],
  ['20250130120000', 30],
  ['0007', undefined],
  [undefined, undefined],
])('%s is %s days old', (version, days) => {
  expect(ageInDays(version, now)).toBe(days);
});

test('nobody can tell without a date', () => {
  expect(ageInDays('20250228120000', undefined)).toBeUndefined();
});
