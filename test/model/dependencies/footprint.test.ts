import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createCatalogBuilder } from '../../../src/model/catalog/builder.ts';
import { dependsOn } from '../../../src/model/dependencies/footprint.ts';
import { footprintOf } from '../../../src/model/dependencies/footprint-of.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE TYPE state AS ENUM ('new');
  CREATE TABLE users (id int PRIMARY KEY, name text, email text);
  CREATE TABLE posts (id int PRIMARY KEY, author int, title text, state state);
  CREATE INDEX posts_title ON posts (title);
  CREATE VIEW titles AS SELECT title FROM posts;`;

/** Whether a statement has to stay behind another one that runs before it. */
function waits(earlier: string, later: string): boolean {
  const builder = createCatalogBuilder({ postgresVersion: 15 });
  const run = (sql: string): ReturnType<typeof footprintOf> => {
    const { statements } = parseScript({ path: 'a.sql', text: sql, encoding: 'utf-8', byteOrderMark: false });
    return footprintOf(
      statements.flatMap((statement) =>
        operationsOf(statement).map((one) => builder.apply(one, { migration: 0, id: 'a', statement })),
      ),
    );
  };
  run(SCHEMA);
  const before = run(earlier);
  return dependsOn(run(later), before);
}

const NEW_INDEX = 'CREATE UNIQUE INDEX CONCURRENTLY i ON users (name);';

it.each([
  [NEW_INDEX, 'ALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES users (name);'],
  [NEW_INDEX, "INSERT INTO users VALUES (1, 'a') ON CONFLICT (name) DO NOTHING;"],
  [NEW_INDEX, 'ALTER INDEX i RENAME TO j;'],
  [NEW_INDEX, 'ALTER INDEX i SET (fillfactor = 70);'],
  [NEW_INDEX, "COMMENT ON INDEX i IS 'one';"],
  [NEW_INDEX, 'ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX i;'],
  [NEW_INDEX, 'ALTER TABLE users DROP COLUMN name;'],
  [NEW_INDEX, 'ALTER TABLE users RENAME TO people;'],
  [NEW_INDEX, 'DROP TABLE users;'],
  [NEW_INDEX, 'DROP INDEX i;'],
  [NEW_INDEX, 'SELECT count(*) FROM users;'],
  [NEW_INDEX, "DO $$ BEGIN EXECUTE 'SELECT ' || 1; END $$;"],
  ['CREATE INDEX CONCURRENTLY i ON posts (title, id);', 'DROP INDEX CONCURRENTLY posts_title;'],
  ['ALTER TABLE users ADD COLUMN note text;', "UPDATE users SET note = 'x';"],
  ['ALTER TABLE users ADD COLUMN note text;', 'CREATE INDEX ON users (lower(note));'],
  ["UPDATE users SET name = 'x';", 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;'],
  ["UPDATE users SET name = 'x';", 'ALTER TABLE users ADD CHECK (name IS NOT NULL) NOT VALID;'],
  ["UPDATE users SET name = 'x';", 'CREATE UNIQUE INDEX ON users (name);'],
  ["UPDATE users SET name = 'x';", 'ALTER TABLE users DROP COLUMN name;'],
  ["UPDATE users SET name = 'x';", "DELETE FROM users WHERE name = 'y';"],
  ["ALTER TYPE state ADD VALUE 'old';", "UPDATE posts SET state = 'old';"],
  ["ALTER TYPE state ADD VALUE 'old';", "ALTER TABLE posts ALTER COLUMN state SET DEFAULT 'old';"],
  ["ALTER TYPE state ADD VALUE 'old';", 'ALTER TABLE users ADD COLUMN state state;'],
  ['CREATE TABLE tags (id int PRIMARY KEY);', 'ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES tags;'],
  ['CREATE TABLE tags (id int PRIMARY KEY);', 'CREATE VIEW all_tags AS SELECT * FROM tags;'],
  ['DROP VIEW titles;', 'ALTER TABLE posts DROP COLUMN title;'],
  ['ALTER TABLE posts DROP COLUMN state;', 'DROP TYPE state;'],
  [
    'ALTER TABLE posts ADD CONSTRAINT c CHECK (id > 0) NOT VALID;',
    'ALTER TABLE posts VALIDATE CONSTRAINT c;',
  ],
  ['ALTER TABLE posts ADD CONSTRAINT c CHECK (id > 0) NOT VALID;', 'INSERT INTO posts (id) VALUES (1);'],
  ['ALTER TABLE posts VALIDATE CONSTRAINT c;', 'ALTER TABLE posts ALTER COLUMN title SET NOT NULL;'],
  ['ALTER TABLE posts ALTER COLUMN title SET NOT NULL;', 'ALTER TABLE posts DROP CONSTRAINT c;'],
])('%s is needed by %s', (earlier, later) => {
  expect(waits(earlier, later)).toBe(true);
});

it.each([
  [NEW_INDEX, 'ALTER TABLE users ADD COLUMN note text;'],
  [NEW_INDEX, 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;'],
  [NEW_INDEX, 'ALTER TABLE users DROP COLUMN email;'],
  [NEW_INDEX, 'ALTER TABLE posts ADD COLUMN note text;'],
  [NEW_INDEX, 'CREATE INDEX CONCURRENTLY j ON users (email);'],
  [NEW_INDEX, "COMMENT ON COLUMN users.name IS 'as shown';"],
  [NEW_INDEX, "UPDATE posts SET title = 'x';"],
  ['ALTER TABLE users ADD COLUMN note text;', "UPDATE users SET name = 'x';"],
  ["UPDATE users SET name = 'x';", 'CREATE INDEX ON users (name);'],
  ["UPDATE users SET name = 'x';", 'ALTER TABLE users ADD COLUMN note text;'],
  ['ALTER TABLE posts VALIDATE CONSTRAINT c;', "UPDATE posts SET title = 'x';"],
  ['ALTER TABLE posts VALIDATE CONSTRAINT c;', 'ALTER TABLE posts ADD COLUMN note text;'],
  [
    'DROP FUNCTION a();',
    'CREATE FUNCTION b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
  ],
])('%s is in no way of %s', (earlier, later) => {
  expect(waits(earlier, later)).toBe(false);
});
