import { describe, expect, it } from 'vitest';
import { windowsOf } from '../../src/lint/trace-windows.ts';
import { displayName } from '../../src/model/operations/display-name.ts';
import { lineOf } from '../../src/report/effect-words.ts';
import { traced } from '../support/traced.ts';

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE posts (id int, author int);',
];

/** Who waits for what, in which lines, through which work. */
async function windows(...lines: readonly string[]): Promise<string[]> {
  const [migration] = await traced({ title: 'windows', history: HISTORY, sql: lines.join('\n') });
  return (migration?.transactions ?? []).flatMap((transaction) =>
    windowsOf(transaction).map(({ relation, blocks, statements, through }) => {
      const work = through.map(({ effect, statement }) => `${effect.work} ${lineOf(statement)}`);
      return `${displayName(relation)} ${blocks} ${statements.map(lineOf).join('-')} ${work.join(', ')}`.trim();
    }),
  );
}

describe('windowsOf', () => {
  it.each<[string, string[], string[]]>([
    ['nothing', ['SELECT 1;', 'INSERT INTO users VALUES (1);'], []],
    ['a statement by itself', ['CREATE INDEX ON users (email);'], ['users writes 1 index build 1']],
    ['CONCURRENTLY', ['CREATE INDEX CONCURRENTLY ON users (email);'], []],
    [
      'from the lock to the end of the transaction',
      ['SELECT 1;', 'ALTER TABLE users ADD x int;', 'CREATE INDEX ON posts (id);', 'SELECT 1;'],
      ['users reads and writes 2-3-4 index build 3', 'posts writes 3-4 index build 3'],
    ],
    [
      'a lock that gets stronger',
      ['CREATE INDEX ON users (email);', 'ALTER TABLE users ADD x int;'],
      ['users writes 1-2 index build 1', 'users reads and writes 2'],
    ],
    [
      'a savepoint',
      [
        'SAVEPOINT a;',
        'ALTER TABLE users ADD x int;',
        'UPDATE posts SET id = 1;',
        'ROLLBACK TO a;',
        'SELECT 1;',
      ],
      ['users reads and writes 2-3 rows 3', 'posts writes to the same rows 3 rows 3'],
    ],
    [
      'a rename',
      ['ALTER TABLE users RENAME TO members;', 'SELECT 1;', 'ALTER TABLE members RENAME TO people;'],
      ['people reads and writes 1-2-3'],
    ],
    [
      'two transactions',
      ['BEGIN;', 'ALTER TABLE users ADD x int;', 'COMMIT;', 'ALTER TABLE posts ADD x int;', 'SELECT 1;'],
      ['users reads and writes 2-3', 'posts reads and writes 4-5'],
    ],
    [
      'rows that stay locked',
      [
        'UPDATE users SET email = lower(email);',
        'CREATE INDEX ON posts (id);',
        'DELETE FROM users WHERE id = 1;',
      ],
      ['users writes to the same rows 1-2-3 rows 1, index build 2', 'posts writes 2-3 index build 2'],
    ],
    ['rows by a statement by itself', ['DELETE FROM users;'], ['users writes to the same rows 1 rows 1']],
    [
      'rows that a savepoint releases',
      ['SAVEPOINT a;', 'UPDATE users SET email = NULL;', 'ROLLBACK TO a;', 'SELECT 1;'],
      ['users writes to the same rows 2 rows 2'],
    ],
    [
      'rows of a table that is locked as a whole',
      ['ALTER TABLE users ADD x int;', 'UPDATE users SET x = 1;'],
      ['users reads and writes 1-2 rows 2'],
    ],
    [
      'what a transaction refuses, and what comes after it',
      [
        'ALTER TABLE users ADD x int;',
        'CREATE INDEX CONCURRENTLY ON users (x);',
        'CREATE INDEX ON posts (id);',
      ],
      ['users reads and writes 1'],
    ],
    [
      'a table that has no rows, or the transaction fails',
      ['CREATE INDEX ON users (email);', 'ALTER TABLE users ADD x int NOT NULL;', 'UPDATE users SET x = 2;'],
      [],
    ],
    [
      'tables of the same migration',
      ['CREATE TABLE new (id int);', 'ALTER TABLE new ADD x int;', 'CREATE INDEX ON new (id);'],
      [],
    ],
  ])('%s', async (_, lines, expected) => {
    expect(await windows(...lines)).toEqual(expected);
  });
});
