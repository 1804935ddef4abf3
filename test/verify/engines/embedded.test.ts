import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../src/verify/engines/choose-engine.ts';
import { serverPrograms } from '../../../src/verify/engines/server-programs.ts';
import type { Database, Engine } from '../../../src/verify/engines/types.ts';
import { onServer, programs } from './servers.ts';

describe.skipIf(programs === undefined)(
  `a server of the user's version${onServer}`,
  { timeout: 120_000 },
  () => {
    let engine: Engine;
    let database: Database;

    beforeAll(async () => {
      const extensions = ['pgcrypto', 'no_such_extension'];
      engine = await chooseEngine({ engine: '15', cacheFolder: tmpdir(), programs, extensions });
      database = await engine.open();
    }, 120_000);

    afterAll(() => engine.close());

    it('says its version, and what it does not have', () => {
      expect(engine).toMatchObject({ kind: 'embedded', major: 15, label: `PostgreSQL ${engine.version}` });
      expect(engine.extensions).toEqual({ stubbed: [], missing: ['no_such_extension'] });
    });

    it('answers in the types that the contract names', async () => {
      const sql = `SELECT 9007199254740993 AS large, 3::bigint AS safe, true AS yes, 1.50 AS exact, ARRAY['a', 'b'] AS texts,
      '{"a": [1]}'::jsonb AS data, date '2024-02-29' AS day, timestamptz '2024-07-01 12:00:00+00' AS instant`;
      expect(await database.rows(sql)).toEqual([
        {
          large: 9007199254740993n,
          safe: 3,
          yes: true,
          exact: '1.50',
          texts: ['a', 'b'],
          data: { a: [1] },
          day: '2024-02-29',
          instant: '2024-07-01 14:00:00+02',
        },
      ]);
    });

    it('answers with errors at their place, in characters', async () => {
      await expect(database.execute("SELECT 'ä€😀', nothing")).rejects.toMatchObject({
        name: 'PostgresError',
        code: '42703',
        position: 15,
      });
      await database.execute('CREATE TABLE copied (a int)');
      await expect(database.execute('COPY copied FROM STDIN')).rejects.toMatchObject({ code: '57014' });
    });

    it('runs a pipeline as one transaction', async () => {
      const failing = database.pipeline(['CREATE TABLE piped (a int)', 'INSERT INTO piped VALUES (1 / 0)']);
      await expect(failing).rejects.toMatchObject({ code: '22012' });
      expect(await database.rows("SELECT to_regclass('piped') AS piped")).toEqual([{ piped: null }]);
      await database.pipeline(['CREATE TABLE piped (a int)', 'INSERT INTO piped VALUES (1)', 'SELECT 1']);
      expect(await database.rows('SELECT a FROM piped')).toEqual([{ a: 1 }]);
    });

    it('opens snapshots as servers of their own: roles of one are not in the other', async () => {
      await database.execute(
        'CREATE ROLE before; CREATE TABLE kept (a serial); INSERT INTO kept DEFAULT VALUES',
      );
      const snapshot = await database.save();
      await database.execute('DROP TABLE kept');
      const other = await engine.open(snapshot);
      await other.execute('CREATE ROLE after; INSERT INTO kept DEFAULT VALUES');
      expect(await other.rows('SELECT a FROM kept')).toEqual([{ a: 1 }, { a: 2 }]);
      await database.execute('CREATE ROLE after');
      await other.close();
      await snapshot.discard();
      await expect(engine.open(snapshot)).rejects.toMatchObject({ name: 'EngineDied' });
      await expect(engine.snapshotFrom(new Uint8Array(1))).resolves.toBeUndefined();
    });

    it('refuses to be saved inside a transaction', async () => {
      await database.execute('BEGIN');
      await expect(database.save()).rejects.toMatchObject({ name: 'PostgresError', code: '25001' });
      await database.execute('ROLLBACK');
    });

    it('obeys a time limit of PostgreSQL, and ends where that one fails', async () => {
      const slow = "SET statement_timeout = '50ms'; SELECT pg_sleep(100)";
      await expect(database.execute(slow)).rejects.toMatchObject({ name: 'PostgresError', code: '57014' });
      const other = await engine.open();
      const loop = other.execute('DO $$ BEGIN LOOP END LOOP; END $$', { seconds: 0.5 });
      await expect(loop).rejects.toMatchObject({ name: 'EngineDied', reason: 'time' });
      await expect(other.rows('SELECT 42')).rejects.toMatchObject({ name: 'EngineDied', reason: 'time' });
      await other.close();
    });

    it('says so when a session is ended', async () => {
      const other = await engine.open();
      const end = other.execute('SELECT pg_terminate_backend(pg_backend_pid())');
      await expect(end).rejects.toMatchObject({ name: 'EngineDied', reason: 'connection' });
      await other.close();
    });

    it('starts one server for the engine and its first database, and tells it no secrets', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'migration-lint-test-'));
      await chmod(folder, 0o755);
      const temporary = process.env['TMPDIR'];
      Object.assign(process.env, { TMPDIR: folder, DEPLOY_TOKEN: 'secret' });
      try {
        const another = await chooseEngine({ engine: '15', cacheFolder: folder, programs });
        const started = await readdir(folder);
        const first = await another.open();
        expect(await readdir(folder)).toEqual(started);
        await another.open();
        expect(await readdir(folder)).toHaveLength(started.length + 1);
        await first.execute("CREATE TABLE variables (line text); COPY variables FROM PROGRAM 'env'");
        const lines = await first.rows<{ line: string }>('SELECT line FROM variables');
        const names = lines.map(({ line }) => line.split('=', 1)[0] ?? '');
        expect(names).toContain('PATH');
        // What PostgreSQL and the shell that it calls set themselves.
        const own = /^(?:PATH|LC_\w+|TZ|TMPDIR|PWD|SHLVL|_|PG\w+|OLDPWD)$/u;
        expect(names.filter((name) => !own.test(name))).toEqual([]);
        await another.close();
      } finally {
        delete process.env['DEPLOY_TOKEN'];
        if (temporary === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = temporary;
        await rm(folder, { recursive: true });
      }
    });

    it('leaves nothing behind', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'migration-lint-test-'));
      // Where the tests run as root, the server runs as nobody.
      await chmod(folder, 0o755);
      const temporary = process.env['TMPDIR'];
      process.env['TMPDIR'] = folder;
      try {
        const another = await chooseEngine({ engine: '15', cacheFolder: folder, programs });
        await (await another.open()).save();
        expect(await readdir(folder)).not.toEqual([]);
        await another.close();
        expect(await readdir(folder)).toEqual([]);
      } finally {
        if (temporary === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = temporary;
        await rm(folder, { recursive: true });
      }
    });
  },
);

describe('a server that cannot be had', () => {
  it('is an error that says what to do', async () => {
    const choice = { cacheFolder: tmpdir() };
    await expect(chooseEngine({ ...choice, engine: 'mysql' })).rejects.toMatchObject({
      name: 'EngineUnavailable',
      message: 'There is no engine mysql.',
      help: expect.stringContaining('--engine 15'),
    });
    await expect(chooseEngine({ ...choice, engine: '12' })).rejects.toMatchObject({
      message: 'PostgreSQL 12 is too old: migrations are verified on 13 and later.',
    });
    await expect(serverPrograms(15, { ...choice, programs: '/nowhere' })).rejects.toMatchObject({
      name: 'EngineUnavailable',
      message: 'There is no PostgreSQL in /nowhere: bin/postgres does not run.',
      help: expect.stringContaining('MIGRATION_LINT_POSTGRES'),
    });
  });

  it.skipIf(programs === undefined)(`is of another version${onServer}`, async () => {
    await expect(serverPrograms(14, { cacheFolder: tmpdir(), programs })).rejects.toMatchObject({
      message: `PostgreSQL 14 is asked for, but that in ${programs} is 15.`,
    });
  });
});
