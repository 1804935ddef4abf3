import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../../../src/lint/examples.ts';
import { createPgliteEngine } from '../../../src/verify/engines/pglite-engine.ts';
import type { Engine } from '../../../src/verify/engines/types.ts';
import { runsBackfills } from '../../../src/verify/backfills/backfills-check.ts';
import { askCheck } from '../ask-check.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await createPgliteEngine();
}, 120_000);

afterAll(() => engine.close());

const USERS =
  'CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, plan text, score int, points int);';

/** A DO block with a loop, sent outside of a transaction. */
const loop = (body: string, declare = ''): string =>
  `DO $$\nDECLARE done int := 0; ${declare}\nBEGIN\n${body}\nEND $$;`;

/** What the check says, in short. */
async function answer(sql: string, example: Partial<Example> = {}): Promise<readonly string[]> {
  const verdicts = await askCheck(
    engine,
    { history: [USERS], sql, runner: 'prisma-7.4', ...example },
    (migrations) => runsBackfills(migrations, { seconds: 3 }),
  );
  return verdicts.flatMap(({ outcome, reason, findings }) => [
    reason === undefined ? outcome : `${outcome}: ${reason}`,
    ...findings.map(({ id, message }) => `${id}: ${message}`),
  ]);
}

const SAFE = `
  LOOP
    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 10);
    EXIT WHEN NOT FOUND;
    COMMIT;
    PERFORM pg_sleep(30);
  END LOOP;`;

describe('a batch loop run on rows', () => {
  it('is proven if it ends, leaves nothing and commits each batch; its pauses are left out', async () => {
    expect(await answer(loop(SAFE))).toEqual(['proven']);
  }, 60_000);

  it('is proven for a column that the migration itself adds', async () => {
    const sql = `ALTER TABLE users ADD COLUMN tier text;\n${loop(SAFE.replaceAll('plan', 'tier'))}`;
    expect(await answer(sql, { runner: 'goose', withoutTransaction: true })).toEqual(['proven']);
  }, 60_000);

  it('leaves rows that an OFFSET jumps over', async () => {
    const body = `
      LOOP
        UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 10 OFFSET done);
        EXIT WHEN NOT FOUND;
        done := done + 10;
        COMMIT;
      END LOOP;`;
    expect(await answer(loop(body))).toEqual([
      'refuted',
      'rows-left: The loop over users ends too early: 10 of 25 rows that it should change are left, on 50 sample rows.',
    ]);
  }, 60_000);

  it('leaves rows behind a gap in the keys', async () => {
    const body = `
      LOOP
        UPDATE users SET points = score WHERE id > done AND id <= done + 10;
        EXIT WHEN NOT FOUND;
        done := done + 10;
        COMMIT;
      END LOOP;`;
    expect(await answer(loop(body))).toEqual([
      'refuted',
      'rows-left: The loop over users ends too early: 25 of 50 rows that it should change are left, on 50 sample rows.',
    ]);
  }, 60_000);

  it('is stopped where it never ends, and where only rows with NULL keep it going', async () => {
    const endless = `LOOP UPDATE users SET score = 1 WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10); EXIT WHEN NOT FOUND; COMMIT; END LOOP;`;
    expect(await answer(loop(endless))).toEqual([
      'refuted',
      'endless-loop: The loop over users does not end: on 50 sample rows it was stopped after 3 seconds.',
    ]);
    const nulls = `LOOP UPDATE users SET points = score WHERE id IN (SELECT id FROM users WHERE points IS NULL LIMIT 10); EXIT WHEN NOT FOUND; COMMIT; END LOOP;`;
    expect(await answer(loop(nulls))).toEqual([
      'refuted',
      'endless-loop: The loop over users does not end: on 50 sample rows with NULLs it was stopped after 3 seconds.',
    ]);
  }, 120_000);

  it('is told where all batches are one transaction', async () => {
    expect(await answer(loop(SAFE.replace('COMMIT;', '')), { runner: 'prisma-6' })).toEqual([
      'refuted',
      'oversized-batch: The loop over users changed all 25 rows in one transaction: its batches of 10 give no lock back before the end.',
    ]);
  }, 60_000);

  it('deletes in batches, and all of them', async () => {
    const body = `LOOP DELETE FROM users WHERE id IN (SELECT id FROM users WHERE plan = 'trial' LIMIT 10); EXIT WHEN NOT FOUND; COMMIT; END LOOP;`;
    expect(await answer(loop(body))).toEqual(['proven']);
    const offset = body
      .replace('LIMIT 10)', 'LIMIT 10 OFFSET done)')
      .replace('COMMIT;', 'done := done + 10; COMMIT;');
    expect((await answer(loop(offset)))[1]).toContain(
      'rows-left: The loop over users ends too early: 10 of 25',
    );
  }, 60_000);

  it('is not run where nobody can tell, with the reason', async () => {
    expect(await answer(loop(SAFE), { runner: 'diesel' })).toEqual([
      'not run: The script stops on sample rows: invalid transaction termination.',
    ]);
    expect(await answer(loop(SAFE.replace('LIMIT 10', 'LIMIT 20000')))).toEqual([
      'not run: Batches of 20000 rows would want 100000 sample rows: lint alone judges this loop.',
    ]);
  }, 60_000);

  it('says nothing of a migration without a loop', async () => {
    expect(await answer('ALTER TABLE users ADD COLUMN x int;')).toEqual([]);
  }, 60_000);
});
