import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { failsOnSecondRun } from '../../../src/model/history/second-run.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE TABLE users (id int PRIMARY KEY, name text);
  CREATE VIEW names AS SELECT name FROM users;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';`;

/** The kinds of a script's operations that fail when it is run again. */
function failing(script: string): readonly string[] {
  const operations = replayed(SCHEMA, script).migrations[1]?.operations ?? [];
  return operations.filter((operation) => failsOnSecondRun(operation, operations)).map(({ kind }) => kind);
}

describe('failsOnSecondRun', () => {
  it.each([
    ['what is made', 'CREATE TABLE t (id int);', ['CreateTable']],
    ['what is dropped', 'DROP VIEW names;', ['DropView']],
    ['what is dropped and made anew', 'DROP VIEW names; CREATE VIEW names AS SELECT id FROM users;', []],
    [
      'functions, too',
      "DROP FUNCTION f(); CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1::text';",
      [],
    ],
    ['what is made and dropped', 'CREATE TABLE t (id int); DROP TABLE t;', []],
    [
      'what is dropped, made and dropped again',
      'DROP VIEW names; CREATE VIEW names AS SELECT 1; DROP VIEW names;',
      ['DropView'],
    ],
    [
      'an index of what is dropped before',
      'DROP TABLE t; CREATE TABLE t (a int); CREATE INDEX i ON t (a);',
      [],
    ],
    ['another name', 'DROP VIEW names; CREATE VIEW others AS SELECT 1;', ['DropView', 'CreateView']],
    ['another kind', 'DROP VIEW names; CREATE TABLE names (id int);', ['DropView', 'CreateTable']],
    ['IF [NOT] EXISTS', 'CREATE TABLE IF NOT EXISTS t (id int); DROP VIEW IF EXISTS names;', []],
    [
      'a column, and what is about it',
      'ALTER TABLE users DROP COLUMN name; ALTER TABLE users ADD COLUMN name text; ALTER TABLE users ADD CONSTRAINT u UNIQUE (name);',
      [],
    ],
    ['a constraint by itself', 'ALTER TABLE users ADD CONSTRAINT u UNIQUE (name);', ['AddConstraint']],
    [
      'what perhaps is dropped before',
      'DO $$ BEGIN IF random() > 0.5 THEN DROP VIEW names; END IF; END $$; CREATE VIEW names AS SELECT 1;',
      [],
    ],
    ['what makes nothing', 'UPDATE users SET id = 1; ALTER TABLE users ALTER COLUMN name SET NOT NULL;', []],
  ])('%s', (_, script, expected) => {
    expect(failing(script)).toEqual(expected);
  });
});
