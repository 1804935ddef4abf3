import { beforeAll, describe, expect, it } from 'vitest';
import { transactionsOf } from '../../../src/input/runners/transactions.ts';
import type { SendMode } from '../../../src/input/runners/types.ts';
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
    [
      'a statement that Prisma cannot read',
      'SELECT 1; LOCK TABLE t',
      ['implicit[SELECT 1; LOCK TABLE t] itself'],
      ['implicit[SELECT 1; LOCK TABLE t] itself'],
    ],
  ])('%s', (_, sql, together, apart) => {
    expect(shown('one query', sql)).toEqual(together);
    expect(shown('statement by statement', sql)).toEqual(apart);
  });
});
