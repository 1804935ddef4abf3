import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { hasWrittenSystemCatalogBefore } from '../../../src/model/history/system-catalog-writes.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

const USERS = 'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE pg_users (id int);';
const OFF = 'UPDATE pg_index SET indisready = false WHERE indrelid = 1;';

function hasWritten(...sql: readonly string[]): boolean {
  const { migrations, last } = replayed(USERS, ...sql);
  return hasWrittenSystemCatalogBefore(last('Reindex'), migrations.slice(1));
}

describe('a write of a system catalog', () => {
  it.each([
    [true, [`${OFF} REINDEX TABLE users;`]],
    [true, ['UPDATE pg_catalog.pg_index SET indisready = false; REINDEX TABLE users;']],
    [true, ["DELETE FROM pg_enum WHERE enumlabel = 'a'; REINDEX TABLE users;"]],
    [true, [OFF, 'REINDEX TABLE users;']],
    [true, [`DO $$ BEGIN ${OFF} END $$; REINDEX TABLE users;`]],
    [false, [`REINDEX TABLE users; ${OFF}`]],
    [false, ['SELECT * FROM pg_index; REINDEX TABLE users;']],
    [false, ['UPDATE users SET id = 1; UPDATE pg_users SET id = 1; REINDEX TABLE users;']],
    [
      false,
      [`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${OFF} END $$; REINDEX TABLE users;`],
    ],
  ])('is there before: %j, %j', (expected, sql) => {
    expect(hasWritten(...sql)).toBe(expected);
  });
});
