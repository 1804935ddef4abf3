import { beforeAll, expect, it } from 'vitest';
import { transactionsOf } from '../../../src/input/runners/transactions.ts';
import type { SendMode } from '../../../src/input/runners/types.ts';
import { undoneStatements } from '../../../src/input/runners/undone-statements.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { statementsOf, textOf } from './statements.ts';

beforeAll(loadParser);

it.each<[string, SendMode, string, string[]]>([
  ['no ROLLBACK', 'one query', 'BEGIN; SELECT 1; COMMIT; SELECT 2', []],
  ['a transaction of its own', 'statement by statement', 'SELECT 0; BEGIN; SELECT 1; ROLLBACK', ['SELECT 1']],
  [
    'a query that begins before BEGIN',
    'one query',
    'SELECT 0; BEGIN; SELECT 1; ROLLBACK; SELECT 2',
    ['SELECT 0', 'SELECT 1'],
  ],
  ['the runner’s transaction', 'one transaction', 'SELECT 1; ROLLBACK; SELECT 2', ['SELECT 1']],
  ['nothing open', 'statement by statement', 'SELECT 1; ROLLBACK', []],
  [
    'a savepoint',
    'one transaction',
    'SELECT 0; SAVEPOINT s; SELECT 1; ROLLBACK TO s; SELECT 2; ROLLBACK TO s; SELECT 3',
    ['SELECT 1', 'SELECT 2'],
  ],
  [
    'a released savepoint',
    'one transaction',
    'SAVEPOINT s; SELECT 1; RELEASE s; SELECT 2; ROLLBACK TO s',
    [],
  ],
  [
    'the older one of two savepoints',
    'one transaction',
    'SAVEPOINT a; SELECT 1; SAVEPOINT b; SELECT 2; ROLLBACK TO a; SELECT 3; ROLLBACK TO b',
    ['SELECT 1', 'SELECT 2'],
  ],
  [
    'two savepoints of one name',
    'one transaction',
    'SAVEPOINT s; SELECT 1; SAVEPOINT s; SELECT 2; ROLLBACK TO s; SELECT 3; RELEASE s; ROLLBACK TO s',
    ['SELECT 2', 'SELECT 1', 'SELECT 3'],
  ],
])('%s', (_, mode, sql, expected) => {
  const undone = undoneStatements(transactionsOf(mode, statementsOf(sql)));
  expect([...undone].map(textOf)).toEqual(expected);
});
