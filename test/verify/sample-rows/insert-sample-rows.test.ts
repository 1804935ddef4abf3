import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../src/verify/engines/types.ts';
import { insertSampleRows } from '../../../src/verify/sample-rows/insert-sample-rows.ts';
import { testDatabase } from '../database.ts';

let database: Database;

beforeEach(async () => {
  database = await testDatabase();
  await database.execute('BEGIN');
});

const count = async (table: string): Promise<number> =>
  (await database.rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n ?? 0;

const TYPES = `
  CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
  CREATE TYPE spans AS RANGE (subtype = numeric);
  CREATE TABLE kinds (
    a smallint NOT NULL, b bigint NOT NULL, c numeric(4, 2) NOT NULL, d real NOT NULL, e char(3) NOT NULL, f varchar(5) NOT NULL,
    g bytea NOT NULL, h date NOT NULL, i timestamptz NOT NULL, j interval NOT NULL, k uuid NOT NULL, l jsonb NOT NULL, m inet NOT NULL,
    n macaddr NOT NULL, o point NOT NULL, p tsvector NOT NULL, q bit(4) NOT NULL, r int4range NOT NULL, s tstzmultirange NOT NULL,
    t mood NOT NULL, u mood[] NOT NULL, v pair NOT NULL, w email NOT NULL, x text[] NOT NULL, y spans NOT NULL, z xml, money money NOT NULL,
    pairs pair[] NOT NULL)`;

test('every type gets values, and NULL only where it may be', async () => {
  await database.execute(TYPES);
  expect(await insertSampleRows(database)).toEqual({ filled: [{ table: 'kinds', rows: 3 }], skipped: [] });
});

test.each([
  'n int NOT NULL CHECK (n > 5000)',
  'n int NOT NULL CHECK (n BETWEEN 17 AND 18)',
  "n text NOT NULL CHECK (n IN ('red', 'green'))",
  'n text NOT NULL CHECK (length(n) = 9)',
  "n text NOT NULL CHECK (n ~ '^[A-Z]{3}-\\d{4}$')",
  "n text NOT NULL CHECK (n LIKE 'x%')",
  'n int, m int, CHECK (num_nonnulls(n, m) = 1)',
  'n date NOT NULL, m date NOT NULL, CHECK (n < m)',
  "n jsonb NOT NULL CHECK (jsonb_typeof(n) = 'array')",
])('a CHECK holds: %s', async (columns) => {
  await database.execute(`CREATE TABLE checked (${columns})`);
  expect((await insertSampleRows(database)).skipped).toEqual([]);
  expect(await count('checked')).toBeGreaterThan(0);
});

test('foreign keys refer to rows, also to their own table, in circles and one to one', async () => {
  await database.execute(`
    CREATE TABLE b (id int PRIMARY KEY, a_id int, UNIQUE (a_id));
    CREATE TABLE a (id uuid PRIMARY KEY, b_id int NOT NULL UNIQUE REFERENCES b, parent uuid REFERENCES a);
    CREATE TABLE c (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE d (x int NOT NULL, y int NOT NULL, FOREIGN KEY (x, y) REFERENCES c)`);
  const { filled } = await insertSampleRows(database);
  expect(filled.map(({ rows }) => rows)).toEqual([3, 3, 3, 3]);
  expect(await count('a JOIN b ON b.id = a.b_id')).toBe(3);
  expect(await count('a JOIN a p ON p.id = a.parent')).toBeGreaterThan(0);
  expect(await count('d JOIN c USING (x, y)')).toBe(3);
});

test('NULL where it may be, and values twice where nothing has to be unique', async () => {
  await database.execute('CREATE TABLE t (id serial PRIMARY KEY, name text, code text UNIQUE)');
  await insertSampleRows(database);
  expect(await count('t WHERE name IS NULL')).toBe(1);
  expect(await count('(SELECT name FROM t GROUP BY name HAVING count(*) > 1) AS twice')).toBe(1);
  await database.execute("INSERT INTO t (name) VALUES ('the sequence goes on')");
});

test('partitions take rows; a partitioned table without any is skipped with the reason', async () => {
  await database.execute(`
    CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
    CREATE TABLE events_2031 PARTITION OF events FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
    CREATE TABLE regions (code text NOT NULL) PARTITION BY LIST (code); CREATE TABLE region_x PARTITION OF regions FOR VALUES IN ('x-1');
    CREATE TABLE hashed (id int NOT NULL) PARTITION BY HASH (id);
    CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE none (id int) PARTITION BY LIST (id)`);
  const { filled, skipped } = await insertSampleRows(database);
  expect(filled.map(({ table }) => table)).toEqual(['events', 'regions', 'hashed']);
  expect(skipped).toEqual([{ table: 'none', reason: 'it has no partitions' }]);
});

test('a table that takes no row is skipped, and the others are filled', async () => {
  await database.execute(`
    CREATE TABLE fussy (name text NOT NULL CHECK (md5(name) = 'x')); CREATE TABLE easy (id int);
    CREATE TABLE twice (name text NOT NULL); CREATE UNIQUE INDEX ON twice ((1))`);
  const { filled, skipped } = await insertSampleRows(database);
  expect(filled).toEqual([
    { table: 'easy', rows: 3 },
    { table: 'twice', rows: 1 },
  ]);
  expect(skipped).toEqual([{ table: 'fussy', reason: 'no value was found that name may have' }]);
});

test('triggers do not fire, and the session is as it was', async () => {
  await database.execute(`CREATE TABLE guarded (id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (2) STORED, name text);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse()`);
  expect((await insertSampleRows(database)).skipped).toEqual([]);
  expect(await database.rows('SHOW session_replication_role')).toEqual([
    { session_replication_role: 'origin' },
  ]);
});

test('the same seed gives the same rows, another one others', async () => {
  await database.execute('CREATE TABLE t (id int PRIMARY KEY, name text, at date)');
  const rows = async (seed: number): Promise<unknown> => {
    await database.execute('SAVEPOINT start');
    await insertSampleRows(database, { seed });
    const all = await database.rows('SELECT t::text FROM t ORDER BY id');
    await database.execute('ROLLBACK TO start');
    return all;
  };
  expect(await rows(1)).toEqual(await rows(1));
  expect(await rows(1)).not.toEqual(await rows(2));
});
