import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOffsets } from '../../../src/input/text/offsets.ts';

/** Texts with characters of one to four bytes, lone surrogates too, longer than several blocks of the table. */
const text = fc
  .array(fc.constantFrom('a', ' ', '\n', 'é', 'ß', '€', '中', '😀', '𝒳', '\ud83d', '\ude00'), {
    maxLength: 600,
  })
  .map((characters) => characters.join(''));

/** An offset inside a character counts as the character's start. */
function borderAt(value: string, offset: number): number {
  const inPair =
    /[\ud800-\udbff]$/.test(value.slice(0, offset)) && /^[\udc00-\udfff]/.test(value.slice(offset));
  return inPair ? offset - 1 : offset;
}

test('bytes and code points agree with the UTF-8 encoder at every offset', () => {
  fc.assert(
    fc.property(text, fc.nat(), (value, seed) => {
      const offsets = textOffsets(value);
      const border = borderAt(value, seed % (value.length + 1));
      const before = value.slice(0, border);
      expect(offsets.bytesFromUtf16(border)).toBe(Buffer.byteLength(before));
      expect(offsets.codePointsFromUtf16(border)).toBe(Array.from(before).length);
      expect(offsets.utf16FromBytes(Buffer.byteLength(before))).toBe(border);
      expect(offsets.utf16FromCodePoints(Array.from(before).length)).toBe(border);
    }),
  );
});

test('an offset inside a character gives its start', () => {
  const offsets = textOffsets('a😀b');
  expect([0, 1, 2, 3, 4, 5, 6].map((bytes) => offsets.utf16FromBytes(bytes))).toEqual([0, 1, 1, 1, 1, 3, 4]);
  expect(offsets.bytesFromUtf16(2)).toBe(1);
});

test.each(['', 'plain', 'naïve 😀'])('offsets beyond %j are cut to it', (value) => {
  const offsets = textOffsets(value);
  expect(offsets.utf16FromBytes(1000)).toBe(value.length);
  expect(offsets.utf16FromCodePoints(1000)).toBe(value.length);
  expect(offsets.utf16FromBytes(-1)).toBe(0);
});
