import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { Replay } from '../../../src/lint/replay.ts';
import { nameOfPart } from '../../../src/model/history/name-of-part.ts';
import { RUNNERS, exampleProject } from '../../../src/testing/example-project.ts';

beforeAll(loadParser);

function named(sql: string): string {
  const given = `CREATE TABLE users (id int PRIMARY KEY, mail text, age int); CREATE TABLE posts (id int);
    CREATE INDEX users_mail ON users (mail); CREATE INDEX users_age ON users (age); CREATE INDEX posts_id ON posts (id);`;
  const [first, source] = exampleProject({ title: '', history: [given], sql }).source.migrations;
  if (first === undefined || source === undefined) throw new Error('no migration');
  const replay = new Replay({ postgresVersion: 15, runner: RUNNERS.plain });
  replay.judge(first);
  const { migration } = replay.judge(source);
  return nameOfPart(migration.operations, migration.catalogBefore);
}

describe('the name of a part', () => {
  it.each([
    ['ALTER TABLE users ADD COLUMN role text', 'add_role_to_users'],
    ['ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0)', 'add_users_age_check'],
    [
      'ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 17); ALTER TABLE users ADD COLUMN role text',
      'add_grown_and_add_role_to_users',
    ],
    ['ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int', 'add_a_and_b_to_users'],
    ['DROP INDEX users_mail; DROP INDEX users_age', 'drop_indexes_of_users'],
    ['DROP INDEX users_mail; DROP INDEX posts_id', 'drop_indexes'],
    ['DROP INDEX users_mail', 'drop_users_mail'],
    ['UPDATE users SET age = 1', 'backfill_age_of_users'],
    ['ALTER TABLE users SET (fillfactor = 50)', 'change_users'],
    ['DROP SEQUENCE IF EXISTS s', 'drop_sequence'],
    ["SELECT set_config('a.b', 'c', false)", 'change_rest'],
  ])('%s', (sql, name) => {
    expect(named(sql)).toBe(name);
  });
});
