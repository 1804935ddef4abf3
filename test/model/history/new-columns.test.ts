import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { findNewColumns, newColumns } from '../../../src/model/history/new-columns.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

describe('the new columns of an operation', () => {
  const names = (history: string, deploy: string, kind: 'CreateTable' | 'AddColumn'): readonly string[] => {
    const { last, catalogBefore } = replayed(history, deploy);
    const operation = last(kind);
    const before = catalogBefore(operation);
    const old = replayed(history).catalog;
    return newColumns(operation, {
      catalog: before,
      existedBeforeDeploy: (table) => old.table(table),
    }).map(({ name }) => name);
  };

  it.each([
    ['', 'CREATE TABLE a (b int, c int);', ['b', 'c']],
    ['CREATE TABLE a (b int);', 'CREATE TABLE IF NOT EXISTS a (b int);', []],
    ['', 'CREATE TEMP TABLE a (b int);', []],
    [
      'CREATE TABLE p (b int) PARTITION BY LIST (b);',
      'CREATE TABLE a PARTITION OF p (b NOT NULL) DEFAULT;',
      [],
    ],
    [
      '',
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE a (id int); END $$;',
      [],
    ],
  ])('after %j, %j creates %j', (history, deploy, columns) => {
    expect(names(history, deploy, 'CreateTable')).toEqual(columns);
  });

  it.each([
    ['', 'CREATE TABLE a (b int); ALTER TABLE a ADD COLUMN c int;', ['c']],
    ['CREATE TABLE a (b int);', 'ALTER TABLE a ADD COLUMN c int;', []],
    ['', 'ALTER TABLE unseen ADD COLUMN c int;', []],
    ['', 'CREATE TEMP TABLE a (b int); ALTER TABLE a ADD COLUMN c int;', []],
  ])('after %j, %j adds %j', (history, deploy, columns) => {
    expect(names(history, deploy, 'AddColumn')).toEqual(columns);
  });
});

describe('the new columns that a rule asks for', () => {
  const sql = 'CREATE TABLE a (b json, c int, d json, e json, f json, g json);';

  it('names them for a sentence and points at the type of the first', () => {
    const { last, catalogBefore } = replayed('', sql);
    const operation = last('CreateTable');
    const scene = { catalog: catalogBefore(operation), existedBeforeDeploy: () => undefined };
    const found = findNewColumns(operation, scene, ({ type }) => type.name === 'json');
    const span = found?.at.span;
    expect(found?.data).toEqual({ table: operation.table, columns: ['b', 'd', 'e', '2 more columns'] });
    expect(sql.slice(span?.start, span?.end)).toBe('json');
    expect(findNewColumns(operation, scene, ({ type }) => type.name === 'xml')).toBeUndefined();
  });
});
