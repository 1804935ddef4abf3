import { expect, test } from 'vitest';
import { concurrentBuildAdvice } from '../../../src/lint/advice/concurrent-build.ts';
import { laterTransaction } from '../../../src/lint/advice/later-transaction.ts';
import type { Runner, Transaction } from '../../../src/input/runners/types.ts';

const prisma: Runner = { name: 'prisma', label: 'Prisma 6.19', mode: 'one query' };
const newPrisma: Runner = { name: 'prisma', label: 'Prisma 7.5', mode: 'statement by statement' };
const drizzle: Runner = {
  name: 'drizzle',
  label: 'Drizzle',
  mode: 'one transaction of statements',
  oneTransactionPerDeploy: true,
};
const goose: Runner = {
  name: 'goose',
  label: 'goose',
  mode: 'one transaction of statements',
  modeWithoutTransaction: 'statement by statement',
};
const flyway: Runner = {
  name: 'flyway',
  label: 'Flyway',
  mode: 'one transaction if possible',
  locksInTransaction: true,
};

const transaction = (kind: Transaction['kind']): Transaction => ({ kind, statements: [], end: 'itself' });

test.each<[Runner, Transaction['kind'], RegExp]>([
  [prisma, 'implicit', /^in the next migration$/u],
  [prisma, 'autocommit', /^in the next migration$/u],
  [newPrisma, 'autocommit', /^in a statement of its own$/u],
  [goose, 'runner', /^in the next migration$/u],
  [goose, 'autocommit', /^in a statement of its own$/u],
  [newPrisma, 'explicit', /^in the next migration$/u],
  [drizzle, 'runner', /^in a migration of a later deploy \(Drizzle runs all pending/u],
])('the next step, with $label, $1', (runner, kind, words) => {
  expect(laterTransaction(runner, transaction(kind))).toMatch(words);
});

test.each<[Runner, Transaction['kind'], RegExp]>([
  [prisma, 'autocommit', /^Give the index a migration of its own, with no other statement in it\.$/u],
  [newPrisma, 'autocommit', /^Each statement commits by itself here/u],
  [goose, 'runner', /^Let its file say `-- \+goose NO TRANSACTION`/u],
  [goose, 'autocommit', /^Each statement commits by itself here/u],
  [{ ...newPrisma, assumed: true }, 'autocommit', /^Give the index a migration of its own/u],
  [drizzle, 'runner', /run the index outside of them/u],
  [
    flyway,
    'runner',
    /^Give the index a migration of its own: Flyway opens no transaction.*transactional\.lock=false/u,
  ],
  [{ ...flyway, oneTransactionPerDeploy: true }, 'runner', /^Switch `group` off/u],
])('an index built concurrently, with $label, $1', (runner, kind, words) => {
  expect(concurrentBuildAdvice(runner, transaction(kind))).toMatch(words);
});
