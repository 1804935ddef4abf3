import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineHashes } from '../../src/report/sarif-fingerprint.ts';

/**
 * The definition, word for word and slowly: for each line the hash of the next 100 kept units, zeros behind the end.
 * A hash of a window is its polynomial in 37 modulo 2^64.
 */
function lineHashesByDefinition(text: string): readonly string[] {
  const kept = [...text.replaceAll(/\r\n?/g, '\n').replaceAll(/[ \t]/g, '').matchAll(/[^]/g)].map(([unit]) =>
    BigInt(unit.charCodeAt(0)),
  );
  kept.push(65_535n);
  const starts = kept.flatMap((_, index) => (index === 0 || kept[index - 1] === 10n ? [index] : []));
  const seen = new Map<string, number>();
  return starts.map((start) => {
    const window = Array.from({ length: 100 }, (_, index) => kept[start + index] ?? 0n);
    const hash = window.reduce((sum, unit) => BigInt.asUintN(64, sum * 37n + unit), 0n).toString(16);
    seen.set(hash, (seen.get(hash) ?? 0) + 1);
    return `${hash}:${seen.get(hash)}`;
  });
}

describe('lineHashes', () => {
  // Published by GitHub with its own implementation.
  it.each([
    ['', ['c129715d7a2bc9a3:1']],
    [
      ' a\nb\n  \t\tc\n d',
      ['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1'],
    ],
  ])('gives GitHub’s hashes for %j', (text, hashes) => {
    expect(lineHashes(text)).toEqual(hashes);
  });

  it('agrees with the definition on any text', () => {
    const parts = fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      ' ',
      '\t',
      'é',
      '😀',
      'DROP TABLE users;',
      '\uffff',
      '\0',
      'x',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (chosen) => {
        // A blank between CR and LF makes two line ends of them in GitHub's reading; nobody writes that.
        const text = chosen.join('').replaceAll(/\r[ \t]+\n/g, '\r\n');
        expect(lineHashes(text)).toEqual(lineHashesByDefinition(text));
      }),
    );
  });

  it('counts lines that look alike', () => {
    const hashes = lineHashes('-- the same line, long enough to fill the window alone\n'.repeat(20));
    expect(hashes.slice(0, 3).map((hash) => hash.replace(/.*:/, ''))).toEqual(['1', '2', '3']);
    expect(new Set(hashes).size).toBe(21);
  });
});
