import { expect, test } from 'vitest';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { outsideTransactionAdvice } from '../../../src/input/runners/outside-advice.ts';
import type { Runner } from '../../../src/input/runners/types.ts';

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
