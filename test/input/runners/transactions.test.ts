import { beforeAll, describe, expect, it } from 'vitest';
import { deployTransactions } from '../../../src/input/runners/deploy-transactions.ts';
import { allowsCommitInBody, transactionsOf } from '../../../src/input/runners/transactions.ts';
import type { SendMode, Transaction } from '../../../src/input/runners/types.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { statementsOf, textOf } from './statements.ts';

beforeAll(loadParser);

/** `kind[statement; statement] end`, one for each transaction. */
const shown = (mode: SendMode, sql: string): string[] =>
  transactionsOf(mode, statementsOf(sql)).map(
    ({ kind, statements, end }) => `${kind}[${statements.map(textOf).join('; ')}] ${end}`,
  );

describe('transactionsOf', () => {
  it.each<[string, string, string[], string[]]>([
    ['one statement', 'SELECT 1', ['autocommit[SELECT 1] itself'], ['autocommit[SELECT 1] itself']],
    ['nothing', '-- nothing', [], []],
    [
      'several',
      'SELECT 1; SELECT 2',
      ['implicit[SELECT 1; SELECT 2] itself'],
      ['autocommit[SELECT 1] itself', 'autocommit[SELECT 2] itself'],
    ],
    [
      'a BEGIN after a statement takes it in',
      'SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3',
      ['explicit[SELECT 1; BEGIN; SELECT 2; COMMIT] commit', 'implicit[SELECT 3] itself'],
      [
        'autocommit[SELECT 1] itself',
        'explicit[BEGIN; SELECT 2; COMMIT] commit',
        'autocommit[SELECT 3] itself',
      ],
    ],
    [
      'a COMMIT without BEGIN',
      'SELECT 1; COMMIT; SELECT 2',
      ['implicit[SELECT 1; COMMIT] commit', 'implicit[SELECT 2] itself'],
      ['autocommit[SELECT 1] itself', 'autocommit[COMMIT] itself', 'autocommit[SELECT 2] itself'],
    ],
    [
      'a BEGIN that is left open',
      'BEGIN; SELECT 1',
      ['explicit[BEGIN; SELECT 1] open'],
      ['explicit[BEGIN; SELECT 1] open'],
    ],
    [
      'chained transactions',
      'START TRANSACTION; COMMIT AND CHAIN; SELECT 1; ROLLBACK AND CHAIN; END',
      [
        'explicit[START TRANSACTION; COMMIT AND CHAIN] commit',
        'explicit[SELECT 1; ROLLBACK AND CHAIN] rollback',
        'explicit[END] commit',
      ],
      [
        'explicit[START TRANSACTION; COMMIT AND CHAIN] commit',
        'explicit[SELECT 1; ROLLBACK AND CHAIN] rollback',
        'explicit[END] commit',
      ],
    ],
    [
      'savepoints end nothing',
      'BEGIN; SAVEPOINT a; ROLLBACK TO a; RELEASE a; COMMIT',
      ['explicit[BEGIN; SAVEPOINT a; ROLLBACK TO a; RELEASE a; COMMIT] commit'],
      ['explicit[BEGIN; SAVEPOINT a; ROLLBACK TO a; RELEASE a; COMMIT] commit'],
    ],
  ])('%s', (_, sql, together, apart) => {
    expect(shown('one query', sql)).toEqual(together);
    expect(shown('statement by statement', sql)).toEqual(apart);
  });

  it('puts the script into the runner’s transaction, up to a COMMIT in it', () => {
    const sql = 'SELECT 1; COMMIT; SELECT 2; SELECT 3';
    expect(shown('one transaction', 'SELECT 1; SELECT 2')).toEqual(['runner[SELECT 1; SELECT 2] itself']);
    expect(shown('one transaction', sql)).toEqual([
      'runner[SELECT 1; COMMIT] commit',
      'implicit[SELECT 2; SELECT 3] itself',
    ]);
    expect(shown('one transaction of statements', sql)).toEqual([
      'runner[SELECT 1; COMMIT] commit',
      'autocommit[SELECT 2] itself',
      'autocommit[SELECT 3] itself',
    ]);
    expect(shown('one transaction', 'COMMIT; BEGIN; SELECT 1')).toEqual([
      'runner[COMMIT] commit',
      'explicit[BEGIN; SELECT 1] itself',
    ]);
  });

  it('lets the first statement of a pipeline be one that refuses a transaction', () => {
    const index = 'CREATE INDEX CONCURRENTLY i ON t (a)';
    expect(shown('pipeline', `${index}; SELECT 1; ${index}`)).toEqual([
      `autocommit[${index}] itself`,
      `implicit[SELECT 1; ${index}] itself`,
    ]);
    expect(shown('pipeline', `SELECT 1; COMMIT; ${index}; ${index}`)).toEqual([
      'implicit[SELECT 1; COMMIT] commit',
      `autocommit[${index}] itself`,
      `implicit[${index}] itself`,
    ]);
    const system = "ALTER SYSTEM SET work_mem = '4MB'";
    expect(shown('pipeline', `${system}; ${index}; SELECT 1`)).toEqual([
      `autocommit[${system}] itself`,
      `autocommit[${index}] itself`,
      'implicit[SELECT 1] itself',
    ]);
    expect(shown('pipeline', 'SELECT 1; BEGIN; SELECT 2; COMMIT')).toEqual([
      'explicit[SELECT 1; BEGIN; SELECT 2; COMMIT] commit',
    ]);
    expect(shown('pipeline', 'DO $$ BEGIN IF true THEN COMMIT; END IF; END $$; SELECT 1')).toEqual([
      'autocommit[DO $$ BEGIN IF true THEN COMMIT; END IF; END $$] itself',
      'implicit[SELECT 1] itself',
    ]);
  });

  it.each<[string, string, string]>([
    ['CREATE INDEX CONCURRENTLY i ON t (a); VACUUM t', 'autocommit', 'autocommit'],
    ['CREATE TABLE t (); DROP INDEX CONCURRENTLY i', 'runner', 'autocommit'],
    ['CREATE TABLE t (); SELECT 1', 'runner', 'runner'],
    ['REINDEX TABLE CONCURRENTLY t', 'runner', 'runner'],
    ['REINDEX SCHEMA s', 'autocommit', 'autocommit'],
    ['DROP SUBSCRIPTION s', 'autocommit', 'autocommit'],
  ])('opens a transaction around %s as Flyway does', (sql, strict, mixed) => {
    const kinds = (mode: SendMode): string[] =>
      transactionsOf(mode, statementsOf(sql)).map(({ kind }) => kind);
    expect(new Set(kinds('one transaction if possible'))).toEqual(new Set([strict]));
    expect(new Set(kinds('one transaction unless refused'))).toEqual(new Set([mixed]));
  });
});

