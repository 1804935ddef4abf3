import { expect, it } from 'vitest';
import { workWhileLocked } from '../../../src/model/effects/work-while-locked.ts';
import type { Example } from '../../../src/lint/examples.ts';
import { probe } from '../../support/probe.ts';

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE posts (id int PRIMARY KEY, author int);',
];

/** What follows each LOCK TABLE, in order. */
async function after(sql: string, runner: Partial<Example> = {}): Promise<readonly string[]> {
  const found = await probe({ history: HISTORY, sql, ...runner }, ({ operations }, context) => {
    const locked = (operation: (typeof operations)[number]) =>
      operation.kind === 'LockTable' ? operation.table : undefined;
    const work = workWhileLocked(operations, locked, context);
    return operations.flatMap((operation) => {
      if (operation.kind !== 'LockTable') return [];
      const found = work.get(operation);
      if (found === undefined) return ['nothing'];
      return [`${found.form} ${found.table.name} ${found.next.kind}${found.slow ? ', slow' : ''}`];
    });
  });
  return found.flat();
}

it.each<[string, readonly string[]]>([
  ['LOCK TABLE users', ['nothing']],
  ['UPDATE posts SET author = 1 WHERE id = 1; LOCK TABLE users', ['nothing']],
  ['LOCK TABLE users; UPDATE posts SET author = 1 WHERE id = 1', ['rows posts Update']],
  ['LOCK TABLE users; UPDATE posts SET author = 1', ['rows posts Update, slow']],
  ['LOCK TABLE users; ALTER TABLE users ADD x int', ['nothing']],
  ['LOCK TABLE users; ALTER TABLE users ADD x int; ALTER TABLE posts ADD x int', ['lock posts AddColumn']],
  ['LOCK TABLE users; LOCK TABLE posts; ALTER TABLE users ADD x int', ['lock posts LockTable', 'nothing']],
  ['ALTER TABLE users ADD x int; LOCK TABLE users; LOCK TABLE posts', ['nothing', 'nothing']],
  [
    'LOCK TABLE users IN SHARE MODE; LOCK TABLE posts; ALTER TABLE users ADD x int',
    ['lock posts LockTable', 'lock users AddColumn'],
  ],
  ['ALTER TABLE posts ADD x int; LOCK TABLE users; ALTER TABLE posts ADD y int', ['nothing']],
  [
    'CREATE TABLE t (id int REFERENCES posts); LOCK TABLE users; ALTER TABLE posts ADD y int',
    ['lock posts AddColumn'],
  ],
  ['LOCK TABLE users; CREATE TABLE t (id int); INSERT INTO t VALUES (1)', ['nothing']],
  ['LOCK TABLE users; SELECT id FROM posts', ['nothing']],
  ['BEGIN; LOCK TABLE users; COMMIT; BEGIN; UPDATE posts SET author = 1; COMMIT', ['nothing']],
])('%s', async (sql, expected) => {
  expect(await after(sql)).toEqual(expected);
});

it('ends with the statement where each commits', async () => {
  const sql = 'LOCK TABLE users;\nUPDATE posts SET author = 1;';
  expect(await after(sql, { runner: 'goose', withoutTransaction: true })).toEqual(['nothing']);
  expect(await after(sql, { runner: 'goose' })).toEqual(['rows posts Update, slow']);
});
