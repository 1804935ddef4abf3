import type { PGlite } from '@electric-sql/pglite';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createHistoryBuilder } from '../../../src/model/history/history.ts';
import { missingObjects, type MissingObject } from '../../../src/model/history/missing-objects.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

/** What the last script lacks, after those before it. */
function missingIn(scripts: readonly string[]): readonly MissingObject[] {
  const replay = createReplay();
  const history = createHistoryBuilder();
  let missing: readonly MissingObject[] = [];
  for (const [index, sql] of scripts.entries()) {
    const catalogBeforeDeploy = replay.catalog();
    const applied = replay.run(sql);
    const migration = { index, operations: applied.map(({ operation }) => operation) };
    for (const { operation } of applied) history.record(operation, index, `${index}`);
    const deploy = [migration];
    missing = applied.flatMap(({ operation, before, after }) =>
      missingObjects(operation, {
        catalog: before,
        catalogAfter: after,
        catalogBeforeDeploy,
        history,
        migration,
        deploy,
        inBody: false,
      }),
    );
  }
  return missing;
}

const SCHEMA = `
  CREATE TYPE state AS ENUM ('new', 'old');
  CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE, state state, "fullName" text, CONSTRAINT short CHECK (length(email) < 99));
  CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users (id), title text, size int GENERATED ALWAYS AS (id * 2) STORED);
  CREATE INDEX posts_title ON posts (title);
  CREATE VIEW authors AS SELECT author FROM posts;
  CREATE MATERIALIZED VIEW titles AS SELECT title FROM posts;
  CREATE SEQUENCE numbers;
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
  CREATE TRIGGER stamped BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stamp();
  CREATE POLICY own ON users USING (id > 0);
  CREATE TABLE parts (id int, day date) PARTITION BY RANGE (day);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`;