describe('allowsCommitInBody', () => {
  it('says where a DO block may end a transaction', () => {
    const block = 'DO $$ BEGIN COMMIT; END $$';
    const allowed = (mode: SendMode, sql: string, version: number): boolean[] =>
      transactionsOf(mode, statementsOf(sql)).map((transaction) => allowsCommitInBody(transaction, version));
    expect(allowed('one query', block, 15)).toEqual([true]);
    expect(allowed('one query', `SELECT 1; ${block}`, 15)).toEqual([false]);
    expect(allowed('pipeline', `SELECT 1; ${block}`, 17)).toEqual([true]);
    expect(allowed('pipeline', `SELECT 1; ${block}`, 18)).toEqual([false]);
    expect(allowed('pipeline', `${block}; SELECT 1`, 18)).toEqual([true, false]);
    expect(allowed('pipeline', `SELECT 1; BEGIN; ${block}`, 15)).toEqual([false]);
    expect(allowed('one transaction', block, 15)).toEqual([false]);
  });
});

describe('deployTransactions', () => {
  const scripts = (...texts: string[]) =>
    texts.map((text) => transactionsOf('one transaction of statements', statementsOf(text)));
  const kinds = (transactions: readonly Transaction[]): string[] =>
    transactions.map(({ kind, statements }) => `${kind} ${statements.map(textOf).join('; ')}`);

  it('joins what the runner wraps together, up to a COMMIT', () => {
    const all = scripts('SELECT 1; SELECT 2', 'SELECT 3', 'COMMIT; SELECT 4', 'SELECT 5');
    expect(kinds(deployTransactions(all, true))).toEqual([
      'runner SELECT 1; SELECT 2; SELECT 3; COMMIT',
      'autocommit SELECT 4',
      'autocommit SELECT 5',
    ]);
    expect(deployTransactions(all, false)).toEqual(all.flat());
  });

  it('sends later scripts as if there were no transaction, once a script has ended it', () => {
    const drizzle = scripts(
      'COMMIT',
      'SELECT 1;--> statement-breakpoint\nSELECT 2; SELECT 3',
      'BEGIN; SELECT 4',
    );
    expect(kinds(deployTransactions(drizzle, true))).toEqual([
      'runner COMMIT',
      'autocommit SELECT 1',
      'implicit SELECT 2; SELECT 3',
      'explicit BEGIN; SELECT 4',
    ]);
    const open = scripts('COMMIT; BEGIN', 'SELECT 1');
    expect(kinds(deployTransactions(open, true))).toEqual([
      'runner COMMIT',
      'explicit BEGIN',
      'runner SELECT 1',
    ]);
  });
});
