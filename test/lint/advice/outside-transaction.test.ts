import { expect, test } from 'vitest';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { flywayLockAdvice, outsideTransactionAdvice } from '../../../src/lint/advice/outside-transaction.ts';
import type { Runner, Transaction } from '../../../src/input/runners/types.ts';

const advice = (name: LayoutName, more: Partial<Runner> = {}): string =>
  outsideTransactionAdvice({ name, label: name, mode: 'one query', ...more });

test.each([
  ['prisma', 'with no other statement in it'],
  ['golang-migrate', 'with no other statement in it'],
  ['goose', '-- +goose NO TRANSACTION'],
  ['dbmate', '-- migrate:up transaction:false'],
  ['sqlx', '-- no-transaction'],
  ['diesel', 'run_in_transaction = false'],
  ['flyway', 'executeInTransaction=false'],
  ['supabase', 'with no other statement in it'],
  ['drizzle', 'outside of them'],
  ['numbered', 'tell your runner'],
  ['plain', 'tell your runner'],
  ['custom', 'tell your runner'],
] as const)('%s: %s', (name, words) => {
  expect(advice(name)).toContain(words);
  expect(advice(name)).toMatch(/\.$/u);
});

test('Flyway’s group makes one transaction of everything', () => {
  expect(advice('flyway', { oneTransactionPerDeploy: true })).toContain('Switch `group` off');
});

const transaction = (kind: Transaction['kind']): Transaction => ({ kind, statements: [], end: 'itself' });

test('a statement that is alone in its file needs no file of its own', () => {
  const runner: Runner = {
    name: 'sqlx',
    label: 'SQLx',
    mode: 'one transaction',
    modeWithoutTransaction: 'one query',
  };
  expect(outsideTransactionAdvice(runner, { alone: true, transaction: transaction('runner') })).toBe(
    'Put `-- no-transaction` on the first line of this file.',
  );
  const asks = { subject: 'the DO block', transaction: transaction('implicit') };
  expect(outsideTransactionAdvice(runner, asks)).toBe(
    'This file asks for no transaction, but SQLx sends all its statements as one query: move the others to another file, so that the DO block is alone.',
  );
});

test('Flyway’s own lock is named where it is on', () => {
  const flyway: Runner = { name: 'flyway', label: 'Flyway', mode: 'one transaction if possible' };
  expect(flywayLockAdvice({ ...flyway, locksInTransaction: true })).toContain('transactional.lock=false');
  expect(flywayLockAdvice({ ...flyway, locksInTransaction: false })).toBe('');
});
