import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { send, type PlainSendMode } from '../../../src/testing/send.ts';
import { refusesTransaction } from '../../../src/input/runners/outside-transaction.ts';
import { allowsCommitInBody, transactionsOf } from '../../../src/input/runners/transactions.ts';
import type { Transaction } from '../../../src/input/runners/types.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Statement } from '../../../src/input/sql/types.ts';
import { statementsOf, textOf } from './statements.ts';

/** How a script ends: PostgreSQL's error code, and the tables `t…` that are there afterwards. */
interface Outcome {
  readonly error: string | undefined;
  readonly tables: readonly string[];
}

const MODES: readonly PlainSendMode[] = [
  'one query',
  'statement by statement',
  'one transaction',
  'one transaction of statements',
  'pipeline',
];
let database: Database;

beforeAll(async () => {
  [database] = await Promise.all([emptyDatabase(), loadParser()]);
});

/** Runs a script as the runner does, and looks at what is left once the session has gone. */
async function observe(mode: PlainSendMode, statements: readonly Statement[], sql: string): Promise<Outcome> {
  await database.exec(
    'DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE base (id int PRIMARY KEY)',
  );
  await database.exec("CREATE TYPE mood AS ENUM ('ok'); SET client_min_messages = error");
  let error: string | undefined;
  try {
    await send(database, mode, { text: sql, queries: statements.map(textOf) });
  } catch (thrown) {
    error = (thrown as { readonly code: string }).code;
  }
  await database.exec('ROLLBACK');
  const { rows } = await database.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relname ~ '^t\\d' AND relkind = 'r' ORDER BY relname",
  );
  return { error, tables: rows.map(({ name }) => name) };
}

/** What the model says: the first statement that fails where it stands, and what was committed before it. */
function predict(mode: PlainSendMode, statements: readonly Statement[]): Outcome {
  const kept: string[] = [];
  for (const transaction of transactionsOf(mode, statements)) {
    const made: string[] = [];
    for (const statement of transaction.statements) {
      const error = errorOf(statement, transaction);
      if (error !== undefined) return { error, tables: kept.sort() };
      made.push(...(/^CREATE TABLE (t\d+)/.exec(textOf(statement))?.slice(1) ?? []));
    }
    if (transaction.end === 'itself' || transaction.end === 'commit') kept.push(...made);
  }
  return { error: undefined, tables: kept.sort() };
}

function errorOf(statement: Statement, transaction: Transaction): string | undefined {
  const { kind, pipelined, statements } = transaction;
  const text = textOf(statement);
  if (text === 'SELECT 1 / 0') return '22012';
  // PostgreSQL begins the block of a pipeline behind its first statement.
  if (pipelined === true && statement === statements[0] && text.startsWith('LOCK')) return '25P01';
  if (kind === 'autocommit') return text.startsWith('LOCK') ? '25P01' : undefined;
  if (refusesTransaction(statement.tree) !== undefined) return '25001';
  return /^DO .*COMMIT/s.test(text) && !allowsCommitInBody(transaction, 18) ? '2D000' : undefined;
}

const CONCURRENTLY = 'CREATE INDEX CONCURRENTLY i ON base (id)';

