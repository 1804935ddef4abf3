import assert from 'node:assert/strict';
import type { PGlite } from '@electric-sql/pglite';
import type { Example, Proof } from '../lint/examples.ts';
import { sendModeOf } from '../input/runners/script-transactions.ts';
import { transactionsOf } from '../input/runners/transactions.ts';
import type { SendMode } from '../input/runners/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import type { Statement } from '../input/sql/types.ts';
import { fingerprintDifferences } from '../verify/fingerprint/differences.ts';
import { fingerprintOf } from '../verify/fingerprint/fingerprint.ts';
import { rollbackSentence } from '../verify/fingerprint/difference-words.ts';
import type { Fingerprint } from '../verify/fingerprint/types.ts';
import { emptyDatabase, sessionOf } from './embedded-postgres.ts';
import { RUNNERS } from './example-project.ts';
import { observe, type Observation } from '../verify/trace/observation.ts';
import { send, type PlainSendMode } from './send.ts';

/**
 * Executes an example and compares what PostgreSQL did with what the example claims.
 *
 * @throws {assert.AssertionError} if they differ, with both sides.
 */
export async function prove(example: Example, proof: Proof): Promise<void> {
  const db = await emptyDatabase();
  for (const sql of example.history ?? []) await db.exec(sql);
  if (proof.rows !== undefined) await db.exec(proof.rows);
  await proveFailure(db, proof.beforehand);
  const before = proof.rollback === undefined ? undefined : await schemaOf(db);
  const scripts = typeof example.sql === 'string' ? [example.sql] : example.sql;
  const claimsEffects = [proof.lock, proof.rewrites, proof.scans].some((claim) => claim !== undefined);
  const claimsOutcome = [proof.error, proof.query, proof.afterwards, proof.rollback].some(
    (claim) => claim !== undefined,
  );
  if (claimsEffects) compareEffects(await observe(sessionOf(db), scripts), proof);
  if (claimsOutcome || !claimsEffects) {
    const code = await runAsRunner(db, scripts, example);
    assert.equal(code ?? 'no error', proof.error ?? 'no error', 'the SQLSTATE that PostgreSQL gives');
  }
  if (before !== undefined) await proveRollback(db, example, proof, before);
  if (proof.query !== undefined) {
    const { rows } = await db.query<(string | number | boolean | null)[]>(proof.query.sql, [], {
      rowMode: 'array',
    });
    const texts = rows.map((row) => row.map((value) => (value === null ? null : `${value}`)));
    assert.deepEqual(texts, proof.query.rows, proof.query.sql);
  }
  await proveFailure(db, proof.afterwards);
}

/** The schema as it is now. */
export async function schemaOf(db: PGlite): Promise<Fingerprint> {
  return await fingerprintOf({ rows: async <Row>(sql: string) => (await db.query<Row>(sql)).rows });
}

async function proveRollback(
  db: PGlite,
  example: Example,
  { rollback: claim }: Proof,
  before: Fingerprint,
): Promise<void> {
  const code = await runAsRunner(db, [example.rollback ?? ''], example);
  const error = claim !== undefined && 'error' in claim ? claim.error : 'no error';
  assert.equal(code ?? 'no error', error, 'the SQLSTATE that PostgreSQL gives for the rollback');
  if (claim === undefined || !('restores' in claim)) return;
  const differences = fingerprintDifferences(before, await schemaOf(db)).filter(({ matters }) => matters);
  const texts = differences.map((difference) => rollbackSentence(difference));
  assert.equal(texts.length === 0, claim.restores, `the schema after the rollback: ${texts.join('; ')}`);
}

async function proveFailure(db: PGlite, claim: Proof['afterwards']): Promise<void> {
  if (claim === undefined) return;
  const code = await runAsRunner(db, [claim.sql], {});
  assert.equal(code ?? 'no error', claim.error, `the SQLSTATE of ${claim.sql}`);
}

function compareEffects(seen: Observation, proof: Proof): void {
  for (const [table, mode] of Object.entries(proof.lock ?? {})) {
    assert.equal(seen.locks[table] ?? 'no lock', mode, `the lock on ${table}`);
  }
  if (proof.rewrites !== undefined)
    assert.deepEqual(seen.rewritten, [...proof.rewrites].sort(), 'tables rewritten');
  if (proof.scans !== undefined) assert.deepEqual(seen.scanned, [...proof.scans].sort(), 'tables scanned');
}

/** Runs the pending scripts as the runner does. @returns the SQLSTATE of the first error. */
export async function runAsRunner(
  db: PGlite,
  scripts: readonly string[],
  { runner: name = 'prisma-6', withoutTransaction }: Pick<Example, 'runner' | 'withoutTransaction'>,
): Promise<string | undefined> {
  const runner = RUNNERS[name];
  try {
    if (runner.oneTransactionPerDeploy === true) await db.exec('BEGIN');
    for (const text of scripts) {
      const statements = statementsOf(text);
      const queries = statements.map(({ span }) => text.slice(span.start, span.end));
      const mode = plainMode(sendModeOf(runner, { statements }, withoutTransaction), statements);
      // The transaction of a deploy is open already.
      await send(db, runner.oneTransactionPerDeploy === true ? 'statement by statement' : mode, {
        text,
        queries,
      });
    }
    if (runner.oneTransactionPerDeploy === true) await db.exec('COMMIT');
    return undefined;
  } catch (error) {
    await db.exec('ROLLBACK');
    return (error as { code?: string }).code ?? String(error);
  }
}

/** What Flyway does with these statements: it looks at them. */
function plainMode(mode: SendMode, statements: readonly Statement[]): PlainSendMode {
  if (mode !== 'one transaction if possible' && mode !== 'one transaction unless refused') return mode;
  const wrapped = transactionsOf(mode, statements)[0]?.kind === 'runner';
  return wrapped ? 'one transaction of statements' : 'statement by statement';
}

function statementsOf(text: string): readonly Statement[] {
  const source = { path: 'migration.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
  return parseScript(source).statements;
}
