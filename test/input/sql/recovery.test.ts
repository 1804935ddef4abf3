import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { problemTexts, read, statementTexts } from './read.ts';

beforeAll(loadParser);

test('any text at all gives a script whose places lie in it and in order', () => {
  const part = fc.constantFrom(
    ...[
      [
        'SELECT 1',
        'CREATE RULE r AS ON INSERT TO t DO ALSO',
        'BEGIN ATOMIC',
        'END',
        'CREATE FUNCTION f()',
        'COPY a FROM stdin',
      ],
      [
        ';',
        '(',
        ')',
        "'",
        '"',
        '$$',
        '{{',
        '}}',
        '${',
        '}',
        '<%',
        '%>',
        '\\',
        '\\.',
        '\\g',
        '\n',
        ' ',
        '/*',
        '*/',
        '--',
        'é',
        '😀',
        ',',
      ],
    ].flat(),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
      const text = parts.join('');
      const result = read(text);
      let last = 0;
      for (const { span } of result.statements) {
        expect(span.start).toBeGreaterThanOrEqual(last);
        expect(span.end).toBeGreaterThan(span.start);
        last = span.end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
      for (const { span } of result.problems) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 500 },
  );
});

describe('syntax errors', () => {
  test.each([
    [
      'SELECT 1; SELECT é, 😀 FROM a b c; SELECT 3',
      ['SELECT 1', 'SELECT 3'],
      [['c', 'syntax error at or near "c"']],
    ],
    ['SELECT 1 + ; SELECT 2', ['SELECT 2'], [[';', 'syntax error at or near ";"']]],
    ['SELECT 2;\r\nSELECT 1 +\r\n-- end', ['SELECT 2'], [['+', 'syntax error at end of input']]],
    ["SELECT 1; SELECT 'a\nb; c", ['SELECT 1'], [["'a", `unterminated quoted string at or near "'a…"`]]],
    ['SELECT 1; /* open', ['SELECT 1'], [['/* open', 'unterminated /* comment at or near "/* open"']]],
    [
      'CREATE TABLE a (b int; CREATE TABLE c ();',
      ['CREATE TABLE c ()'],
      [[';', 'syntax error at or near ";"']],
    ],
    [
      'SELEC 1; SELEC 2;',
      [],
      [
        ['SELEC', 'syntax error at or near "SELEC"'],
        ['SELEC', 'syntax error at or near "SELEC"'],
      ],
    ],
  ])('%j', (text, statements, problems) => {
    const result = read(text);
    expect(statementTexts(result)).toEqual(statements);
    expect(problemTexts(result)).toEqual(problems.map((problem) => ['syntax', ...problem]));
  });

  test('a long quote is cut to 60 characters', () => {
    const [problem] = read(`SELECT '${'x'.repeat(500)}`).problems;
    expect(problem?.message).toBe(`unterminated quoted string at or near "'${'x'.repeat(59)}…"`);
  });

  test('semicolons inside rules and BEGIN ATOMIC end nothing', () => {
    const rule = 'CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)';
    const routine =
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END';
    const result = read(`${rule}; SELEC; ${routine}; SELECT 3;`);
    expect(statementTexts(result)).toEqual([rule, routine, 'SELECT 3']);
  });

  test('a body that never closes does not swallow what follows', () => {
    const result = read('CREATE RULE r AS (SELECT 1; SELECT 2; CREATE FUNCTION f() BEGIN ATOMIC; SELECT 3;');
    expect(statementTexts(result)).toEqual(['SELECT 2', 'SELECT 3']);
    expect(result.problems).toHaveLength(2);
  });

  test('thousands of statements around a mistake', () => {
    const many = 'UPDATE a SET b = 1 WHERE c = 2;\n'.repeat(2000);
    const result = read(`${many}SELEC;\n${many}`);
    expect(result.statements).toHaveLength(4000);
    expect(result.problems).toHaveLength(1);
  });
});

test('a comment inside a continued string is read as PostgreSQL reads it', () => {
  const result = read("SELECT 'a' -- it's é\n  'b', 1;\nSELECT 2;");
  expect(result.problems).toEqual([]);
  expect(JSON.stringify(result.statements[0]?.tree)).toContain('"sval":"ab"');
  expect(statementTexts(result)).toEqual(["SELECT 'a' -- it's é\n  'b', 1", 'SELECT 2']);
});

