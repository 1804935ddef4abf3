import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { textOffsets } from '../../../src/input/text/offsets.ts';
import { keywordCategory } from '../../../src/input/sql/keywords.ts';
import { hasEndlessOperator, Lexer } from '../../../src/input/sql/lexer.ts';
import { loadParser, scanSql } from '../../../src/input/sql/parser.ts';

beforeAll(loadParser);

interface ScannedToken {
  readonly start: number;
  readonly end: number;
  readonly keywordKind: number;
}

/** The tokens of PostgreSQL's own scanner; undefined where it refuses the text. */
function scan(text: string): readonly ScannedToken[] | undefined {
  const outcome = scanSql(text);
  if (outcome.kind !== 'parsed' || !outcome.result.startsWith('{')) return undefined;
  return (JSON.parse(outcome.result) as { tokens: readonly ScannedToken[] }).tokens;
}

function lex(text: string): readonly string[] {
  const lexer = new Lexer(text);
  const found: string[] = [];
  while (lexer.next()) found.push(lexer.value);
  return found;
}

const fragment = fc.constantFrom(
  ...[
    [
      'a',
      'Tab_1',
      'é',
      '"q ""x"',
      'U&"d\\0061t"',
      "'s'",
      "'it''s'",
      "E'a\\'b'",
      "e'\\\\'",
      "B'01'",
      "x'ff'",
      "N'n'",
    ],
    [
      "U&'\\0041'",
      '$$b$$',
      '$t$ $$ $t$',
      '$1',
      '$',
      '1',
      '1.5',
      '.5',
      '1.',
      '1e3',
      '1E-3',
      '0xFF',
      '0b1',
      '1_000',
      '1..2',
    ],
    [
      '+',
      '-',
      '*',
      '/',
      '<',
      '>',
      '=',
      '!',
      '@',
      '%',
      '^',
      '|',
      '&',
      '?',
      '#',
      '~',
      '`',
      '::',
      ':',
      ':=',
      '=>',
      '<>',
    ],
    [
      '(',
      ')',
      '[',
      ']',
      ',',
      ';',
      '.',
      ' ',
      '\n',
      '\t',
      '\r\n',
      '-- c',
      '-- c\n',
      '/* x */',
      '/* /* */ */',
      'select',
      'FROM',
    ],
    ['😀', '{', '}', '\\', '_x', 'x$y', 'b', 'E', 'u&'],
  ].flat(),
);

describe('the lexer agrees with the scanner of PostgreSQL', () => {
  test('on any text that the scanner takes', () => {
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const tokens = scan(text);
        // PostgreSQL allows a comment inside a continued string, libpg_query's scanner does not.
        fc.pre(tokens !== undefined && !/'\s*--[^\n\r]*[\n\r]/.test(text));
        const offsets = textOffsets(text);
        const at = (byte: number): number => offsets.utf16FromBytes(byte);
        expect(lex(text)).toEqual(tokens?.map((token) => text.slice(at(token.start), at(token.end))));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["'a'\n'b'", 1],
    ["'a' 'b'", 2],
    ["'a' -- comment\n -- another\n 'b'", 1],
    ["E'a'\n'\\'b'", 1],
    ['a@-1', 3],
    ['a<-1', 4],
    ['a=-- b', 3],
    ['a$$b$$', 1],
    ['1a', 2],
    ['x:=1', 3],
    ['1..10', 3],
  ])('on %j: %i lexemes', (text, count) => {
    expect(lex(text)).toHaveLength(count);
  });

  test('on which words are key words', () => {
    const kinds = ['none', 'unreserved', 'column-name', 'type-name', 'reserved'];
    const words = [
      'select',
      'column',
      'left',
      'int',
      'name',
      'users',
      'concurrently',
      'virtual',
      'plpgsql',
      'merge',
    ];
    for (const word of words)
      expect(keywordCategory(word) ?? 'none').toBe(kinds[scan(word)?.[0]?.keywordKind ?? 0]);
  });
});

test.each(["'abc", '"abc', '$$abc', '$a$ $b$', '/* /* */', "E'\\'"])('%j is never closed', (text) => {
  const lexer = new Lexer(text);
  lexer.next();
  expect(lexer.unterminated).toBe(true);
  expect(lexer.end).toBe(text.length);
});

test('it keeps within its limits', () => {
  const lexer = new Lexer("a 'b c' d", 2, 6);
  expect(lexer.next()).toBe(true);
  expect([lexer.start, lexer.end]).toEqual([2, 6]);
  expect(lexer.next()).toBe(false);
});

test('an endless operator is told from a rule of dashes in a comment', () => {
  expect(hasEndlessOperator(`SELECT 1 ${'+'.repeat(30_000)} 1`)).toBe(true);
  expect(hasEndlessOperator(`${'-'.repeat(30_000)}\nSELECT '${'='.repeat(30_000)}'`)).toBe(false);
});
