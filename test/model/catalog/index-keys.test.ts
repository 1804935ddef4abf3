import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { findsRowsBy, hasSameFirstKey, indexInsteadOf } from '../../../src/model/catalog/index-keys.ts';
import type { Index, Table } from '../../../src/model/catalog/types.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const TABLE = 'CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, c text, d int[]);';

function tableAfter(sql: string): Table {
  const replay = createReplay();
  replay.run(`${TABLE} ${sql}`);
  const table = replay.catalog().table({ schema: 'public', name: 't' });
  if (table === undefined) throw new Error('there is no table');
  return table;
}

function lastIndex(table: Table): Index {
  const index = table.indexes.at(-1);
  if (index === undefined) throw new Error('there is no index');
  return index;
}

/** Indexes that find the rows of a key, with the key's columns. */
const found: readonly (readonly [string, readonly string[]])[] = [
  ['CREATE INDEX i ON t (a)', ['a']],
  ['CREATE INDEX i ON t (a DESC, b)', ['a']],
  ['CREATE INDEX i ON t (b, a, c)', ['a', 'b']],
  ['CREATE INDEX i ON t (a) INCLUDE (b)', ['a']],
  ['CREATE INDEX i ON t (a) WHERE a IS NOT NULL', ['a']],
  ['CREATE INDEX i ON t (a, b) WHERE a IS NOT NULL AND b IS NOT NULL', ['a', 'b']],
  ['CREATE INDEX i ON t (a, b) WHERE b IS NOT NULL', ['a', 'b']],
  ['CREATE INDEX i ON t USING hash (a)', ['a']],
  ['CREATE INDEX i ON t (c text_pattern_ops)', ['c']],
];

/** Indexes that do not. */
const notFound: readonly (readonly [string, readonly string[]])[] = [
  ['CREATE INDEX i ON t (b, a)', ['a']],
  ['CREATE INDEX i ON t (a)', ['a', 'b']],
  ['CREATE INDEX i ON t (a, c, b)', ['a', 'b']],
  ['CREATE INDEX i ON t (b) INCLUDE (a)', ['a']],
  ['CREATE INDEX i ON t (a) WHERE b IS NOT NULL', ['a']],
  ['CREATE INDEX i ON t (a) WHERE a > 0', ['a']],
  ['CREATE INDEX i ON t (a) WHERE a IS NULL', ['a']],
  ['CREATE INDEX i ON t (a) WHERE a IS NOT NULL OR b IS NOT NULL', ['a']],
  ['CREATE INDEX i ON t ((a + 0))', ['a']],
  ['CREATE INDEX i ON t (c COLLATE "C")', ['c']],
];

describe('an index that finds the rows of a key', () => {
  it.each(found)('%s for %j', (sql, columns) => {
    const table = tableAfter(sql);
    expect(findsRowsBy(lastIndex(table), columns, table)).toBe(true);
  });

  it.each(notFound)('not %s for %j', (sql, columns) => {
    const table = tableAfter(sql);
    expect(findsRowsBy(lastIndex(table), columns, table)).toBe(false);
  });

  it('is a unique one over some of the columns', () => {
    const table = tableAfter('CREATE UNIQUE INDEX i ON t (b);');
    expect(findsRowsBy(lastIndex(table), ['a', 'b'], table)).toBe(true);
    expect(findsRowsBy(lastIndex(table), ['a', 'c'], table)).toBe(false);
  });

  it('is no invalid one', () => {
    const replay = createReplay();
    replay.run(`CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
      CREATE INDEX i ON ONLY p (a);`);
    const table = replay.catalog().table({ schema: 'public', name: 'p' }) as Table;
    expect(findsRowsBy(lastIndex(table), ['a'], table)).toBe(false);
  });

  it('is what PostgreSQL uses for the check of a foreign key', async () => {
    const database = await emptyDatabase();
    const plans: string[] = [];
    for (const [sql, columns] of found) plans.push(await planOf(database, sql, columns));
    for (const [at, [, columns]] of found.entries())
      for (const column of columns) expect(plans[at]).toMatch(new RegExp(`Index Cond: .*\\b${column} = `));
  });
});

