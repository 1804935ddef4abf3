import { measureTables, schemasOf } from '../../src/node/measure-tables.ts';
import { readFromPostgres } from '../../src/node/postgres-connection.ts';
import type { Connection, Server } from '../../src/verify/engines/server.ts';

const fill = (table: string, rows: number): string =>
  `INSERT INTO ${table} SELECT n FROM generate_series(1, ${rows}) AS n;`;

/** Tables by the rows that are measured: null where nobody knows. */
const EXPECTED: Readonly<Record<string, number | null>> = {
  analysed: 5000,
  counted: 700,
  events: 40_300,
  events_1: 300,
  events_2: 40_000,
  parent: 325,
  child: 320,
  never: null,
  once_empty: null,
  unused: 0,
};

const TABLES = `
  CREATE TABLE analysed (id int); ${fill('analysed', 5000)} ANALYZE analysed;
  CREATE TABLE counted (id int); ${fill('counted', 700)}
  CREATE TABLE events (id int) PARTITION BY RANGE (id);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (301);
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (301) TO (1000000);
  ${fill('events', 40_300)} ANALYZE events;
  CREATE TABLE parent (id int); ${fill('parent', 5)}
  CREATE TABLE child () INHERITS (parent); ${fill('child', 320)}
  CREATE TABLE never (id int); ${fill('never', 100_000)}
  CREATE TABLE unused (id int);
  CREATE TEMPORARY TABLE temporary (id int);
  CREATE MATERIALIZED VIEW seen AS SELECT 1 AS id;`;

/**
 * Measures tables of a server the way `migration-lint stats` does, through a URL.
 *
 * @returns what is wrong, one sentence each.
 */
export async function checkStatistics(server: Server, session: Connection): Promise<readonly string[]> {
  await session.execute('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await session.execute('CREATE TABLE once_empty (id int)');
  await session.execute('VACUUM ANALYZE once_empty');
  await session.execute(fill('once_empty', 40_000));
  await session.execute(TABLES);
  const tables = await readFromPostgres(server.url, (query) => measureTables(query, ['public']));
  const measured = Object.fromEntries(tables.map(({ name, rows }) => [name, rows ?? null]));
  const names = [...new Set([...Object.keys(EXPECTED), ...Object.keys(measured)])];
  return [
    ...names
      .filter((name) => measured[name] !== EXPECTED[name])
      .map((name) => `${name}: ${measured[name]} rows measured instead of ${EXPECTED[name]}`),
    ...(await writes(server)),
  ];
}

/** That nothing can be written. */
async function writes(server: Server): Promise<readonly string[]> {
  const refused = await readFromPostgres(server.url, async (query) => {
    await schemasOf(query);
    await query('CREATE TABLE written (id int)');
  }).then(
    () => false,
    (error: unknown) => (error as Error).message.includes('read-only transaction'),
  );
  return refused ? [] : ['a table was written while tables were measured'];
}
