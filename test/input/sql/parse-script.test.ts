import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { parseSql, loadParser } from '../../../src/input/sql/parser.ts';
import { isWordToken, tokenName } from '../../../src/input/sql/tokens.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';
import { problemTexts, read, readBytes, readOne, statementTexts, textAt, withoutLocations } from './read.ts';

beforeAll(loadParser);

const gap = fc
  .array(
    fc.constantFrom(' ', '\n', '\r\n', '\t', '-- é😀; \' "\n', '/* ; 😀 /* nested */ */', "-- it's\r\n"),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

/** Statements as lists of tokens, so that gaps can be put between them. */
const statement = fc.constantFrom(
  [
    'CREATE',
    'TABLE',
    '"É😀"',
    '(',
    'id',
    'int',
    'PRIMARY',
    'KEY',
    ',',
    'é',
    'text',
    'DEFAULT',
    "'it''s; 😀'",
    ')',
  ],
  ['ALTER', 'TABLE', 'a', 'DROP', 'COLUMN', '"😀"', ',', 'ADD', 'b', 'int'],
  ['SELECT', "E'\\';'", ',', '$x$ ; -- no comment $x$', ',', '1.5', ',', '"a;b"'],
  ['(', 'SELECT', '1', ')'],
  ['DO', '$$ BEGIN NULL; END; $$'],
  ['CREATE', 'FUNCTION', 'f', '(', ')', 'RETURNS', 'int', 'BEGIN', 'ATOMIC', 'SELECT', '1', ';', 'END'],
  ['UPDATE', 'é', 'SET', 'a', '=', "'😀'", 'WHERE', 'b', 'IS', 'NULL'],
);

const script = fc
  .array(fc.tuple(statement, fc.array(gap, { minLength: 20, maxLength: 20 })), { maxLength: 5 })
  .chain((statements) =>
    fc.tuple(fc.constant(statements), fc.array(gap, { minLength: 12, maxLength: 12 }), fc.boolean()),
  )
  .map(([statements, gaps, closed]) => {
    const texts = statements.map(([tokens, inner]) =>
      tokens.map((token, index) => (index === 0 ? token : `${inner[index] ?? ' '}${token}`)).join(''),
    );
    const body = texts.map((text, index) => `${gaps[index] ?? ''}${text}${gaps[index + 5] ?? ''}`).join(';;');
    return {
      text: `${body}${closed ? ';' : ''}${gaps[11] ?? ''}`,
      texts,
      tokens: statements.map(([tokens]) => tokens),
    };
  });

describe('laws of places', () => {
  test('a span is the statement from its first to its last token', () => {
    fc.assert(
      fc.property(script, ({ text, texts }) => {
        const result = read(text);
        expect(result.problems).toEqual([]);
        expect(statementTexts(result)).toEqual(texts);
      }),
    );
  });

  test("a span's text parses to the same tree", () => {
    fc.assert(
      fc.property(script, ({ text }) => {
        const result = read(text);
        for (const one of result.statements) {
          const again = parseSql(textAt(result, one.span));
          if (again.kind !== 'parsed') throw new Error('does not parse');
          expect(again.result.map((raw) => withoutLocations(raw.stmt))).toEqual([withoutLocations(one.tree)]);
        }
      }),
    );
  });

  test('tokens stand at their places, with white space and comments between them', () => {
    fc.assert(
      fc.property(script, ({ text, tokens }) => {
        const result = read(text);
        const found = result.statements.map((one) => one.tokens());
        expect(found.map((list) => list.map((token) => token.text))).toEqual(tokens);
        for (const token of found.flat()) expect(textAt(result, token.span)).toBe(token.text);
      }),
    );
  });

  test('a mistake costs its statement only, and no other place changes', () => {
    fc.assert(
      fc.property(script, script, (before, after) => {
        const result = read(`${before.text};SELEC é;${after.text}`);
        expect(statementTexts(result)).toEqual([...before.texts, ...after.texts]);
        expect(problemTexts(result)).toEqual([['syntax', 'SELEC', 'syntax error at or near "SELEC"']]);
      }),
    );
  });

  test('locations of the tree lead to the file', () => {
    const text = "-- é😀\nSELECT 'é😀', x; SELECT '😀', y";
    const offsets = read(text).statements.map((one) => {
      const select = 'SelectStmt' in one.tree ? one.tree.SelectStmt : undefined;
      return select?.targetList?.map((target) =>
        'ResTarget' in target ? one.offsetOf(target.ResTarget.location ?? 0) : undefined,
      );
    });
    expect(offsets).toEqual([
      [text.indexOf("'é😀'"), text.indexOf('x;')],
      [text.indexOf("'😀', y"), text.indexOf('y')],
    ]);
  });
});

describe('files without statements', () => {
  test.each(['', ' \n\r\n', '-- only a comment', '/* block */\n', ';;\n;'])('%j', (text) => {
    const result = read(text);
    expect(result.statements).toEqual([]);
    expect(result.problems).toEqual([]);
  });
});

describe('encodings', () => {
  test('a byte-order mark moves nothing', () => {
    const result = readBytes(Buffer.from('\ufeffSELECT é;'));
    expect(result.problems).toEqual([]);
    expect(result.statements.map((one) => one.span)).toEqual([{ start: 0, end: 8 }]);
  });

  test('UTF-16 with its byte-order mark', () => {
    const result = readBytes(Buffer.from('\ufeffSELECT 1;\r\nSELECT "é";\r\n', 'utf16le'));
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT "é"']);
  });

  test('a refused file has its one problem and no statements', () => {
    const result = readBytes(Buffer.from('SELECT 1;\n\0'));
    expect(result.statements).toEqual([]);
    expect(result.problems.map((problem) => problem.kind)).toEqual(['nul']);
  });
});

describe('comments', () => {
  test('all of them in order, but none in quotes', () => {
    const text = `-- first\r\nSELECT '-- no', "/* no */", $$ -- no $$ /* in /* a */ statement */;\n--`;
    const result = read(text);
    expect(
      result.comments.map((comment) => [comment.form, comment.text, textAt(result, comment.span)]),
    ).toEqual([
      ['line', ' first', '-- first'],
      ['block', ' in /* a */ statement ', '/* in /* a */ statement */'],
      ['line', '', '--'],
    ]);
  });

  test('of a file that does not parse, without those in COPY data', () => {
    const result = read('-- é\nCOPY a FROM stdin;\n-- data\n\\.\nSELEC; /* b */');
    expect(result.comments.map((comment) => comment.text)).toEqual([' é', ' b ']);
  });
});

describe('tokens', () => {
  test('values are what PostgreSQL makes of them', () => {
    const tokens = readOne(
      `select Foo, "Bar""x", U&"d\\0061t\\+000061", ÀB, 'S', $1, 1.5, a.Name from "T" where x<=2`,
    ).tokens();
    expect(tokens.map((token) => [token.kind, token.value])).toEqual([
      ['keyword', 'SELECT'],
      ['identifier', 'foo'],
      ['operator', ','],
      ['identifier', 'Bar"x'],
      ['operator', ','],
      ['identifier', 'data'],
      ['operator', ','],
      ['identifier', 'Àb'],
      ['operator', ','],
      ['string', "'S'"],
      ['operator', ','],
      ['parameter', '$1'],
      ['operator', ','],
      ['number', '1.5'],
      ['operator', ','],
      ['identifier', 'a'],
      ['operator', '.'],
      ['keyword', 'NAME'],
      ['keyword', 'FROM'],
      ['identifier', 'T'],
      ['keyword', 'WHERE'],
      ['identifier', 'x'],
      ['operator', '<='],
      ['number', '2'],
    ]);
  });

  test('a long name is cut as in the tree', () => {
    const long = `${'é'.repeat(40)}x`;
    const one = readOne(`DROP TABLE ${long}`);
    const name = one.tokens().at(-1);
    expect(name?.value).toBe('é'.repeat(31));
    expect(JSON.stringify(one.tree)).toContain(`"sval":"${'é'.repeat(31)}"`);
  });

  test('a key word can be a name', () => {
    const tokens = readOne('ALTER TABLE "table" DROP COLUMN Name').tokens();
    expect(tokens.map(tokenName)).toEqual(['alter', 'table', 'table', 'drop', 'column', 'name']);
    expect(tokens.map((token) => isWordToken(token, 'TABLE'))).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(tokenName(readOne("SELECT 'a'").tokens()[1] ?? tokens[0]!)).toBeUndefined();
  });
});

test('a statement of 5 MB is read', () => {
  const row = "(1, 'abcdefghijklmnopqrstuvwxyz')";
  const text = `INSERT INTO t VALUES ${Array.from({ length: 150_000 }, () => row).join(',')}`;
  const result = read(`${text};\nSELECT 1;`);
  expect(result.statements.map((one) => one.span.end)).toEqual([text.length, text.length + 10]);
});

describe('a part of a file', () => {
  const text =
    "-- ü over all\nSELECT 'x';\n-- part\nSELECT $$ü$$; -- in\nDROP TABLE t;\n-- rest\nSELECT 2 $1;";
  const within = { start: text.indexOf('-- part'), end: text.indexOf('-- rest') };

  test('is read alone, at the places of the whole file', () => {
    const script = parseScript(sourceOf('a.sql', text), [], within);
    expect(script.problems).toEqual([]);
    expect(script.source.text).toBe(text);
    expect(script.statements.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'SELECT $$ü$$',
      'DROP TABLE t',
    ]);
    expect(script.statements[1]?.tokens().map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'DROP',
      'TABLE',
      't',
    ]);
    expect(script.comments.map((comment) => comment.text)).toEqual([' part', ' in']);
  });

  test('tells its own mistakes only', () => {
    const broken = text.replace('DROP TABLE t', 'DROP TABEL t');
    const script = parseScript(sourceOf('a.sql', broken), [], within);
    expect(script.problems.map(({ kind, span }) => [kind, broken.slice(span.start, span.end)])).toEqual([
      ['syntax', 'TABEL'],
    ]);
    expect(script.statements).toHaveLength(1);
  });

  test('may end in the middle of a statement, and hold none', () => {
    const cut = parseScript(sourceOf('a.sql', text), [], { start: 0, end: text.indexOf('TABLE') });
    expect(cut.problems.map(({ kind }) => kind)).toEqual(['syntax']);
    const empty = parseScript(sourceOf('a.sql', text), [], { start: 3, end: 3 });
    expect([empty.statements, empty.problems, empty.comments]).toEqual([[], [], []]);
  });
});
