import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofRollback } from '../../src/node/verify-checks.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import { proveRollback } from '../../src/verify/rollbacks/prove-rollback.ts';
import { appliesToRows } from '../../src/verify/rows/applies-to-rows.ts';
import type { NamedCheck } from '../../src/verify/verify-migration.ts';
import type { Progress } from '../../src/verify/verify-project.ts';
import { applies, differing, sharedEngine, verdictsOf, verifyFiles } from './project.ts';

const TIMEOUT = 120_000;
let engine: Engine;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ engine, end } = await sharedEngine({
    seconds: 4,
    extensions: ['uuid-ossp', 'pgcrypto', 'pg_cron', 'postgis'],
  }));
}, TIMEOUT);
afterAll(() => end());

/** A Prisma project of scripts by their names. */
function prisma(scripts: Readonly<Record<string, string>>, version = '6.19.0'): Record<string, string> {
  return {
    'package.json': `{ "devDependencies": { "prisma": "${version}" } }`,
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, sql]) => [`prisma/migrations/${name}/migration.sql`, sql]),
    ),
  };
}
const folder = 'prisma/migrations';

describe('verifyProject', { timeout: TIMEOUT }, () => {
  it('says at which statement PostgreSQL stops, and what stays behind', async () => {
    const files = prisma(
      {
        '20240101000000_init': 'CREATE TABLE users (id int PRIMARY KEY);',
        '20240102000000_half':
          'CREATE TABLE a (id int);\nCREATE TABLE b (id int REFERENCES nobody);\nCREATE TABLE c (id int);',
        '20240103000000_next': 'ALTER TABLE a ADD x int; ALTER TABLE c ADD x int;',
      },
      '7.5.0',
    );
    const found = await verifyFiles(engine, { files, folder, appliedThrough: '20240101000000_init' });
    const [verdict] = verdictsOf(found, '20240102000000_half');
    expect(verdict?.outcome).toBe('refuted');
    const [finding] = verdict?.findings ?? [];
    expect(finding).toMatchObject({ id: 'migration-fails', severity: 'error', code: '42P01' });
    expect(finding?.place?.span.start).toBe('CREATE TABLE a (id int);\n'.length);
    expect(finding?.message).toContain('What stands before it stays done: one statement.');
    expect(finding?.details).toEqual([expect.stringMatching(/^stays behind: .*\ba\b/u)]);
    // What can be run of it was run, so that the next one is not blamed.
    expect(applies(found)['20240103000000_next']).toBe('proven');
    expect(found.prefix).toEqual({ applied: 1, cached: 0 });
  });

  it('says what stays behind of a file that stops in the middle of a statement', async () => {
    const sql =
      'DO $$ BEGIN CREATE TABLE half (id int); COMMIT; CREATE TABLE rest (id int); PERFORM 1 / 0; END $$;';
    const scripts = { '20240101000000_init': 'CREATE TABLE t (id int);', '20240102000000_half': sql };
    const found = await verifyFiles(engine, {
      files: prisma(scripts, '7.5.0'),
      folder,
      appliedThrough: '20240101000000_init',
    });
    const [finding] = verdictsOf(found, '20240102000000_half')[0]?.findings ?? [];
    expect(finding).toMatchObject({ id: 'migration-fails', code: '22012' });
    expect(finding?.message).toContain('What it had done by then stays, as is said below.');
    expect(finding?.help).toContain('take back by hand what stays behind');
    const left = finding?.details.filter((line) => line.startsWith('stays behind')).join('\n');
    expect(left).toContain('half');
    expect(left).not.toContain('rest');
  });

  it('holds nothing against a migration on rows that one left out would have changed', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int PRIMARY KEY, x int);',
      '20240102000000_first': 'ALTER TABLE t ADD a int;',
      '20240103000000_between': 'ALTER TABLE t ADD y int; UPDATE t SET x = 1;',
      '20240104000000_last': 'UPDATE t SET y = 1; ALTER TABLE t ALTER x SET NOT NULL;',
    });
    const ids = Object.keys(files).flatMap((path) => /\d{14}_\w+/u.exec(path) ?? []);
    const check = (deploySize: number): NamedCheck => ({
      name: 'applies to rows',
      run: appliesToRows({ isAlone: false, deploySize, migrations: ids.map((id) => ({ id })) }),
    });
    const selected = await verifyFiles(engine, {
      files,
      folder,
      appliedThrough: '20240101000000_init',
      selects: ({ id }) => id.endsWith('first') || id.endsWith('last'),
      checks: [check(2)],
    });
    expect(verdictsOf(selected, '20240102000000_first')[1]?.outcome).toBe('proven');
    expect(verdictsOf(selected, '20240104000000_last')[1]).toMatchObject({
      outcome: 'not run',
      findings: [],
    });
    const whole = await verifyFiles(engine, {
      files,
      folder,
      appliedThrough: '20240101000000_init',
      checks: [check(3)],
    });
    expect(verdictsOf(whole, '20240104000000_last')[1]?.outcome).toBe('proven');
  });

  it('refutes a loop that goes on for ever once there are rows', async () => {
    const sql = 'DO $$ BEGIN\nWHILE EXISTS (SELECT FROM t) LOOP PERFORM 1; END LOOP; END $$;';
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int);',
      '20240102000000_loop': sql,
      '20240103000000_next': 'ALTER TABLE t ADD x int;',
    });
    const migrations = Object.keys(files).map((id) => ({ id }));
    const run = appliesToRows({ isAlone: false, deploySize: 2, migrations });
    const found = await verifyFiles(engine, {
      files,
      folder,
      appliedThrough: '20240101000000_init',
      checks: [{ name: 'applies to rows', run }],
    });
    const [, verdict] = verdictsOf(found, '20240102000000_loop');
    expect(verdict).toMatchObject({
      outcome: 'refuted',
      findings: [{ id: 'endless-loop', severity: 'error' }],
    });
    expect(sql.slice(verdict?.findings[0]?.place?.span.start)).toMatch(/^WHILE/u);
    expect(verdictsOf(found, '20240103000000_next')[1]?.outcome).toBe('proven');
  });

  it('never blames a migration for what only the platform has', async () => {
    const files = prisma({
      '20240101000000_role': 'CREATE TABLE t (id int); GRANT SELECT ON t TO reporting;',
      '20240102000000_schema': 'CREATE TABLE billing.invoices (id int);',
      '20240103000000_function': 'SELECT platform.greet();',
      '20240104000000_extension': 'CREATE EXTENSION "pg_cron";',
      '20240105000000_auth': 'ALTER TABLE t ADD owner uuid REFERENCES auth.users;',
    });
    const found = await verifyFiles(engine, { files, folder });
    expect(Object.values(applies(found))).not.toContain('refuted');
    expect(verdictsOf(found, '20240102000000_schema')[0]).toMatchObject({
      outcome: 'not run',
      reason: expect.stringContaining('No migration creates the schema billing') as string,
    });
    expect(found.notes.join('\n')).toContain('the role reporting');
    expect(found.notes.join('\n')).toContain('stand-ins for those of Supabase');
    expect(applies(found)['20240105000000_auth']).toBe('proven');
  });

  it('runs nothing that wants an extension of which there is a stand-in, nor what depends on that', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE EXTENSION postgis; CREATE TABLE t (id int);',
      '20240102000000_places': 'CREATE TABLE places (id int, at geometry(Point, 4326));',
      '20240103000000_index': 'CREATE INDEX places_at ON places USING gist (at);',
      '20240104000000_typo': 'ALTER TABLE tt ADD x int;',
      '20240105000000_other': 'ALTER TABLE t ADD x int;',
    });
    files[`${folder}/20240105000000_other/rollback.sql`] = 'SELECT DropGeometryColumn($$t$$, $$x$$);';
    const prove: NamedCheck = { name: 'rolls back', run: ofRollback(proveRollback) };
    const found = await verifyFiles(engine, { files, folder, checks: [prove] });
    expect(applies(found)).toEqual({
      '20240101000000_init': 'proven',
      '20240102000000_places': 'not run',
      '20240103000000_index': 'not run',
      '20240104000000_typo': 'refuted',
      '20240105000000_other': 'proven',
    });
    expect(verdictsOf(found, '20240102000000_places')[0]?.reason).toContain('the extension postgis');
    expect(verdictsOf(found, '20240103000000_index')[0]?.reason).toContain(
      '20240102000000_places, which comes before it and has to do with places',
    );
    expect(verdictsOf(found, '20240105000000_other')[1]).toMatchObject({ outcome: 'not run', findings: [] });
    expect(found.notes).toEqual([expect.stringContaining('The extension postgis is a stand-in')]);
  });

  it('has the tables of tools to which migrations refer', async () => {
    const files = prisma({
      '20240101000000_rls': 'ALTER TABLE _prisma_migrations ENABLE ROW LEVEL SECURITY;',
      '20240102000000_rows': "DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'x';",
      '20240103000000_from_diesel': 'DROP TABLE __diesel_schema_migrations;',
      '20240104000000_again': 'DROP TABLE __diesel_schema_migrations;',
      '20240105000000_own': 'CREATE TABLE goose_db_version (id int); DROP TABLE goose_db_version;',
      '20240106000000_supabase': 'SELECT statements FROM supabase_migrations.schema_migrations;',
    });
    const found = await verifyFiles(engine, { files, folder });
    expect(applies(found)).toEqual({
      '20240101000000_rls': 'proven',
      '20240102000000_rows': 'proven',
      '20240103000000_from_diesel': 'proven',
      '20240104000000_again': 'refuted',
      '20240105000000_own': 'proven',
      '20240106000000_supabase': 'proven',
    });
    expect(found.notes).toEqual([
      'The tables __diesel_schema_migrations, _prisma_migrations, drizzle.__drizzle_migrations, supabase_migrations.schema_migrations of migration tools are there as the tools make them, without rows.',
    ]);
  });

  it('takes what the prelude makes', async () => {
    const files = prisma({ '20240102000000_schema': 'CREATE TABLE billing.invoices (id int);' });
    const prelude = [{ path: 'prelude.sql', sql: 'CREATE SCHEMA billing;' }];
    expect(applies(await verifyFiles(engine, { files, folder, prelude }))).toEqual({
      '20240102000000_schema': 'proven',
    });
  });

  it('ends an endless loop with a verdict, and goes on', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int);',
      '20240102000000_loop': 'DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;',
      '20240103000000_next': 'ALTER TABLE t ADD x int;',
    });
    const found = await verifyFiles(engine, { files, folder, appliedThrough: '20240101000000_init' });
    expect(applies(found)).toEqual({ '20240102000000_loop': 'refuted', '20240103000000_next': 'proven' });
    expect(verdictsOf(found, '20240102000000_loop')[0]?.findings[0]).toMatchObject({
      id: 'engine-died',
      severity: 'error',
    });
  });

  it('waits once for a migration that does not end, whatever is asked of it', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int);',
      '20240102000000_long':
        'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b;',
    });
    files[`${folder}/20240102000000_long/rollback.sql`] = 'SELECT 1;';
    let asked = 0;
    const check: NamedCheck['run'] = async ({ database, forward, apply }) => {
      asked++;
      await apply(database, forward);
      return [];
    };
    const checks: readonly NamedCheck[] = [
      { name: 'rolls back', run: check },
      { name: 'effects', run: check },
      { name: 'keeps rows', run: check },
    ];
    const found = await verifyFiles(engine, {
      files,
      folder,
      appliedThrough: '20240101000000_init',
      checks,
    });
    expect(asked).toBe(1);
    expect(verdictsOf(found, '20240102000000_long')).toMatchObject([
      { check: 'applies', outcome: 'refuted', findings: [{ id: 'engine-died' }] },
    ]);
  });

  it('goes on after a check that leaves a transaction which has failed', async () => {
    const files = prisma({ '20240101000000_init': 'CREATE TABLE t (id int);' });
    const run: NamedCheck['run'] = async ({ database }) => {
      await database.execute('BEGIN');
      await database.execute('SELECT nothing').catch(() => undefined);
      return [];
    };
    const found = await verifyFiles(engine, { files, folder, checks: [{ name: 'effects', run }] });
    expect(applies(found)).toEqual({ '20240101000000_init': 'proven' });
  });

  it('leaves an applied migration out that never ends', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int);',
      '20240102000000_loop': 'DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;',
      '20240103000000_next': 'ALTER TABLE t ADD x int;',
    });
    const found = await verifyFiles(engine, { files, folder, appliedThrough: '20240102000000_loop' });
    expect(applies(found)).toEqual({ '20240103000000_next': 'proven' });
    expect(found.notes).toEqual([
      expect.stringContaining('20240102000000_loop, which comes before, does not run'),
    ]);
  });

  it('runs the rest of an applied migration that fails, and says so', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int); ALTER TABLE gone ADD x int; CREATE TABLE u (id int);',
      '20240102000000_next': 'ALTER TABLE t ADD x int; ALTER TABLE u ADD x int;',
      '20240103000000_gone': 'ALTER TABLE gone ADD y int;',
    });
    const found = await verifyFiles(engine, { files, folder, appliedThrough: '20240101000000_init' });
    expect(applies(found)).toEqual({ '20240102000000_next': 'proven', '20240103000000_gone': 'not run' });
    expect(found.notes).toEqual([expect.stringContaining('relation "gone" does not exist')]);
  });

  it('refutes a transaction that is not ended', async () => {
    const files = prisma({
      '20240101000000_open': 'BEGIN; CREATE TABLE t (id int);',
      '20240102000000_next': 'CREATE TABLE t (id int);',
    });
    const found = await verifyFiles(engine, { files, folder });
    expect(verdictsOf(found, '20240101000000_open')[0]?.findings[0]?.message).toContain('does not end it');
    expect(applies(found)['20240101000000_open']).toBe('refuted');
  });

  it('lets what a migration sets hold for the next one of its deploy, and no longer', async () => {
    const scripts = {
      '20240101000000_init': 'CREATE SCHEMA app; SET search_path = app;',
      '20240102000000_here': 'CREATE TABLE here (id int); SET search_path = app;',
      '20240103000000_there': 'CREATE TABLE there (id int);',
      '20240104000000_look': 'ALTER TABLE public.here ADD x int; ALTER TABLE app.there ADD x int;',
    };
    const deployed = { files: prisma(scripts), folder, appliedThrough: '20240101000000_init' };
    expect(new Set(Object.values(applies(await verifyFiles(engine, deployed))))).toEqual(new Set(['proven']));
    const alone = await verifyFiles(engine, { files: prisma(scripts), folder });
    expect(applies(alone)['20240104000000_look']).toBe('refuted');
  });

  it('runs a deploy that is one transaction as one', async () => {
    const entry = (index: number, tag: string): object => ({
      idx: index,
      when: index,
      tag,
      breakpoints: true,
    });
    const files = {
      'drizzle.config.ts': "export default { dialect: 'postgresql', out: './drizzle' };",
      'drizzle/meta/_journal.json': JSON.stringify({
        version: '7',
        dialect: 'postgresql',
        entries: [entry(0, '0000_init'), entry(1, '0001_value'), entry(2, '0002_use')],
      }),
      'drizzle/0000_init.sql': "CREATE TYPE mood AS ENUM ('ok');",
      'drizzle/0001_value.sql': "ALTER TYPE mood ADD VALUE 'fine';",
      'drizzle/0002_use.sql': "CREATE TABLE t (m mood DEFAULT 'fine');",
    };
    const found = await verifyFiles(engine, { files, folder: 'drizzle', appliedThrough: '0000_init' });
    expect(applies(found)).toEqual({ '0001_value': 'proven', '0002_use': 'refuted' });
    const [finding] = verdictsOf(found, '0002_use')[0]?.findings ?? [];
    expect(finding?.code).toBe('55P04');
    expect(finding?.message).toContain('applies alone, but not in the one transaction that Drizzle');
    const later = await verifyFiles(engine, { files, folder: 'drizzle', appliedThrough: '0001_value' });
    expect(applies(later)).toEqual({ '0002_use': 'proven' });
  });

  it('runs a script twice that its tool repeats', async () => {
    const files = {
      'flyway.toml': '',
      'db/migration/V1__init.sql': 'CREATE TABLE t (id int);',
      'db/migration/R__once.sql': 'CREATE VIEW once AS SELECT id FROM t;',
      'db/migration/R__often.sql': 'CREATE OR REPLACE VIEW often AS SELECT id FROM t;',
    };
    const found = await verifyFiles(engine, { files, folder: 'db/migration', appliedThrough: 'V1__init' });
    expect(applies(found)).toEqual({ R__often: 'proven', R__once: 'refuted' });
    expect(verdictsOf(found, 'R__once')[0]?.findings[0]).toMatchObject({
      id: 'reapply-fails',
      code: '42P07',
    });
  });

  it('changes nothing but its own database on a server that others use', async () => {
    const shared = differing(engine, { abilities: { ...engine.abilities, ownCluster: false } });
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int); CREATE ROLE before_all; CREATE TABLE u (id int);',
      '20240102000000_role': 'CREATE ROLE cluster_wide; CREATE TABLE x (id int);',
      '20240103000000_next': 'ALTER TABLE u ADD x int;',
    });
    const project = { files, folder, appliedThrough: '20240101000000_init' };
    const found = await verifyFiles(shared, project);
    expect(applies(found)).toEqual({ '20240102000000_role': 'not run', '20240103000000_next': 'proven' });
    expect(verdictsOf(found, '20240102000000_role')[0]?.reason).toContain('CREATE ROLE');
    expect(found.notes.join('\n')).toContain('init/migration.sql:1 has CREATE ROLE');
    const allowed = await verifyFiles(shared, { ...project, allowsClusterChanges: true });
    expect(applies(allowed)['20240102000000_role']).toBe('proven');
  });

  it('rolls all back, the newest first, and says what no rollback by itself shows', async () => {
    const files = prisma({
      '20240101000000_init': 'CREATE TABLE t (id int);',
      '20240102000000_column': 'ALTER TABLE t ADD x int;',
      '20240103000000_view': 'CREATE VIEW v AS SELECT x FROM t;',
    });
    files[`${folder}/20240102000000_column/rollback.sql`] = 'ALTER TABLE t DROP COLUMN x;';
    files[`${folder}/20240103000000_view/rollback.sql`] = 'SELECT 1;';
    const prove: NamedCheck = { name: 'rolls back', run: ofRollback(proveRollback) };
    const project = { files, folder, appliedThrough: '20240101000000_init', checks: [prove] };
    const found = await verifyFiles(engine, project);
    const [, verdict] = verdictsOf(found, '20240102000000_column');
    expect(verdict).toMatchObject({
      check: 'rolls back',
      outcome: 'refuted',
      findings: [{ id: 'rollback-fails', code: '2BP01' }],
    });
  });

  it('says how far it is', async () => {
    const seen: Progress[] = [];
    const files = prisma({ '20240101000000_a': 'SELECT 1;', '20240102000000_b': 'SELECT 2;' });
    const onProgress = (progress: Progress): void => void seen.push(progress);
    await verifyFiles(engine, { files, folder, appliedThrough: '20240101000000_a', onProgress });
    expect(seen).toEqual([
      { phase: 'history', done: 0, total: 1, id: '20240101000000_a' },
      { phase: 'verify', done: 0, total: 1, id: '20240102000000_b' },
    ]);
  });
});
