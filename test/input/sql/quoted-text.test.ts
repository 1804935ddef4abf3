import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { Lexer } from '../../../src/input/sql/lexer.ts';
import { wholeText } from '../../../src/input/sql/parsed-text.ts';
import { loadParser, parseSql } from '../../../src/input/sql/parser.ts';
import { unquote } from '../../../src/input/sql/quoted-text.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';

beforeAll(loadParser);

/** What PostgreSQL reads a string constant as; undefined where it refuses it. */
function postgresReads(constant: string): string | undefined {
  const outcome = parseSql(`SELECT ${constant}`);
  if (outcome.kind !== 'parsed') return undefined;
  return /"sval":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(outcome.result))?.[1] ?? '""';
}

const part = fc.constantFrom(
  ...[
    [
      'a',
      'é',
      '😀',
      ' ',
      '\n',
      "''",
      "'\n'",
      "' -- c\n  '",
      '\\\\',
      "\\'",
      '\\n',
      '\\t',
      '\\x41',
      '\\101',
      '\\u00e9',
      '\\U0001F600',
    ],
    ['\\0041', '\\+01F600', '"', '$', '\\q', '--'],
  ].flat(),
);

test.each(["'", "E'", "e'", "U&'"])('%s… is what PostgreSQL reads, at its place', (opening) => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      // A Unicode escape may go on after the line end: PostgreSQL joins the parts first, we do not.
      fc.pre(opening !== "U&'" || !parts.some((one) => one.includes('\n')));
      const constant = `${opening}${parts.join('')}'`;
      const lexer = new Lexer(constant);
      lexer.next();
      const expected = postgresReads(constant);
      fc.pre(expected !== undefined && lexer.end === constant.length);
      const source = sourceOf('a.sql', `12${constant}`);
      const unquoted = unquote(wholeText(source), [{ start: 2, end: source.text.length }]);
      expect(unquoted.text).toBe(JSON.parse(expected ?? ''));
      for (let offset = 0; offset < unquoted.text.length; offset++) {
        const character = unquoted.text.charAt(offset);
        if (/[a-z0-9 é"$]/.test(character) && !/[\\Uu]/.test(constant.slice(opening.length))) {
          expect(source.text.charAt(unquoted.toSource(offset))).toBe(character);
        }
      }
      expect(unquoted.toSource(unquoted.text.length)).toBe(source.text.length - 1);
    }),
    { numRuns: 300 },
  );
});

test('dollar quotes, and several constants one after the other', () => {
  const text = "$x$a'b$x$ || 'c''d'";
  const unquoted = unquote(wholeText(sourceOf('a.sql', text)), [
    { start: 0, end: 9 },
    { start: 13, end: 19 },
  ]);
  expect(unquoted.text).toBe("a'bc'd");
  expect(Array.from(unquoted.text, (_, offset) => unquoted.toSource(offset))).toEqual([3, 4, 5, 14, 15, 17]);
});
