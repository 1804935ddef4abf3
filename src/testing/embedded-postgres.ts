import type { PGlite } from '@electric-sql/pglite';

/**
 * An embedded PostgreSQL for proofs, one for each process. It is emptied before each use: a fresh one costs seconds.
 *
 * The time zone is not UTC, since PostgreSQL skips the rewrite from `timestamp` to `timestamptz` there alone.
 */
export async function emptyDatabase(): Promise<PGlite> {
  database ??= start();
  const db = await database;
  await db.exec(`
    ROLLBACK;
    RESET ALL;
    SET search_path = "$user", public;
    SET TimeZone = 'Europe/Berlin';
    SET client_min_messages = error;
    DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
      END LOOP;
      CREATE SCHEMA public;
    END $$;
  `);
  return db;
}

let database: Promise<PGlite> | undefined;

async function start(): Promise<PGlite> {
  const { PGlite } = await import('@electric-sql/pglite');
  return PGlite.create();
}
