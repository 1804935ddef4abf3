import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { backfillOf, type Backfill } from '../../../src/model/history/backfill-of.ts';
import { givesValues } from '../../../src/model/history/row-writes.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

const TABLE = 'CREATE TABLE users (id int PRIMARY KEY, a text, b text);';
const REQUIRE = 'ALTER TABLE users ALTER COLUMN a SET NOT NULL;';

describe('what wrote the rows of a table', () => {
  it('follows the names of tables and columns back, and stops where a column was added', () => {
    const { history, last } = replayed(
      `${TABLE} UPDATE users SET a = 'x';`,
      'ALTER TABLE users DROP COLUMN a; ALTER TABLE users RENAME COLUMN b TO a;',
      "UPDATE users SET a = 'y'; ALTER TABLE users RENAME TO people;",
      'DELETE FROM people WHERE a IS NULL; ALTER TABLE people RENAME COLUMN a TO c;',
      'ALTER TABLE people ALTER COLUMN c SET NOT NULL;',
      "UPDATE people SET c = 'z';",
    );
    const writes = history.writesOf(inPublic('people'), 'c', last('SetNotNull'));
    expect(
      writes.map((write) => [write.operation.kind, write.migration, write.column, givesValues(write)]),
    ).toEqual([
      ['Delete', 3, 'a', true],
      ['Update', 2, 'a', true],
      ['Update', 0, 'b', false],
    ]);
  });

  it.each([
    ["UPDATE users SET a = 'x'", 1],
    ['UPDATE users SET a = NULL', 0],
    ["UPDATE users SET b = 'x'", 0],
    ["INSERT INTO users VALUES (1, 'x')", 1],
    ['INSERT INTO users SELECT * FROM users', 1],
    ['INSERT INTO users (id) SELECT id FROM users', 0],
    ['MERGE INTO users USING users AS u ON false WHEN NOT MATCHED THEN DO NOTHING', 1],
    ['TRUNCATE users', 0],
    ['DELETE FROM users WHERE a IS NULL OR b IS NULL', 1],
    ["DELETE FROM users WHERE b IS NULL OR (b = 'x' OR users.a IS NULL)", 1],
    ["DELETE FROM users WHERE b IS NULL OR (b = 'x' AND a IS NULL) OR NOT a IS NULL", 0],
    ["ALTER TABLE users DROP COLUMN a; ALTER TABLE users ADD COLUMN a text DEFAULT 'x'", 1],
    ['ALTER TABLE users DROP COLUMN a; ALTER TABLE users ADD COLUMN a text', 0],
  ])('%s gives values: %i', (sql, count) => {
    const { history, last } = replayed(TABLE, `${sql};`, REQUIRE);
    const writes = history.writesOf(inPublic('users'), 'a', last('SetNotNull'));
    expect(writes.filter(givesValues)).toHaveLength(count);
  });
});

describe('a backfill', () => {
  function backfill(...scripts: readonly string[]): Backfill['kind'] {
    const { catalogBefore, history, last } = replayed(TABLE, ...scripts, REQUIRE);
    const operation = last('SetNotNull');
    const catalog = catalogBefore(operation);
    const table = catalog.table(operation.table);
    if (table === undefined) throw new Error('there is no table');
    return backfillOf(table, 'a', operation, { history, catalog, existed: table, firstIndex: 1 }).kind;
  }

  it.each([
    ['nothing', 'none', []],
    ['a default for later rows', 'none', ["ALTER TABLE users ALTER a SET DEFAULT 'x';"]],
    ['a constant', 'filled', ["UPDATE users SET a = 'x';"]],
    ['another column', 'copies nulls', ['UPDATE users SET a = upper(b);']],
    ['another column, then the rest', 'filled', ['UPDATE users SET a = b;', "UPDATE users SET a = '';"]],
    ['another column with a value for NULL', 'filled', ["UPDATE users SET a = coalesce(b, '');"]],
    ['a procedure', 'filled', ['CALL fill();']],
    [
      'a function of the user’s own',
      'filled',
      ['CREATE FUNCTION fill() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; SELECT fill();'],
    ],
    ['a function of PostgreSQL', 'none', ['SELECT now();']],
    ['SQL that is put together', 'filled', ["DO $$ BEGIN EXECUTE format('UPDATE %I', 'x'); END $$;"]],
  ] as const)('of %s: %s', (_, kind, scripts) => {
    expect(backfill(...scripts)).toBe(kind);
  });
});
