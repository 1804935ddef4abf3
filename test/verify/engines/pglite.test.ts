import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPgliteEngine } from '../../../src/verify/engines/pglite-engine.ts';
import type { Database, Engine, Snapshot } from '../../../src/verify/engines/types.ts';

let cacheFolder: string;
let engine: Engine;
let database: Database;

beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'migration-lint-cache-'));
  engine = await createPgliteEngine({
    cacheFolder,
    extensions: ['pgcrypto', 'uuid-ossp', 'earthdistance', 'vector', 'pg_cron'],
  });
  database = await engine.open();
}, 120_000);

afterAll(async () => {
  await engine.close();
  await rm(cacheFolder, { recursive: true });
});

/** Works in a database that may die of it. */
async function inAnother<Result>(
  work: (other: Database) => Promise<Result>,
  from?: Snapshot,
): Promise<Result> {
  const other = await engine.open(from);
  try {
    return await work(other);
  } finally {
    await other.close();
  }
}

describe('what it says of itself', () => {
  it('has a version', () => {
    expect(engine.label).toBe(`PostgreSQL ${engine.version} (PGlite)`);
    expect(engine.major).toBe(18);
  });

  it('is no superuser’s playground: system catalogs cannot be altered', async () => {
    await expect(database.execute('ALTER TABLE pg_class ADD COLUMN a int')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('answers', () => {
  it('have the types that the contract names', async () => {
    const sql = `SELECT 1 AS small, 9007199254740993 AS large, 3::bigint AS safe, true AS yes, NULL AS none, 1.50 AS exact, 0.5::float8 AS half,
      ARRAY['a', 'b,"c'] AS texts, ARRAY[1, 2] AS numbers, '{"a": [1]}'::jsonb AS data, date '2024-02-29' AS day,
      timestamp '2024-02-29 12:00:00.123456' AS moment, timestamptz '2024-07-01 12:00:00+00' AS instant`;
    expect(await database.rows(sql)).toEqual([
      {
        small: 1,
        large: 9007199254740993n,
        safe: 3,
        yes: true,
        none: null,
        exact: '1.50',
        half: 0.5,
        texts: ['a', 'b,"c'],
        numbers: [1, 2],
        data: { a: [1] },
        day: '2024-02-29',
        moment: '2024-02-29 12:00:00.123456',
        instant: '2024-07-01 14:00:00+02',
      },
    ]);
  });

  it.each(['', '-- nothing but a comment', 'SELECT 1; SELECT 2', "DO $$ BEGIN RAISE NOTICE 'here'; END $$"])(
    '%j runs',
    async (sql) => {
      await expect(database.execute(sql)).resolves.toBeUndefined();
    },
  );
});

describe('errors', () => {
  it('have their place in characters', async () => {
    const error: unknown = await database
      .execute("SELECT 'ä€😀', nothing")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'PostgresError',
      message: 'column "nothing" does not exist',
      code: '42703',
      position: 15,
    });
  });

  it('have detail, hint and the place in a function', async () => {
    const block = "DO $$ BEGIN RAISE 'no' USING DETAIL = 'because', HINT = 'try', ERRCODE = 'P0009'; END $$";
    const expected = { message: 'no', code: 'P0009', detail: 'because', hint: 'try', position: undefined };
    for (const ask of [database.execute(block), database.rows(block)])
      await expect(ask).rejects.toMatchObject({
        ...expected,
        where: expect.stringContaining('inline_code_block line 1'),
      });
  });

  it('roll back the query that they are in', async () => {
    await expect(database.execute('CREATE TABLE half (); SELEC')).rejects.toMatchObject({ code: '42601' });
    await expect(database.execute('CREATE TABLE half (); SELECT 1 / 0')).rejects.toMatchObject({
      code: '22012',
    });
    expect(await database.rows("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  });

  it('are one of COPY without data', async () => {
    await database.execute('CREATE TABLE copied (a int)');
    await expect(database.execute('COPY copied FROM STDIN')).rejects.toMatchObject({ code: '57014' });
    expect(await database.rows('SELECT count(*) AS count FROM copied')).toEqual([{ count: 0 }]);
  });
});

describe('a pipeline', () => {
  it('is one transaction', async () => {
    await expect(
      database.pipeline(['CREATE TABLE piped (a int)', 'INSERT INTO piped VALUES (1 / 0)']),
    ).rejects.toMatchObject({
      code: '22012',
    });
    expect(await database.rows("SELECT to_regclass('piped') AS piped")).toEqual([{ piped: null }]);
    await database.pipeline(['CREATE TABLE piped (a int)', 'INSERT INTO piped VALUES (1)']);
    expect(await database.rows('SELECT a FROM piped')).toEqual([{ a: 1 }]);
  });
});

describe('extensions', () => {
  it('are loaded, with those that they require', async () => {
    await database.execute(
      'CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION earthdistance CASCADE',
    );
    expect(await database.rows("SELECT length(gen_salt('md5')) AS length")).toEqual([{ length: 11 }]);
  });

  it('are stubbed where PGlite has none, and named', async () => {
    expect(engine.extensions).toEqual({ stubbed: ['vector', 'pg_cron'], missing: [] });
    await database.execute('CREATE EXTENSION IF NOT EXISTS pg_cron; CREATE EXTENSION vector');
    await database.execute(
      'CREATE TABLE items (e vector(3)); CREATE INDEX ON items USING hnsw (e vector_cosine_ops)',
    );
    expect(
      await database.rows(
        "SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'e'",
      ),
    ).toEqual([{ type: 'vector(3)' }]);
  });
});

describe('snapshots', { timeout: 120_000 }, () => {
  it('are opened many times, and leave the database as it is', async () => {
    const roles = "SELECT rolname AS name FROM pg_roles WHERE rolname = 'app'";
    const snapshot = await inAnother(async (first) => {
      await first.execute('CREATE ROLE app; CREATE TABLE kept (a serial); INSERT INTO kept DEFAULT VALUES');
      const saved = await first.save();
      await first.execute('DROP TABLE kept; DROP ROLE app');
      return saved;
    });
    for (let time = 0; time < 2; time++)
      await inAnother(async (again) => {
        await again.execute('INSERT INTO kept DEFAULT VALUES');
        expect(await again.rows('SELECT a FROM kept')).toEqual([{ a: 1 }, { a: 2 }]);
        expect(await again.rows(roles)).toEqual([{ name: 'app' }]);
      }, snapshot);
    expect(await database.rows(roles)).toEqual([]);
    const bytes = await snapshot.bytes();
    const copy = bytes && (await engine.snapshotFrom(bytes));
    await inAnother(
      async (again) => expect(await again.rows('SELECT a FROM kept')).toEqual([{ a: 1 }]),
      copy,
    );
    await snapshot.discard();
    await expect(engine.open(snapshot)).rejects.toMatchObject({ name: 'EngineDied' });
    expect(await engine.snapshotFrom(new Uint8Array(10))).toBeUndefined();
  });

  it('are refused inside a transaction', async () => {
    await database.execute('BEGIN');
    await expect(database.save()).rejects.toMatchObject({ name: 'PostgresError', code: '25001' });
    await database.execute('ROLLBACK');
  });

  it('of an empty database are kept, and a broken one is thrown away', async () => {
    const [name = ''] = await readdir(cacheFolder);
    expect(name).toMatch(/^pglite-[\d.]+-18\.\d+\.data\.gz$/u);
    const path = join(cacheFolder, name);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, 100_000));
    const other = await createPgliteEngine({ cacheFolder });
    expect(other.version).toBe(engine.version);
    await other.open();
    await other.close();
    expect((await readFile(path)).length).toBeGreaterThan(1_000_000);
    expect(await readdir(cacheFolder)).toEqual([name]);
  });
});

describe('trouble ends a database with a reason', { timeout: 120_000 }, () => {
  it.each(['DO $$ BEGIN LOOP END LOOP; END $$', 'SELECT pg_sleep(100)'])('%s: time', async (sql) => {
    await inAnother(async (other) => {
      const error = { name: 'EngineDied', reason: 'time', message: 'no answer within 0.5 s' };
      await expect(other.execute(sql, { seconds: 0.5 })).rejects.toMatchObject(error);
      await expect(other.rows('SELECT 42')).rejects.toMatchObject(error);
    });
  });

  it('COPY … TO PROGRAM: a silent death', async () => {
    await inAnother(async (other) => {
      const error = { name: 'EngineDied', reason: 'crash' };
      await expect(
        other.execute("CREATE TABLE b (); COPY (SELECT 1) TO PROGRAM 'cat'"),
      ).rejects.toMatchObject(error);
      await expect(other.execute('SELECT 42')).rejects.toMatchObject(error);
    });
  });

  it('endless memory', async () => {
    const small = await createPgliteEngine({ cacheFolder, memory: 2 ** 28 });
    const other = await small.open();
    const sql =
      'CREATE TABLE b AS SELECT g, repeat(md5(g::text), 20) AS t FROM generate_series(1, 100000000) g';
    await expect(other.execute(sql)).rejects.toMatchObject({ name: 'EngineDied', reason: 'memory' });
    await small.close();
  });

  it('but not what PostgreSQL itself survives: recursion, nesting, a string that is too long', async () => {
    await inAnother(async (other) => {
      await other.execute(
        "CREATE FUNCTION f(i int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN f(i + 1); END'",
      );
      await expect(other.execute('SELECT f(1)')).rejects.toMatchObject({ code: '54001' });
      const nested = `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
      await expect(other.execute(nested)).rejects.toMatchObject({ name: 'PostgresError' });
      await expect(other.execute("SELECT repeat('x', 1073741824)")).rejects.toMatchObject({ code: '54000' });
      expect(await other.rows('SELECT 42 AS answer')).toEqual([{ answer: 42 }]);
    });
  });
});
