import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { cutNameIn, mayBeCut } from '../../../src/model/operations/cut-names.ts';
import { givenNames, type GivenName } from '../../../src/model/operations/given-names.ts';
import { filledPattern, matchesObjectPattern } from '../../../src/model/operations/object-name-pattern.ts';
import { reservedWord } from '../../../src/model/operations/reserved-word.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const names = (sql: string, before = ''): readonly string[] => {
  const replay = createReplay(15);
  replay.run(before);
  return replay
    .run(sql)
    .flatMap(({ operation }) => givenNames(operation))
    .map(({ kind, name, columns }) => [kind, name, ...columns].join(' '));
};

const TABLE = 'CREATE TABLE t (a int, b int);';

describe('the names that an operation gives', () => {
  it.each([
    [
      'CREATE TABLE u (id int PRIMARY KEY, x int, UNIQUE (id, x), CONSTRAINT c CHECK (id > 0))',
      ['table u', 'column id', 'primary key u_pkey id', 'column x', 'unique u_id_x_key id x', 'check c'],
    ],
    ['CREATE TEMP TABLE u (id int)', []],
    ['CREATE TABLE u (x, y) AS SELECT 1, 2', ['table u', 'column x', 'column y']],
    ['ALTER TABLE t RENAME TO u', ['table u']],
    ['ALTER TABLE t RENAME a TO x', ['column x']],
    ['CREATE INDEX ON t (a, (b + 1))', ['index t_a_expr_idx a expr']],
    ['CREATE VIEW v (x) AS SELECT 1', ['view v', 'column x']],
    ['CREATE SCHEMA s', ['schema s']],
    ["CREATE TYPE e AS ENUM ('a')", ['type e']],
    ['CREATE SEQUENCE q', ['sequence q']],
    ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', ['function f']],
    ['CREATE POLICY p ON t', ['policy p']],
    ['UPDATE t SET a = 1', []],
  ])('%s', (sql, expected) => {
    expect(names(sql, TABLE)).toEqual(expected);
  });
});

describe('a name that is cut', () => {
  const cut = (sql: string): readonly string[] => {
    const replay = createReplay(15);
    return replay.run(sql).flatMap(({ operation }) =>
      givenNames(operation).flatMap(({ name }) => {
        const found = mayBeCut(name) ? cutNameIn(operation.statement, name) : undefined;
        return found === undefined ? [] : [`${found.bytes} ${found.kept}`];
      }),
    );
  };

  it.each([
    'a'.repeat(64),
    'A'.repeat(70),
    `"${'ü'.repeat(40)}"`,
    `"${'😀'.repeat(16)}"`,
    `"${'x'.repeat(62)}ü"`,
  ])('%s is kept as PostgreSQL keeps it', async (name) => {
    const db = await emptyDatabase();
    await db.exec(`CREATE TABLE ${name} (id int)`);
    const { rows } = await db.query<{ relname: string }>(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    expect(cut(`CREATE TABLE ${name} (id int)`).map((text) => text.slice(3))).toEqual(
      rows.map(({ relname }) => relname),
    );
  });

  it('is none at 63 bytes', () => {
    expect(cut(`CREATE TABLE ${'a'.repeat(63)} (id int)`)).toEqual([]);
  });
});

describe('a pattern', () => {
  const given = (name: string, columns: readonly string[] = ['a', 'b']): GivenName => ({
    kind: 'index',
    name,
    of: { schema: 'public', name: 'users' },
    columns,
    part: 'name',
  });

  it.each([
    ['idx_users_a_b', 'idx_{table}_{columns}', true],
    ['idx_users_a', 'idx_{table}_{columns}', false],
    ['idx_users_why', 'idx_{table}_{what}', true],
    ['idx_users_', 'idx_{table}_{what}', false],
    ['a+b', 'a+b', true],
    ['aab', 'a+{what}', false],
  ])('%s by %s: %s', (name, pattern, expected) => {
    expect(matchesObjectPattern(given(name), pattern)).toBe(expected);
  });

  it('is cut as the name is', () => {
    const long = given(`idx_users_${'a'.repeat(53)}`, ['a'.repeat(60)]);
    expect(matchesObjectPattern(long, 'idx_{table}_{columns}')).toBe(true);
    expect(filledPattern(long, 'idx_{table}_{columns}')).toBe(long.name);
  });

  it('shows what one fills in', () => {
    expect(filledPattern(given(''), 'ck_{table}_{what}')).toBe('ck_users_{what}');
  });
});

it('words that cannot stand everywhere', () => {
  expect(['order', 'left', 'coalesce', 'name', 'users'].map(reservedWord)).toEqual([
    'reserved',
    'type-name',
    'column-name',
    undefined,
    undefined,
  ]);
});