/** How PostgreSQL looks for the rows that point at a deleted one, where only an index of ours can help. */
async function planOf(database: Database, index: string, columns: readonly string[]): Promise<string> {
  await database.exec(
    `${TABLE} ${index}; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan`,
  );
  const conditions = columns.map((column, at) => `${column} = $${at + 1}`).join(' AND ');
  const types = columns.map((column) => (column === 'c' ? 'text' : 'int')).join();
  await database.exec(
    `PREPARE q (${types}) AS SELECT 1 FROM ONLY t x WHERE ${conditions} FOR KEY SHARE OF x`,
  );
  const values = columns.map(() => 'NULL').join();
  const { rows } = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE q (${values})`);
  await database.exec('DEALLOCATE q; DROP TABLE t; RESET enable_seqscan; RESET plan_cache_mode');
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('an index that another one makes redundant', () => {
  const insteadOf = (name: string, sql: string): string | undefined => {
    const table = tableAfter(sql);
    const index = table.indexes.find((one) => one.name === name);
    if (index === undefined) throw new Error(`there is no ${name}`);
    return indexInsteadOf(index, table)?.name;
  };

  it.each([
    ['x', 'i', 'CREATE INDEX x ON t (a, b); CREATE INDEX i ON t (a);'],
    ['x', 'i', 'CREATE INDEX i ON t (a); CREATE INDEX x ON t (a, b);'],
    ['x', 'i', 'CREATE INDEX x ON t (a); CREATE INDEX i ON t (a);'],
    ['x', 'i', 'CREATE UNIQUE INDEX x ON t (a); CREATE INDEX i ON t (a);'],
    ['x', 'i', 'CREATE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT x UNIQUE (a);'],
    ['x', 'i', 'CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT x UNIQUE (a);'],
    ['t_pkey', 'i', 'CREATE UNIQUE INDEX i ON t (id);'],
    ['t_pkey', 'i', 'CREATE INDEX i ON t (id DESC);'],
    ['x', 'i', 'CREATE INDEX x ON t (a, b DESC, c); CREATE INDEX i ON t (a DESC, b);'],
    ['x', 'i', 'CREATE INDEX x ON t (a NULLS FIRST); CREATE INDEX i ON t (a DESC NULLS LAST);'],
    ['x', 'i', 'CREATE INDEX x ON t (a) INCLUDE (b); CREATE INDEX i ON t (a);'],
    ['x', 'i', 'CREATE INDEX x ON t (a, b); CREATE INDEX i ON t (a) INCLUDE (b);'],
    ['x', 'i', 'CREATE INDEX x ON t (lower(c), a); CREATE INDEX i ON t (lower(c));'],
    ['x', 'i', 'CREATE INDEX x ON t (a) WHERE b > 0; CREATE INDEX i ON t (a) WHERE b > 0;'],
    ['x', 'i', 'CREATE INDEX x ON t USING gin (d); CREATE INDEX i ON t USING gin (d);'],
    ['x', 'i', 'CREATE UNIQUE INDEX x ON t (b); CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT;'],
  ])('%s instead of %s: %s', (expected, name, sql) => {
    expect(insteadOf(name, sql)).toBe(expected);
    expect(insteadOf(expected, sql)).toBe(undefined);
  });

  it.each([
    'CREATE INDEX x ON t (a, b); CREATE INDEX i ON t (b);',
    'CREATE INDEX x ON t (a, b); CREATE UNIQUE INDEX i ON t (a);',
    'CREATE UNIQUE INDEX x ON t (a); CREATE UNIQUE INDEX i ON t (a, b);',
    'CREATE UNIQUE INDEX x ON t (a); CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT;',
    'ALTER TABLE t ADD CONSTRAINT x UNIQUE (a) DEFERRABLE; CREATE UNIQUE INDEX i ON t (a);',
    'CREATE INDEX x ON t (a); CREATE INDEX i ON t (a) WHERE b > 0;',
    'CREATE INDEX x ON t (a) WHERE b > 0; CREATE INDEX i ON t (a);',
    'CREATE INDEX x ON t (a) WHERE b > 0; CREATE INDEX i ON t (a) WHERE b > 1;',
    'CREATE INDEX x ON t (a, b); CREATE INDEX i ON t (a, b DESC);',
    'CREATE INDEX x ON t (a); CREATE INDEX i ON t (a NULLS FIRST);',
    'CREATE INDEX x ON t (a); CREATE INDEX i ON t USING hash (a);',
    'CREATE INDEX x ON t (c); CREATE INDEX i ON t (c text_pattern_ops);',
    'CREATE INDEX x ON t (c); CREATE INDEX i ON t (c COLLATE "C");',
    'CREATE INDEX x ON t (c); CREATE INDEX i ON t (lower(c));',
    'CREATE INDEX x ON t (a); CREATE INDEX i ON t (a) INCLUDE (b);',
    'CREATE INDEX x ON t USING brin (a, b); CREATE INDEX i ON t USING brin (a);',
    'CREATE UNIQUE INDEX x ON t (id); ALTER TABLE t ADD CONSTRAINT i EXCLUDE (id WITH =);',
    'DO $$ BEGIN IF now() > now() THEN CREATE INDEX x ON t (a); END IF; END $$; CREATE INDEX i ON t (a);',
  ])('none: %s', (sql) => {
    expect(insteadOf('i', sql)).toBe(undefined);
  });
});

it('the first key is the same whatever comes behind it', () => {
  const { indexes } = tableAfter(
    `CREATE INDEX i ON t (a); CREATE INDEX j ON t (a DESC, b); CREATE INDEX k ON t (lower(c));
     CREATE INDEX l ON t (lower(c), a); CREATE INDEX m ON t (upper(c)); CREATE INDEX n ON t USING hash (a);`,
  );
  const pairs = indexes.flatMap((one, at) =>
    indexes.slice(at + 1).flatMap((other) => (hasSameFirstKey(one, other) ? [one.name + other.name] : [])),
  );
  expect(pairs).toEqual(['ij', 'kl']);
});
