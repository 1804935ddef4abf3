import assert from 'node:assert/strict';
import type { PGlite } from '@electric-sql/pglite';
import type { Example, Proof } from '../lint/examples.ts';
import { compareLocks } from '../model/operations/lock-modes.ts';
import type { LockMode } from '../model/operations/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import { emptyDatabase } from './embedded-postgres.ts';

/** What PostgreSQL did to the tables that existed before. */
interface Observation {
  readonly locks: Readonly<Record<string, LockMode>>;
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

/**
 * Executes an example and compares what PostgreSQL did with what the example claims.
 *
 * @throws {assert.AssertionError} if they differ, with both sides.
 */
export async function prove(example: Example, proof: Proof): Promise<void> {
  const db = await emptyDatabase();
  for (const sql of example.history ?? []) await db.exec(sql);
  if (proof.rows !== undefined) await db.exec(proof.rows);
  const scripts = typeof example.sql === 'string' ? [example.sql] : example.sql;
  const claimsEffects = [proof.lock, proof.rewrites, proof.scans].some((claim) => claim !== undefined);
  const claimsOutcome = [proof.error, proof.query, proof.afterwards].some((claim) => claim !== undefined);
  if (claimsEffects) compareEffects(await observe(db, scripts), proof);
  if (claimsOutcome || !claimsEffects) {
    const code = await runAsRunner(db, scripts, example.runner ?? 'prisma-6');
    assert.equal(code ?? 'no error', proof.error ?? 'no error', 'the SQLSTATE that PostgreSQL gives');
  }
  if (proof.query !== undefined) {
    const { rows } = await db.query<(string | number | boolean | null)[]>(proof.query.sql, [], {
      rowMode: 'array',
    });
    const texts = rows.map((row) => row.map((value) => (value === null ? null : `${value}`)));
    assert.deepEqual(texts, proof.query.rows, proof.query.sql);
  }
  if (proof.afterwards !== undefined) {
    const { sql, error } = proof.afterwards;
    const code = await runAsRunner(db, [sql], 'prisma-6');
    assert.equal(code ?? 'no error', error, `the SQLSTATE of ${sql}`);
  }
}

function compareEffects(seen: Observation, proof: Proof): void {
  for (const [table, mode] of Object.entries(proof.lock ?? {})) {
    assert.equal(seen.locks[table] ?? 'no lock', mode, `the lock on ${table}`);
  }
  if (proof.rewrites !== undefined)
    assert.deepEqual(seen.rewrites, [...proof.rewrites].sort(), 'tables rewritten');
  if (proof.scans !== undefined) assert.deepEqual(seen.scans, [...proof.scans].sort(), 'tables scanned');
}

/** Runs the scripts in one transaction, looks at it from inside, and rolls it back. */
async function observe(db: PGlite, scripts: readonly string[]): Promise<Observation> {
  await db.exec('BEGIN');
  try {
    // Inside the transaction: PostgreSQL hands its counters on between transactions, when they start again from 0.
    const before = await relations(db);
    for (const script of scripts) await db.exec(script);
    const after = await relations(db);
    const { rows } = await db.query<{ oid: number; mode: string }>(LOCKS);
    const locks: Record<string, LockMode> = {};
    for (const { oid, mode } of rows) {
      const name = before.get(oid)?.name;
      if (name === undefined) continue;
      const lock = lockMode(mode);
      const held = locks[name];
      if (held === undefined || compareLocks(lock, held) > 0) locks[name] = lock;
    }
    const changed = (test: (old: Relation, now: Relation) => boolean): string[] =>
      [...before].flatMap(([oid, old]) => {
        const now = after.get(oid);
        return now !== undefined && old.table && test(old, now) ? [old.name] : [];
      });
    return {
      locks,
      rewrites: changed((old, now) => old.file !== now.file).sort(),
      scans: changed((old, now) => now.scans > old.scans).sort(),
    };
  } finally {
    await db.exec('ROLLBACK');
  }
}

interface Relation {
  readonly name: string;
  readonly table: boolean;
  readonly file: number;
  readonly scans: number;
}

const LOCKS = `
  SELECT relation::int AS oid, mode FROM pg_locks
  WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted`;

const RELATIONS = `
  SELECT c.oid::int AS oid,
         CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
         c.relkind IN ('r', 'p', 'm') AS table,
         coalesce(pg_relation_filenode(c.oid), 0)::int AS file,
         coalesce(s.seq_scan, 0)::int AS scans
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_xact_user_tables s ON s.relid = c.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm', 'v', 'S')`;

async function relations(db: PGlite): Promise<Map<number, Relation>> {
  const { rows } = await db.query<Relation & { oid: number }>(RELATIONS);
  return new Map(rows.map(({ oid, ...relation }) => [oid, relation]));
}

/** Runs the pending scripts as the runner does. @returns the SQLSTATE of the first error. */
async function runAsRunner(
  db: PGlite,
  scripts: readonly string[],
  runner: NonNullable<Example['runner']>,
): Promise<string | undefined> {
  try {
    for (const script of scripts) {
      if (runner === 'prisma-7.4') {
        for (const statement of statementsOf(script)) await db.exec(statement);
      } else if (runner === 'wrapping') {
        await db.exec('BEGIN');
        await db.exec(script);
        await db.exec('COMMIT');
      } else await db.exec(script);
    }
    return undefined;
  } catch (error) {
    if (runner === 'wrapping') await db.exec('ROLLBACK');
    return (error as { code?: string }).code ?? String(error);
  }
}

function statementsOf(text: string): string[] {
  const source = { path: 'migration.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
  return parseScript(source).statements.map(({ span }) => text.slice(span.start, span.end));
}

/** `AccessExclusiveLock` → `ACCESS EXCLUSIVE`. */
function lockMode(mode: string): LockMode {
  const words = mode.replace(/Lock$/u, '').replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ');
  return words.toUpperCase() as LockMode;
}
