import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { changedTableNames, changeGroups } from '../../../src/model/history/change-groups.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const SCHEMA =
  'CREATE TABLE users (id int PRIMARY KEY, a int); CREATE TABLE posts (id int, author int REFERENCES users);' +
  'CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE order_lines (id int); CREATE TABLE plans (id int);';

function groups(sql: string, name = ''): readonly (readonly string[])[] {
  const replay = createReplay(15);
  replay.run(SCHEMA);
  const before = replay.catalog();
  const operations = replay.run(sql).map(({ operation }) => operation);
  return changeGroups(operations, before, replay.catalog(), name).map(({ tables }) =>
    tables.map(({ name }) => name),
  );
}

const add = (table: string, column: string): string => `ALTER TABLE ${table} ADD COLUMN ${column} int;`;

describe('tables belong together', () => {
  it.each([
    ['by a foreign key', add('users', 'x') + add('posts', 'y'), [['users', 'posts']]],
    ['by a word of their names', add('orders', 'x') + add('order_lines', 'y'), [['orders', 'order_lines']]],
    [
      'by a word of their columns',
      add('users', 'mail_size') + add('plans', 'mail_sum'),
      [['users', 'plans']],
    ],
    ['by the same column', add('users', 'ab') + add('plans', 'ab'), [['users', 'plans']]],
    [
      'by a statement',
      `${add('users', 'x')}UPDATE plans SET id = 1 FROM users u WHERE u.id = 1;`,
      [['users', 'plans']],
    ],
    ['made and dropped', 'CREATE TABLE tags (id int); DROP TABLE plans;', [['tags', 'plans']]],
    [
      'through a third',
      add('users', 'x') + add('posts', 'z1') + add('plans', 'z1'),
      [['users', 'posts', 'plans']],
    ],
  ] as const)('%s', (_, sql, expected) => {
    expect(groups(sql)).toEqual(expected);
  });
});

it.each([
  [
    'SET NOT NULL, whatever the columns are called',
    'ALTER TABLE users ALTER a SET NOT NULL; ALTER TABLE plans ALTER id SET NOT NULL;',
  ],
  ['the same new type', 'ALTER TABLE users ALTER a TYPE bigint; ALTER TABLE plans ALTER id TYPE bigint;'],
])('are one by the same change: %s', (_, sql) => {
  expect(groups(sql)).toEqual([['users', 'plans']]);
});

it('are two where the types are not the same', () => {
  expect(groups('ALTER TABLE users ALTER a TYPE bigint; ALTER TABLE plans ALTER id TYPE text;')).toHaveLength(
    2,
  );
});

it('are one if the name of the migration speaks of both, unless it says AND', () => {
  const sql = add('plans', 'x') + add('orders', 'y');
  expect(groups(sql, 'order_plans')).toEqual([['plans', 'orders']]);
  expect(groups(sql, 'orders_and_plans')).toHaveLength(2);
  expect(groups(sql, 'plan_prices')).toHaveLength(2);
});

it('tables that nothing connects are groups of their own, in order', () => {
  expect(groups(add('plans', 'x') + add('users', 'y') + add('orders', 'z'))).toEqual([
    ['plans'],
    ['users'],
    ['orders'],
  ]);
});

it('what is temporary, comes and goes, or is only looked at is no change', () => {
  const sql =
    'CREATE TEMP TABLE t (id int); CREATE TABLE u (id int); DROP TABLE u; LOCK TABLE plans; SELECT * FROM orders;';
  expect(groups(sql + add('users', 'x'))).toEqual([['users']]);
});

it('counts each table once', () => {
  const replay = createReplay(15);
  const before = replay.catalog();
  const operations = replay.run(SCHEMA + add('users', 'x')).map(({ operation }) => operation);
  expect(changedTableNames(operations, before, replay.catalog())).toHaveLength(5);
});
