import { describe, expect, it } from 'vitest';
import {
  isAlwaysTrue,
  sessionCallsPerRow,
  usesCurrentTime,
} from '../../../src/model/operations/row-calls.ts';
import { isQualified } from '../../../src/model/operations/qualified.ts';
import type { Expression } from '../../../src/model/operations/types.ts';
import { first, operations } from './read.ts';

const using = (sql: string): Expression | undefined =>
  first('CreatePolicy', `CREATE POLICY p ON t USING (${sql})`).using;

describe('functions of the session that an expression calls for each row', () => {
  it.each([
    ['auth.uid() = owner', ['auth.uid()']],
    ["owner = auth.uid() OR auth.jwt() ->> 'a' = b OR auth.uid() IS NULL", ['auth.uid()', 'auth.jwt()']],
    ["a = pg_catalog.current_setting('x', true)", ['current_setting()']],
    ['owner = (SELECT auth.uid())', []],
    ['team IN (SELECT m.team FROM members m WHERE m.member = auth.uid())', []],
    ['uid() = owner AND app.uid() = owner', []],
    ['true', []],
  ])('%s', (sql, calls) => {
    expect(sessionCallsPerRow(using(sql))).toEqual(calls);
  });

  it('are none without an expression', () => {
    expect(sessionCallsPerRow(undefined)).toEqual([]);
  });
});

describe('an expression that is always true', () => {
  it.each([
    ['true', true],
    ['1 = 1', true],
    ['true OR a', true],
    ["'t'::boolean", true],
    ['a = a', false],
    ['false', false],
    ['a', false],
  ])('%s: %s', (sql, isTrue) => {
    expect(isAlwaysTrue(using(sql))).toBe(isTrue);
  });

  it('is none without an expression', () => {
    expect(isAlwaysTrue(undefined)).toBe(false);
  });
});

describe('CURRENT_TIME', () => {
  it.each([
    ['CURRENT_TIME', true],
    ['CURRENT_TIME(3)::text', true],
    ['LOCALTIME', false],
    ['CURRENT_TIMESTAMP', false],
    ["'CURRENT_TIME'", false],
  ])('%s: %s', (sql, isUsed) => {
    const [column] = first('CreateTable', `CREATE TABLE t (c text DEFAULT ${sql})`).columns;
    expect(usesCurrentTime(column?.default)).toBe(isUsed);
  });
});

describe('a schema in front of the name', () => {
  it.each([
    'CREATE TABLE %t (id int)',
    'CREATE TABLE %t AS SELECT 1 AS one',
    'SELECT 1 AS one INTO %t',
    'CREATE VIEW %t AS SELECT 1',
    'CREATE MATERIALIZED VIEW %t AS SELECT 1',
    'CREATE FOREIGN TABLE %t (id int) SERVER s',
    "CREATE TYPE %t AS ENUM ('a')",
    'CREATE TYPE %t AS (a int)',
    'CREATE TYPE %t AS RANGE (subtype = int)',
    'CREATE DOMAIN %t AS int',
    'CREATE SEQUENCE %t',
    "CREATE FUNCTION %t() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'CREATE AGGREGATE %t(int) (sfunc = int4pl, stype = int)',
  ])('%s', (sql) => {
    const seen = ['t', 'app.t'].map((name) =>
      operations(sql.replace('%t', name), { bodies: 'do-only' }).map(isQualified),
    );
    expect(seen).toEqual([[false], [true]]);
  });

  it('is there in CREATE SCHEMA', () => {
    expect(operations('CREATE SCHEMA app CREATE TABLE t (id int)').map(isQualified)).toEqual([true, true]);
  });
});
