import { expect, it } from 'vitest';
import { timeoutAdvice } from '../../../src/lint/advice/timeout.ts';
import type { SendMode, Transaction } from '../../../src/input/runners/types.ts';

const transaction = (kind: Transaction['kind']): Transaction => ({ kind, statements: [], end: 'itself' });

it.each<[SendMode, Transaction['kind'], boolean, string]>([
  ['one query', 'implicit', false, 'SET LOCAL'],
  // Two statements of one query are a transaction.
  ['one query', 'autocommit', false, 'SET LOCAL'],
  ['pipeline', 'implicit', false, 'SET LOCAL'],
  ['one transaction of statements', 'runner', false, 'SET LOCAL'],
  ['statement by statement', 'autocommit', false, 'SET'],
  ['statement by statement', 'explicit', false, 'SET LOCAL'],
  // psql would send each statement by itself.
  ['one query', 'implicit', true, 'SET'],
  ['one query', 'explicit', true, 'SET LOCAL'],
])('%s, %s, assumed %s: %s', (mode, kind, assumed, word) => {
  expect(timeoutAdvice({ mode, assumed }, transaction(kind), "lock_timeout = '5s'")).toBe(
    `${word} lock_timeout = '5s'`,
  );
});
