import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSource } from '../../../src/input/text/decode.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const utf16 = (text: string): number[] => [...Buffer.from(text, 'utf16le')];
const swapped = (text: string): number[] => [...Buffer.from(text, 'utf16le').swap16()];

describe('what is read', () => {
  test('UTF-8 of any text comes back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', 'é', '€', '😀', '\u{10ffff}', '\ufffd') }),
        (text) => {
          const { source, problems } = decodeSource('a.sql', Buffer.from(text));
          expect(problems).toEqual([]);
          expect(source).toEqual({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });
        },
      ),
    );
  });

  test('the byte-order mark of UTF-8 is no part of the text', () => {
    const { source } = decodeSource('a.sql', bytes([0xef, 0xbb, 0xbf], 'SELECT 1\r\n'));
    expect(source).toEqual({ path: 'a.sql', text: 'SELECT 1\r\n', encoding: 'utf-8', byteOrderMark: true });
  });

  test.each([
    ['utf-16le', bytes([0xff, 0xfe], utf16('SELECT ‘é😀’'))],
    ['utf-16be', bytes([0xfe, 0xff], swapped('SELECT ‘é😀’'))],
  ])('%s with its byte-order mark', (encoding, content) => {
    const { source, problems } = decodeSource('a.sql', content);
    expect(problems).toEqual([]);
    expect(source).toEqual({ path: 'a.sql', text: 'SELECT ‘é😀’', encoding, byteOrderMark: true });
  });

  test('an empty file', () => {
    expect(decodeSource('a.sql', bytes()).source.text).toBe('');
  });
});

describe('what is refused gives the empty text and one problem', () => {
  test.each([
    ['encoding', 'Looks like UTF-16 without', bytes(utf16('CREATE TABLE a (b int);\n'))],
    ['encoding', 'Looks like UTF-16 without', bytes(swapped('CREATE TABLE a (b int);\n'))],
    ['encoding', 'Not valid UTF-8: line 2', bytes('SELECT 1;\n-- caf', [0xe9], '\n')],
    ['encoding', 'Not valid UTF-16LE', bytes([0xff, 0xfe], [0x00, 0xd8])],
    ['encoding', 'Not valid UTF-16LE', bytes([0xff, 0xfe], [0x41])],
    ['nul', 'Line 3 holds a NUL', bytes('SELECT 1;\n\nSELECT ', [0], '2;\n')],
    ['nul', 'Line 2 holds a NUL', bytes([0xff, 0xfe], utf16('SELECT 1;\n\0'))],
  ])('%s: %s', (kind, message, content) => {
    const { source, problems } = decodeSource('a.sql', content);
    expect(source.text).toBe('');
    expect(problems).toEqual([
      { kind, span: { start: 0, end: 0 }, message: expect.stringContaining(message) },
    ]);
  });

  test('a file over the cap', () => {
    const cap = 1024 * 1024;
    expect(decodeSource('a.sql', new Uint8Array(cap).fill(32), { maxBytes: cap }).problems).toEqual([]);
    const { source, problems } = decodeSource('a.sql', new Uint8Array(cap + 1).fill(32), { maxBytes: cap });
    expect(source.text).toBe('');
    expect(problems).toEqual([
      {
        kind: 'size',
        span: { start: 0, end: 0 },
        message:
          '1.01 MB is more than the limit of 1 MB; split the file, or raise maxFileSize in the configuration',
      },
    ]);
  });

  test('the cap is 5 MB by default', () => {
    expect(decodeSource('a.sql', new Uint8Array(5 * 1024 * 1024).fill(32)).problems).toEqual([]);
    expect(decodeSource('a.sql', new Uint8Array(5 * 1024 * 1024 + 1).fill(32)).problems).toHaveLength(1);
  });
});
