import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { unboundedReads, unboundedSources } from '../../../src/model/loops/unbounded-reads.ts';
import { replayed } from '../history/read.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE TABLE users (id int PRIMARY KEY, team int, name text);
  CREATE TABLE teams (id int PRIMARY KEY, name text);
  CREATE TABLE target (id int, name text);`;

function reads(query: string, read = unboundedReads): string[] {
  const { migrations, catalogBefore } = replayed(SCHEMA, `INSERT INTO target ${query}`);
  const insert = migrations[1]?.operations.find(({ kind }) => kind === 'Insert');
  if (insert?.kind !== 'Insert') throw new Error('no insert');
  return read(insert, catalogBefore(insert)).map(({ schema, name }) => `${schema}.${name}`);
}

describe('unboundedSources', () => {
  it.each([
    ['SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team', ['public.users', 'public.teams']],
    ['SELECT u.id, t.name FROM users u LEFT JOIN teams t ON t.id = u.team', ['public.users']],
    ['SELECT u.id, t.name FROM users u RIGHT JOIN teams t ON t.id = u.team', ['public.teams']],
    ['SELECT u.id, t.name FROM users u FULL JOIN teams t ON t.id = u.team', ['public.users', 'public.teams']],
    [
      'SELECT u.id, t.n FROM users u LEFT JOIN (SELECT id, min(name) AS n FROM teams GROUP BY id) t ON t.id = u.team',
      ['public.users'],
    ],
    ['SELECT u.id, t.name FROM users u LEFT JOIN users t ON t.id = u.team', ['public.users']],
  ])('%s', (query, expected) => {
    expect(reads(query, unboundedSources)).toEqual(expected);
    expect(reads(query)).toEqual(expect.arrayContaining(expected));
  });
});

describe('unboundedReads', () => {
  it.each([
    ['SELECT id, name FROM users', ['public.users']],
    ['SELECT id, name FROM users WHERE name IS NOT NULL', ['public.users']],
    ['SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team', ['public.users', 'public.teams']],
    ['SELECT id, name FROM users UNION ALL SELECT id, name FROM teams', ['public.users', 'public.teams']],
    ['SELECT id, name FROM (SELECT * FROM users) AS u', ['public.users']],
    ['WITH u AS (SELECT * FROM users) SELECT id, name FROM u', ['public.users']],
    ['SELECT id, name FROM users WHERE id IN (SELECT team FROM users LIMIT 5) AND name = $$x$$', []],
    ['SELECT id, name FROM users WHERE id = 5', []],
    ['SELECT id, name FROM users WHERE id BETWEEN 1 AND 100', []],
    ['SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team WHERE u.id = 5', []],
    ['SELECT id, name FROM users ORDER BY id LIMIT 100', []],
    ['SELECT id, name FROM users WHERE false', []],
    ['WITH u AS (SELECT * FROM users LIMIT 9) SELECT id, name FROM u', []],
    ['SELECT 1, $$a$$ WHERE NOT EXISTS (SELECT 1 FROM target WHERE id = 1)', []],
    ['VALUES (1, $$a$$), (2, $$b$$)', []],
    ['SELECT n, $$a$$ FROM generate_series(1, 10) AS n', []],
    ['SELECT (SELECT max(id) FROM users), $$a$$', []],
    [
      'WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < 9) SELECT id, $$a$$ FROM n',
      [],
    ],
  ])('%s', (query, expected) => {
    expect(reads(query)).toEqual(expected);
  });

  it('takes a table without its rows for nothing', () => {
    const { last, catalogBefore } = replayed(SCHEMA, 'CREATE TABLE copy AS SELECT * FROM users WITH NO DATA');
    const create = last('CreateTableAs');
    expect(unboundedReads(create, catalogBefore(create))).toEqual([]);
  });
});
