import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/verify/engines/types.ts';
import { fingerprintOf } from '../../../src/verify/fingerprint/fingerprint.ts';
import { proveAllDown } from '../../../src/verify/rollbacks/prove-all.ts';
import { proveRollback } from '../../../src/verify/rollbacks/prove-rollback.ts';
import { proveRowsKept } from '../../../src/verify/rollbacks/prove-rows.ts';
import type { Verdict } from '../../../src/verify/types.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { toldOnce } from '../../../src/verify/told-once.ts';
import { testDatabase } from '../database.ts';
import { apply, rollbackInput, scriptOf } from './script.ts';

let database: Database;

beforeEach(async () => {
  await loadParser();
  database = await testDatabase();
  await database.execute(`CREATE TYPE mood AS ENUM ('ok');
    CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'x', mood mood);
    CREATE TABLE orders (id int, user_id int REFERENCES users DEFERRABLE INITIALLY DEFERRED)`);
});

async function proved(up: string, down: string): Promise<Verdict | undefined> {
  const before = await fingerprintOf(database);
  const [verdict] = await proveRollback(rollbackInput(database, up, down));
  expect(await fingerprintOf(database)).toEqual(before);
  return verdict;
}

const ids = (verdict: Verdict | undefined): readonly string[] => verdict?.findings.map(({ id }) => id) ?? [];

describe('the proof of a rollback', () => {
  test('a rollback that brings back what was', async () => {
    const verdict = await proved(
      'ALTER TABLE users ADD age int; CREATE INDEX age ON users (age)',
      'ALTER TABLE users DROP age',
    );
    expect(verdict).toMatchObject({ check: 'rolls back', outcome: 'proven', findings: [] });
  });

  test('what is still there is named, and what comes of it is told with it', async () => {
    const verdict = await proved('ALTER TABLE users ADD age int', 'SELECT 1');
    expect(verdict?.outcome).toBe('refuted');
    expect(ids(verdict)).toEqual(['rollback-incomplete']);
    expect(verdict?.findings[0]?.message).toContain('users.age is still there');
    expect(verdict?.findings[0]?.details[0]).toContain('42701');
  });

  test('a column that comes back without its default', async () => {
    const verdict = await proved('ALTER TABLE users DROP name', 'ALTER TABLE users ADD name text NOT NULL');
    expect(ids(verdict)).toEqual(['rollback-incomplete', 'rollback-changes-column-order']);
    expect(verdict?.findings[0]?.message).toContain("users.name comes back without its default 'x'::text");
    expect(verdict?.findings[1]?.severity).toBe('info');
  });

  test('columns in another order refute nothing', async () => {
    const verdict = await proved(
      'ALTER TABLE users DROP name',
      "ALTER TABLE users ADD name text NOT NULL DEFAULT 'x'",
    );
    expect(verdict?.outcome).toBe('proven');
    expect(ids(verdict)).toEqual(['rollback-changes-column-order']);
  });

  test('a rollback that fails is told at its statement', async () => {
    const verdict = await proved('ALTER TABLE users ADD age int', 'ALTER TABLE users DROP ages');
    expect(verdict?.findings[0]).toMatchObject({
      id: 'rollback-fails',
      code: '42703',
      path: '002_change/down.sql',
      place: { span: { start: 0, end: 1 } },
    });
  });

  test('a rollback that only raises says that there is no way back', async () => {
    const verdict = await proved(
      'DROP TABLE orders',
      "DO $$ BEGIN RAISE EXCEPTION 'restore a backup'; END $$",
    );
    expect(verdict?.outcome).toBe('not run');
    expect(verdict?.findings[0]).toMatchObject({ id: 'rollback-irreversible', severity: 'info' });
    expect(verdict?.findings[0]?.message).toContain('restore a backup');
  });

  test.each([
    ['a condition', 'DO $$ BEGIN IF true THEN RAISE EXCEPTION $m$not now$m$; END IF; END $$'],
    ['a change before it', 'CREATE TABLE half (); DO $$ BEGIN RAISE EXCEPTION $m$not now$m$; END $$'],
    ['a change in its block', 'DO $$ BEGIN DROP TABLE users; RAISE EXCEPTION $m$not now$m$; END $$'],
  ])('a rollback that raises after %s fails', async (_, down) => {
    const verdict = await proved('DROP TABLE orders', down);
    expect(verdict?.outcome).toBe('refuted');
    expect(verdict?.findings[0]).toMatchObject({ id: 'rollback-fails', severity: 'error', code: 'P0001' });
  });

  test('a rollback that sets, says something and raises says that there is no way back', async () => {
    const down =
      "SET LOCAL lock_timeout = '1s'; DO $$ BEGIN RAISE NOTICE 'oh'; BEGIN RAISE EXCEPTION 'no.'; END; END $$";
    const verdict = await proved('DROP TABLE orders', down);
    expect(verdict?.findings[0]?.message).toBe('The rollback of 002_change refuses to run: “no”.');
  });

  test('tables that save what would be lost may stay', async () => {
    const down = `CREATE TABLE _rollback_002_users AS SELECT id, age FROM users; CREATE TABLE users_backup AS TABLE users;
      CREATE INDEX ON users_backup (id); ALTER TABLE users DROP age`;
    expect(await proved('ALTER TABLE users ADD age int', down)).toMatchObject({
      outcome: 'proven',
      findings: [],
    });
    const other = await proved('ALTER TABLE users ADD age int', down.replaceAll('users_backup', 'extra'));
    expect(other?.findings[0]?.message).toContain('table extra is still there');
  });

  test('a migration that fails has nothing to roll back', async () => {
    expect(await proved('DROP TABLE nothing', 'SELECT 1')).toMatchObject({
      outcome: 'not run',
      findings: [],
    });
  });

  test('a migration that cannot run again', async () => {
    const verdict = await proved(
      'INSERT INTO users (id) VALUES (5); CREATE TABLE fresh (id int)',
      'DROP TABLE fresh',
    );
    expect(ids(verdict)).toEqual(['reapply-fails']);
    expect(verdict?.findings[0]).toMatchObject({ code: '23505', path: '002_change/up.sql' });
  });

  test('what fails only since both share a transaction is tried again on a copy', async () => {
    const opened = { count: 0 };
    const up = 'INSERT INTO users (id) VALUES (1); INSERT INTO orders VALUES (1, 1)';
    const down = 'ALTER TABLE orders ALTER id TYPE int; DELETE FROM orders; DELETE FROM users';
    const [verdict] = await proveRollback(rollbackInput(database, up, down, opened));
    expect(verdict?.outcome).toBe('proven');
    expect(opened.count).toBe(1);
  });

  test('at most twenty differences are named', async () => {
    const tables = Array.from({ length: 25 }, (_, at) => `CREATE TABLE t${at} ();`).join('');
    const verdict = await proved(tables, 'SELECT 1');
    expect(verdict?.findings[0]?.details.slice(20, 21)).toEqual(['and 5 more']);
  });
});

