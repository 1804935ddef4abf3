import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { batchLoop, type BatchedWrite } from '../../../src/repair/plans/batch-loop.ts';
import { pageKey } from '../../../src/model/history/page-key.ts';
import type { Table } from '../../../src/model/catalog/types.ts';
import { lintAll } from '../../support/lint-all.ts';
import { emptyDatabase, reset, type Database } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});
beforeEach(async () => reset(database));

function tableOf(sql: string): Table {
  const replay = createReplay();
  replay.run(sql);
  const table = replay.catalog().table({ schema: undefined, name: 't' });
  if (table === undefined) throw new Error(sql);
  return table;
}

function loopOver(sql: string, write: Partial<BatchedWrite> = {}): string {
  const table = tableOf(sql);
  const key = pageKey(table);
  if (key === undefined) throw new Error('no key');
  return batchLoop({
    table,
    key,
    head: 'UPDATE t SET new = old',
    conditions: ['new IS NULL'],
    rows: 7,
    ...write,
    pause: write.pause ?? 0,
  });
}

const columns = 'old text, new text';
const tables: readonly (readonly [string, string, string])[] = [
  ['integers, negative ones too', `id int PRIMARY KEY, ${columns}`, 'n - 50'],
  ['bigint with gaps', `id bigint PRIMARY KEY, ${columns}`, 'n * n * 1000'],
  ['uuid', `id uuid PRIMARY KEY, ${columns}`, 'md5(n::text)::uuid'],
  [
    'text, an empty one too',
    `id text PRIMARY KEY, ${columns}`,
    "CASE n WHEN 1 THEN '' ELSE md5(n::text) END",
  ],
  ['times', `id timestamptz PRIMARY KEY, ${columns}`, "now() - n * interval '1 s'"],
  ['a composite key', `a int, b text, ${columns}, PRIMARY KEY (b, a)`, "n % 3, 'k' || n"],
  ['a unique key', `id int NOT NULL UNIQUE, ${columns}`, 'n'],
  ['names that need quotes', `"Id" int PRIMARY KEY, ${columns}`, 'n'],
  ['a column called as a variable', `id int PRIMARY KEY, ${columns}, last_id int, next_id int`, 'n'],
];

describe('a batch loop', () => {
  it.each(tables)('%s: comes to each row once, in bounded transactions', async (_, definition, values) => {
    const create = `CREATE TABLE t (${definition});`;
    const loop = loopOver(create);
    for (const count of [0, 1, 7, 8, 100]) {
      await reset(database);
      await database.exec(
        `${create} INSERT INTO t SELECT ${values}, CASE WHEN n % 5 > 0 THEN 'v' || n END FROM generate_series(1, ${count}) AS n`,
      );
      await database.exec(loop);
      const { rows } = await database.query<{ wrong: number; most: number }>(
        `SELECT (SELECT count(*)::int FROM t WHERE new IS DISTINCT FROM old) AS wrong,
                coalesce((SELECT max(c)::int FROM (SELECT count(*) AS c FROM t WHERE new IS NOT NULL GROUP BY xmin::text) AS x), 0) AS most`,
      );
      expect(rows[0]?.wrong).toBe(0);
      expect(rows[0]?.most).toBeLessThanOrEqual(7);
    }
    // A second run changes nothing.
    const before = await database.query('SELECT xmin::text, * FROM t WHERE new IS NOT NULL ORDER BY 1, 2');
    await database.exec(loop);
    expect(
      (await database.query('SELECT xmin::text, * FROM t WHERE new IS NOT NULL ORDER BY 1, 2')).rows,
    ).toEqual(before.rows);
  });

  it('deletes', async () => {
    const create = `CREATE TABLE t (id int PRIMARY KEY, ${columns});`;
    const loop = loopOver(create, { head: 'DELETE FROM t', conditions: ['id % 2 = 0 OR id > 90'] });
    await database.exec(`${create} INSERT INTO t SELECT n FROM generate_series(1, 100) AS n`);
    await database.exec(loop);
    const { rows } = await database.query('SELECT count(*)::int AS n FROM t');
    expect(rows).toEqual([{ n: 45 }]);
  });

  it.each(tables)('%s: none of our rules has anything against it', async (_, definition) => {
    const create = `CREATE TABLE t (${definition});`;
    const sql = loopOver(create, { pause: 0.1 });
    const found = await lintAll({
      title: '',
      name: 'backfill_t_new',
      history: [create],
      sql,
      rollback: 'SELECT 1;',
    });
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });
});

describe('what a table is gone through by', () => {
  it.each([
    ['id int', undefined],
    ['id int UNIQUE', undefined],
    ['id int NOT NULL UNIQUE', ['id']],
    ['a int NOT NULL UNIQUE, b int, c int, PRIMARY KEY (c, b)', ['c', 'b']],
  ])('%s', (definition, names) => {
    expect(pageKey(tableOf(`CREATE TABLE t (${definition});`))?.map(({ name }) => name)).toEqual(names);
  });
});
