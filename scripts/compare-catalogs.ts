/**
 * Replays folders of migrations and runs the same files on PostgreSQL (PGlite), then compares the two catalogs.
 *
 *   node scripts/run.mjs scripts/compare-catalogs.ts [--all] <folder of migrations>…
 *
 * Prints for each folder what PostgreSQL could not run, how many objects of each kind there are, and every difference
 * (the first 50 unless --all). Exits with 1 if there is a difference.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadParser } from '../src/input/sql/parser.ts';
import { parseScript } from '../src/input/sql/parse-script.ts';
import { createCatalogBuilder } from '../src/model/catalog/index.ts';
import type { Catalog } from '../src/model/catalog/index.ts';
import { operationsOf } from '../src/model/operations/operations-of.ts';
import { compareCatalogs } from '../test/support/compare-catalogs.ts';
import { introspect, userSchemas } from '../test/support/introspect.ts';
import { databaseWithExtensions, reset, stubExtensions } from '../test/support/pglite.ts';
import type { Database } from '../test/support/pglite.ts';
import { rebuild } from '../test/support/rebuild.ts';

interface Migration {
  readonly id: string;
  readonly text: string;
}

/** Folders with a migration.sql, or .sql files, in byte order. */
function migrationsIn(folder: string): readonly Migration[] {
  const names = readdirSync(folder).toSorted((one, other) => (one < other ? -1 : 1));
  return names.flatMap((name) => {
    const path = join(folder, name);
    const file = statSync(path).isDirectory() ? join(path, 'migration.sql') : path;
    if (!file.endsWith('.sql') || !isFile(file)) return [];
    return [{ id: name, text: readFileSync(file, 'utf8').replace(/^\uFEFF/, '') }];
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** What happened to the migrations on PostgreSQL. */
interface Executed {
  readonly notRun: readonly string[];
  /** Statements that PostgreSQL refused: by migration, their start in its text. */
  readonly refused: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Runs each file as one query; where PostgreSQL wants some statement alone, or refuses one, statement by statement. */
async function execute(database: Database, migrations: readonly Migration[]): Promise<Executed> {
  const notRun: string[] = [];
  const refused = new Map<string, Set<number>>();
  for (const { id, text } of migrations) {
    const isDone = await succeeds(database, text);
    if (isDone) continue;
    await database.exec('ROLLBACK');
    for (const { span } of statements(id, text)) {
      const sql = text.slice(span.start, span.end);
      const message = await failure(database, sql);
      if (message === undefined) continue;
      notRun.push(`${id}: ${message}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
      refused.set(id, (refused.get(id) ?? new Set()).add(span.start));
    }
    await database.exec('ROLLBACK; RESET ALL');
  }
  return { notRun, refused };
}

async function succeeds(database: Database, sql: string): Promise<boolean> {
  return (await failure(database, sql)) === undefined;
}

async function failure(database: Database, sql: string): Promise<string | undefined> {
  try {
    await database.exec(sql);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

function statements(path: string, text: string): ReturnType<typeof parseScript>['statements'] {
  return parseScript({ path, text, encoding: 'utf-8', byteOrderMark: false }).statements;
}

/** Replays what PostgreSQL ran; what it refused is left out on both sides. */
function replay(
  migrations: readonly Migration[],
  executed: Executed,
): { catalog: Catalog; operations: number } {
  const builder = createCatalogBuilder({ postgresVersion: 18 });
  let operations = 0;
  for (const [index, { id, text }] of migrations.entries()) {
    builder.startScript({ inTransaction: false });
    for (const statement of statements(id, text)) {
      if (executed.refused.get(id)?.has(statement.span.start) === true) continue;
      for (const operation of operationsOf(statement)) {
        builder.apply(operation, { migration: index, id, statement });
        operations += 1;
      }
    }
    builder.endScript();
    builder.forgetPast();
  }
  return { catalog: builder.catalog(), operations };
}

async function compareFolder(database: Database, folder: string, limit: number): Promise<boolean> {
  await reset(database);
  const migrations = migrationsIn(folder);
  const executed = await execute(database, migrations);
  const start = performance.now();
  const { catalog, operations } = replay(migrations, executed);
  const milliseconds = Math.round(performance.now() - start);
  const theirs = await introspect(database, await userSchemas(database));
  const ours = await rebuild(database, catalog);
  const { counts, differences } = compareCatalogs(ours.introspection, theirs);
  const all = [...ours.refused.map((one) => `PostgreSQL refuses what we say: ${one}`), ...differences];
  console.log(`\n${folder}`);
  console.log(
    `  ${migrations.length} migrations, ${operations} operations, read and replayed in ${milliseconds} ms`,
  );
  console.log(
    `  PostgreSQL has ${Object.entries(counts)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}`,
  );
  console.log(`  not run on PostgreSQL: ${executed.notRun.length}`);
  for (const one of executed.notRun) console.log(`    ${one}`);
  console.log(`  differences: ${all.length}`);
  for (const one of all.slice(0, limit)) console.log(`    ${one}`);
  return all.length === 0;
}

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const limit = process.argv.includes('--all') ? Number.POSITIVE_INFINITY : 50;
if (folders.length === 0) {
  console.error('usage: node scripts/run.mjs scripts/compare-catalogs.ts [--all] <folder of migrations>…');
  process.exit(2);
}
await loadParser();
const database = await databaseWithExtensions();
stubExtensions(database, ['pg_stat_statements', 'pg_cron', 'vector', 'postgis', 'pgjwt', 'pg_net']);
let isEqual = true;
for (const folder of folders) isEqual = (await compareFolder(database, folder, limit)) && isEqual;
await database.close();
process.exitCode = isEqual ? 0 : 1;