describe('rows', () => {
  const kept = async (up: string, down: string): Promise<Verdict | undefined> =>
    (await proveRowsKept(rollbackInput(database, up, down)))[0];

  test('values of a column that goes and comes back are lost', async () => {
    const verdict = await kept('ALTER TABLE users DROP mood', 'ALTER TABLE users ADD mood mood');
    expect(verdict).toMatchObject({ check: 'keeps rows', outcome: 'refuted' });
    expect(verdict?.findings[0]?.message).toContain('users.mood loses its value in 2 of 3 rows');
  });

  test('other values in a column that comes back are lost ones', async () => {
    const verdict = await kept(
      'ALTER TABLE users DROP name',
      "ALTER TABLE users ADD name text NOT NULL DEFAULT 'unknown'",
    );
    expect(verdict?.outcome).toBe('refuted');
    expect(verdict?.findings[0]).toMatchObject({ id: 'rollback-loses-rows', severity: 'warning' });
    expect(verdict?.findings[0]?.message).toContain('users.name has other values than before in 3 of 3 rows');
  });

  test('a value where there was none is a note', async () => {
    const verdict = await kept("UPDATE users SET mood = 'ok' WHERE mood IS NULL", 'SELECT 1');
    expect(verdict?.outcome).toBe('proven');
    expect(verdict?.findings[0]?.message).toContain('users.mood has a value in one row that had none');
  });

  test('rows in a saved copy are none that are left', async () => {
    const down = 'CREATE TABLE _rollback_002_users AS TABLE users; ALTER TABLE users DROP age';
    expect(await kept('ALTER TABLE users ADD age int', down)).toMatchObject({
      outcome: 'proven',
      findings: [],
    });
  });

  test('a rollback that raises only where there are rows fails', async () => {
    const down = 'DO $$ BEGIN IF EXISTS (SELECT FROM users) THEN RAISE EXCEPTION $m$rows$m$; END IF; END $$';
    expect((await kept('SELECT 1', down))?.findings[0]).toMatchObject({
      id: 'rollback-fails',
      code: 'P0001',
    });
  });

  test('a rollback that fails with rows and without is told once', async () => {
    const both = ['ALTER TABLE users ADD age int', 'ALTER TABLE users DROP ages'] as const;
    const verdicts = [await proved(...both), await kept(...both)].flatMap((one) => one ?? []);
    expect(verdicts.map(ids)).toEqual([['rollback-fails'], ['rollback-fails']]);
    expect(toldOnce(verdicts)).toMatchObject([
      { outcome: 'refuted' },
      { check: 'keeps rows', outcome: 'not run', findings: [] },
    ]);
    expect(toldOnce(verdicts.slice(1)).map(ids)).toEqual([['rollback-fails']]);
  });

  test('a change that touches no rows keeps them', async () => {
    const verdict = await kept('ALTER TABLE users ADD age int', 'ALTER TABLE users DROP age');
    expect(verdict).toMatchObject({ outcome: 'proven', findings: [] });
    expect((await database.rows('SELECT 1 FROM users')).length).toBe(0);
  });

  test.each([
    ['DELETE FROM users WHERE length(name) > 900', 'SELECT 1', 'DELETE FROM users (002_change/up.sql:1)'],
    [
      "UPDATE users SET mood = mood;\nUPDATE users SET name = 'a' WHERE name = 'b' OR name = 'c'",
      'SELECT 1',
      'UPDATE users (002_change/up.sql:2)',
    ],
    [
      'ALTER TABLE users ADD age int',
      'ALTER TABLE users DROP age; DELETE FROM orders WHERE id < 0 AND id > 0',
      'DELETE FROM orders',
    ],
  ])('what meets no row shows nothing: %s / %s', async (up, down, words) => {
    const verdict = await kept(up, down);
    expect(verdict?.outcome).toBe('not run');
    expect(verdict?.reason).toContain(`Not shown: no sample row was touched by ${words}`);
  });

  test.each([
    ["name = 'old' AND mood IS NULL"],
    ["users.name IN ('old', 'older')"],
    ["name LIKE 'old%'"],
    ["mood = 'ok'::mood"],
  ])('a row is made that DELETE … WHERE %s picks', async (condition) => {
    const verdict = await kept(`DELETE FROM users WHERE ${condition}`, 'SELECT 1');
    expect(verdict).toMatchObject({ outcome: 'refuted', findings: [{ id: 'rollback-loses-rows' }] });
  });

  test('rows of a table that the migration makes are none to keep', async () => {
    const verdict = await kept('CREATE TABLE a (id int); DELETE FROM a', 'DROP TABLE a');
    expect(verdict?.outcome).toBe('proven');
  });

  test('on a copy, the tables before and after a script tell what it came to', async () => {
    const up = 'DELETE FROM orders WHERE id < 0 AND id > 0';
    const input = rollbackInput(database, up, 'SELECT 1');
    const [none] = await proveRowsKept({ ...input, forward: scriptOf('up.sql', up, false) });
    expect(none?.outcome).toBe('not run');
    await database.execute('TRUNCATE users CASCADE');
    const all = rollbackInput(database, 'DELETE FROM orders', 'SELECT 1');
    const [lost] = await proveRowsKept({ ...all, forward: scriptOf('up.sql', 'DELETE FROM orders', false) });
    expect(lost?.outcome).toBe('refuted');
  });

  test('rows that the migration writes and the rollback leaves are a note', async () => {
    const verdict = await kept("INSERT INTO users (name) VALUES ('seed')", 'SELECT 1');
    expect(verdict?.outcome).toBe('proven');
    expect(verdict?.findings[0]).toMatchObject({ id: 'rollback-leaves-rows', severity: 'info' });
  });

  test('a rollback that fails as soon as there are rows', async () => {
    const verdict = await kept(
      'ALTER TABLE users ALTER name DROP NOT NULL; UPDATE users SET name = NULL',
      'ALTER TABLE users ALTER name SET NOT NULL',
    );
    expect(verdict?.findings[0]).toMatchObject({ id: 'rollback-fails', code: '23502' });
  });

  test('a migration that fails on rows proves nothing', async () => {
    const verdict = await kept('ALTER TABLE users ADD age int NOT NULL', 'ALTER TABLE users DROP age');
    expect(verdict?.outcome).toBe('not run');
  });
});

test('all rollbacks in a row say only what none of them said by itself', async () => {
  const empty = await fingerprintOf(database, { roles: true });
  await database.execute('CREATE TABLE a (id int)');
  const one = await fingerprintOf(database, { roles: true });
  await database.execute('CREATE TABLE b (id int)');
  const input = rollbackInput(database, '', '');
  const { verdicts, reached } = await proveAllDown({ ...input, apply }, [
    { id: '3', rollback: scriptOf('3', 'DROP TABLE b; DROP TABLE a'), before: one, verdict: undefined },
    { id: '2', rollback: scriptOf('2', 'DROP TABLE a'), before: empty, verdict: undefined },
  ]);
  expect(reached).toBe(1);
  expect(verdicts.get('3')?.findings[0]?.message).toContain('table a is missing');
  expect(verdicts.get('2')?.findings[0]).toMatchObject({ id: 'rollback-fails', code: '42P01' });
});