/** Each with a name in it that is there; another one is put in its place. */
const statements: readonly (readonly [sql: string, name: string])[] = [
  ['ALTER TABLE posts ADD COLUMN c int', 'posts'],
  ['ALTER TABLE posts DROP COLUMN title', 'title'],
  ['ALTER TABLE posts RENAME COLUMN title TO headline', 'title'],
  ['ALTER TABLE posts ALTER COLUMN title TYPE varchar(10)', 'title'],
  ['ALTER TABLE posts ALTER COLUMN title SET DEFAULT 1', 'title'],
  ['ALTER TABLE posts ALTER COLUMN title SET NOT NULL', 'title'],
  ['ALTER TABLE posts ALTER COLUMN title SET STATISTICS 100', 'title'],
  ['ALTER TABLE posts ALTER COLUMN size DROP EXPRESSION', 'size'],
  ['ALTER TABLE users DROP CONSTRAINT short', 'short'],
  ['ALTER TABLE users RENAME CONSTRAINT short TO brief', 'short'],
  ['ALTER TABLE users VALIDATE CONSTRAINT short', 'short'],
  ['ALTER TABLE posts DROP CONSTRAINT posts_author_fkey', 'posts_author_fkey'],
  ['ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users (id)', 'users'],
  ['ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users (id)', '(author)'],
  ['ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users (id)', '(id)'],
  ['ALTER TABLE posts ADD UNIQUE (title)', 'title'],
  ['ALTER TABLE posts ADD CHECK (length(title) > 0)', 'title'],
  ['ALTER TABLE posts ADD COLUMN c int REFERENCES users (id)', 'users'],
  ['ALTER TABLE users DISABLE TRIGGER stamped', 'stamped'],
  ['ALTER TABLE parts DETACH PARTITION parts_1', 'parts_1'],
  ['ALTER TABLE posts RENAME TO articles', 'posts'],
  ['CREATE INDEX ON posts (title)', 'title'],
  ['CREATE INDEX ON posts (lower(title))', 'title'],
  ['CREATE INDEX ON posts (id) WHERE title IS NULL', 'title'],
  ['CREATE INDEX ON posts (id) INCLUDE (title)', 'title'],
  ['CREATE TABLE c (id int REFERENCES posts (id))', 'posts'],
  ['CREATE TABLE c (id int, CHECK (id > 0))', '(id >'],
  ['CREATE TABLE c (id int, UNIQUE (id))', '(id)'],
  ['CREATE TABLE c (LIKE posts)', 'posts'],
  ['CREATE TABLE c PARTITION OF parts DEFAULT', 'parts'],
  ['CREATE TABLE c AS SELECT * FROM posts', 'posts'],
  ['CREATE VIEW c AS SELECT * FROM posts', 'posts'],
  ['CREATE TRIGGER c BEFORE UPDATE OF title ON posts FOR EACH ROW EXECUTE FUNCTION stamp()', 'title'],
  ['CREATE TRIGGER c BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION stamp()', 'stamp'],
  ['CREATE POLICY c ON posts USING (title IS NULL)', 'title'],
  ['ALTER POLICY own ON users USING (true)', 'own'],
  ['DROP POLICY own ON users', 'own'],
  ['DROP TRIGGER stamped ON users', 'stamped'],
  ['DROP TABLE posts CASCADE', 'posts'],
  ['DROP VIEW authors', 'authors'],
  ['DROP MATERIALIZED VIEW titles', 'titles'],
  ['DROP INDEX posts_title', 'posts_title'],
  ['DROP SEQUENCE numbers', 'numbers'],
  ['DROP TYPE state CASCADE', 'state'],
  ['DROP FUNCTION stamp() CASCADE', 'stamp'],
  ['ALTER INDEX posts_title RENAME TO headlines', 'posts_title'],
  ['ALTER SEQUENCE numbers RESTART', 'numbers'],
  ["ALTER TYPE state ADD VALUE 'lost'", 'state'],
  ['ALTER TYPE state RENAME TO status', 'state'],
  ['ALTER VIEW authors RENAME TO writers', 'authors'],
  ['ALTER TABLE posts SET SCHEMA public', 'posts'],
  ["COMMENT ON TABLE posts IS 'a'", 'posts'],
  ["COMMENT ON COLUMN posts.title IS 'a'", 'title'],
  ["COMMENT ON CONSTRAINT short ON users IS 'a'", 'short'],
  ["COMMENT ON INDEX posts_title IS 'a'", 'posts_title'],
  ['GRANT SELECT ON posts TO PUBLIC', 'posts'],
  ["INSERT INTO posts (id, title) VALUES (1, 'a')", 'posts'],
  ["INSERT INTO posts (id, title) VALUES (1, 'a')", 'title'],
  ['INSERT INTO posts (id) SELECT id FROM users', 'users'],
  ["UPDATE posts SET title = 'a'", 'title'],
  ['UPDATE posts SET title = lower(title)', '(title)'],
  ["UPDATE posts SET title = 'a' WHERE id = 1", 'id'],
  ['UPDATE posts SET title = email FROM users WHERE users.id = author', 'users'],
  ['DELETE FROM posts WHERE title IS NULL', 'title'],
  ['DELETE FROM posts', 'posts'],
  ['TRUNCATE posts', 'posts'],
  ['SELECT * FROM posts', 'posts'],
  ['LOCK TABLE posts', 'posts'],
  ['REFRESH MATERIALIZED VIEW titles', 'titles'],
  ['REINDEX INDEX posts_title', 'posts_title'],
  ['ANALYZE posts', 'posts'],
];

describe('what a statement needs and PostgreSQL does not find', () => {
  let db: PGlite;

  beforeAll(async () => {
    db = await emptyDatabase();
    await db.exec(SCHEMA);
  });

  async function outcome(sql: string): Promise<string> {
    await db.exec('BEGIN');
    try {
      await db.exec(sql);
      return 'runs';
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await db.exec('ROLLBACK');
    }
  }

  it.each(statements)('%s: nothing, as it is', async (sql) => {
    expect(missingIn([SCHEMA, sql])).toEqual([]);
    expect(await outcome(sql)).not.toMatch(/^42(?:P01|703|704|883)$/u);
  });

  it.each(statements)('%s: another name for %s gives the SQLSTATE that is predicted', async (sql, name) => {
    const changed = sql.replace(name, name.replace(/\w+/u, 'zzzz'));
    const missing = missingIn([SCHEMA, changed]);
    expect(missing[0]?.reference.code).toBe(await outcome(changed));
  });
});

