import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';
import { refusedHere } from '../../../src/verify/cluster-guard.ts';
import { machineStatement } from '../../../src/verify/engines/machine-reach.ts';
import type { Engine } from '../../../src/verify/engines/types.ts';

beforeAll(() => loadParser());

function found(sql: string): string | undefined {
  const { statements, problems } = parseScript(sourceOf('a.sql', sql));
  expect(problems).toEqual([]);
  const [statement] = statements;
  return statement && machineStatement(statement);
}

describe('a statement that reaches the machine of its server', () => {
  it.each([
    ["COPY (SELECT 1) TO PROGRAM 'cat'", 'COPY … PROGRAM'],
    ["COPY a FROM '/etc/passwd'", 'COPY with a file of the server'],
    ["LOAD 'x.so'", 'LOAD'],
    ['ALTER SYSTEM SET work_mem = 1000', 'ALTER SYSTEM'],
    ["CREATE VIEW v AS SELECT pg_catalog.pg_read_file('a')", 'pg_read_file()'],
    ["SELECT lo_export(1, 'x')", 'lo_export()'],
    ["SELECT pg_ls_dir('.')", 'pg_ls_dir()'],
    ["SELECT * FROM dblink('host=a', 'SELECT 1') AS d (a int)", 'dblink()'],
    ['CREATE EXTENSION IF NOT EXISTS plpython3u', 'the extension plpython3u'],
    ['CREATE EXTENSION hstore_plperlu CASCADE', 'the extension hstore_plperlu'],
    ['CREATE LANGUAGE plpython3u', 'the extension plpython3u'],
    ['CREATE EXTENSION file_fdw', 'the extension file_fdw'],
    ['CREATE EXTENSION postgres_fdw', 'the extension postgres_fdw'],
    ['CREATE EXTENSION adminpack', 'the extension adminpack'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'", 'a function in c'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'", 'a function in plpython3u'],
    ["DO LANGUAGE plperlu 'system(1)'", 'a DO block in plperlu'],
    ["ALTER DATABASE a SET session_preload_libraries = '/x'", 'SET session_preload_libraries'],
    ["UPDATE pg_proc SET probin = '/x'", 'a change of pg_proc'],
    ["DO $$ BEGIN PERFORM pg_read_file('a'); END $$", 'pg_read_file()'],
    ["DO $$ BEGIN COPY a TO PROGRAM 'sh'; END $$", 'COPY … PROGRAM'],
    ["DO $$ BEGIN EXECUTE 'COPY a TO PROGRAM ''sh'''; END $$", 'COPY … PROGRAM'],
    ["DO $$ BEGIN EXECUTE 'SELECT lo_import(''/a'')'; END $$", 'lo_import()'],
    ["DO $$ BEGIN EXECUTE 'LOAD ''/a'''; END $$", 'LOAD'],
  ])('%s: %s', (sql, expected) => {
    expect(found(sql)).toBe(expected);
  });
});

describe('a statement that stays in its server', () => {
  it.each([
    'CREATE ROLE app',
    'COPY a FROM STDIN',
    'CREATE EXTENSION pgcrypto',
    'CREATE EXTENSION plpgsql',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE a ADD COLUMN load int'; END $$",
    "SELECT lo_from_bytea(0, 'a')",
    "SET search_path = 'a'",
    "INSERT INTO procedures VALUES ('LOAD')",
  ])('%s', (sql) => {
    expect(found(sql)).toBeUndefined();
  });
});

describe('what is refused where', () => {
  const refused = (kind: Engine['kind'], sql: string, allows = false): string | undefined => {
    const abilities = { ownCluster: kind !== 'url', secondConnection: true, timeouts: true };
    const script = parseScript(sourceOf('a.sql', sql));
    return refusedHere({ kind, abilities }, allows)(script);
  };

  it('is on real servers what reaches the machine, and roles only where others use the server', () => {
    for (const kind of ['embedded', 'url'] as const) {
      expect(refused(kind, "COPY a FROM '/a'")).toContain(
        'a.sql:1 has COPY with a file of the server, which',
      );
      expect(refused(kind, "COPY a FROM '/a'", true)).toBeUndefined();
    }
    expect(refused('pglite', "COPY a FROM '/a'")).toBeUndefined();
    expect(refused('embedded', 'CREATE ROLE a')).toBeUndefined();
    expect(refused('url', 'CREATE ROLE a')).toContain('outlive');
  });

  it('is machine code on PGlite, whatever anybody says', () => {
    expect(refused('pglite', "LOAD 'a'", true)).toContain('PGlite');
    const internal = "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'a'";
    expect(refused('pglite', internal)).toContain('a function in internal');
  });
});
