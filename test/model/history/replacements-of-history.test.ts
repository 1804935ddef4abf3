import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Replacement } from '../../../src/model/history/replacement.ts';
import { displayName } from '../../../src/model/operations/display-name.ts';
import { inPublic, replayed, type TestMigration } from './read.ts';

beforeAll(loadParser);

const USERS =
  'CREATE TABLE users (id int PRIMARY KEY, username text NOT NULL UNIQUE, price int, quantity int);';

function place({ table, column }: Replacement['old']): string {
  return column === undefined ? displayName(table) : `${displayName(table)}.${column}`;
}

/** A replacement in one line: what by what, its migrations, its signs. */
function line({ old, new: new_, expand, ties, contract, values, signs, certainty }: Replacement): string {
  const tied = ties.map(({ kind, migration }) => `${kind} ${migration}`).join(', ');
  const end = contract === undefined ? 'open' : `contract ${contract.migration}`;
  return `${place(old)} → ${place(new_)}: expand ${expand.migration}, ${tied}, ${end}; ${values}; ${certainty}: ${signs.join(', ')}`;
}

const lines = (...scripts: readonly TestMigration[]): readonly string[] =>
  replayed(...scripts)
    .history.replacements()
    .map((one) => line(one));

describe('columns that take the place of others', () => {
  it.each<[string, readonly TestMigration[], readonly string[]]>([
    [
      'expand, backfill, contract in three migrations',
      [
        USERS,
        'ALTER TABLE users ADD COLUMN display_name varchar(100);',
        'UPDATE users SET display_name = username WHERE display_name IS NULL;',
        'ALTER TABLE users DROP COLUMN username;',
      ],
      ['users.username → users.display_name: expand 1, backfill 2, contract 3; kept; certain: dropped'],
    ],
    [
      'open, marked by its name; the value under a cast',
      [USERS, 'ALTER TABLE users ADD COLUMN id_new bigint; UPDATE users SET id_new = id::bigint;'],
      ['users.id → users.id_new: expand 1, backfill 1, open; kept; certain: names, alike'],
    ],
    [
      'a batch loop in a DO block, and a WITH',
      [
        USERS,
        `ALTER TABLE users ADD COLUMN new_username text;
         DO $$ BEGIN LOOP
           WITH batch AS (SELECT id FROM users WHERE new_username IS NULL LIMIT 1000)
           UPDATE users u SET new_username = coalesce(u.username, '') FROM batch WHERE u.id = batch.id;
           EXIT WHEN NOT FOUND; COMMIT;
         END LOOP; END $$;`,
      ],
      ['users.username → users.new_username: expand 1, backfill 1, open; kept; certain: names, alike'],
    ],
    [
      'the names change afterwards',
      [
        USERS,
        'ALTER TABLE users ADD COLUMN id_new bigint; UPDATE users SET id_new = id;',
        'ALTER TABLE users DROP COLUMN id; ALTER TABLE users RENAME COLUMN id_new TO id;',
        'ALTER TABLE users RENAME TO people;',
      ],
      [
        'people.id → people.id: expand 1, backfill 1, contract 2; kept; certain: dropped, swapped, names, alike',
      ],
    ],
    [
      'a value that is worked out: probable by its name, certain once the old one is dropped',
      [
        'CREATE TABLE invoices (id int, currency text, iso text);',
        'ALTER TABLE invoices ADD COLUMN currency_code text; UPDATE invoices SET currency_code = upper(currency);',
        'ALTER TABLE invoices ADD COLUMN country text; UPDATE invoices SET country = left(iso, 2);',
        'ALTER TABLE invoices DROP COLUMN iso;',
      ],
      [
        'invoices.currency → invoices.currency_code: expand 1, backfill 1, open; computed; probable: alike',
        'invoices.iso → invoices.country: expand 2, backfill 2, contract 3; computed; probable: dropped',
      ],
    ],
    [
      'kept in step by a trigger, in both directions',
      [
        USERS,
        `ALTER TABLE users ADD COLUMN "displayName" text;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF NEW."displayName" IS NULL THEN NEW."displayName" := NEW.username;
           ELSE NEW.username = NEW."displayName"; END IF;
           RETURN NEW; END $$;
         CREATE TRIGGER t BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f();`,
      ],
      ['users.username → users.displayName: expand 1, trigger 1, trigger 1, open; kept; certain: dual write'],
    ],
    [
      'a comment calls the old one deprecated',
      [
        USERS,
        'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
        "COMMENT ON COLUMN users.username IS 'Deprecated, use nick instead';",
      ],
      ['users.username → users.nick: expand 1, backfill 1, open; kept; certain: comment'],
    ],
    [
      'a migration says so in its name, or in its header',
      [
        USERS,
        [
          '20250101_rename_username_to_nick',
          'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
        ],
        [
          '20250102_more',
          '-- Expand: cost takes the place of price.\nALTER TABLE users ADD COLUMN cost int;',
        ],
        ['20250103_more', 'UPDATE users SET cost = price;'],
      ],
      [
        'users.username → users.nick: expand 1, backfill 1, open; kept; certain: said',
        'users.price → users.cost: expand 2, backfill 3, open; kept; certain: said',
      ],
    ],
    [
      'a view shows it under the old name',
      [
        USERS,
        'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username; CREATE VIEW old_users AS SELECT id, nick AS username FROM users;',
      ],
      ['users.username → users.nick: expand 1, backfill 1, view 1, open; kept; certain: view'],
    ],
    [
      'a generated column of a marked name',
      [USERS, 'ALTER TABLE users ADD COLUMN username_v2 text GENERATED ALWAYS AS (lower(username)) STORED;'],
      [
        'users.username → users.username_v2: expand 1, generated column 1, open; computed; certain: names, alike',
      ],
    ],
    [
      'a key that is looked up by a name, once the name is dropped',
      [
        'CREATE TABLE authors (id int, name text); CREATE TABLE posts (id int, author_name text);',
        'ALTER TABLE posts ADD COLUMN author_id int; UPDATE posts SET author_id = a.id FROM authors a WHERE a.name = posts.author_name;',
        'ALTER TABLE posts DROP COLUMN author_name;',
      ],
      [
        'posts.author_name → posts.author_id: expand 1, backfill 1, contract 2; computed; certain: dropped, alike',
      ],
    ],
    [
      'a column that moves to another table',
      [
        'CREATE TABLE users (id int, bio text);',
        'CREATE TABLE profiles (user_id int, bio text); INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users;',
        'ALTER TABLE users DROP COLUMN bio;',
      ],
      ['users.bio → profiles.bio: expand 1, backfill 1, contract 2; kept; certain: dropped, names, alike'],
    ],
    [
      'dropped and added, and nothing copied: a guess',
      [USERS, 'ALTER TABLE users DROP COLUMN username, ADD COLUMN user_name text;'],
      ['users.username → users.user_name: expand 1, shape 1, contract 1; kept; probable: '],
    ],
  ])('%s', (_, scripts, expected) => {
    expect(lines(...scripts)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    [
      'made of several columns',
      [
        'ALTER TABLE users ADD COLUMN total int; UPDATE users SET total = price * quantity;',
        'ALTER TABLE users DROP COLUMN price;',
      ],
    ],
    [
      'started with another column’s value',
      ['ALTER TABLE users ADD COLUMN seen int; UPDATE users SET seen = price;'],
    ],
    [
      'filled with constants',
      ['ALTER TABLE users ADD COLUMN new_price int; UPDATE users SET new_price = 0;'],
    ],
    [
      'saved before a change',
      [
        'ALTER TABLE users ADD COLUMN price_old int; UPDATE users SET price_old = price;',
        'ALTER TABLE users DROP COLUMN price_old;',
      ],
    ],
    [
      'filled from a column that is newer',
      ['ALTER TABLE users ADD COLUMN price_new int;', 'UPDATE users SET price = price_new;'],
    ],
    [
      'copied into another table, and kept',
      [
        'CREATE TABLE profiles (user_id int, username text); INSERT INTO profiles SELECT id, username FROM users;',
      ],
    ],
    [
      'saved in another table, then dropped',
      [
        'CREATE TABLE users_backup AS SELECT id, username FROM users;',
        'ALTER TABLE users DROP COLUMN username;',
      ],
    ],
    [
      'given up',
      [
        'ALTER TABLE users ADD COLUMN price_new int; UPDATE users SET price_new = price;',
        'ALTER TABLE users DROP COLUMN price_new;',
      ],
    ],
    [
      'gone with their table',
      [
        'ALTER TABLE users ADD COLUMN price_new int; UPDATE users SET price_new = price;',
        'DROP TABLE users;',
      ],
    ],
    [
      'a search vector that a trigger works out',
      [
        `ALTER TABLE users ADD COLUMN search text;
       CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.search := lower(NEW.username); RETURN NEW; END $$;
       CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();`,
      ],
    ],
    [
      'dropped, and another added that has nothing in common',
      ['ALTER TABLE users DROP COLUMN username, ADD COLUMN address text;'],
    ],
  ])('none: %s', (_, scripts) => {
    expect(lines(USERS, ...scripts)).toEqual([]);
  });
});

describe('tables that take the place of others', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'copied, then dropped',
      [
        'CREATE TABLE gradings (id int, name text, value int);',
        'CREATE TABLE scores (id int, name text, value int);',
        'INSERT INTO scores (id, name, value) SELECT id, name, value FROM gradings;',
        'DROP TABLE gradings;',
      ],
      ['gradings → scores: expand 1, backfill 2, contract 3; kept; certain: dropped'],
    ],
    [
      'a swap of names',
      [
        USERS,
        'CREATE TABLE users_v2 AS SELECT * FROM users;',
        'BEGIN; ALTER TABLE users RENAME TO users_old; ALTER TABLE users_v2 RENAME TO users; COMMIT;',
      ],
      ['users_old → users: expand 1, backfill 1, open; kept; certain: swapped, names, alike'],
    ],
    [
      'a trigger that writes to both',
      [
        USERS,
        'CREATE TABLE accounts (id int, username text, price int, quantity int); INSERT INTO accounts SELECT id, username, price, quantity FROM users;',
        `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           INSERT INTO accounts VALUES (NEW.id, NEW.username, NEW.price, NEW.quantity); RETURN NEW; END $$;
         CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();`,
      ],
      ['users → accounts: expand 1, backfill 1, trigger 2, open; kept; certain: dual write'],
    ],
    [
      'a copy that is kept aside',
      [USERS, 'CREATE TABLE users_archive AS SELECT * FROM users;', 'DROP TABLE users;'],
      [],
    ],
    [
      'a temporary copy',
      [USERS, 'CREATE TEMP TABLE users_new AS SELECT * FROM users;', 'DROP TABLE users;'],
      [],
    ],
    [
      'a table made from some of its columns',
      [
        USERS,
        'CREATE TABLE tags (id int, a text, b text, c text, name text); INSERT INTO tags (name) SELECT DISTINCT username FROM users;',
        'DROP TABLE users;',
      ],
      [],
    ],
    [
      'an audit trail',
      [
        USERS,
        'CREATE TABLE user_events (id int, username text, price int);',
        `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO user_events VALUES (NEW.id, NEW.username, NEW.price); RETURN NEW; END $$;
       CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();`,
      ],
      [],
    ],
  ])('%s', (_, scripts, expected) => {
    expect(lines(...scripts)).toEqual(expected);
  });
});

