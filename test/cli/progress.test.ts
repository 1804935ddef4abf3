import { expect, it } from 'vitest';
import { ProgressLine } from '../../src/cli/progress.ts';
import type { VerifyProgress } from '../../src/node/verify-projects.ts';

/** What a line shows on a stream. */
function shown(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  states: readonly VerifyProgress[],
  environment: Readonly<Record<string, string>> = {},
): string {
  let text = '';
  const stderr = { ...stream, write: (part: string) => ((text += part), true) };
  const line = new ProgressLine({ stderr, environment });
  for (const state of states) line.show(state);
  line.clear();
  return text;
}

const START: VerifyProgress = { phase: 'start' };
const CLEAR = '\r\u001b[K';

it('says on a terminal how far a run is, in one line that goes in the end', () => {
  const states: readonly VerifyProgress[] = [
    START,
    { phase: 'say', text: 'PostgreSQL 15 is fetched.' },
    { phase: 'history', done: 1, total: 3, id: 'a' },
    { phase: 'verify', done: 0, total: 2, id: 'b' },
  ];
  expect(shown({ isTTY: true }, states).split(CLEAR)).toEqual([
    '',
    'Starting PostgreSQL',
    'PostgreSQL 15 is fetched.',
    'Applying the history 2 of 3',
    'Verifying 1 of 2: b',
    '',
  ]);
});

it('keeps to the width of the terminal, and lets no name move the cursor', () => {
  const id = '\u001b[2Jlong'.padEnd(100, 'x');
  const [, line = ''] = shown({ isTTY: true, columns: 40 }, [
    { phase: 'verify', done: 0, total: 1, id },
  ]).split(CLEAR);
  expect(line).toHaveLength(39);
  expect(line).toMatch(/…$/u);
  expect(line).not.toContain('\u001b');
});

it('says nothing elsewhere', () => {
  expect(shown({}, [START])).toBe('');
  expect(shown({ isTTY: false }, [START])).toBe('');
  expect(shown({ isTTY: true }, [START], { TERM: 'dumb' })).toBe('');
});
