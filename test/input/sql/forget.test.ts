import { beforeAll, expect, test } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Script } from '../../../src/input/sql/types.ts';
import type { SourceText } from '../../../src/input/text/types.ts';

beforeAll(loadParser);

/** Everything that a script says of its statements. */
const told = (script: Script): unknown => ({
  comments: script.comments,
  statements: script.statements.map((statement) => ({
    tree: statement.tree,
    span: statement.span,
    tokens: statement.tokens(),
    offset: statement.offsetOf(12),
    body: statement.body()?.nodes.map(({ kind, span }) => ({ kind, span })),
  })),
});

test.each([
  ['a file', 'CREATE TABLE "é" (id int); -- a comment\nDO $$ BEGIN PERFORM 1; END $$;'],
  ['a file with a mistake', 'CREATE TABLE a (id int);\nSELEC 1;\nDROP TABLE a;'],
  ['a template', 'CREATE TABLE {{name}} (id int);\nDROP TABLE b;'],
])('%s says the same after it has forgotten its trees', (_, text) => {
  const source: SourceText = { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false };
  const script = parseScript(source);
  const before = told(script);
  const tree = script.statements[0]?.tree;
  script.forget();
  expect(script.statements[0]?.tree).not.toBe(tree);
  expect(told(script)).toEqual(before);
});

test('where a statement stands is known without its tree', () => {
  const text = 'SELECT 1;\n  SELECT 2;\n';
  const script = parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });
  script.forget();
  expect(script.statements.map(({ span }) => text.slice(span.start, span.end))).toEqual([
    'SELECT 1',
    'SELECT 2',
  ]);
});
