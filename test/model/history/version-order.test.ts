import { describe, expect, it } from 'vitest';
import { isVersionBefore } from '../../../src/model/history/version-order.ts';

describe('isVersionBefore', () => {
  it.each([
    ['0007', 8],
    ['00000007', 8],
    ['1.2', 2],
    ['1.10.3', 2],
    ['2024_05_06', 20_240_507],
    ['2024_05_06', 20_240_507_000_000],
    ['2024.05.06', 20_240_507],
    ['2024-05-06', 20_260_101],
    ['20240506120000', 20_260_101],
    ['20251231235959', 20_260_101_000_000],
    ['7', 20_260_101],
  ])('%s is before %d', (version, since) => {
    expect(isVersionBefore(version, since)).toBe(true);
  });

  it.each([
    ['0008', 8],
    ['10', 9],
    ['2.1', 2],
    ['1.2', 1],
    ['2024_05_06', 20_240_506],
    ['2026_05_06', 20_260_101_000_000],
    ['20260101000000', 20_260_101],
    ['20260101000000', 20_260_101_000_000],
    ['', 5],
    ['init', 5],
    ['0', 0],
    ['7', 0],
  ])('%s is not before %d', (version, since) => {
    expect(isVersionBefore(version, since)).toBe(false);
  });
});