describe('what PostgreSQL does with a script', () => {
  it.each([
    ['CONCURRENTLY alone, beside a comment', `-- comment\n${CONCURRENTLY};`],
    ['CONCURRENTLY twice', `${CONCURRENTLY}; CREATE INDEX CONCURRENTLY j ON base (id)`],
    ['a timeout and CONCURRENTLY', `SET lock_timeout = '5s'; ${CONCURRENTLY}`],
    [
      'DROP INDEX CONCURRENTLY beside another statement',
      'CREATE TABLE t1 (); DROP INDEX CONCURRENTLY IF EXISTS i',
    ],
    ['DROP INDEX CONCURRENTLY alone', 'DROP INDEX CONCURRENTLY IF EXISTS i'],
    ['a COMMIT before CONCURRENTLY', `CREATE TABLE t1 (); COMMIT; ${CONCURRENTLY}`],
    ['BEGIN around CONCURRENTLY', `BEGIN; ${CONCURRENTLY}; COMMIT`],
    [
      'a statement before and after a block',
      'CREATE TABLE t1 (); BEGIN; CREATE TABLE t2 (); COMMIT; SELECT 1 / 0',
    ],
    ['a block that is left open', 'BEGIN; CREATE TABLE t1 ()'],
    ['a statement that fails in the middle', 'CREATE TABLE t1 (); SELECT 1 / 0; CREATE TABLE t2 ()'],
    ['COMMIT in a DO block', 'DO $$ BEGIN COMMIT; END $$'],
    ['COMMIT in a DO block beside another statement', 'CREATE TABLE t1 (); DO $$ BEGIN COMMIT; END $$'],
    ['VACUUM beside another statement', 'CREATE TABLE t1 (); VACUUM base'],
    ['VACUUM alone', 'VACUUM base'],
    ['a ROLLBACK that nothing began', 'CREATE TABLE t1 (); ROLLBACK; CREATE TABLE t2 ()'],
    ['LOCK TABLE alone', 'LOCK TABLE base'],
    ['LOCK TABLE beside another statement', 'LOCK TABLE base; CREATE TABLE t1 ()'],
    [
      'a chain',
      'BEGIN; CREATE TABLE t1 (); COMMIT AND CHAIN; CREATE TABLE t2 (); ROLLBACK; CREATE TABLE t3 ()',
    ],
    ['CONCURRENTLY first, then another statement', `${CONCURRENTLY}; CREATE TABLE t1 (); SELECT 1 / 0`],
    ['COMMIT in a DO block, then another statement', 'DO $$ BEGIN COMMIT; END $$; CREATE TABLE t1 ()'],
    [
      'a COMMIT, and statements that commit by themselves',
      'CREATE TABLE t1 (); COMMIT; CREATE TABLE t2 (); SELECT 1 / 0',
    ],
    ['a block that is left open after a COMMIT', 'COMMIT; BEGIN; CREATE TABLE t1 ()'],
    ['REINDEX CONCURRENTLY', 'CREATE TABLE t1 (); REINDEX TABLE CONCURRENTLY base'],
    ['CLUSTER of everything', 'CREATE TABLE t1 (); CLUSTER'],
    ['ALTER SYSTEM', "CREATE TABLE t1 (); ALTER SYSTEM SET work_mem = '4MB'"],
    ['CREATE DATABASE', 'CREATE TABLE t1 (); CREATE DATABASE d'],
    ['DISCARD ALL', 'CREATE TABLE t1 (); DISCARD ALL'],
    [
      'DETACH PARTITION CONCURRENTLY',
      'CREATE TABLE p1 (id int) PARTITION BY RANGE (id); CREATE TABLE t2 PARTITION OF p1 FOR VALUES FROM (1) TO (2); ALTER TABLE p1 DETACH PARTITION t2 CONCURRENTLY',
    ],
  ])('%s', async (_, sql) => {
    const statements = statementsOf(sql);
    for (const mode of MODES) {
      expect({ mode, ...(await observe(mode, statements, sql)) }).toEqual({
        mode,
        ...predict(mode, statements),
      });
    }
  });

  it('is what the model says, for scripts made at random', async () => {
    const statement = fc.constantFrom(
      'CREATE TABLE',
      'CREATE TABLE',
      'BEGIN',
      'COMMIT',
      'ROLLBACK',
      'SELECT 1 / 0',
      'DROP INDEX CONCURRENTLY IF EXISTS nope',
      'CREATE INDEX CONCURRENTLY ON base (id)',
      'REINDEX TABLE CONCURRENTLY base',
      'DISCARD ALL',
      'DO $$ BEGIN COMMIT; END $$',
      'VACUUM base',
      "SET LOCAL lock_timeout = '1s'",
    );
    const script = fc
      .array(statement, { minLength: 1, maxLength: 6 })
      .map((parts) =>
        parts
          .map((part, index) => (part === 'CREATE TABLE' ? `CREATE TABLE t${index} ()` : part))
          .join(';\n'),
      );
    await fc.assert(
      fc.asyncProperty(script, fc.constantFrom(...MODES), async (sql, mode) => {
        const statements = statementsOf(sql);
        expect(await observe(mode, statements, sql)).toEqual(predict(mode, statements));
      }),
      { numRuns: 200 },
    );
  });

  it('lets SET LOCAL work in a transaction only', async () => {
    const sql =
      "SET LOCAL lock_timeout = '7s'; CREATE TABLE t1 AS SELECT current_setting('lock_timeout') AS value";
    for (const [mode, value] of [
      ['one query', '7s'],
      ['statement by statement', '0'],
    ] as const) {
      await observe(mode, statementsOf(sql), sql);
      expect((await database.query('SELECT value FROM t1')).rows).toEqual([{ value }]);
    }
  });

  it('refuses a new enum value in the transaction that added it', async () => {
    const sql = "ALTER TYPE mood ADD VALUE 'new'; CREATE TABLE t1 AS SELECT 'new'::mood AS mood";
    const statements = statementsOf(sql);
    expect(await observe('one query', statements, sql)).toEqual({ error: '55P04', tables: [] });
    expect(await observe('statement by statement', statements, sql)).toEqual({
      error: undefined,
      tables: ['t1'],
    });
  });
});

describe('refusesTransaction', () => {
  it('says it in the words of the error', async () => {
    for (const sql of [
      CONCURRENTLY,
      'DROP INDEX CONCURRENTLY IF EXISTS i',
      'REINDEX TABLE CONCURRENTLY base',
      'REINDEX SCHEMA public',
      'REINDEX DATABASE template1',
      'VACUUM',
      'CLUSTER',
      'CREATE DATABASE d',
      'DROP DATABASE d',
      "CREATE TABLESPACE s LOCATION '/nowhere'",
      'DROP TABLESPACE s',
      "ALTER SYSTEM SET work_mem = '4MB'",
      'DISCARD ALL',
      "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p",
    ]) {
      const [statement] = statementsOf(sql);
      const command = statement && refusesTransaction(statement.tree);
      const failure = database.exec(`BEGIN; ${sql}`).finally(() => database.exec('ROLLBACK'));
      await expect(failure, sql).rejects.toThrow(
        `${command ?? 'nothing'} cannot run inside a transaction block`,
      );
    }
  });

  it('is silent about statements that may stand in a transaction', () => {
    for (const sql of [
      'CREATE INDEX i ON base (id)',
      'DROP INDEX i',
      'REINDEX TABLE base',
      'ANALYZE base',
      'CLUSTER base USING i',
      'DISCARD PLANS',
      'ALTER TABLE a DETACH PARTITION b',
      'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
    ]) {
      const [statement] = statementsOf(sql);
      expect(statement && refusesTransaction(statement.tree), sql).toBeUndefined();
    }
  });
});
