import { sample } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { runHistory, runStatements, shorten } from '../../support/check-history.ts';
import type { CheckedHistory, RunHistory } from '../../support/check-history.ts';
import { compareCatalogs } from '../../support/compare-catalogs.ts';
import { histories } from '../../support/history-generator.ts';
import { introspect, userSchemas } from '../../support/introspect.ts';
import { markUncertain } from '../../support/mark-uncertain.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import type { Database } from '../../support/pglite.ts';
import { outdatedView } from '../../../src/repair/ddl/views.ts';
import { rebuildFromDdl } from '../../support/rebuild-from-ddl.ts';

const numberOfHistories = Number(process.env['DDL_HISTORIES'] ?? 12);
const seed = Number(process.env['DDL_SEED'] ?? 20_251_121);

beforeAll(loadParser);

/** Whether the DDL of a history's catalog makes what the history made. */
async function check(database: Database, history: RunHistory): Promise<CheckedHistory> {
  const theirs = await introspect(database, await userSchemas(database));
  const { introspection, refused } = await rebuildFromDdl(database, history.catalog);
  const ours = markUncertain(introspection, history.catalog);
  const { differences, allowed } = compareCatalogs(ours, theirs);
  const all = [...refused, ...differences].filter((difference) => !isKnown(difference, history.catalog));
  return { ...history, differences: all, allowed: allowed.length };
}

/** What DDL cannot bring back: a view whose query names what has another name now, and the order of columns that a parent got later. */
function isKnown(difference: string, catalog: RunHistory['catalog']): boolean {
  const outdated = [...catalog.views()].filter((view) => outdatedView(view, catalog) !== undefined);
  if (outdated.some(({ name }) => difference === `view ${name.schema}.${name.name}: only PostgreSQL has it`))
    return true;
  const children = [...catalog.tables()].filter(({ inherits }) => inherits.length > 0);
  return children.some(({ name }) =>
    difference.startsWith(`table ${name.schema}.${name.name}: order of columns`),
  );
}

/** The history without the blocks of which nobody knows what they did. */
async function runCertain(database: Database, statements: readonly string[]): Promise<RunHistory> {
  return await runStatements(
    database,
    statements.filter((sql) => !sql.startsWith('DO $')),
  );
}

describe('the DDL of a catalog', () => {
  it('makes what the history made', async () => {
    const database = await emptyDatabase();
    const failed: string[] = [];
    let compared = 0;
    // Of a history that the catalog cannot follow it does not have everything: those say nothing here.
    for (const steps of sample(histories(60), { seed, numRuns: numberOfHistories * 8 })) {
      if (compared === numberOfHistories) break;
      const { statements: taken } = await runHistory(database, steps);
      const history = await runCertain(database, taken);
      if (!history.catalog.complete) continue;
      compared += 1;
      const checked = await check(database, history);
      if (checked.differences.length === 0) continue;
      const { statements, differences } = await shorten(database, checked, async (_, left) => {
        const shorter = await runStatements(database, left);
        return shorter.catalog.complete
          ? await check(database, shorter)
          : { ...shorter, differences: [], allowed: 0 };
      });
      failed.push(`${statements.join(';\n')};\n--> ${differences.join('\n--> ')}`);
    }
    expect(failed.join('\n\n')).toBe('');
    expect(compared).toBe(numberOfHistories);
  }, 240_000);
});
