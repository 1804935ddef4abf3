import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { adoptableIndex } from '../../../src/model/catalog/adoptable-index.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const INDEXES: readonly (readonly [sql: string, adoptable: boolean])[] = [
  ['CREATE UNIQUE INDEX i ON t (a, b)', true],
  ['CREATE UNIQUE INDEX i ON t (b, a)', false],
  ['CREATE UNIQUE INDEX i ON t (a)', false],
  ['CREATE INDEX i ON t (a, b)', false],
  ['CREATE UNIQUE INDEX i ON t (a, b) WHERE a > 0', false],
  ['CREATE UNIQUE INDEX i ON t (a, (b + 1))', false],
  ['CREATE UNIQUE INDEX i ON t (a, b DESC)', false],
  ['CREATE UNIQUE INDEX i ON t (a, b NULLS FIRST)', false],
  ['CREATE UNIQUE INDEX i ON t (a, b) INCLUDE (c)', false],
  ['CREATE UNIQUE INDEX i ON t (a, b) NULLS NOT DISTINCT', false],
];

it.each(INDEXES)('%s: %s', (sql, adoptable) => {
  const replay = createReplay(15);
  replay.run(`CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int); ${sql};`);
  const table = replay.catalog().table({ schema: 'public', name: 't' });
  expect(table && adoptableIndex(table, ['a', 'b'], false)?.name).toBe(adoptable ? 'i' : undefined);
});

it('PostgreSQL adopts what it names, as UNIQUE (a, b) and as primary key', async () => {
  const database = await emptyDatabase();
  for (const [sql] of INDEXES.filter(([, adoptable]) => adoptable)) {
    for (const key of ['UNIQUE', 'PRIMARY KEY']) {
      // eslint-disable-next-line no-await-in-loop -- one after the other, on one connection
      const done = await database.exec(`CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int); ${sql};
        ALTER TABLE t ADD CONSTRAINT k ${key} USING INDEX i; DROP TABLE t;`);
      expect(done).toHaveLength(4);
    }
  }
});
