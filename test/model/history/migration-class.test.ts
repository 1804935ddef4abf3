import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { classOf, shortClass } from './classes.ts';

beforeAll(loadParser);

const USERS = `
  CREATE TYPE role AS ENUM ('user', 'admin');
  CREATE TABLE users (
    id int PRIMARY KEY, email varchar(50) NOT NULL DEFAULT '', username text, bio text, age int, role role, score numeric(10, 4)
  );
  CREATE TABLE posts (id int PRIMARY KEY, user_id int);
  CREATE TABLE likes (post_id int REFERENCES posts, user_id int);
  CREATE UNIQUE INDEX users_email_key ON users (email);
  CREATE VIEW names AS SELECT username FROM users;
  CREATE FUNCTION full_name() RETURNS text LANGUAGE sql AS 'SELECT 1::text';`;

const W = 'reads and writes';

describe('the documents’ own classified examples', () => {
  it.each([
    // Document A's three types.
    ['CREATE TABLE new_feature (id serial PRIMARY KEY, data text)', 'additive', 'safe'],
    ['ALTER TABLE users ADD COLUMN is_verified boolean DEFAULT false', 'additive', 'safe'],
    ['CREATE INDEX CONCURRENTLY idx_users_email ON users (email)', 'low risk', 'safe'],
    ['ALTER TABLE users ADD COLUMN phone_number varchar(20) NULL', 'low risk', 'safe'],
    ['ALTER TABLE users DROP COLUMN username', 'breaking', 'breaking'],
    ['ALTER TABLE users ALTER COLUMN id TYPE bigint', 'breaking', 'breaking'],
    // Document D's two.
    ['ALTER TABLE users ADD COLUMN nickname text', 'low risk', 'safe'],
    ['CREATE INDEX idx_users_verified ON users (age)', 'low risk', 'safe'],
    ['ALTER TABLE users ALTER COLUMN email DROP NOT NULL', 'low risk', 'safe'],
    ['ALTER TABLE users RENAME COLUMN username TO handle', 'breaking', 'breaking'],
    ['ALTER TABLE users ALTER COLUMN age SET NOT NULL', 'breaking', 'breaking'],
  ])('%s is %s', (sql, change, compatibility) => {
    const found = classOf([USERS], sql);
    expect([found.class.value, found.compatibility]).toEqual([change, compatibility]);
  });
});

