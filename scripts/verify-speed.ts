/**
 * What the parts of `verify` take on the newest schema of project folders, in milliseconds of processor time: the least of several runs,
 * since other programs only add to it.
 *
 *   node scripts/run.mjs scripts/verify-speed.ts <folder>…
 *
 * A pair is what the proof of a rollback does: up, down and up again, with the schema read before and after each.
 */
import { join } from 'node:path';
import { loadParser } from '../src/input/sql/parser.ts';
import type { ReadFile } from '../src/input/project/types.ts';
import { findAll, readSource } from '../src/node/run-projects.ts';
import { createPgliteEngine } from '../src/verify/engines/pglite-engine.ts';
import type { Database, Engine } from '../src/verify/engines/types.ts';
import { fingerprintOf } from '../src/verify/fingerprint/fingerprint.ts';
import { beginSession } from '../src/verify/session.ts';

const EXTENSIONS = ['pg_trgm', 'uuid-ossp', 'pgcrypto', 'ltree', 'citext', 'btree_gin'];
const ROUNDS = 8;

/** The least processor time of some runs, the worker's included. */
async function least(run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

async function pair(database: Database): Promise<void> {
  const read = (): Promise<unknown> => fingerprintOf(database, { roles: true });
  await beginSession(database, '');
  await read();
  await database.execute('BEGIN');
  for (const sql of [
    'CREATE TABLE one_more (id int PRIMARY KEY)',
    'DROP TABLE one_more',
    'CREATE TABLE one_more (id int PRIMARY KEY)',
  ]) {
    await database.execute(sql);
    await read();
  }
  await database.execute('ROLLBACK');
}

async function measure(engine: Engine, database: Database): Promise<Readonly<Record<string, number>>> {
  const snapshot = await database.save();
  const opened = await least(async () => (await engine.open(snapshot)).close());
  const saved = await least(async () => (await database.save()).discard());
  await snapshot.discard();
  const read = await least(() => fingerprintOf(database, { roles: true }));
  const planned = await least(async () => {
    await database.execute('DEALLOCATE ALL');
    await fingerprintOf(database, { roles: true });
  });
  return {
    'open a copy': opened,
    save: saved,
    'read the schema': read,
    'the first time in a session': planned,
    pair: await least(() => pair(database)),
  };
}

const textOf = ({ source, within }: ReadFile): string => source.text.slice(within?.start ?? 0, within?.end);

await loadParser();
for (const cwd of process.argv.slice(2)) {
  const request = { cwd, all: true } as const;
  const { workspace, selection, selected } = await findAll(request);
  for (const project of selected) {
    const { migrations } = readSource({ workspace, request, selection, project });
    const cacheFolder = join(process.cwd(), 'node_modules/.cache/migration-lint');
    const engine = await createPgliteEngine({ extensions: EXTENSIONS, cacheFolder });
    const database = await engine.open();
    for (const { forward } of migrations) {
      await database.execute(forward === undefined ? '' : textOf(forward)).catch(() => undefined);
      await beginSession(database, '');
    }
    const { objects } = await fingerprintOf(database, { roles: true });
    const tables = objects.filter(({ kind }) => kind === 'table').length;
    console.log(`${project.found.folder}: ${tables} tables, ${objects.length} objects`);
    for (const [what, took] of Object.entries(await measure(engine, database)))
      console.log(`  ${what}: ${took.toFixed(0)} ms`);
    console.log(`  memory: ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB`);
    await engine.close();
  }
}
