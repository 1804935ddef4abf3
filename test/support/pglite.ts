import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { fuzzystrmatch } from '@electric-sql/pglite/contrib/fuzzystrmatch';
import { hstore } from '@electric-sql/pglite/contrib/hstore';
import { intarray } from '@electric-sql/pglite/contrib/intarray';
import { ltree } from '@electric-sql/pglite/contrib/ltree';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';

/** An embedded PostgreSQL 18. */
export type Database = PGlite;

// PGlite's own parameters without -O, which lets anybody change system catalogs, and with a server's usual search_path. A time
// zone other than UTC, so that timestamp → timestamptz rewrites as it would in production.
const settings = [
  'search_path="$user", public',
  'exit_on_error=false',
  'log_checkpoints=false',
  'max_worker_processes=0',
  'max_parallel_workers=0',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'io_method=sync',
  'TimeZone=Europe/Berlin',
];
const startParams = ['--single', '-F', '-j', ...settings.flatMap((setting) => ['-c', setting])];

const common = {
  btree_gin,
  btree_gist,
  citext,
  fuzzystrmatch,
  hstore,
  intarray,
  ltree,
  pg_trgm,
  pgcrypto,
  unaccent,
  uuid_ossp,
};

let shared: Promise<Database> | undefined;

/**
 * The PostgreSQL that all tests of a process share: a new one takes seconds, an emptied one milliseconds.
 *
 * @returns the database, emptied: a `public` schema with nothing in it.
 */
export async function emptyDatabase(): Promise<Database> {
  shared ??= PGlite.create({ startParams });
  const database = await shared;
  await reset(database);
  return database;
}

/**
 * A PostgreSQL of its own, with the extensions that migrations use most.
 *
 * @returns the database; close it after use.
 */
export async function databaseWithExtensions(): Promise<Database> {
  return await PGlite.create({ startParams, extensions: common });
}

/** Takes every schema away that a test made, and every setting of the session. */
export async function reset(database: Database): Promise<void> {
  // Outside a transaction this only warns.
  await database.exec('ROLLBACK; RESET ALL');
  const { rows } = await database.query<{ name: string }>(
    `SELECT quote_ident(nspname) AS name FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`,
  );
  const drops = rows.map(({ name }) => `DROP SCHEMA ${name} CASCADE;`).join('');
  await database.exec(
    `SET client_min_messages = error; ${drops} DISCARD TEMP; CREATE SCHEMA public; RESET ALL`,
  );
}

/**
 * Makes CREATE EXTENSION succeed for extensions that PGlite does not have: without their members.
 *
 * @param database the database.
 * @param names the extensions, such as `postgis`.
 */
export function stubExtensions(database: Database, names: readonly string[]): void {
  const folder = '/pglite/share/postgresql/extension';
  const { FS } = database.Module as unknown as { FS: { writeFile(path: string, text: string): void } };
  for (const name of names) {
    FS.writeFile(`${folder}/${name}.control`, "default_version = '1.0'\nrelocatable = true\n");
    FS.writeFile(`${folder}/${name}--1.0.sql`, '-- a stub\n');
  }
}
