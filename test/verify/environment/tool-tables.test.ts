import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { OutsideNameCollector } from '../../../src/verify/environment/outside-names.ts';
import { makeToolTables, wantedToolTables } from '../../../src/verify/environment/tool-tables.ts';
import { testDatabase } from '../database.ts';

beforeAll(() => loadParser());

function wanted(sql: string): readonly string[] {
  const names = new OutsideNameCollector();
  const source = { path: 'a.sql', text: sql, encoding: 'utf-8', byteOrderMark: false } as const;
  for (const statement of parseScript(source, []).statements) names.add(statement);
  return wantedToolTables(names);
}

it.each<[string, readonly string[]]>([
  ['COMMENT ON TABLE _sqlx_migrations IS NULL;', ['_sqlx_migrations']],
  ['DROP TABLE IF EXISTS public.goose_db_version;', ['public.goose_db_version']],
  ['DO $$ BEGIN DELETE FROM flyway_schema_history; END $$;', ['flyway_schema_history']],
  ['ALTER TABLE schema_migrations ADD x int;', ['schema_migrations']],
  ['CREATE TABLE schema_migrations (id int); DROP TABLE schema_migrations;', []],
  ['CREATE SCHEMA drizzle; SELECT FROM drizzle.__drizzle_migrations;', []],
  ['SELECT FROM migrations;', []],
])('%s', (sql, tables) => {
  expect(wanted(sql)).toEqual(tables);
});

it('makes them as each tool does', async () => {
  const columnsOf = async (tables: readonly string[], layout: LayoutName): Promise<readonly string[]> => {
    const database = await testDatabase();
    await makeToolTables(database, tables, layout);
    const rows = await database.rows<{ name: string }>(
      "SELECT attname::text AS name FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relname = 'schema_migrations' AND attnum > 0 ORDER BY attnum",
    );
    return rows.map(({ name }) => name);
  };
  expect(await columnsOf(['schema_migrations'], 'golang-migrate')).toEqual(['version', 'dirty']);
  expect(await columnsOf(['schema_migrations'], 'dbmate')).toEqual(['version']);
  expect(await columnsOf(['supabase_migrations.schema_migrations'], 'supabase')).toEqual([
    'version',
    'statements',
    'name',
  ]);
  const all = [
    '__diesel_schema_migrations',
    '_prisma_migrations',
    '_sqlx_migrations',
    'drizzle.__drizzle_migrations',
    'flyway_schema_history',
    'goose_db_version',
  ];
  const database = await testDatabase();
  expect(await makeToolTables(database, all, 'diesel')).toContain('2 more');
  // What is there already is left as it is.
  expect(await makeToolTables(database, all, 'diesel')).toBeUndefined();
});
