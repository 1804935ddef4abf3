import { describe, expect, it } from 'vitest';
import {
  blockingWork,
  lockWait,
  lockWaitBound,
  statementBound,
} from '../../../src/model/effects/lock-waits.ts';
import { noTimeouts, type Timeout } from '../../../src/model/catalog/timeouts.ts';
import type { Operation } from '../../../src/model/operations/types.ts';
import { probe } from '../../support/probe.ts';

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE posts (id int PRIMARY KEY, author int);',
];

/** For each operation the table that it waits for, with the lock; `-` for none. */
async function waits(...sql: readonly string[]): Promise<readonly string[]> {
  const found = await probe({ history: HISTORY, sql }, ({ operations }, context) =>
    operations.map((operation) => {
      const wait = lockWait(operation, context);
      return wait === undefined ? '-' : `${wait.relation.name} ${wait.lock}`;
    }),
  );
  return found.flat();
}

describe('lockWait', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['the first strong lock', ['ALTER TABLE users ADD x int'], ['users ACCESS EXCLUSIVE']],
    [
      'not what the transaction holds already, but what is stronger',
      ['CREATE INDEX ON users (email); CREATE INDEX ON users (id); ALTER TABLE users ADD x int'],
      ['users SHARE', '-', 'users ACCESS EXCLUSIVE'],
    ],
    [
      'what a new table refers to',
      ['CREATE TABLE tags (id int REFERENCES users)'],
      ['users SHARE ROW EXCLUSIVE'],
    ],
    [
      'not weak locks, new tables, NOWAIT',
      [
        "COMMENT ON TABLE users IS 'x'; UPDATE users SET id = 1; LOCK TABLE posts NOWAIT; CREATE TABLE t (); DROP TABLE t",
      ],
      ['-', '-', '-', '-', '-'],
    ],
    ['not what refuses a transaction', ['VACUUM FULL users'], ['-']],
    ['not CONCURRENTLY', ['CREATE INDEX CONCURRENTLY ON users (email)'], ['-']],
    ['not what only an empty table takes', ['ALTER TABLE users ADD x int NOT NULL'], ['-']],
  ])('is %s', async (_, sql, expected) => {
    expect(await waits(...sql)).toEqual(expected);
  });
});

describe('blockingWork', () => {
  it.each<[string, string, readonly (string | undefined)[]]>([
    ['under its own lock', 'CREATE INDEX ON users (email)', ['index build']],
    ['not alone', 'UPDATE users SET email = lower(email)', [undefined]],
    [
      'under an earlier lock',
      'ALTER TABLE posts ADD x int; UPDATE users SET email = lower(email)',
      [undefined, 'rows'],
    ],
    [
      'not of a few rows',
      'ALTER TABLE posts ADD x int; UPDATE users SET email = $$a$$ WHERE id = 1',
      [undefined, undefined],
    ],
  ])('is work %s', async (_, sql, expected) => {
    const found = await probe({ history: HISTORY, sql }, ({ operations }, context) =>
      operations.map((operation) => blockingWork(operation, context)?.work),
    );
    expect(found.flat()).toEqual(expected);
  });
});

describe('a bound', () => {
  const by = {} as Operation;
  const timeout = (milliseconds: number | undefined): Timeout => ({ milliseconds, by });

  it('is the shortest of those that are on', () => {
    expect(lockWaitBound(noTimeouts)).toBe(Infinity);
    expect(lockWaitBound({ ...noTimeouts, lock_timeout: timeout(0) })).toBe(Infinity);
    const both = { ...noTimeouts, lock_timeout: timeout(5000), statement_timeout: timeout(1000) };
    expect(lockWaitBound(both)).toBe(1000);
    expect(statementBound({ ...both, transaction_timeout: timeout(500) })).toBe(500);
    expect(statementBound({ ...noTimeouts, lock_timeout: timeout(5000) })).toBe(Infinity);
  });

  it('is not known where one is not that may be shorter than nothing', () => {
    expect(lockWaitBound({ ...noTimeouts, lock_timeout: timeout(undefined) })).toBeUndefined();
    expect(
      lockWaitBound({ ...noTimeouts, lock_timeout: timeout(undefined), statement_timeout: timeout(9) }),
    ).toBe(9);
  });
});