describe('asking', () => {
  const STEPS = [
    USERS,
    'ALTER TABLE users ADD COLUMN nick text;',
    'UPDATE users SET nick = username;',
    'ALTER TABLE users DROP COLUMN username; ALTER TABLE users ADD COLUMN username int; ALTER TABLE users RENAME TO people;',
  ] as const;

  it('by the name that something has now, or had before an operation', () => {
    const { history, last } = replayed(...STEPS);
    const drop = last('DropColumn');
    const found = history.replacementOf(inPublic('users'), 'username', drop);
    expect(found && line(found)).toBe(
      'people.username → people.nick: expand 1, backfill 2, contract 3; kept; certain: dropped',
    );
    expect(history.replacementOf(inPublic('people'), 'username')).toBeUndefined();
    expect(history.replacedBy(inPublic('people'), 'nick')).toEqual(found);
    expect(history.replacementOf(inPublic('people'), 'nick')).toBeUndefined();
    expect(history.replacementOf(inPublic('nowhere'), 'nick')).toBeUndefined();
    expect(history.replacementOf(inPublic('people'))).toBeUndefined();
  });

  it('by migration, and again after more was recorded', () => {
    const { history } = replayed(...STEPS);
    expect([0, 1, 2, 3, 4].map((migration) => history.replacementsIn(migration).length)).toEqual([
      0, 1, 1, 1, 0,
    ]);
  });
});
