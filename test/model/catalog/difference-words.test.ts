import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { catalogDifferences, type CatalogDifference } from '../../../src/model/catalog/differences.ts';
import { differenceWords } from '../../../src/model/catalog/difference-words.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

/** How the schema after both scripts differs from the one after the first. */
function wordsOf(before: string, change: string): readonly string[] {
  const replay = createReplay();
  replay.run(before);
  const then = replay.catalog();
  replay.run(change);
  return catalogDifferences(then, replay.catalog()).map(differenceWords);
}

const table =
  "CREATE TABLE t (a int NOT NULL DEFAULT 0, b text, at timestamptz DEFAULT now(), CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t (b); COMMENT ON TABLE t IS 'first'";
const one = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'";

describe('the words of a difference', () => {
  it.each([
    [table, 'DROP TABLE t', ['the table t is missing']],
    [table, 'CREATE TABLE "U" (a int)', ['the table "U" is still there']],
    [table, 'ALTER TABLE t ADD COLUMN "userName" text', ['t."userName" is still there']],
    [table, 'DROP INDEX i', ['the index i is missing']],
    [
      'CREATE SCHEMA s; CREATE TABLE s.t (a int)',
      'CREATE INDEX i ON s.t (a)',
      ['the index s.i is still there'],
    ],
    [table, 'ALTER TABLE t DROP CONSTRAINT c', ['the constraint c of t is missing']],
    [table, 'ALTER TABLE t ALTER a DROP NOT NULL', ['t.a comes back without NOT NULL']],
    [table, 'ALTER TABLE t ALTER b SET NOT NULL', ['t.b keeps NOT NULL']],
    [table, 'ALTER TABLE t ALTER a DROP DEFAULT', ['t.a comes back without its default 0']],
    [table, "ALTER TABLE t ALTER b SET DEFAULT 'x'", ["t.b keeps the default 'x'"]],
    [table, 'ALTER TABLE t ALTER a TYPE bigint', ['t.a has the type bigint instead of integer']],
    [table, "COMMENT ON TABLE t IS 'second'", ['the table t has the comment second instead of first']],
    [table, 'ALTER TABLE t ENABLE ROW LEVEL SECURITY', ['the table t keeps row security']],
    ["CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e ADD VALUE 'b'", ["the value 'b' of e is still there"]],
    [
      one,
      one.replace('CREATE', 'CREATE OR REPLACE').replace('1', '2'),
      ['the function f has another definition'],
    ],
    [
      'CREATE TABLE t (a int, b int)',
      'ALTER TABLE t DROP a; ALTER TABLE t ADD a int',
      ['the columns of t stand in another order'],
    ],
    [
      'CREATE TABLE t (a text)',
      `ALTER TABLE t ADD CONSTRAINT c CHECK (a <> '${'x'.repeat(90)}')`,
      ['the constraint c of t is still there'],
    ],
  ])('%s; %s', (before, change, words) => {
    expect(wordsOf(before, change)).toEqual(words);
  });

  it.each([
    [table, "ALTER TABLE t ALTER a SET DEFAULT '0'::int"],
    [table, 'ALTER TABLE t ALTER at SET DEFAULT CURRENT_TIMESTAMP'],
    [table, 'ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK ((t.a) > 0)'],
    [table, 'DROP INDEX i; CREATE INDEX i ON public.t USING btree (b ASC NULLS LAST)'],
    [
      one,
      'create  or replace function f() returns integer language sql as $x$ select 1 -- one\n $x$'.replace(
        'select',
        'SELECT',
      ),
    ],
    ['CREATE VIEW v AS SELECT 1 AS a', 'CREATE OR REPLACE VIEW v AS\n  select 1 as a;'],
  ])('none: %s; %s', (before, change) => {
    expect(wordsOf(before, change)).toEqual([]);
  });

  it('cuts what is too long for a sentence', () => {
    const object = {
      kind: 'column',
      name: { schema: undefined, name: 'a' },
      on: { schema: 'public', name: 't' },
    } as const;
    const long = 'x'.repeat(200);
    const difference: CatalogDifference = {
      object,
      kind: 'changed',
      property: 'default',
      before: long,
      after: undefined,
    };
    const words = differenceWords(difference);
    expect(words).toMatch(/^t\.a comes back without its default x+…$/u);
    expect(words.length).toBeLessThan(110);
    expect(differenceWords({ ...difference, after: '1' })).toBe('t.a has another default');
  });
});
