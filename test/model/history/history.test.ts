import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { History } from '../../../src/model/history/history.ts';
import { isTableSaved, savedCopies } from '../../../src/model/history/saved-copies.ts';
import { inPublic, replayed, type Replayed } from './read.ts';

beforeAll(loadParser);

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, name text, email text);';

function targets(copies: ReturnType<History['copiesOf']>): string[] {
  return copies.map(({ to }) => `${to.table.name}.${to.column ?? '*'}`).sort();
}

function copiesOf(sql: readonly string[], table: string, column?: string): string[] {
  return targets(replayed(USERS, ...sql).history.copiesOf(inPublic(table), column));
}

describe('copiesOf', () => {
  it.each([
    ['a whole table', 'CREATE TABLE saved AS SELECT * FROM users', ['saved.*']],
    ['some columns', 'CREATE TABLE saved AS SELECT id, name FROM users', ['saved.name']],
    ['under another name', 'CREATE TABLE saved AS SELECT name AS login FROM users', ['saved.login']],
    ['named by the table', 'CREATE TABLE saved (a, b) AS SELECT id, name FROM users', ['saved.b']],
    [
      'through an expression',
      'CREATE TABLE saved AS SELECT lower(u.name) AS login FROM users u',
      ['saved.login'],
    ],
    ['SELECT INTO', 'SELECT id, name INTO saved FROM users', ['saved.name']],
    [
      'another column of its row',
      'ALTER TABLE users ADD COLUMN login text; UPDATE users SET login = trim(name)',
      ['users.login'],
    ],
    ['nothing of it', 'CREATE TABLE saved AS SELECT id, email FROM users', []],
    ['no rows', 'CREATE TABLE saved AS SELECT * FROM users WITH NO DATA', []],
    [
      'another table’s column',
      'CREATE TABLE teams (name text); CREATE TABLE saved AS SELECT t.name FROM teams t, users u',
      [],
    ],
  ])('knows %s', (_, sql, expected) => {
    expect(copiesOf([sql], 'users', 'name')).toEqual(expected);
  });

  it('knows the columns that an INSERT fills, by place', () => {
    const create = 'CREATE TABLE people (who int, login text, kind text);';
    const insert = "INSERT INTO people (kind, who, login) SELECT 'user', id, name FROM users;";
    expect(copiesOf([create, insert], 'users', 'name')).toEqual(['people.login']);
    expect(copiesOf([create, insert], 'users', 'id')).toEqual(['people.who']);
  });

  it('knows values that come from another table, and those it is joined by', () => {
    const sql = [
      'CREATE TABLE profiles (id int, user_name text, bio text);',
      'UPDATE profiles AS p SET bio = u.email FROM users AS u WHERE u.name = p.user_name;',
    ];
    expect(copiesOf(sql, 'users', 'email')).toEqual(['profiles.bio']);
    expect(copiesOf(sql, 'users', 'name')).toEqual(['profiles.bio']);
    expect(copiesOf(sql, 'profiles', 'user_name')).toEqual(['profiles.bio']);
    expect(copiesOf(sql, 'users', 'id')).toEqual([]);
  });

  it('knows values that a subquery looks up', () => {
    const sql = [
      'CREATE TABLE profiles (id int, user_id int, bio text);',
      'UPDATE profiles SET bio = (SELECT u.email FROM users u WHERE u.id = profiles.user_id);',
    ];
    expect(copiesOf(sql, 'users', 'email')).toEqual(['profiles.bio']);
  });

  it('tells tables of the same name in two schemas apart', () => {
    const sql = [
      'CREATE SCHEMA app; CREATE TABLE app.users (name text); CREATE TABLE saved AS SELECT name FROM app.users;',
    ];
    expect(copiesOf(sql, 'users', 'name')).toEqual([]);
  });

  it('follows renames on both sides', () => {
    const sql = [
      'CREATE TABLE saved AS SELECT id, name FROM users;',
      'ALTER TABLE users RENAME COLUMN name TO login; ALTER TABLE users RENAME TO people;',
      'CREATE SCHEMA old; ALTER TABLE saved SET SCHEMA old; ALTER TABLE old.saved RENAME COLUMN name TO kept;',
    ];
    expect(copiesOf(sql, 'people', 'login')).toEqual(['saved.kept']);
    expect(copiesOf(sql, 'users', 'name')).toEqual([]);
  });

  it('does not take a table that has the name again for the old one', () => {
    const copy = 'CREATE TABLE saved AS SELECT * FROM users;';
    expect(copiesOf([copy, 'DROP TABLE users;', USERS], 'users')).toEqual([]);
    expect(copiesOf([copy, 'ALTER TABLE users RENAME TO old;', USERS], 'users')).toEqual([]);
    expect(copiesOf([copy, 'ALTER TABLE users RENAME TO old;', USERS], 'old')).toEqual(['saved.*']);
  });

  it('forgets copies that are dropped', () => {
    const copy = 'CREATE TABLE saved AS SELECT id, name FROM users;';
    expect(copiesOf([copy, 'DROP TABLE saved;'], 'users', 'name')).toEqual([]);
    expect(copiesOf([copy, 'ALTER TABLE saved DROP COLUMN name;'], 'users', 'name')).toEqual([]);
  });

  it('looks back from an operation, whatever comes after it', () => {
    const { history, last } = replayed(
      USERS,
      'ALTER TABLE users ADD COLUMN login text; UPDATE users SET login = name;',
      'ALTER TABLE users DROP COLUMN name; ALTER TABLE users RENAME COLUMN login TO name;',
    );
    expect(targets(history.copiesOf(inPublic('users'), 'name', last('DropColumn')))).toEqual(['users.login']);
    expect(targets(history.copiesOf(inPublic('users'), 'name'))).toEqual([]);
  });

  it('finds a copy through any number of renames', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.array(name, { maxLength: 8 }), (tables, columns) => {
        let table = 'users';
        let column = 'name';
        const renames: string[] = [];
        for (const next of tables) {
          if (next !== table) renames.push(`ALTER TABLE ${table} RENAME TO ${next};`);
          table = next;
        }
        for (const next of columns) {
          if (next !== column) renames.push(`ALTER TABLE ${table} RENAME COLUMN ${column} TO ${next};`);
          column = next;
        }
        expect(
          copiesOf(['CREATE TABLE saved AS SELECT name FROM users;', ...renames], table, column),
        ).toEqual(['saved.name']);
      }),
      { numRuns: 40 },
    );
  });
});

