import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { newTables } from '../../../src/model/history/new-tables.ts';
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