describe('templates', () => {
  test('are names of the same length', () => {
    const text = 'CREATE TABLE {{ .Schema }}.a (id int);\nALTER TABLE ${é}b ADD c int;\nDROP TABLE <%= t %>;';
    const result = read(text);
    expect(statementTexts(result)).toEqual(text.slice(0, -1).split(';\n'));
    expect(problemTexts(result)).toEqual([
      ['template', '{{ .Schema }}', 'The template placeholder {{ .Schema }} is read as a name'],
      ['template', '${é}', 'The template placeholder ${é} is read as a name'],
      ['template', '<%= t %>', 'The template placeholder <%= t %> is read as a name'],
    ]);
  });

  test('one problem for each placeholder', () => {
    const result = read('DROP TABLE {{a}}; DROP TABLE {{a}}; DROP TABLE {{b}};');
    expect(result.statements).toHaveLength(3);
    expect(result.problems.map((problem) => problem.span)).toEqual([
      { start: 11, end: 16 },
      { start: 47, end: 52 },
    ]);
  });

  test('conditions and loops are left out', () => {
    const result = read(
      `{{ if eq .Env "it's" }}\nSELECT 1;\n{{ end }}\n<% rows.each do %>SELECT 2;<% end %>`,
    );
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT 2']);
    expect(problemTexts(result).map(([, , message]) => message)).toEqual([
      `The template placeholder {{ if eq .Env "it's" }} is left out`,
      'The template placeholder {{ end }} is left out',
      'The template placeholder <% rows.each do %> is left out',
      'The template placeholder <% end %> is left out',
    ]);
  });

  test('a statement that no name mends is told, the others are read', () => {
    const result = read('SELECT 1; ALTER {{ x }} y; ${statements}; SELECT 2');
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT 2']);
    expect(problemTexts(result)).toEqual([
      ['template', '{{ x }}', 'The template placeholder {{ x }} makes this statement unreadable'],
      ['template', '${statements}', 'The template placeholder ${statements} is left out'],
    ]);
  });

  test('what only looks like one is none', () => {
    const operators = 'SELECT a <% b, c %> d';
    expect(read(operators).problems).toEqual([]);
    const result = read(`${operators}; SELEC; SELECT '{{x}}', "\${y}" -- {{z}}`);
    expect(result.statements).toHaveLength(2);
    expect(result.problems.map((problem) => problem.kind)).toEqual(['syntax']);
  });

  test('one that is never closed is a syntax error', () => {
    expect(problemTexts(read('SELECT {{ a'))).toEqual([['syntax', '{', 'syntax error at or near "{"']]);
  });
});

describe('psql', () => {
  test('a dump with meta-commands and data', () => {
    const text = [
      '\\connect "db é"',
      'SET x = 1;',
      'COPY public.a (b, c) FROM stdin;',
      "1\tdon't; {{x}}",
      '2\t\\N',
      '\\.',
      '',
      'SELECT 2;',
      "  \\echo it's done",
      'SELECT 3;',
    ].join('\r\n');
    const result = read(text);
    expect(statementTexts(result)).toEqual([
      'SET x = 1',
      'COPY public.a (b, c) FROM stdin',
      'SELECT 2',
      'SELECT 3',
    ]);
    expect(
      problemTexts(result).map(([kind, where, message]) => [kind, where?.split('\r\n')[0], message]),
    ).toEqual([
      ['meta-command', '\\connect "db é"', expect.stringContaining('\\connect is a command of psql')],
      ['copy-data', "1\tdon't; {{x}}", expect.stringMatching(/^2 rows after COPY … FROM STDIN skipped/)],
      ['meta-command', "\\echo it's done", expect.stringContaining('\\echo')],
    ]);
  });

  test('data without an end reaches to the end of the file', () => {
    const result = read('COPY a FROM STDIN WITH (FORMAT csv);\nx,y\nz');
    expect(statementTexts(result)).toEqual(['COPY a FROM STDIN WITH (FORMAT csv)']);
    expect(problemTexts(result).map(([kind, where]) => [kind, where])).toEqual([['copy-data', 'x,y\nz']]);
  });

  test('a command that sends its statement ends it', () => {
    const result = read('SELECT 1 \\gexec\nSELECT 2 \\; SELECT 3;');
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT 2', 'SELECT 3']);
  });

  test('a backslash elsewhere is PostgreSQL’s syntax error', () => {
    expect(problemTexts(read('SELECT \\x 1; SELECT 2'))).toEqual([
      ['syntax', '\\', 'syntax error at or near "\\"'],
    ]);
  });
});

describe('nesting', () => {
  const parentheses = (depth: number): string => `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`;

  test('what breaks the parser is one problem, and the rest is read', () => {
    const result = read(`SELECT 1; ${parentheses(20_000)}; SELECT 2; SELEC;`);
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT 2']);
    expect(result.problems.map((problem) => problem.kind)).toEqual(['nesting', 'syntax']);
  });

  test('again and again', () => {
    const sum = `SELECT ${'1+'.repeat(12_000)}1`;
    for (let round = 0; round < 30; round++) {
      expect(read(sum).problems.map((problem) => problem.kind)).toEqual(['nesting']);
    }
    expect(statementTexts(read('SELECT 1;'))).toEqual(['SELECT 1']);
  });

  test('an endless operator', () => {
    const result = read(`SELECT 1; SELECT 1 ${'+'.repeat(50_000)} 2; SELECT 3`);
    expect(statementTexts(result)).toEqual(['SELECT 1', 'SELECT 3']);
    expect(result.problems.map((problem) => problem.kind)).toEqual(['nesting']);
  });
});
