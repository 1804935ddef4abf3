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
import { emptyDatabase, reset, startParams, type Database } from '../../src/testing/embedded-postgres.ts';

export { emptyDatabase, reset, type Database };

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

/**
 * A PostgreSQL of its own, with the extensions that migrations use most.
 *
 * @returns the database; close it after use.
 */
export async function databaseWithExtensions(): Promise<Database> {
  return await PGlite.create({ startParams, extensions: common });
}

/**
 * Makes CREATE EXTENSION succeed for extensions that PGlite does not have.
 *
 * @param database the database.
 * @param names the extensions, such as `postgis`.
 * @param script the SQL that makes their members; without it they have none.
 */
export function stubExtensions(database: Database, names: readonly string[], script = '-- a stub\n'): void {
  const folder = '/pglite/share/postgresql/extension';
  const { FS } = database.Module as unknown as { FS: { writeFile(path: string, text: string): void } };
  for (const name of names) {
    FS.writeFile(`${folder}/${name}.control`, "default_version = '1.0'\nrelocatable = true\n");
    FS.writeFile(`${folder}/${name}--1.0.sql`, script);
  }
}
