import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, displayWidth, visibleText, wrapText } from '../../src/report/terminal-text.ts';

/** Any text, with the characters that make trouble more often than chance would have them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('a ', '注', 'e\u0301', '😀', '👩‍👩‍👧', '\u001b[31m', '\u202e', '\ud800', '\t', '\u009b'),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('visibleText', () => {
  it.each([
    ['a "b" é 注 😀', 'a "b" é 注 😀'],
    ['\u001b[31mred\u0007', '␛[31mred␇'],
    ['a\r\nb\tc\u007f', 'a␍␊b␉c␡'],
    ['\u009b31m', '<U+009B>31m'],
    ['\u202egnp.exe', '<U+202E>gnp.exe'],
    ['zero\u200bwidth', 'zero<U+200B>width'],
    ['half \ud83d', 'half \ufffd'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
  ])('makes %j %j', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  it('leaves nothing that steers a terminal', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\u200e\u200f]/u);
      }),
    );
  });
});

describe('displayWidth', () => {
  it.each([
    ['users', 5],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['注文', 4],
    ['ﾊﾝｶｸ', 4],
    ['한국', 4],
    ['😀', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['1️⃣', 2],
    ['🇩🇪', 2],
    ['✔ ✖ · … │', 9],
    ['\u001b', 1],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cellsOf', () => {
  it('fills tabs up to the next stop', () => {
    expect(cellsOf('\ta\t注\tb').map(({ text, width }) => [text, width])).toEqual([
      ['    ', 4],
      ['a', 1],
      ['   ', 3],
      ['注', 2],
      ['  ', 2],
      ['b', 1],
    ]);
  });

  it('covers the line from its start in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const offsets = cellsOf(text).map(({ offset }) => offset);
        expect(offsets[0] ?? 0).toBe(0);
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        expect(new Set(offsets).size).toBe(offsets.length);
      }),
    );
  });
});

describe('wrapText', () => {
  it('breaks at spaces, the first line at its own width', () => {
    expect(wrapText('one two three four', 8, 12)).toEqual(['one two', 'three four']);
  });

  it('breaks a word that is too long for any line', () => {
    expect(wrapText('a 注文注文注文 b', 5)).toEqual(['a', '注文', '注文', '注文', 'b']);
  });

  it('keeps every character and every width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 10, max: 30 }), (text, width) => {
        const lines = wrapText(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(visibleText(text).replaceAll(' ', ''));
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
