import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Table } from '../../../src/model/catalog/types.ts';
import {
  differsInEachRow,
  mayRemoveDuplicates,
  wasUniqueBefore,
} from '../../../src/model/history/duplicate-values.ts';
import { inPublic, replayed, type Replayed } from './read.ts';

beforeAll(loadParser);

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, email text, name text);';
const UNIQUE = 'CREATE UNIQUE INDEX ON users (code);';

/** The table just before the first operation of a migration. */
function tableBefore(migration: number, { catalogBefore, migrations }: Replayed): Table {
  const [first] = migrations[migration]?.operations ?? [];
  const table = first && catalogBefore(first).table(inPublic('users'));
  if (table === undefined) throw new Error('there is no table users');
  return table;
}

describe('whether a new column differs from row to row', () => {
  it.each([
    ['ALTER TABLE users ADD COLUMN code text;', true],
    ["ALTER TABLE users ADD COLUMN code text DEFAULT 'x';", false],
    ['ALTER TABLE users ADD COLUMN code uuid DEFAULT gen_random_uuid();', true],
    ['ALTER TABLE users ADD COLUMN code int GENERATED ALWAYS AS IDENTITY;', true],
    ["ALTER TABLE users ADD COLUMN code text; UPDATE users SET code = 'x';", false],
    ['ALTER TABLE users ADD COLUMN code text; UPDATE users SET code = name;', false],
    ["ALTER TABLE users ADD COLUMN code text; UPDATE users SET code = 'u' || id;", true],
    ['ALTER TABLE users RENAME COLUMN name TO code;', false],
  ])('%s %s', (sql, expected) => {
    const replay = replayed(USERS, sql, UNIQUE);
    const index = replay.last('CreateIndex');
    const scene = { catalog: replay.catalogBefore(index), history: replay.history };
    expect(differsInEachRow('code', tableBefore(1, replay), index, scene)).toBe(expected);
  });
});

it('knows what was unique under another name', () => {
  const replay = replayed(
    `${USERS} CREATE UNIQUE INDEX by_email ON users (email);`,
    'DROP INDEX by_email; ALTER TABLE users RENAME COLUMN email TO mail;',
    'CREATE UNIQUE INDEX ON users (mail);',
  );
  const [before, after] = [tableBefore(1, replay), tableBefore(2, replay)];
  const key = (column: string) => ({ columns: [column], nullsNotDistinct: false });
  expect(wasUniqueBefore(before, after, key('mail'))).toBe(true);
  expect(wasUniqueBefore(before, after, key('name'))).toBe(false);
});

describe('whether a write may have removed duplicates', () => {
  it.each([
    ['DELETE FROM users WHERE id > 1;', [true, true]],
    ["UPDATE users SET email = email || id WHERE name = 'x';", [false, true]],
    ["INSERT INTO users VALUES (1, 'x', 'y');", [false, false]],
  ])('%s of a new column, and of an old one: %s', (sql, expected) => {
    const { history, last } = replayed(USERS, sql, 'CREATE UNIQUE INDEX ON users (email);');
    const writes = history.writesOf(inPublic('users'), 'email', last('CreateIndex'));
    const found = [false, true].map((isOld) => writes.some((write) => mayRemoveDuplicates(write, isOld)));
    expect(found).toEqual(expected);
  });
});
