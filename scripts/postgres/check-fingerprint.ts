import type { Database } from '../../src/verify/engines/types.ts';
import { fingerprintOf } from '../../src/verify/fingerprint/fingerprint.ts';
import { MUTATIONS, RICH_SCHEMA } from '../../test/verify/fingerprint/mutations.ts';
import { differencesAfter, problemOf } from '../../test/verify/fingerprint/run-mutations.ts';
import type { Connection } from '../../src/verify/engines/server.ts';

/**
 * Changes a schema in every way that a fingerprint must see, or must not.
 *
 * @returns what is wrong, one sentence each.
 */
export async function checkFingerprint(session: Connection, version: number): Promise<readonly string[]> {
  const database = databaseOf(session);
  await session.execute('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await session.execute(RICH_SCHEMA);
  const before = await fingerprintOf(database, { roles: true });
  const problems: string[] = [];
  for (const mutation of MUTATIONS) {
    if (version < (mutation.from ?? 0)) continue;
    const problem = await differencesAfter(database, before, mutation.sql).then(
      (found) => problemOf(mutation, found),
      (error: unknown) => `${mutation.sql}: ${(error as Error).message}`,
    );
    if (problem !== undefined) problems.push(problem);
  }
  // What comes after wants an empty database and none of the roles.
  await session.execute(
    `DROP PUBLICATION changes; DROP SERVER disk CASCADE; DROP FOREIGN DATA WRAPPER files; DROP SCHEMA public, billing CASCADE;
     CREATE SCHEMA public; DROP OWNED BY reader, writer; DROP ROLE reader, writer`,
  );
  return problems;
}

function databaseOf(session: Connection): Database {
  const refuse = (): Promise<never> => Promise.reject(new Error('a plain session cannot do that'));
  return {
    execute: async (sql) => {
      await session.execute(sql);
    },
    rows: (sql) => session.rows(sql),
    pipeline: refuse,
    save: refuse,
    close: () => Promise.resolve(),
  };
}
