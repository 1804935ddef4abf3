import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import type { Database } from '../../../src/verify/engines/types.ts';
import { fingerprintOf } from '../../../src/verify/fingerprint/fingerprint.ts';
import type { Fingerprint } from '../../../src/verify/fingerprint/types.ts';
import { testDatabase } from '../database.ts';
import { MUTATIONS, RICH_SCHEMA } from './mutations.ts';
import { differencesAfter, problemOf } from './run-mutations.ts';

let database: Database;
let before: Fingerprint;

beforeAll(async () => {
  database = await testDatabase();
  await database.execute(RICH_SCHEMA);
  before = await fingerprintOf(database, { roles: true });
});

afterAll(async () => {
  await database.execute(
    'DROP PUBLICATION changes; DROP SERVER disk CASCADE; DROP FOREIGN DATA WRAPPER files; DROP OWNED BY reader, writer CASCADE',
  );
  await emptyDatabase();
});

describe('a fingerprint', () => {
  test('there are at least a hundred changes, of both kinds', () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(100);
    expect(MUTATIONS.filter(({ says }) => says !== true && says.length === 0).length).toBeGreaterThan(15);
  });

  test.each(MUTATIONS)('$sql', async (mutation) => {
    expect(problemOf(mutation, await differencesAfter(database, before, mutation.sql))).toBeUndefined();
  });

  test('is the same twice and names each object once', async () => {
    const first = await fingerprintOf(database);
    expect(await fingerprintOf(database)).toEqual(first);
    const names = first.objects.map(({ kind, name }) => `${kind} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(first.objects.some(({ kind }) => kind === 'role')).toBe(false);
  });

  test('leaves the search path as it was, in a transaction and outside', async () => {
    const path = async (): Promise<unknown> => (await database.rows('SHOW search_path'))[0];
    const usual = await path();
    await fingerprintOf(database);
    expect(await path()).toEqual(usual);
    await database.execute('BEGIN; SET LOCAL search_path = billing');
    await fingerprintOf(database);
    expect(await path()).toEqual({ search_path: 'billing' });
    await database.execute('COMMIT');
    expect(await path()).toEqual(usual);
  });
});
