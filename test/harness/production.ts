import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { emptyDatabase } from '../../src/testing/embedded-postgres.ts';
import { send } from '../../src/testing/send.ts';
import type { Fixture, FixtureMigration, FixtureProject } from './fixture.ts';
import { sendingOf, type Sending } from './layouts.ts';
import { splitStatements } from './statements.ts';

/**
 * Runs a project of a fixture the way its runner does: the applied migrations, then `rows.sql`, then each pending one on
 * what those before have left, and holds the outcome against the comments in the files.
 *
 * @returns one line for each claim that PostgreSQL does not bear out.
 */
export async function runOnPostgres(fixture: Fixture, project: FixtureProject): Promise<string[]> {
  const db = await emptyDatabase();
  const wrong: string[] = [];
  await runFile(db, join(fixture.folder, 'prelude.sql'));
  for (const migration of project.migrations.filter(({ state }) => state === 'applied')) {
    const code = await run(db, fixture, project, migration);
    if (code !== undefined) wrong.push(`${migration.id} is applied, but fails with ${code}`);
  }
  await runFile(db, join(fixture.folder, 'rows.sql'));
  const together = project.layout === 'drizzle';
  if (together) await db.exec('BEGIN');
  for (const migration of project.migrations.filter(({ state }) => state === 'pending')) {
    if (fixture.expect.notRun?.[migration.id] !== undefined) continue;
    // In the transaction of all that is pending, the next one goes on from what those before it have left.
    if (together) await db.exec('SAVEPOINT deploy');
    wrong.push(...(await tryPending(db, fixture, project, migration, together)));
  }
  if (together) await db.exec('COMMIT');
  return wrong;
}

async function tryPending(
  db: PGlite,
  fixture: Fixture,
  project: FixtureProject,
  migration: FixtureMigration,
  together: boolean,
): Promise<string[]> {
  const { id, expected } = migration;
  if (expected.endless) return (await neverEnds(db, migration)) ? [] : [`${id} is endless, but ends`];
  const code = await run(db, fixture, project, migration, together ? 'ROLLBACK TO deploy' : 'ROLLBACK');
  const wrong: string[] = [];
  if (code !== expected.fails) {
    wrong.push(
      `${id} ${code === undefined ? 'succeeds' : `fails with ${code}`}, not ${expected.fails ?? 'clean'}`,
    );
  }
  for (const { count, rows } of expected.leaves) {
    const result = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${rows}`);
    const found = result.rows[0]?.count;
    if (found !== count) wrong.push(`${id} leaves ${found} of ${rows}, not ${count}`);
  }
  return wrong;
}

/** Runs a migration as its runner would; gives the SQLSTATE it fails with. */
async function run(
  db: PGlite,
  fixture: Fixture,
  project: FixtureProject,
  migration: FixtureMigration,
  undo = 'ROLLBACK',
): Promise<string | undefined> {
  const sql = migration.bytes?.toString('utf8') ?? '';
  if (project.layout !== 'prisma' && project.layout !== 'plain') {
    return migration.path === undefined
      ? undefined
      : sendOf(db, sendingOf(project.layout, fixture.folder, migration.path, sql), sql, undo);
  }
  const splits = project.mode === 'statement by statement' && !UNSPLITTABLE.test(sql);
  try {
    for (const part of splits ? splitStatements(sql) : [sql]) await db.exec(part);
    return undefined;
  } catch (error) {
    await db.exec('ROLLBACK');
    return (error as { code?: string }).code ?? String(error);
  }
}

async function sendOf(
  db: PGlite,
  { mode, queries }: Sending,
  text: string,
  undo: string,
): Promise<string | undefined> {
  if (mode === 'refused by Flyway') return mode;
  try {
    await send(db, mode, { text, queries });
    return undefined;
  } catch (error) {
    await db.exec(undo);
    return (error as { code?: string }).code ?? String(error);
  }
}

/** Statements that Prisma's splitter cannot read: with one of them in it a file is sent as one query after all. */
const UNSPLITTABLE = /^\s*(DO\b|DROP INDEX CONCURRENTLY|REINDEX|LOCK TABLE|REFRESH|CLUSTER)/im;

/** Gives a batch loop twenty rounds. It is endless if it has not ended by itself by then. */
async function neverEnds(db: PGlite, { id, text }: FixtureMigration): Promise<boolean> {
  const bounded = (text ?? '')
    .replace(/^\s*LOOP$/m, 'FOR round IN 1..20 LOOP')
    .replace(/^\s*EXIT WHEN (.*);$/m, "IF $1 THEN RAISE EXCEPTION 'it ends'; END IF;")
    .replace(/^\s*COMMIT;.*$/m, '');
  if (!/FOR round IN/.test(bounded) || !/it ends/.test(bounded)) throw new Error(`${id}: no loop to bound`);
  try {
    await db.exec(`BEGIN; ${bounded}; ROLLBACK;`);
    return true;
  } catch {
    await db.exec('ROLLBACK');
    return false;
  }
}

async function runFile(db: PGlite, path: string): Promise<void> {
  if (existsSync(path)) await db.exec(readFileSync(path, 'utf8'));
}
