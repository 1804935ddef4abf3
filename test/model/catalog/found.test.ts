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
      'ALTER TABLE u DROP COLUMN a CASCADE',
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
    'a table that is perhaps there makes room for a view',
    [
      perhaps('CREATE TABLE t (a int)'),
      'DROP TABLE IF EXISTS t',
      perhaps('CREATE TABLE u (a int, a int)'),
      'CREATE VIEW u AS SELECT 1 AS b',
    ],
  ],
  [
    'a column that a WITH clause or a subquery gives is no column of the table of that name',
    [
      'CREATE TABLE t (a int, b int, c int, d int)',
      'CREATE VIEW v AS WITH x AS (SELECT b AS a FROM t) SELECT a FROM x',
      'CREATE VIEW w AS SELECT a, (SELECT max(c) FROM t) FROM (SELECT b FROM t) AS y (a) WHERE a > 0',
      'ALTER TABLE t DROP COLUMN a CASCADE',
      'ALTER TABLE t DROP COLUMN c CASCADE',
      'ALTER TABLE t DROP COLUMN b CASCADE',
    ],
  ],
  [
    'what is named anew takes the place of what perhaps had the name',
    [
      'CREATE TABLE t (a serial)',
      perhaps('CREATE TABLE u (a int, a int)'),
      'DROP TABLE IF EXISTS u',
      perhaps('CREATE TABLE w (a int, a int)'),
      'ALTER TABLE t RENAME TO w',
    ],
  ],
  [
    "a partition's foreign key follows its parent's",
    [
      'CREATE TABLE r (id int PRIMARY KEY)',
      'CREATE TABLE t (a int, b int) PARTITION BY LIST (a)',
      'CREATE TABLE p PARTITION OF t FOR VALUES IN (1)',
      'ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES r NOT VALID',
      'ALTER TABLE t ALTER CONSTRAINT t_b_fkey DEFERRABLE',
    ],
  ],
  [
    "a key that is dropped with CASCADE takes foreign keys to its partitions' along",
    [
      'CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id)',
      'CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (10)',
      'ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES p (id)',
      'ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE',
    ],
  ],
  [
    'a CHECK that is not inherited is renamed alone',
    [
      'CREATE TABLE t (a int, CHECK (a > 0) NO INHERIT)',
      'CREATE TABLE u (LIKE t INCLUDING ALL)',
      'ALTER TABLE u INHERIT t',
      'ALTER TABLE t RENAME CONSTRAINT t_a_check TO other',
    ],
  ],
  [
    'a default name beside one that is perhaps taken is uncertain',
    [
      'CREATE TABLE t (a int, b int)',
      neverMind('CREATE INDEX t_pkey ON t (nothing)'),
      neverMind('CREATE INDEX t_a_idx ON t (nothing)'),
      'ALTER TABLE t ADD PRIMARY KEY (b)',
      'CREATE INDEX ON t (a)',
    ],
  ],
  [
    'a NOT NULL with a name beside serial and PRIMARY KEY',
    [
      'CREATE TABLE t (a int)',
      'ALTER TABLE t ADD COLUMN id serial PRIMARY KEY CONSTRAINT not_nothing NOT NULL',
      'ALTER TABLE t ADD COLUMN b int CONSTRAINT b_given NOT NULL GENERATED ALWAYS AS IDENTITY',
      'CREATE TABLE u (id serial PRIMARY KEY CONSTRAINT given NOT NULL)',
    ],
  ],
  [
    "a partition's foreign key goes with its parent's, ONLY or not",
    [
      'CREATE TABLE r (id int PRIMARY KEY)',
      'CREATE TABLE t (a int, b int REFERENCES r) PARTITION BY LIST (a)',
      'CREATE TABLE p PARTITION OF t DEFAULT',
      'ALTER TABLE ONLY t DROP CONSTRAINT t_b_fkey',
    ],
  ],
  [
    'one of two types that perhaps were made is there',
    [perhaps('CREATE DOMAIN r AS text'), neverMind("CREATE TYPE r AS ENUM ('a')")],
  ],
  [
    'what IF NOT EXISTS makes beside something that is perhaps there',
    [
      'CREATE TABLE t (a int)',
      perhaps('ALTER TABLE t ADD COLUMN b int'),
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS b int GENERATED ALWAYS AS IDENTITY',
      perhaps('CREATE TABLE u (a int)'),
      'CREATE TABLE IF NOT EXISTS u (a serial)',
    ],
  ],
  [
    'LIKE INCLUDING COMMENTS brings those of indexes and CHECKs',
    [
      'CREATE TABLE t (a int PRIMARY KEY, b int CHECK (b > 0))',
      'CREATE INDEX i ON t (b)',
      "COMMENT ON INDEX i IS 'one'; COMMENT ON INDEX t_pkey IS 'two'; COMMENT ON CONSTRAINT t_b_check ON t IS 'three'",
      "COMMENT ON CONSTRAINT t_pkey ON t IS 'four'; COMMENT ON COLUMN t.b IS 'five'; COMMENT ON TABLE t IS 'six'",
      'CREATE TABLE u (LIKE t INCLUDING ALL)',
      'CREATE TABLE v (LIKE t INCLUDING INDEXES INCLUDING CONSTRAINTS)',
    ],
  ],
  [
    'an index that is perhaps there makes room for one that is renamed',
    [
      'CREATE TABLE t (a int PRIMARY KEY)',
      neverMind('CREATE INDEX i ON t (nothing)'),
      'ALTER INDEX t_pkey RENAME TO i',
    ],
  ],
  [
    'parts that are perhaps there make room for those that surely are',
    [
      'CREATE TABLE t (a int, b int)',
      neverMind('ALTER TABLE t ADD CONSTRAINT con UNIQUE (a), DROP COLUMN nothing'),
      'ALTER TABLE t ADD CONSTRAINT con UNIQUE (b)',
      neverMind('CREATE INDEX i ON t (a, nothing)'),
      'CREATE INDEX i ON t (b)',
      neverMind('CREATE POLICY p ON t USING (nothing)'),
      'CREATE POLICY p ON t FOR SELECT USING (b > 0)',
      neverMind('CREATE TRIGGER tr AFTER UPDATE OF nothing ON t EXECUTE FUNCTION touch()'),
      'CREATE TRIGGER tr AFTER DELETE ON t EXECUTE FUNCTION touch()',
      'ALTER TABLE t DROP COLUMN a',
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