describe('why it is missing', () => {
  const one = (...scripts: readonly string[]): MissingObject | undefined => missingIn(scripts)[0];

  it('was dropped, by which migration', () => {
    expect(
      one('CREATE TABLE t (a int, b int)', 'ALTER TABLE t DROP COLUMN b', 'CREATE INDEX ON t (b)'),
    ).toMatchObject({
      departure: { migration: 1, newName: undefined },
    });
  });

  it('was renamed, to what', () => {
    expect(
      one('CREATE TABLE t (a int)', 'ALTER TABLE t RENAME a TO b', 'CREATE INDEX ON t (a)'),
    ).toMatchObject({
      departure: { migration: 1, newName: 'b' },
    });
  });

  it('dropped, made again, and dropped by the same script, after which it is named', () => {
    const scripts = ['CREATE TABLE t (a int); CREATE TABLE u ()', 'DROP TABLE t', 'CREATE TABLE t (a int)'];
    expect(one(...scripts, 'ALTER TABLE t ADD c int; DROP TABLE t')).toBeUndefined();
    expect(one(...scripts, 'DROP TABLE t; ALTER TABLE t ADD c int')).toMatchObject({
      departure: { migration: 3 },
    });
  });

  it('is written in another case, or looks like another name', () => {
    expect(one('CREATE TABLE "Account" (a int)', 'DROP TABLE Account')?.near).toEqual({
      name: 'Account',
      differsInCase: true,
    });
    expect(one('CREATE TABLE "User" (a int)', 'DROP TABLE users')?.near).toEqual({
      name: 'User',
      differsInCase: false,
    });
    expect(one('CREATE TABLE accounts (a int)', 'DROP TABLE zebras')?.near).toBeUndefined();
  });
});

describe('nothing is claimed', () => {
  const OPAQUE = "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$";

  it.each([
    [
      'where SQL that cannot be read may have made it',
      ['CREATE TABLE t (a int)', OPAQUE, 'ALTER TABLE u ADD c int'],
    ],
    [
      'of the columns of a table from before such SQL',
      ['CREATE TABLE t (a int)', OPAQUE, 'CREATE INDEX ON t (b)'],
    ],
    [
      'where the history began with a database of its own',
      ['ALTER TABLE t ADD a int', 'ALTER TABLE u ADD c int'],
    ],
    [
      'where a foreign key pointed at a table of nobody',
      ['CREATE TABLE t (a int REFERENCES v)', 'DROP TABLE u'],
    ],
    ['of a table like one that nobody knows', ['CREATE TABLE t (LIKE elsewhere)', 'CREATE INDEX ON t (b)']],
    [
      'of a child of one that nobody knows',
      ['CREATE TABLE t () INHERITS (elsewhere)', 'CREATE INDEX ON t (b)'],
    ],
    [
      'of a copy of one that nobody knows',
      ['CREATE TABLE t AS SELECT * FROM elsewhere', 'CREATE INDEX ON t (b)'],
    ],
    [
      'beside an extension that brings tables',
      ['CREATE TABLE t (); CREATE EXTENSION postgis', 'DROP TABLE topology'],
    ],
    ['of names in a schema that nobody made', ['CREATE TABLE t (a int)', 'DROP TABLE auth.users']],
    [
      'of a name that another schema has',
      ['CREATE SCHEMA s; CREATE TABLE s.t ()', 'ALTER TABLE t ADD a int'],
    ],
    [
      'of columns of a view',
      ['CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t', 'INSERT INTO v (b) VALUES (1)'],
    ],
  ])('%s', (_, scripts) => {
    expect(missingIn(scripts)).toEqual([]);
  });

  it('but of a table that was made after SQL that cannot be read', () => {
    expect(missingIn([OPAQUE, 'CREATE TABLE t (a int)', 'CREATE INDEX ON t (b)'])).toHaveLength(1);
    expect(missingIn(['CREATE TABLE t (a int)', OPAQUE, 'DROP TABLE t', 'DROP TABLE t'])).toHaveLength(1);
  });
});
