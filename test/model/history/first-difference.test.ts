import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../../src/model/history/first-difference.ts';

function marked(before: string, after: string): string | undefined {
  const span = firstDifference(before, after);
  return span && after.slice(span.start, span.end);
}

const lines = fc.array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 6 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

describe('firstDifference', () => {
  it('marks the first line that is not as it was', () => {
    expect(marked('a\nb\nc', 'a\nX\nc')).toBe('X');
    expect(marked('a\nb', 'new\na\nb')).toBe('new');
    expect(marked('a\n', 'a\nb\n')).toBe('b');
  });

  it('marks the last line where only lines at the end are gone', () => {
    expect(marked('a\nb\nc', 'a\nb')).toBe('b');
    expect(marked('a', '')).toBe('');
  });

  it('gives undefined exactly for texts that are equal but for line ends', () => {
    fc.assert(
      fc.property(lines, lines, lineEnd, lineEnd, (before, after, one, other) => {
        const isSame = before.join('\n') === after.join('\n');
        expect(firstDifference(before.join(one), after.join(other)) === undefined).toBe(isSame);
      }),
    );
  });

  it('marks a line of the newer text, and all before it is as it was', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const text = after.join('\n');
        const span = firstDifference(before.join('\n'), text);
        if (span === undefined) return;
        const index = text.slice(0, span.start).split('\n').length - 1;
        expect(text.slice(span.start, span.end)).toBe(after[index] ?? '');
        expect(before.slice(0, index)).toEqual(after.slice(0, index));
      }),
    );
  });
});
