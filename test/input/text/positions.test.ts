import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceOf } from '../../../src/input/text/decode.ts';
import { lineCount, lineText, offsetAt, positionAt } from '../../../src/input/text/positions.ts';

const text = fc
  .array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\r'), { maxLength: 80 })
  .map((parts) => parts.join(''));

test('a position leads back to its offset', () => {
  fc.assert(
    fc.property(text, fc.nat(), (value, seed) => {
      const source = sourceOf('a.sql', value);
      const offset = seed % (value.length + 1);
      const { line, column } = positionAt(source, offset);
      const inLineEnd = value[offset - 1] === '\r' && value[offset] === '\n';
      expect(offsetAt(source, line, column)).toBe(inLineEnd ? offset - 1 : offset);
    }),
  );
});

test('lines are those between the line ends', () => {
  fc.assert(
    fc.property(text, (value) => {
      const source = sourceOf('a.sql', value);
      const lines = value.split(/\r\n|\n|\r/);
      expect(lineCount(source)).toBe(lines.length);
      expect(lines.map((_, index) => lineText(source, index + 1))).toEqual(lines);
    }),
  );
});

test('lines and columns count from 1, columns in UTF-16 units', () => {
  const source = sourceOf('a.sql', 'a\r\n😀b\nc');
  expect(positionAt(source, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(source, 5)).toEqual({ line: 2, column: 3 });
  expect(positionAt(source, 7)).toEqual({ line: 3, column: 1 });
});

test('what lies beyond the text is cut to it', () => {
  const source = sourceOf('a.sql', 'ab\ncd');
  expect(positionAt(source, 99)).toEqual({ line: 2, column: 3 });
  expect(positionAt(source, -1)).toEqual({ line: 1, column: 1 });
  expect(offsetAt(source, 1, 99)).toBe(2);
  expect(offsetAt(source, 9, 1)).toBe(5);
  expect(lineText(source, 3)).toBe('');
});
