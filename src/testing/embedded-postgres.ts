import type { PGlite } from '@electric-sql/pglite';
import { startParams } from '../verify/engines/start-parameters.ts';
import type { Session } from '../verify/trace/observation.ts';

export { startParams };

/** An embedded PostgreSQL 18. */
export type Database = PGlite;

let shared: Promise<Database> | undefined;

/**
 * The PostgreSQL that all proofs and tests of a process share: a new one takes seconds, an emptied one milliseconds.
 *
 * @returns the database, emptied: a `public` schema with nothing in it.
 */
export async function emptyDatabase(): Promise<Database> {
  shared ??= import('@electric-sql/pglite').then(({ PGlite }) => PGlite.create({ startParams }));
  const database = await shared;
  await reset(database);
  return database;
}

/** The database as a session that can be observed. */
export function sessionOf(database: Database): Session {
  return {
    execute: (sql) => database.exec(sql),
    rows: async <Row>(sql: string) => (await database.query<Row>(sql)).rows,
  };
}

/** Takes every schema and role away that somebody made, and every setting of the session. */
export async function reset(database: Database): Promise<void> {
  // Outside a transaction this only warns.
  await database.exec('ROLLBACK; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL');
  const { rows } = await database.query<{ name: string }>(
    `SELECT quote_ident(nspname) AS name FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`,
  );
  const drops = rows.map(({ name }) => `DROP SCHEMA ${name} CASCADE;`).join('');
  await database.exec(
    `SET client_min_messages = error; ${drops} DISCARD TEMP; CREATE SCHEMA public; RESET ALL`,
  );
  await dropRoles(database);
}

/** Roles belong to the whole server and outlive the schemas of those who own nothing any more. */
async function dropRoles(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND rolname <> current_user`,
  );
  if (rows.length === 0) return;
  const roles = rows.map(({ name }) => name).join(', ');
  await database.exec(`DROP OWNED BY ${roles} CASCADE; DROP ROLE ${roles}`);
}
