import { assert, asyncProperty } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { checkHistory } from '../../support/check-history.ts';
import { histories } from '../../support/history-generator.ts';
import { emptyDatabase } from '../../support/pglite.ts';

const numberOfHistories = 40;

beforeAll(loadParser);

describe('the replayed catalog', () => {
  it('equals that of PostgreSQL after the same history', async () => {
    const database = await emptyDatabase();
    let taken = 0;
    await assert(
      asyncProperty(histories(60), async (steps) => {
        const { statements, differences } = await checkHistory(database, steps);
        taken += statements.length;
        expect(differences, statements.join(';\n')).toEqual([]);
      }),
      { seed: 20_240_101, numRuns: numberOfHistories, endOnFailure: false },
    );
    // Histories of which PostgreSQL takes nothing would agree too.
    expect(taken).toBeGreaterThan(numberOfHistories * 10);
  });
});
