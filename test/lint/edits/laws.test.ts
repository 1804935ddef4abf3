import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { insertAfter, insertBefore } from '../../../src/lint/edits/insert.ts';
import { removeAction, removeStatement } from '../../../src/lint/edits/remove.ts';
import type { Edit } from '../../../src/lint/fix.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import { edited, scriptOf } from './edited.ts';

beforeAll(loadParser);

const statements = fc.constantFrom(
  'SELECT 1',
  "select 'a -- no comment; none' , 2",
  'alter table a\n  add column b int, -- one\n  add column c numeric(3, 1)',
  'DROP TABLE "a;b"',
  'DO $x$\nBEGIN\n  -- inside\n  DELETE FROM a; DELETE FROM b;\nEND $x$',
  "INSERT INTO a VALUES (E'it\\'s', $$;$$)",
);
const gaps = fc.constantFrom(
  '\n',
  ' ',
  '\n\n',
  '\n-- a comment\n',
  ' -- behind\n',
  '\n/* two\n lines */\n',
  '\r\n',
);
const before = fc.constantFrom('', '-- Author: a\n-- Date: b\n', '-- +goose Up\n', '\n', '/* block */ ');
const scripts = fc
  .tuple(
    before,
    fc.array(fc.tuple(statements, gaps), { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', ';', ';\n', '; -- end'),
    fc.boolean(),
  )
  .map(([start, parts, end, drizzle]) => {
    const between = drizzle ? ';--> statement-breakpoint' : ';';
    const written = parts.map(([sql, gap], index) =>
      index < parts.length - 1 ? `${sql}${between}${gap.startsWith(' ') && drizzle ? '\n' : gap}` : sql,
    );
    return start + written.join('') + end;
  });

type Shape = readonly string[];

/** The statements of a text, as written. */
function shapeOf(text: string): Shape {
  const script = scriptOf(text);
  expect(script.problems).toEqual([]);
  return script.statements.map(({ span }) => text.slice(span.start, span.end));
}

function check(
  make: (place: ReturnType<typeof scriptOf>['statements'][number]) => readonly Edit[] | undefined,
  expected: (shape: Shape, index: number) => Shape,
): void {
  fc.assert(
    fc.property(scripts, fc.nat(4), (text, at) => {
      const shape = shapeOf(text);
      const index = at % shape.length;
      const changed = edited(text, make(scriptOf(text).statements[index]!));
      expect(changed).toBeDefined();
      expect(shapeOf(changed ?? '')).toEqual(expected(shape, index));
      // Comments of others stay: what is there now was there before, but for what the edit puts in.
      const marks = (one: string): number => one.match(/Author|Date|\+goose/g)?.length ?? 0;
      expect(marks(changed ?? '')).toBe(marks(text));
    }),
    { numRuns: 300 },
  );
}

const added = (sql: string, shape: Shape, index: number): string =>
  /^[a-z]/.test(shape[index] ?? '') ? sql.toLowerCase() : sql;

it('puts a statement before another and leaves all others as they are', () => {
  check(
    (place) => insertBefore(place, 'SET x = 1;'),
    (shape, index) => shape.toSpliced(index, 0, added('SET x = 1', shape, index)),
  );
});

it('puts a statement after another and leaves all others as they are', () => {
  check(
    (place) => insertAfter(place, 'SET x = 1;'),
    (shape, index) => shape.toSpliced(index + 1, 0, added('SET x = 1', shape, index)),
  );
});

it('takes a statement out and leaves all others as they are', () => {
  check(removeStatement, (shape, index) => shape.toSpliced(index, 1));
});

it('takes an action out and leaves the others as they are', () => {
  const actions = fc.array(
    fc.constantFrom(
      'ADD COLUMN c numeric(3, 1)',
      'DROP COLUMN x',
      'ADD CHECK (a IN (1, 2))',
      'ALTER b TYPE int',
    ),
    { minLength: 1, maxLength: 4 },
  );
  const commas = fc.constantFrom(',', ', ', ' ,\n  ', ', -- why\n  ', ', /* a, b */ ');
  fc.assert(
    fc.property(actions, commas, fc.nat(3), (list, comma, at) => {
      const text = `SELECT 1;\nALTER TABLE a ${list.join(comma)};\nSELECT 2;`;
      const index = at % list.length;
      const [, statement] = scriptOf(text).statements;
      const operation = operationsOf(statement!).find(({ action }) => action === index);
      const changed = edited(text, removeAction(operation!));
      const rest = list.toSpliced(index, 1);
      const tokens = (sql: string): Shape =>
        scriptOf(sql).statements.flatMap((one) => one.tokens().map((token) => token.text));
      const expected =
        rest.length === 0 ? 'SELECT 1; SELECT 2;' : `SELECT 1; ALTER TABLE a ${rest.join(',')}; SELECT 2;`;
      expect(tokens(changed ?? '')).toEqual(tokens(expected));
    }),
  );
});
