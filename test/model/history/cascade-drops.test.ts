import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { droppedAlong, type CascadingDrop } from '../../../src/model/history/cascade-drops.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE TYPE mood AS ENUM ('ok');
  CREATE TABLE users (id int CONSTRAINT pk PRIMARY KEY, name text, mood mood);
  CREATE TABLE posts (id int, author int CONSTRAINT author REFERENCES users);
  CREATE VIEW names AS SELECT name FROM users;
  CREATE VIEW few AS SELECT name FROM names;
  CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
  CREATE TRIGGER t BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION f();
  CREATE SEQUENCE s; ALTER TABLE posts ALTER id SET DEFAULT nextval('s');`;

/** What PostgreSQL says that it drops along, in its NOTICE. */
async function noticed(sql: string): Promise<number> {
  const db = await emptyDatabase();
  await db.exec(SCHEMA);
  let lines = 0;
  await db.exec(sql, {
    onNotice: ({ detail, message }) => {
      lines +=
        detail === undefined || detail === ''
          ? Number(message?.startsWith('drop cascades to'))
          : detail.split('\n').length;
    },
  });
  return lines;
}

function along(sql: string): readonly string[] {
  const { catalog, catalogBefore, last, migrations } = replayed(SCHEMA, sql);
  const drop = migrations[1]?.operations.find(({ kind }) => kind.startsWith('Drop')) as CascadingDrop;
  expect(last(drop.kind)).toBe(drop);
  const before = catalogBefore(drop);
  return droppedAlong(drop, {
    before,
    after: catalog,
    final: catalog,
    firstIndex: 1,
    isDropped: () => false,
  }).map(({ text }) => text);
}

describe('what CASCADE takes along', () => {
  it.each([
    ['DROP TABLE users CASCADE', ['the view names', 'the view few', 'the foreign key author of posts']],
    ['DROP VIEW names CASCADE', ['the view few']],
    ['DROP TYPE mood CASCADE', ['the column mood of users']],
    ['ALTER TABLE users DROP COLUMN name CASCADE', ['the view names', 'the view few']],
    ['ALTER TABLE users DROP CONSTRAINT pk CASCADE', ['the foreign key author of posts']],
    ['DROP FUNCTION f CASCADE', ['the trigger t of posts']],
    ['DROP SEQUENCE s CASCADE', ['the default of id of posts']],
    ['DROP TABLE posts CASCADE', []],
    ['DROP VIEW few', []],
  ])('%s', async (sql, texts) => {
    expect(along(sql)).toEqual(texts);
    expect(await noticed(sql)).toBe(texts.length);
  });
});
