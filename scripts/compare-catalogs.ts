/**
 * Replays folders of migrations and runs the same files on PostgreSQL (PGlite), then compares the two catalogs.
 *
 *   node scripts/run.mjs scripts/compare-catalogs.ts [--all] [--each] [--down] [--before=<file>] [--supabase] [--strays] <folder>…
 *
 * Prints for each folder what PostgreSQL could not run, how many objects of each kind there are, and every difference
 * (the first 20 unless --all). --each compares after every migration, --down also after each migration and its rollback.
 * Exits with 1 if there is a difference. --before names
 * a file with the SQL of a schema that was there before the first migration; --supabase makes what Supabase brings;
 * --strays runs files that the tool does not know of, too.
 */
import { readFileSync } from 'node:fs';
import { loadParser } from '../src/input/sql/parser.ts';
import { compareWith, execute, failure, ProjectReplay } from '../test/support/compare-project.ts';
import type { ExecutedScript } from '../test/support/compare-project.ts';
import { migrationsIn } from '../test/support/migration-files.ts';
import type { MigrationTexts } from '../test/support/migration-files.ts';
import { databaseWithExtensions, reset, stubExtensions } from '../test/support/pglite.ts';
import type { Database } from '../test/support/pglite.ts';
import { supabasePrelude, supabaseSearchPath } from '../src/verify/environment/supabase.ts';
import { vectorStub } from '../src/verify/engines/vector-stub.ts';

const options = new Set(process.argv.slice(2).filter((argument) => argument.startsWith('--')));
const before = [...options].find((one) => one.startsWith('--before='))?.slice('--before='.length);
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

/** What became of the rollbacks, and where the catalogs differ after one. */
interface Rollbacks {
  agree: number;
  readonly notRun: string[];
  readonly differences: string[];
}

/** Runs a migration and its rollback in a transaction that is then rolled back, and compares in between. */
async function compareRollback(
  database: Database,
  { id, up, down }: MigrationTexts,
  earlier: readonly ExecutedScript[],
  rollbacks: Rollbacks,
): Promise<void> {
  if (down === undefined) return;
  const message = await failure(database, `BEGIN;\n${up}\n;\n${down}`);
  if (message === undefined && !(await isInTransaction(database))) {
    rollbacks.notRun.push(`${id}: ends its transaction itself`);
  } else if (message === undefined) {
    const replay = new ProjectReplay();
    const whole = { refused: new Set<number>(), messages: [] };
    for (const script of earlier) replay.run(script);
    replay.run({ id, text: up, ...whole });
    replay.run({ id: `${id} (rollback)`, text: down, ...whole });
    const { differences } = await compareWith(database, replay.catalog());
    if (differences.length === 0) rollbacks.agree += 1;
    for (const one of differences) rollbacks.differences.push(`after the rollback of ${id}: ${one}`);
  } else rollbacks.notRun.push(`${id}: ${message}`);
  await database.exec('ROLLBACK; RESET ALL');
}

async function isInTransaction(database: Database): Promise<boolean> {
  return (await failure(database, 'SAVEPOINT probe')) === undefined;
}

interface Outcome {
  readonly scripts: readonly ExecutedScript[];
  readonly differences: readonly string[];
  readonly rollbacks: Rollbacks;
}

async function runAll(
  database: Database,
  migrations: readonly MigrationTexts[],
  searchPath?: readonly string[],
): Promise<Outcome> {
  const scripts: ExecutedScript[] = [];
  const differences: string[] = [];
  const rollbacks: Rollbacks = { agree: 0, notRun: [], differences: [] };
  const replay = new ProjectReplay(searchPath);
  for (const migration of migrations) {
    if (options.has('--down')) await compareRollback(database, migration, scripts, rollbacks);
    const script = await execute(database, { id: migration.id, text: migration.up }, searchPath);
    scripts.push(script);
    replay.run(script);
    if (!options.has('--each')) continue;
    const found = await compareWith(database, replay.catalog());
    for (const one of found.differences) differences.push(`after ${migration.id}: ${one}`);
  }
  return { scripts, differences, rollbacks };
}

function list(title: string, lines: readonly string[]): void {
  console.log(`  ${title}: ${lines.length}`);
  const limit = options.has('--all') ? Number.POSITIVE_INFINITY : 20;
  for (const one of lines.slice(0, limit)) console.log(`    ${one}`);
}

async function compareFolder(database: Database, folder: string): Promise<boolean> {
  await reset(database);
  const read = migrationsIn(folder, options.has('--strays'));
  const searchPath = read.layout === 'supabase' || options.has('--supabase') ? supabaseSearchPath : undefined;
  const prelude = searchPath === undefined ? '' : supabasePrelude;
  const schema = before === undefined ? '' : readFileSync(before, 'utf8');
  const migrations = [
    { id: 'what was there before', up: `${prelude}${schema}`, down: undefined },
    ...read.migrations,
  ];
  const { scripts, differences, rollbacks } = await runAll(database, migrations, searchPath);
  const start = performance.now();
  const replay = new ProjectReplay(searchPath);
  for (const script of scripts) replay.run(script);
  const milliseconds = Math.round(performance.now() - start);
  const end = await compareWith(database, replay.catalog());
  const counts = Object.entries(end.counts).map(([kind, count]) => `${count} ${kind}`);
  console.log(`\n${folder} (${read.layout})`);
  console.log(
    `  ${migrations.length - 1} migrations, ${replay.operations} operations, read and replayed in ${milliseconds} ms`,
  );
  console.log(`  PostgreSQL has ${counts.join(', ')}`);
  list(
    'not run on PostgreSQL',
    scripts.flatMap(({ messages }) => messages),
  );
  list('migrations that hold no SQL', read.unreadable);
  list('differences', end.differences);
  list('differences of what our catalog is uncertain of, or may not have seen', end.allowed);
  if (options.has('--each')) list('differences after each migration', differences);
  if (options.has('--down')) {
    console.log(`  rollbacks that agree: ${rollbacks.agree}`);
    list('rollbacks not run', rollbacks.notRun);
    list('differences after a rollback', rollbacks.differences);
  }
  return end.differences.length + differences.length + rollbacks.differences.length === 0;
}

if (folders.length === 0) {
  console.error(
    'usage: node scripts/run.mjs scripts/compare-catalogs.ts [--all] [--each] [--down] <folder>…',
  );
  process.exit(2);
}
await loadParser();
let isEqual = true;
for (const folder of folders) {
  // One each: roles, publications and access methods outlive a schema.
  const database = await databaseWithExtensions();
  stubExtensions(database, ['pg_stat_statements', 'pg_cron', 'postgis', 'pgjwt', 'pg_net', 'http']);
  stubExtensions(database, ['vector'], vectorStub);
  isEqual = (await compareFolder(database, folder)) && isEqual;
  await database.close();
}
process.exitCode = isEqual ? 0 : 1;
