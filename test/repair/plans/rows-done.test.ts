import { beforeAll, describe, expect, it } from 'vitest';
import unbatchedWrite from '../../../rules/backfills/no-unbatched-write.ts';
import { fixExample } from '../../../src/testing/fix-example.ts';
import { emptyDatabase, reset, type Database } from '../../support/pglite.ts';

const USERS = `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id int PRIMARY KEY, plan text, mood mood, logins int, price numeric, note json, email text);`;

let database: Database;
beforeAll(async () => {
  database = await emptyDatabase();
});

async function fixed(sql: string, history = USERS): Promise<string> {
  const made = await fixExample([unbatchedWrite], { title: '', history: [history], sql });
  if (made === undefined) throw new Error('the example is more than its scripts');
  return made.scripts.join('\n');
}

describe('a write in batches that is started again', () => {
  it.each([
    ["UPDATE users SET plan = 'free';", "plan IS DISTINCT FROM 'free'"],
    ["UPDATE users SET plan = 'free' WHERE logins > 3;", "logins > 3 AND plan IS DISTINCT FROM 'free'"],
    [
      "UPDATE users u SET mood = 'ok', logins = 0 WHERE mood = 'sad' OR logins > 3;",
      "(mood = 'sad' OR logins > 3) AND (u.mood IS DISTINCT FROM 'ok' OR u.logins IS DISTINCT FROM 0)",
    ],
  ])('%s: leaves out rows that have the value, and says what it overwrites', async (sql, condition) => {
    const text = await fixed(sql);
    expect(text).toContain(condition);
    expect(text).toContain(
      'it leaves rows alone that have the value, and overwrites what others were changed to',
    );
    await reset(database);
    await database.exec(
      `${USERS} INSERT INTO users (id, plan, mood, logins) SELECT n, 'pro', 'sad', 4 FROM generate_series(1, 20) n`,
    );
    await database.exec(text.replace('pg_sleep(0.1)', 'pg_sleep(0)'));
    const changed = async (): Promise<unknown> =>
      (
        await database.query<{ n: number }>(
          'SELECT count(DISTINCT xmin::text)::int AS n, max(xmin::text::int) AS last FROM users',
        )
      ).rows;
    const before = await changed();
    await database.exec(text.replace('pg_sleep(0.1)', 'pg_sleep(0)'));
    expect(await changed()).toEqual(before);
  });

  it.each([
    'UPDATE users SET plan = lower(email);',
    'UPDATE users SET price = 1;',
    `UPDATE users SET note = '{}';`,
    'UPDATE users SET plan = 1;',
    "UPDATE users SET plan = 'free', price = 2.0;",
  ])('%s: says that it begins anew', async (sql) => {
    const text = await fixed(sql);
    expect(text).not.toContain('IS DISTINCT FROM');
    expect(text).toContain('it begins anew, and overwrites what was changed since in rows that it had done');
  });

  it('has each row updated where a trigger sees it', async () => {
    const trigger = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f();`;
    expect(await fixed("UPDATE users SET plan = 'free';", `${USERS} ${trigger}`)).toContain('begins anew');
  });

  it.each([
    'UPDATE users SET plan = lower(email) WHERE plan IS NULL;',
    "DELETE FROM users WHERE plan = 'x';",
  ])('%s: what is done is left alone by its own condition', async (sql) => {
    expect(await fixed(sql)).toContain('can be started again: what is done is left alone');
  });
});
