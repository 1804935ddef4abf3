import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { oneAtATime } from '../../src/node/one-at-a-time.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('never lets two in at once, however many begin at one moment', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<string> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    return 'done';
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => oneAtATime(folder, work)));
  expect(most).toBe(1);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of refused) expect(String(reason)).toContain('is fixing this repository');
  expect(await oneAtATime(folder, work)).toBe('done');
});

it('leaves no claim behind, even of work that fails', async () => {
  await expect(oneAtATime(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await oneAtATime(folder, () => Promise.resolve(1))).toBe(1);
});