describe('saved copies', () => {
  const viewpoint = ({ history, last, catalogBefore }: Replayed) => {
    const operation = last('DropTable');
    return { history, operation, catalog: catalogBefore(operation) };
  };
  const isSaved = (...sql: readonly string[]): boolean => {
    const all = replayed(USERS, ...sql, 'DROP TABLE users;');
    const table = all.catalogBefore(all.last('DropTable')).table(inPublic('users'));
    if (table === undefined) throw new Error('no table');
    return isTableSaved(table, viewpoint(all));
  };

  it('takes a whole copy, or one of half of the columns', () => {
    expect(isSaved('CREATE TABLE saved AS TABLE users;')).toBe(true);
    expect(isSaved('CREATE TABLE saved AS SELECT id, name FROM users;')).toBe(true);
    expect(isSaved('CREATE TABLE saved AS SELECT id FROM users;')).toBe(false);
    expect(
      isSaved('CREATE TABLE a AS SELECT id FROM users;', 'CREATE TABLE b AS SELECT name FROM users;'),
    ).toBe(true);
  });

  it('does not take a temporary table, or one that is gone', () => {
    expect(isSaved('CREATE TEMP TABLE saved AS SELECT * FROM users;')).toBe(false);
    expect(isSaved('CREATE TABLE saved AS SELECT * FROM users;', 'DROP TABLE saved;')).toBe(false);
    expect(isSaved()).toBe(false);
  });

  it('does not take a value that stays where it was', () => {
    const all = replayed(
      USERS,
      'UPDATE users SET name = lower(name);',
      'ALTER TABLE users DROP COLUMN name;',
    );
    const operation = all.last('DropColumn');
    const from = { history: all.history, catalog: all.catalogBefore(operation), operation };
    expect(savedCopies(inPublic('users'), 'name', from)).toEqual([]);
  });
});