describe('classOfMigration', () => {
  it.each([
    // Something new.
    ['CREATE TABLE tags (id int PRIMARY KEY)', 'additive | expand | low | yes | none | schema first'],
    [
      'CREATE TABLE tags (id int PRIMARY KEY, user_id int REFERENCES users)',
      'additive | expand | low | yes | writes, instant | schema first',
    ],
    ['ALTER TABLE users ADD nick text', `low risk | expand | low | yes | ${W}, instant | schema first`],
    [
      "ALTER TABLE users ADD nick text DEFAULT ''",
      `additive | expand | low | yes | ${W}, instant | schema first`,
    ],
    [
      'ALTER TABLE users ADD token uuid DEFAULT gen_random_uuid()',
      `additive | expand | low | yes | ${W}, grows with the table | schema first`,
    ],
    ['ALTER TABLE users ADD nick text NOT NULL', `breaking | none | low | yes | ${W}, instant | neither`],
    ["ALTER TYPE role ADD VALUE 'root'", 'additive | expand | low | no | none | schema first'],
    // What goes.
    ['ALTER TABLE users DROP bio', `breaking | contract | high | no | ${W}, instant | code first`],
    ['DROP TABLE posts', `breaking | contract | high | no | ${W}, instant | code first`],
    ['TRUNCATE posts', `breaking | contract | high | no | ${W}, instant | code first`],
    ['DELETE FROM posts', 'low risk | none | high | no | writes, grows with the table | either'],
    [
      'DELETE FROM posts WHERE user_id > 5',
      'low risk | none | medium | with data loss | writes, grows with the table | either',
    ],
    ['DROP VIEW names', 'breaking | contract | low | yes | none | code first'],
    ['DROP FUNCTION full_name()', 'breaking | contract | low | yes | none | code first'],
    [
      'DROP VIEW names; CREATE VIEW names AS SELECT username, id FROM users',
      'low risk | expand | low | yes | none | schema first',
    ],
    // What changes.
    ['ALTER TABLE users RENAME username TO handle', `breaking | none | low | yes | ${W}, instant | neither`],
    ['ALTER TABLE users RENAME TO people', `breaking | none | low | yes | ${W}, instant | neither`],
    ["ALTER TYPE role RENAME VALUE 'user' TO 'member'", 'breaking | none | low | yes | none | neither'],
    [
      'ALTER TABLE users ALTER email TYPE text',
      `low risk | expand | low | yes | ${W}, instant | schema first`,
    ],
    [
      'ALTER TABLE users ALTER id TYPE bigint',
      `breaking | expand | low | yes | ${W}, grows with the table | schema first`,
    ],
    [
      'ALTER TABLE users ALTER email TYPE varchar(5)',
      `breaking | contract | low | yes | ${W}, grows with the table | code first`,
    ],
    [
      'ALTER TABLE users ALTER score TYPE numeric(10, 2)',
      `breaking | contract | high | with data loss | ${W}, grows with the table | code first`,
    ],
    [
      'ALTER TABLE users ALTER bio TYPE jsonb USING bio::jsonb',
      `breaking | none | low | yes | ${W}, grows with the table | neither`,
    ],
    [
      "CREATE TYPE role_new AS ENUM ('user'); ALTER TABLE users ALTER role TYPE role_new USING role::text::role_new; ALTER TYPE role RENAME TO role_old; ALTER TYPE role_new RENAME TO role; DROP TYPE role_old",
      `breaking | expand | low | yes | ${W}, grows with the table | neither`,
    ],
    // Rules.
    [
      'ALTER TABLE users ALTER age SET NOT NULL',
      `breaking | contract | low | yes | ${W}, grows with the table | code first`,
    ],
    ['ALTER TABLE users ALTER email SET NOT NULL', `low risk | none | low | yes | ${W}, instant | either`],
    [
      'ALTER TABLE users ALTER email DROP NOT NULL',
      `low risk | expand | low | yes | ${W}, instant | schema first`,
    ],
    [
      'ALTER TABLE users ALTER email DROP DEFAULT',
      `breaking | contract | low | yes | ${W}, instant | code first`,
    ],
    [
      'ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17)',
      `low risk | none | low | yes | ${W}, grows with the table | code first`,
    ],
    [
      'ALTER TABLE posts ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users NOT VALID',
      'low risk | none | low | yes | writes, instant | code first',
    ],
    [
      'ALTER TABLE posts ADD author_id int; ALTER TABLE posts ADD CONSTRAINT k FOREIGN KEY (author_id) REFERENCES users NOT VALID',
      `low risk | expand | low | yes | ${W}, instant | schema first`,
    ],
    [
      'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
      `breaking | contract | low | yes | ${W}, instant | code first`,
    ],
    // Indexes.
    [
      'CREATE INDEX ON posts (user_id)',
      'low risk | none | low | yes | writes, grows with the table | either',
    ],
    ['CREATE INDEX CONCURRENTLY ON posts (user_id)', 'low risk | none | low | yes | none | either'],
    ['DROP INDEX users_email_key', `low risk | none | low | yes | ${W}, instant | schema first`],
    [
      'DROP INDEX users_email_key; CREATE UNIQUE INDEX k ON users (email, age)',
      `low risk | none | low | yes | ${W}, grows with the table | schema first`,
    ],
    // Constraints that come again, or go with what they are on.
    [
      'ALTER TABLE likes DROP CONSTRAINT likes_post_id_fkey; ALTER TABLE likes ADD CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts ON DELETE CASCADE',
      `low risk | none | low | yes | ${W}, grows with the table | either`,
    ],
    [
      'ALTER TABLE likes DROP CONSTRAINT likes_post_id_fkey; DROP TABLE likes',
      `breaking | contract | high | no | ${W}, instant | code first`,
    ],
    [
      'ALTER TABLE likes ADD kind int; CREATE UNIQUE INDEX ON likes (post_id, kind)',
      `low risk | expand | low | yes | ${W}, grows with the table | schema first`,
    ],
    // Rows.
    ['INSERT INTO users (id) VALUES (1)', 'low risk | backfill | low | yes | none | either'],
    [
      "UPDATE users SET bio = 'none' WHERE bio IS NULL",
      'low risk | backfill | low | yes | writes, grows with the table | either',
    ],
    [
      'UPDATE users SET email = lower(email)',
      'low risk | backfill | medium | with data loss | writes, grows with the table | either',
    ],
    [
      "UPDATE users SET bio = '' WHERE id = 1",
      'low risk | backfill | medium | with data loss | none | either',
    ],
    // Slow work under a lock that its transaction holds already.
    [
      'ALTER TABLE users ADD nick text; UPDATE posts SET user_id = 1 WHERE user_id IS NULL',
      `low risk | expand | low | yes | ${W}, grows with the table | schema first`,
    ],
    // Expand and contract at once.
    [
      'ALTER TABLE users ADD handle text; ALTER TABLE users DROP username',
      `breaking | mixed | high | no | ${W}, instant | neither`,
    ],
    // Nothing.
    ['', 'none | none | low | yes | none | either'],
    ["SET lock_timeout = '1s'; COMMENT ON VIEW names IS 'n'", 'none | none | low | yes | none | either'],
  ])('%s: %s', (sql, expected) => {
    expect(shortClass(classOf([USERS], sql))).toBe(expected);
  });

  it('knows the copy that an earlier migration has made, and calls its contract one', () => {
    const copied =
      'ALTER TABLE users ADD handle text; UPDATE users SET handle = username WHERE handle IS NULL';
    expect(shortClass(classOf([USERS, copied], 'ALTER TABLE users DROP username'))).toBe(
      `breaking | contract | medium | yes | ${W}, instant | code first`,
    );
  });

  it('names the operations that decide', () => {
    const { dataLoss, reversible, order } = classOf(
      [USERS],
      'ALTER TABLE posts ADD title text;\nALTER TABLE users DROP bio;',
    );
    expect(dataLoss.reasons).toMatchObject([
      { kind: 'DropColumn', text: 'drops users.bio with its values, of which no migration has made a copy' },
    ]);
    expect(reversible.reasons).toHaveLength(1);
    expect(order.reasons.map(({ text }) => text)).toEqual([
      'drops users.bio, which running code may use',
      'adds posts.title, which is NULL in every row',
    ]);
  });

  it('says what it could not read', () => {
    const { unread, class: change } = classOf([USERS], "DO $$ BEGIN EXECUTE current_setting('a.b'); END $$;");
    expect(unread).toMatchObject([{ kind: 'Opaque' }]);
    expect(change.value).toBe('none');
  });

  it('leaves out what only runs when a function is called', () => {
    const sql = 'CREATE FUNCTION clean() RETURNS void LANGUAGE sql AS $$ DELETE FROM posts $$';
    expect(shortClass(classOf([USERS], sql))).toBe('additive | expand | low | yes | none | schema first');
  });

  it('finds a migration of new tables alone additive, without risk, reversible and without downtime', () => {
    const column = fc.constantFrom(
      'int',
      'text NOT NULL',
      "varchar(10) DEFAULT 'a'",
      'timestamptz DEFAULT now()',
      'serial',
    );
    const table = fc.record({
      columns: fc.array(column, { minLength: 1, maxLength: 5 }),
      indexed: fc.boolean(),
      filled: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 4 }), (tables) => {
        const sql = tables.flatMap(({ columns, indexed, filled }, at) => [
          `CREATE TABLE t${at} (${columns.map((type, index) => `c${index} ${type}`).join(', ')});`,
          indexed ? `CREATE UNIQUE INDEX ON t${at} (c0); ALTER TABLE t${at} ADD d int NOT NULL;` : '',
          filled
            ? `INSERT INTO t${at} DEFAULT VALUES; UPDATE t${at} SET c0 = c0; ALTER TABLE t${at} DROP c0;`
            : '',
        ]);
        expect(shortClass(classOf([USERS], sql.join('\n')))).toBe(
          'additive | expand | low | yes | none | schema first',
        );
      }),
      { numRuns: 50 },
    );
  });
});
