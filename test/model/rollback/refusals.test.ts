import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { rollbackOutcome } from '../../../src/model/rollback/rollback-outcome.ts';
import type { RollbackOutcome } from '../../../src/model/rollback/types.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';

/** A rollback right after its migration. */
function outcomeOf(migration: string, rollback: string, history = ''): RollbackOutcome {
  const replay = createReplay();
  replay.run(history);
  const before = replay.catalog();
  replay.run(migration);
  const script = parseScript({ path: 'down.sql', text: rollback, encoding: 'utf-8', byteOrderMark: false });
  return rollbackOutcome(replay.builder, { script, transactions: [], migration: 1, id: '1', before });
}

const refusals = (outcome: RollbackOutcome): readonly string[] =>
  outcome.steps.flatMap(({ refusal }) => (refusal === undefined ? [] : `${refusal.kind} ${refusal.code}`));

const touch = 'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;';
const number = "CREATE FUNCTION g() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';";

/** What there is, what is done then, and how PostgreSQL answers: what we say, then its SQLSTATE. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t', 'DROP TABLE IF EXISTS v', 'other kind 42809'],
  ['CREATE TABLE t (a int)', 'DROP VIEW t', 'other kind 42809'],
  ['CREATE TABLE t (a int)', 'DROP INDEX IF EXISTS t', 'other kind 42809'],
  ['CREATE TABLE t (a int)', 'DROP SEQUENCE t', 'other kind 42809'],
  ['CREATE MATERIALIZED VIEW v AS SELECT 1 AS a', 'DROP VIEW v', 'other kind 42809'],
  ["CREATE TYPE e AS ENUM ('a')", 'DROP DOMAIN e', 'other kind 42809'],
  ['CREATE VIEW v AS SELECT 1 AS a', 'ALTER TABLE v ADD COLUMN b int', 'other kind 42809'],
  ['CREATE VIEW v AS SELECT 1 AS a', 'CREATE INDEX ON v (a)', 'other kind 42809'],
  ['CREATE TABLE t (a int)', 'CREATE TABLE t (b int)', 'exists 42P07'],
  ['CREATE TABLE t (a int)', 'CREATE VIEW t AS SELECT 1', 'exists 42P07'],
  ["CREATE TYPE e AS ENUM ('a')", 'CREATE TABLE e (a int)', 'exists 42710'],
  ['CREATE TABLE e (a int)', "CREATE TYPE e AS ENUM ('a')", 'exists 42710'],
  ['CREATE TABLE t (a int)', 'ALTER TABLE t ADD COLUMN a int', 'exists 42701'],
  ['CREATE TABLE t (a int, b int)', 'ALTER TABLE t RENAME a TO b', 'exists 42701'],
  [
    'CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)',
    'exists 42710',
  ],
  ['CREATE TABLE t (a int UNIQUE)', 'ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE (a)', 'exists 42P07'],
  [
    'CREATE TABLE t (a int); CREATE INDEX i ON t (a)',
    'ALTER TABLE t ADD CONSTRAINT i UNIQUE (a)',
    'exists 42P07',
  ],
  ['CREATE TABLE t (a int); CREATE TABLE u (a int)', 'ALTER TABLE t RENAME TO u', 'exists 42P07'],
  ["CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e ADD VALUE 'a'", 'exists 42710'],
  ['CREATE SCHEMA s', 'CREATE SCHEMA s', 'exists 42P06'],
  ['CREATE TABLE t (a int); CREATE POLICY p ON t', 'CREATE POLICY p ON t', 'exists 42710'],
  [number, number, 'exists 42723'],
  ['CREATE TABLE t (a int)', 'ALTER TABLE t DROP COLUMN z', 'missing 42703'],
  ['CREATE TABLE t (a int)', 'ALTER TABLE t DROP CONSTRAINT z', 'missing 42704'],
  ['CREATE TABLE t (a int)', 'DROP TRIGGER z ON t', 'missing 42704'],
  ['CREATE TABLE t (a int)', 'DROP RULE z ON t', 'missing 42704'],
  ['CREATE TABLE t (a int)', 'DROP TABLE z', 'missing 42P01'],
  ['CREATE TABLE t (a int)', 'ALTER TABLE z DROP COLUMN a', 'missing 42P01'],
  ['CREATE TABLE t (a int)', 'DROP INDEX z', 'missing 42704'],
  ['CREATE TABLE t (a int)', 'DROP TYPE z', 'missing 42704'],
  ['CREATE TABLE t (a int)', 'DROP FUNCTION z()', 'missing 42883'],
  ['CREATE TABLE t (a int)', 'DROP SCHEMA z', 'missing 3F000'],
  ['CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t', 'DROP TABLE t', 'needed 2BP01'],
  ['CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t', 'ALTER TABLE t DROP COLUMN a', 'needed 2BP01'],
  [
    'CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t',
    'ALTER TABLE t ALTER a TYPE bigint',
    'needed 0A000',
  ],
  [
    'CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t)',
    'DROP TABLE t',
    'needed 2BP01',
  ],
  ['CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES t)', 'ALTER TABLE t DROP COLUMN id', 'needed 2BP01'],
  [
    'CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES t)',
    'ALTER TABLE t DROP CONSTRAINT t_pkey',
    'needed 2BP01',
  ],
  ['CREATE TABLE t (id int PRIMARY KEY)', 'DROP INDEX t_pkey', 'needed 2BP01'],
  [
    'CREATE TABLE t (id int); CREATE UNIQUE INDEX i ON t (id); CREATE TABLE u (t int REFERENCES t (id))',
    'DROP INDEX i',
    'needed 2BP01',
  ],
  [
    'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)',
    'ALTER TABLE t DROP COLUMN a',
    'needed 2BP01',
  ],
  [
    'CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 0)',
    'ALTER TABLE t DROP COLUMN a',
    'needed 2BP01',
  ],
  [
    `CREATE TABLE t (a int); ${touch} CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION g()`,
    'DROP FUNCTION g',
    'needed 2BP01',
  ],
  [`${number} CREATE TABLE t (a int DEFAULT g())`, 'DROP FUNCTION g', 'needed 2BP01'],
  [`${number} CREATE VIEW v AS SELECT g() AS a`, 'DROP FUNCTION g', 'needed 2BP01'],
  ["CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e[])", 'DROP TYPE e', 'needed 2BP01'],
  [
    "CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION g(x e) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'DROP TYPE e',
    'needed 2BP01',
  ],
  ["CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS e", 'DROP TYPE e', 'needed 2BP01'],
  ['CREATE TABLE t (a serial)', 'DROP SEQUENCE t_a_seq', 'needed 2BP01'],
  ['CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)', 'DROP SEQUENCE t_a_seq', 'needed 2BP01'],
  ['CREATE TABLE t (a int); CREATE TABLE u () INHERITS (t)', 'DROP TABLE t', 'needed 2BP01'],
  [
    "CREATE TABLE t (a int); CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'",
    'DROP TABLE t',
    'needed 2BP01',
  ],
  [
    'CREATE TABLE t (a int); CREATE TABLE u (b int); CREATE POLICY p ON u USING (b IN (SELECT a FROM t))',
    'DROP TABLE t',
    'needed 2BP01',
  ],
  ['CREATE SCHEMA s; CREATE TABLE s.t (a int)', 'DROP SCHEMA s', 'needed 2BP01'],
  ['CREATE TABLE t (a text)', 'ALTER TABLE t ALTER a TYPE int', 'not allowed 42804'],
  ["CREATE TABLE t (a text DEFAULT '1')", 'ALTER TABLE t ALTER a TYPE int USING a::int', 'not allowed 42804'],
  [
    'CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t)',
    'ALTER TABLE u ALTER t TYPE text',
    'not allowed 42804',
  ],
  [
    'CREATE VIEW v AS SELECT 1 AS a, 2 AS b',
    'CREATE OR REPLACE VIEW v AS SELECT 1 AS a',
    'not allowed 42P16',
  ],
  [
    'CREATE VIEW v AS SELECT 1 AS a',
    'CREATE OR REPLACE VIEW v AS SELECT 2 AS b, 1 AS a',
    'not allowed 42P16',
  ],
  [
    'CREATE TABLE t (a int, b int); CREATE VIEW v AS WITH c AS (SELECT * FROM t) SELECT * FROM c',
    'CREATE OR REPLACE VIEW v AS SELECT b FROM t',
    'not allowed 42P16',
  ],
  ['CREATE TABLE t (a int PRIMARY KEY)', 'ALTER TABLE t ADD PRIMARY KEY (a)', 'not allowed 42P16'],
  [number, number.replace('CREATE', 'CREATE OR REPLACE').replace('int', 'bigint'), 'not allowed 42P13'],
  ["CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e RENAME VALUE 'b' TO 'c'", 'not allowed 22023'],
  ["CREATE TYPE e AS ENUM ('a')", "ALTER TYPE e ADD VALUE 'c' BEFORE 'b'", 'not allowed 22023'],
  [`${number} ${number.replace('g()', 'g(a int)')}`, 'DROP FUNCTION g', 'not allowed 42725'],
  ['CREATE TABLE t (a int)', 'DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON t (a); END $$', 'not allowed 25001'],
];

beforeAll(async () => {
  await loadParser();
  await emptyDatabase();
}, 120_000);

describe('what PostgreSQL refuses', () => {
  it.each(CASES)('%s; %s: %s', async (migration, rollback, expected) => {
    expect(refusals(outcomeOf(migration, rollback))).toEqual([expected]);
    const database = await emptyDatabase();
    await database.exec(migration);
    await expect(database.exec(rollback)).rejects.toMatchObject({ code: expected.slice(-5) });
  });

  it.each([
    ['CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t int REFERENCES t)', 'DROP TABLE t, u'],
    ['CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES t)', 'DROP TABLE t'],
    [
      'CREATE TABLE t (a int, b int, CHECK (a > b)); CREATE INDEX ON t ((a + b))',
      'ALTER TABLE t DROP COLUMN a',
    ],
    ['CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE u PARTITION OF t DEFAULT', 'DROP TABLE t'],
    ['CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t', 'ALTER TABLE t DROP COLUMN b'],
    ['CREATE DOMAIN d AS int', 'DROP TYPE d'],
    [
      'CREATE TABLE t (a int)',
      'DROP TRIGGER IF EXISTS x ON z; DROP POLICY IF EXISTS x ON z; DROP TABLE IF EXISTS z',
    ],
    ['CREATE VIEW v AS SELECT 1 AS a', 'ALTER TABLE v RENAME TO w'],
    ['CREATE VIEW v AS SELECT 1 AS a', 'CREATE OR REPLACE VIEW v AS SELECT 1 AS a, 2 AS b'],
    ['CREATE TABLE t (a text)', 'ALTER TABLE t ALTER a TYPE int USING a::int'],
    [
      "CREATE TABLE t (a text DEFAULT '1')",
      'ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE int USING a::int',
    ],
    ['CREATE TABLE t (a int PRIMARY KEY)', 'ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (a)'],
    [number, number.replace('CREATE', 'CREATE OR REPLACE')],
    ['CREATE TABLE t (a int); CREATE INDEX i ON t (a)', 'DROP INDEX CONCURRENTLY i'],
  ])('it takes %s; %s', async (migration, rollback) => {
    expect(refusals(outcomeOf(migration, rollback))).toEqual([]);
    const database = await emptyDatabase();
    await database.exec(migration);
    await database.exec(rollback);
  });
});

describe('the outcome of a rollback', () => {
  it('tells each mistake once, and goes on as if it had been put right', () => {
    const migration = "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e); CREATE VIEW v AS SELECT a FROM t";
    const outcome = outcomeOf(
      migration,
      'DROP TYPE e; DROP TABLE t; DROP VIEW v; DROP TABLE u',
      'CREATE TABLE k (a int)',
    );
    expect(outcome.steps.map(({ refusal }) => refusal)).toMatchObject([
      { kind: 'needed', by: ['the column a of t'], later: true },
      { kind: 'needed', by: ['the view v'], later: true },
      undefined,
      { kind: 'missing', gone: false },
    ]);
    expect(outcome.shortcomings).toEqual([]);
  });

  it('keeps what PostgreSQL keeps: all that the statements before the first refused one did', () => {
    const outcome = outcomeOf(
      'CREATE TABLE t (a int); CREATE TABLE u (a int)',
      'DROP TABLE t; DROP TABLE z; DROP TABLE u',
    );
    expect([...outcome.catalog.tables()].map(({ name }) => name.name)).toEqual(['u']);
    expect(outcome.differences).toMatchObject([{ kind: 'left', object: { name: { name: 'u' } } }]);
    expect(outcome.shortcomings).toEqual([]);
  });

  it('says what it raises', () => {
    const { raises, differences } = outcomeOf(
      'CREATE TABLE t (a int)',
      "DO $$ BEGIN RAISE EXCEPTION 'no way back'; END $$",
    );
    expect(raises).toBe('no way back');
    expect(differences).toMatchObject([{ kind: 'left' }]);
  });

  it('is not complete where a script does what cannot be read', () => {
    const built = "DO $$ BEGIN EXECUTE format('DROP TABLE %I', current_setting('a.b')); END $$";
    expect(outcomeOf('CREATE TABLE t (a int)', built)).toMatchObject({ complete: false, seen: false });
    expect(outcomeOf(built, 'DROP TABLE u')).toMatchObject({ complete: false, seen: true });
    expect(outcomeOf('CREATE TABLE t (a int)', 'DROP TABLE t')).toMatchObject({ complete: true, seen: true });
  });
});
