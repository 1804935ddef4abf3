import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { checkStatements } from '../../support/check-history.ts';
import { emptyDatabase } from '../../support/pglite.ts';

beforeAll(loadParser);

const perhaps = (sql: string): string =>
  `DO $$ BEGIN IF (SELECT count(*) % 2 = 0 FROM pg_class) THEN ${sql}; END IF; END $$`;
const neverMind = (sql: string): string => `DO $$ BEGIN ${sql}; EXCEPTION WHEN OTHERS THEN NULL; END $$`;

/** Histories after which the two catalogs once differed. */
const found: readonly (readonly [string, readonly string[]])[] = [
  [
    'an index on a call without parentheses of its own',
    [
      'CREATE TABLE t (a text, b text)',
      `CREATE INDEX i ON t (a DESC, coalesce(a, b) DESC NULLS LAST, nullif(a, b), greatest(a, b) text_pattern_ops,
       cast(a AS varchar), lower(a) DESC)`,
      `CREATE INDEX j ON t ((coalesce(a, b)) DESC, (coalesce(a, b) || 'x'), (a::varchar), (lower(a) || b))`,
    ],
  ],
  [
    'a type in a composite type is renamed, moved, dropped',
    [
      "CREATE TYPE e AS ENUM ('a')",
      'CREATE TYPE d AS (n int)',
      'CREATE TYPE c AS (a int, b e[], d d)',
      'ALTER TYPE e SET SCHEMA app',
      'ALTER TYPE app.e RENAME TO f',
      'DROP TYPE d CASCADE',
    ],
  ],
  [
    'what is made of something uncertain is uncertain',
    [
      'CREATE TABLE t (a int, b int)',
      perhaps('ALTER TABLE t RENAME COLUMN b TO c'),
      'CREATE TABLE made AS SELECT * FROM t',
      'CREATE TABLE alike (LIKE t)',
      'CREATE TABLE child () INHERITS (t)',
      'CREATE VIEW v AS SELECT * FROM t',
      'CREATE VIEW w AS SELECT * FROM v',
    ],
  ],
  [
    'a type that is perhaps there makes room for one that surely is',
    [perhaps('CREATE TYPE r AS (a int)'), 'CREATE DOMAIN r AS text CHECK (VALUE IS NOT NULL)'],
  ],
  [
    'what perhaps depended on a table is perhaps left',
    [
      'CREATE TABLE t (a int)',
      'CREATE TABLE u (a int)',
      perhaps('ALTER TABLE u INHERIT t'),
      'DROP TABLE t CASCADE',
    ],
  ],
  [
    'a column that is perhaps dropped takes its sequence along, perhaps',
    ['CREATE TABLE t (a serial, b int)', perhaps('ALTER TABLE t DROP COLUMN a')],
  ],
  [
    'a sequence that a column perhaps owns is perhaps left without it',
    [
      'CREATE TABLE t (a int, b serial)',
      'CREATE TABLE u (a int)',
      perhaps('ALTER SEQUENCE t_b_seq OWNED BY u.a'),
      'ALTER TABLE u DROP COLUMN a',
    ],
  ],
  [
    'a table that is perhaps there makes room for one that surely is',
    [
      perhaps('CREATE TABLE t (a int)'),
      perhaps('DROP TABLE t'),
      'DROP TABLE IF EXISTS t',
      'CREATE TABLE t (b serial, c text)',
    ],
  ],
  [
    'a block that fails is as if it had not been',
    [
      'CREATE TABLE t (id serial, a text)',
      neverMind('ALTER SEQUENCE t_id_seq SET SCHEMA nowhere'),
      neverMind('ALTER TABLE t ADD CONSTRAINT con FOREIGN KEY (a) REFERENCES nothing'),
      neverMind("ALTER TABLE t ALTER COLUMN id SET DEFAULT 'x'"),
      neverMind('ALTER TABLE t ENABLE ROW LEVEL SECURITY, DROP COLUMN nothing'),
    ],
  ],
  [
    'a function that is called does what its body says, perhaps',
    [
      'CREATE TABLE t (a int)',
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE t ADD COLUMN b int; CREATE TABLE u (a int); END'",
      "CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM f(); EXECUTE format(''CREATE TABLE %I (a int)'', ''made''); END'",
      'SELECT g()',
    ],
  ],
];

describe('the replayed catalog', () => {
  it.each(found)('follows: %s', async (_, statements) => {
    const history = await checkStatements(await emptyDatabase(), statements);
    expect(history.refused).toBe(0);
    expect(history.differences).toEqual([]);
  });
});
