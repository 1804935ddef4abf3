import { assert as check, asyncProperty } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { batchLoopOf } from '../../../src/model/loops/batch-loop.ts';
import type { LoopEnding } from '../../../src/model/loops/ending.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { replayed } from '../history/read.ts';
import { runLoop } from './execute.ts';
import { generatedLoop, type GeneratedLoop } from './generated-loops.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});

function endingOf({ columns, declarations, body }: GeneratedLoop): LoopEnding {
  const { migrations, catalogBefore } = replayed(
    `CREATE TABLE t (${columns});`,
    `DO $$ DECLARE ${declarations} BEGIN ${body} END $$`,
  );
  const operation = migrations[1]?.operations.find(({ loop }) => loop !== undefined);
  const batch = operation?.loop && batchLoopOf(operation.loop, catalogBefore(operation));
  if (batch === undefined) throw new Error(body);
  return batch.ending;
}

/** Rows of every kind: with NULL and without, but for what the table refuses. */
async function fill(columns: string): Promise<void> {
  const refuses = (column: string): boolean =>
    [`${column} text NOT NULL`, `(${column} IS NOT NULL)`, `${column} boolean NOT NULL`].some((text) =>
      columns.includes(text),
    );
  const values = (column: string, some: string): string =>
    `unnest(ARRAY[${some}${refuses(column) ? '' : ', NULL'}]) AS ${column}`;
  await database.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (${columns});
    INSERT INTO t (id, code, a, b, done, state, n)
    SELECT row_number() OVER (), code, a, b, done, state, n
    FROM unnest(ARRAY['A1', NULL]) AS code, ${values('a', "'a1', 'X'")}, ${values('b', "'B1'")},
      ${values('done', 'false, true')}, (VALUES ('new', 1), ('old', 2), ('new', NULL)) AS more (state, n);`);
}

describe('the verdict on a loop', () => {
  it('is what PostgreSQL does', { timeout: 120_000 }, async () => {
    const seen = new Map<string, number>();
    await check(
      asyncProperty(generatedLoop, async (loop) => {
        const ending = endingOf(loop);
        seen.set(ending.verdict, (seen.get(ending.verdict) ?? 0) + 1);
        if (ending.verdict === 'unknown') return;
        await fill(loop.columns);
        const outcome = await runLoop(database, loop.declarations, loop.body);
        // A value that a column refuses stops any loop.
        if (outcome === '23502' || outcome === '23514') return;
        const text = JSON.stringify({ ...ending, write: undefined });
        expect(outcome, text).toBe(ending.verdict === 'ends' ? 'ends' : 'endless');
      }),
      { numRuns: 80, verbose: 1 },
    );
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['ends', 'endless']));
  });
});
