import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';
import { clusterWideStatement } from '../../../src/verify/engines/cluster-wide.ts';

beforeAll(() => loadParser());

function found(sql: string): string | undefined {
  const { statements, problems } = parseScript(sourceOf('a.sql', sql));
  expect(problems).toEqual([]);
  expect(statements).toHaveLength(1);
  const [statement] = statements;
  return statement && clusterWideStatement(statement);
}

describe('a statement that changes more than its database', () => {
  it.each([
    ['CREATE ROLE app', 'CREATE ROLE'],
    ['CREATE USER app', 'CREATE ROLE'],
    ['ALTER ROLE app NOLOGIN', 'ALTER ROLE'],
    ["ALTER ROLE app SET search_path = 'a'", 'ALTER ROLE … SET'],
    ['DROP ROLE IF EXISTS app', 'DROP ROLE'],
    ['ALTER ROLE app RENAME TO web', 'RENAME of a role'],
    ["COMMENT ON ROLE app IS 'mine'", 'COMMENT ON ROLE'],
    ['GRANT app TO web', 'GRANT of a role'],
    ['REVOKE app FROM web', 'GRANT of a role'],
    ['DROP OWNED BY app', 'DROP OWNED'],
    ['REASSIGN OWNED BY app TO web', 'REASSIGN OWNED'],
    ["CREATE TABLESPACE fast LOCATION '/fast'", 'CREATE TABLESPACE'],
    ['DROP TABLESPACE fast', 'DROP TABLESPACE'],
    ['ALTER SYSTEM SET work_mem = 1000', 'ALTER SYSTEM'],
    ['CREATE DATABASE shop', 'CREATE DATABASE'],
    ['DROP DATABASE shop', 'DROP DATABASE'],
    ["ALTER DATABASE shop SET timezone = 'UTC'", 'ALTER DATABASE … SET'],
    ['ALTER DATABASE shop CONNECTION LIMIT 0', 'ALTER DATABASE'],
    ['ALTER DATABASE shop OWNER TO app', "change of a database's owner"],
    ['GRANT CONNECT ON DATABASE shop TO app', 'GRANT on a database'],
    ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', 'pg_terminate_backend()'],
    [
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app; END IF; END $$",
      'CREATE ROLE',
    ],
    ["DO $$ BEGIN EXECUTE 'CREATE  ROLE ' || quote_ident('app'); END $$", 'CREATE ROLE'],
    [
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET a.b = 1', current_database()); END $$",
      'ALTER DATABASE',
    ],
    [
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER SYSTEM RESET ALL'; END $$",
      'ALTER SYSTEM',
    ],
    ["CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP ROLE app'", 'DROP ROLE'],
  ])('%s: %s', (sql, expected) => {
    expect(found(sql)).toBe(expected);
  });
});

describe('a statement that stays in its database', () => {
  it.each([
    'CREATE TABLE roles (role text)',
    'GRANT SELECT ON a TO app',
    'ALTER TABLE a OWNER TO app',
    "COMMENT ON TABLE a IS 'CREATE ROLE app'",
    'ALTER TABLE a RENAME TO b',
    'COPY a FROM STDIN',
    'SET ROLE app',
    "SELECT pg_advisory_lock(1), set_config('a.b', 'c', false)",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE a ()'; RETURN 1; END $$",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD COLUMN role text'; END $$",
    'CREATE USER MAPPING FOR app SERVER other',
  ])('%s', (sql) => {
    expect(found(sql)).toBeUndefined();
  });
});
