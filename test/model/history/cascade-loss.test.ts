import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { tablesLostByCascade } from '../../../src/model/history/cascade-loss.ts';
import { isDestructive } from '../../../src/model/history/data-loss.ts';
import { displayName } from '../../../src/model/operations/display-name.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE SCHEMA app; CREATE SCHEMA other;
  CREATE TABLE users (id int PRIMARY KEY, boss int REFERENCES users);
  CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users);
  CREATE TABLE likes (id int PRIMARY KEY, post int REFERENCES posts);
  CREATE TABLE tags (id int PRIMARY KEY);
  CREATE TABLE app.events (id int, at date, tag int REFERENCES tags) PARTITION BY RANGE (at);
  CREATE TABLE app.events_old PARTITION OF app.events FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
  CREATE TABLE other.events_new PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
  CREATE TABLE app.logs (id int PRIMARY KEY);
  CREATE TABLE log_lines (id int PRIMARY KEY, log int REFERENCES app.logs);`;

const ROWS = `
  INSERT INTO users VALUES (1, 1); INSERT INTO posts VALUES (1, 1); INSERT INTO likes VALUES (1, 1);
  INSERT INTO tags VALUES (1); INSERT INTO app.events VALUES (1, '2020-01-01', 1), (2, '2025-01-01', 1);
  INSERT INTO app.logs VALUES (1); INSERT INTO log_lines VALUES (1, 1);`;

const TABLES = ['users', 'posts', 'likes', 'tags', 'app.events', 'app.logs', 'log_lines'];

/** The tables that are gone or empty in PostgreSQL, partitions' rows counted with their parent. */
async function lostInPostgres(sql: string): Promise<readonly string[]> {
  const db = await emptyDatabase();
  await db.exec(`${SCHEMA} ${ROWS} ${sql}`);
  const lost: string[] = [];
  for (const table of TABLES) {
    const { rows } = await db.query<{ gone: boolean }>(`SELECT to_regclass('${table}') IS NULL AS gone`);
    const count = rows[0]?.gone === true ? [] : (await db.query(`SELECT FROM ${table}`)).rows;
    if (count.length === 0) lost.push(table);
  }
  return lost;
}

describe('tablesLostByCascade', () => {
  it.each([
    ['TRUNCATE users CASCADE', ['posts', 'likes'], ['users']],
    ['TRUNCATE likes CASCADE', [], ['likes']],
    ['TRUNCATE tags CASCADE', ['app.events'], ['tags']],
    ['TRUNCATE likes', [], ['likes']],
    ['DROP SCHEMA app CASCADE', ['app.events', 'app.logs'], []],
    ['DROP TABLE users CASCADE', [], ['users']],
    ['DROP SCHEMA IF EXISTS nothing CASCADE', [], []],
  ])('%s: %j, as in PostgreSQL', async (sql, expected, own) => {
    const { migrations, catalogBefore } = replayed(SCHEMA, sql);
    const [operation] = migrations[1]?.operations ?? [];
    if (operation === undefined || !isDestructive(operation)) throw new Error('not destructive');
    const lost = tablesLostByCascade(operation, catalogBefore(operation)).map(({ name }) =>
      displayName(name),
    );
    expect(lost.toSorted()).toEqual(expected.toSorted());
    expect([...expected, ...own].toSorted()).toEqual((await lostInPostgres(sql)).toSorted());
  });

  it('is for operations that can take data away: a schema dropped without CASCADE must be empty', () => {
    const { migrations } = replayed(SCHEMA, 'DROP SCHEMA app; DROP SEQUENCE s CASCADE;');
    expect(migrations[1]?.operations.map(isDestructive)).toEqual([false, false]);
  });
});
