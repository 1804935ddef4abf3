import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { newColumns, newTables } from '../../../src/model/history/new-tables.ts';
import { displayName } from '../../../src/model/operations/display-name.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

/** The new tables of a deploy, after a history of one migration. */
function made(history: string, ...deploy: readonly string[]): readonly string[] {
  const { migrations, catalog } = replayed(history, ...deploy);
  const numbered = migrations.map(({ operations }, index) => ({ operations, index })).slice(1);
  return newTables(numbered, catalog).map(({ table }) => displayName(table.name));
}

describe('the new tables of a deploy', () => {
  it.each([
    ['', ['CREATE TABLE a (id int); CREATE TABLE "B" AS SELECT 1 AS one;'], ['a', '"B"']],
    ['CREATE TABLE old (id int);', ['ALTER TABLE old ADD COLUMN a int;'], []],
    ['CREATE TABLE old (id int);', ['CREATE TABLE IF NOT EXISTS old (id int);'], []],
    ['', ['CREATE TABLE a (id int);', 'DROP TABLE a;'], []],
    ['', ['CREATE TABLE a (id int); DROP TABLE a; CREATE TABLE a (id int);'], ['a']],
    [
      'CREATE SCHEMA app;',
      ['CREATE TABLE a (id int);', 'ALTER TABLE a RENAME TO b;', 'ALTER TABLE b SET SCHEMA app;'],
      ['app.b'],
    ],
    ['CREATE TABLE old (id int);', ['ALTER TABLE old RENAME TO older; CREATE TABLE old (id int);'], ['old']],
    ['', ['CREATE TEMP TABLE a (id int);'], []],
    ['', ['DO $$ BEGIN IF random() > 0.5 THEN CREATE TABLE a (id int); END IF; END $$;'], []],
    ['', ['CREATE TABLE a (id int); DO $$ BEGIN IF random() > 0.5 THEN DROP TABLE a; END IF; END $$;'], []],
    [
      '',
      ['CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE a (id int); END $$;'],
      [],
    ],
    ['', ['DO $$ BEGIN CREATE TABLE a (id int); END $$;'], ['a']],
    ['', ['CREATE SCHEMA app CREATE TABLE a (id int) CREATE TABLE b (id int);'], ['app.a', 'app.b']],
  ])('after %j, %j makes %j', (history, deploy, tables) => {
    expect(made(history, ...deploy)).toEqual(tables);
  });
});

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
