import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, parseJsonWithComments } from '../../src/config/jsonc.ts';

const mistake = (text: string): string => {
  try {
    parseJsonWithComments(text);
  } catch (error) {
    if (error instanceof JsonError) return `${error.line}:${error.column} ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('parseJsonWithComments', () => {
  it('reads what JSON.parse reads, as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent ? 2 : 0);
        expect(parseJsonWithComments(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes nothing that JSON.parse refuses, but comments and commas', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:1-.e0 \\ntrue\u0001')) }),
        (text) => {
          let read: unknown;
          try {
            read = parseJsonWithComments(text);
          } catch {
            return;
          }
          expect(JSON.parse(text.replaceAll(/,(?=\s*[\]}])/gu, ''))).toEqual(read);
        },
      ),
    );
  });

  it('takes comments, and commas before closing brackets', () => {
    expect(parseJsonWithComments('// one\n{ /* two\n */ "a": [1, "//",], // three\n}\n')).toEqual({
      a: [1, '//'],
    });
  });

  it.each([
    ['{\n  "a": 1,,\n}', '2:10 A key in double quotes is missing before ,.'],
    ['{ "a" 1 }', '1:7 A colon is missing before 1.'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3 A comma or } is missing before ".'],
    ["{ 'a': 1 }", "1:3 A key in double quotes is missing before '."],
    ['{ "a": strict }', '1:8 strict is no value; texts stand in double quotes.'],
    ['{ "a": "x\n }', '1:8 The text is not closed by a double quote on its line.'],
    ['{ "a": "C:\\path" }', '1:8 The text has a character or an escape that JSON does not know.'],
    ['{ "rules": {\n', '2:1 A key in double quotes is missing before the end of the file.'],
    ['{ "a": 1,\n  "a": 2 }', '2:3 The key "a" is there twice.'],
    ['{} {}', '1:4 Nothing may follow the value, but there is {.'],
    ['{ /* never closed', '1:3 The comment is not closed.'],
    ['['.repeat(5000), '1:102 The values are nested more than 100 deep.'],
  ])('says where %j is wrong', (text, message) => {
    expect(mistake(text)).toBe(message);
  });

  it('makes __proto__ a key like any other', () => {
    const value = parseJsonWithComments('{ "__proto__": { "polluted": true } }') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
