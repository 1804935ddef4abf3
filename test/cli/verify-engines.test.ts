import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/verify/engines/server.ts';
import { onServer, programs } from '../verify/engines/servers.ts';
import { folderWith, run, type Outcome } from './run.ts';

const FOLDER = 'prisma/migrations';
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  '.migrationlintrc.json': '{ "appliedThrough": "20240101000000_init" }',
  [`${FOLDER}/migration_lock.toml`]: 'provider = "postgresql"\n',
  [`${FOLDER}/20240101000000_init/migration.sql`]: 'CREATE TABLE users (id int PRIMARY KEY);\n',
  [`${FOLDER}/20240201000000_add_x/migration.sql`]: 'ALTER TABLE users ADD COLUMN x int;\n',
  [`${FOLDER}/20240201000000_add_x/rollback.sql`]: 'ALTER TABLE users DROP COLUMN x;\n',
  [`${FOLDER}/20240301000000_role/migration.sql`]: 'CREATE ROLE reporting;\n',
};
const PROVEN = 'applies ✔ · rolls back ✔ · effects ✔ · applies to rows ✔ · keeps rows ✔';

describe.skipIf(programs === undefined)(`verify on a real server${onServer}`, { timeout: 120_000 }, () => {
  const cache = mkdtempSync(join(tmpdir(), 'migration-lint-cache-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));
  const verify = (...args: readonly string[]): Promise<Outcome> =>
    run(folderWith(PROJECT), ['verify', ...args], {
      XDG_CACHE_HOME: cache,
      HOME: cache,
      MIGRATION_LINT_POSTGRES: programs ?? '',
    });

  it('that is embedded: --engine 15, where roles are its own', async () => {
    const { code, out, err } = await verify('--engine', '15');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // Version 15 is the target by default.
    expect(out).toMatch(/^PostgreSQL 15\.\d+ · 1 migration applied before$/mu);
    expect(out).toContain(PROVEN);
    expect(out).toMatch(/^✔ 2 migrations proven · /mu);
  });

  it('that a URL names: in a database that is gone afterwards, and without a role', async () => {
    const server = await startServer(programs ?? '');
    try {
      const { code, out } = await verify('--url', server.url);
      expect(code).toBe(0);
      expect(out).toMatch(/^PostgreSQL 15\.\d+ at a socket · 1 migration applied before$/mu);
      expect(out).toContain(PROVEN);
      expect(out.replaceAll(/\s+/gu, ' ')).toContain('has CREATE ROLE, which changes the whole server');
      expect(out).toMatch(/^✔ 1 migration proven · 1 not run · /mu);
      const session = await server.connect();
      const found = await session.rows(
        "SELECT datname FROM pg_database WHERE datname LIKE 'migration%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname = 'reporting'",
      );
      await session.close();
      expect(found).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
