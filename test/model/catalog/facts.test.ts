import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { compareWith } from '../../support/compare-project.ts';
import { describeCatalog } from '../../support/describe-catalog.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';
import { columnFacts, constraintFacts, nameFacts, objectFacts, partitionFacts } from './facts.ts';

beforeAll(loadParser);

describe.each([
  ['default names', nameFacts],
  ['columns', columnFacts],
  ['constraints and indexes', constraintFacts],
  ['objects', objectFacts],
  ['partitions and inheritance', partitionFacts],
])('%s', (_, facts) => {
  it.each(facts)('$fact', async ({ sql, shows, hides = [] }) => {
    const replay = createReplay();
    replay.run(sql);
    const lines = describeCatalog(replay.catalog()).map((line) => line.trim());
    let from = 0;
    for (const line of shows) {
      const at = lines.indexOf(line, from);
      expect(at, `${line}\nin\n${lines.join('\n')}`).toBeGreaterThanOrEqual(0);
      from = at + 1;
    }
    for (const text of hides) expect(lines.filter((line) => line.includes(text))).toEqual([]);

    const database = await emptyDatabase();
    await database.exec(sql);
    expect((await compareWith(database, replay.catalog())).differences).toEqual([]);
  });
});
