import { beforeAll, describe, expect, it } from 'vitest';
import type { TableStatistic } from '../../src/lint/sizes/statistics.ts';
import { measureTables, schemasOf, type Query } from '../../src/node/measure-tables.ts';
import { emptyDatabase, type Database } from '../support/pglite.ts';

let database: Database;
const asked: string[] = [];
const query: Query = async (sql) => {
  asked.push(sql);
  return (await database.query<Record<string, unknown>>(sql)).rows;
};

const fill = (table: string, rows: number): string =>
  `INSERT INTO ${table} SELECT n FROM generate_series(1, ${rows}) AS n;`;

/** Rows by table, its schema in front where it is not public. */
async function rowsOf(schemas?: readonly string[]): Promise<Readonly<Record<string, number | undefined>>> {
  const tables = await measureTables(query, schemas);
  return Object.fromEntries(tables.map((table) => [nameOf(table), table.rows]));
}

const nameOf = ({ schema, name }: TableStatistic): string =>
  schema === 'public' ? name : `${schema}.${name}`;

describe('tables are measured', () => {
  beforeAll(async () => {
    database = await emptyDatabase();
    asked.length = 0;
  });

  it('by PostgreSQL’s estimate, and where there is none, small ones by counting', async () => {
    await database.exec('CREATE TABLE once_empty (id int)');
    await database.exec('VACUUM ANALYZE once_empty');
    await database.exec(`
      ${fill('once_empty', 40_000)}
      CREATE TABLE analysed (id int); ${fill('analysed', 5000)} ANALYZE analysed;
      CREATE TABLE new_small (id int); ${fill('new_small', 700)}
      CREATE TABLE new_large (id int); ${fill('new_large', 40_000)}
      CREATE TABLE unused (id int);
      CREATE TABLE "select" (id int);
      CREATE SCHEMA "Odd ""one"; CREATE TABLE "Odd ""one"."T; --" (id int); ${fill('"Odd ""one"."T; --"', 7)}
      ANALYZE "select";`);
    expect(await rowsOf()).toEqual({
      analysed: 5000,
      new_small: 700,
      new_large: undefined,
      once_empty: undefined,
      unused: 0,
      select: 0,
      'Odd "one.T; --': 7,
    });
    expect(asked.filter((sql) => sql.includes('count(*)'))).toHaveLength(1);
    expect(asked.join()).not.toMatch(/FROM ONLY (?:public\.)?(?:analysed|new_large|once_empty)/u);
    expect(await rowsOf(['Odd "one'])).toEqual({ 'Odd "one.T; --': 7 });
    expect(await schemasOf(query)).toEqual(['Odd "one', 'public']);
  });

  it('as large as they have grown since, unless nobody knows how large that is', async () => {
    await database.exec(`
      CREATE TABLE grown (id int); ${fill('grown', 40_000)} ANALYZE grown; ${fill('grown', 20_000)}
      CREATE TABLE exploded (id int); ${fill('exploded', 1)} ANALYZE exploded; ${fill('exploded', 60_000)}`);
    const { grown, exploded } = await rowsOf();
    expect(grown).toBeGreaterThan(59_000);
    expect(grown).toBeLessThan(61_000);
    expect(exploded).toBeUndefined();
  });

  it('with all their partitions and inheriting tables', async () => {
    await database.exec(`
      CREATE SCHEMA parts;
      CREATE TABLE events (id int) PARTITION BY RANGE (id);
      CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (101) PARTITION BY RANGE (id);
      CREATE TABLE parts.events_1_a PARTITION OF events_1 FOR VALUES FROM (1) TO (101);
      CREATE TABLE parts.events_2 PARTITION OF events FOR VALUES FROM (101) TO (1001);
      ${fill('events', 300)}
      CREATE TABLE parent (id int); ${fill('parent', 5)}
      CREATE TABLE left_child () INHERITS (parent); ${fill('left_child', 20)}
      CREATE TABLE right_child () INHERITS (parent);
      CREATE TABLE grandchild () INHERITS (left_child, right_child); ${fill('grandchild', 300)}`);
    const inPublic = await rowsOf(['public']);
    expect(inPublic).toMatchObject({ events: 300, events_1: 100, parent: 325, right_child: 300 });
    expect(Object.keys(inPublic)).not.toContain('parts.events_2');
    const tables = await measureTables(query);
    const bytesOf = (name: string): number => tables.find((table) => table.name === name)?.bytes ?? -1;
    expect(bytesOf('events')).toBe(bytesOf('events_1_a') + bytesOf('events_2'));
    expect(bytesOf('events_2')).toBeGreaterThan(0);
  });

  it('without views, sequences, temporary and system tables', async () => {
    await database.exec(`
      CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1;
      CREATE SEQUENCE s; CREATE TEMPORARY TABLE t (id int); CREATE TYPE pair AS (a int, b int);`);
    const names = Object.keys(await rowsOf());
    for (const name of ['v', 'm', 's', 't', 'pair']) expect(names).not.toContain(name);
    expect(names.filter((name) => name.includes('pg_') || name.startsWith('information'))).toEqual([]);
  });

  it('without a count that would not see every row', async () => {
    await database.exec(`
      CREATE TABLE hidden (id int); ${fill('hidden', 50)} ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
      CREATE TABLE forbidden (id int); ${fill('forbidden', 50)}
      CREATE TABLE allowed (id int); ${fill('allowed', 50)}
      CREATE SCHEMA closed; CREATE TABLE closed.inside (id int); ${fill('closed.inside', 50)}
      CREATE ROLE reader; GRANT USAGE ON SCHEMA public TO reader;
      GRANT SELECT ON hidden, allowed, closed.inside TO reader; SET ROLE reader;`);
    try {
      expect(await rowsOf()).toMatchObject({
        hidden: undefined,
        forbidden: undefined,
        'closed.inside': undefined,
        allowed: 50,
      });
    } finally {
      await database.exec('RESET ROLE; DROP OWNED BY reader; DROP ROLE reader');
    }
  });
});
