import { sample } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { checkHistory, shorten } from '../../support/check-history.ts';
import { histories } from '../../support/history-generator.ts';
import { emptyDatabase } from '../../support/pglite.ts';

const numberOfHistories = 25;

beforeAll(loadParser);

describe('the replayed catalog', () => {
  it('equals that of PostgreSQL after the same history', async () => {
    const database = await emptyDatabase();
    const totals = { taken: 0, allowed: 0 };
    for (const steps of sample(histories(60), { seed: 20_240_101, numRuns: numberOfHistories })) {
      const history = await checkHistory(database, steps);
      totals.taken += history.statements.length;
      totals.allowed += history.allowed;
      if (history.differences.length === 0) continue;
      const { statements, differences } = await shorten(database, history);
      expect(differences, `${statements.join(';\n')};`).toEqual([]);
    }
    // Histories of which PostgreSQL takes nothing would agree too, and so would a catalog that is certain of nothing.
    expect(totals.taken).toBeGreaterThan(numberOfHistories * 10);
    expect(totals.allowed).toBeLessThan(totals.taken / 5);
  }, 120_000);
});
