import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import type { Example } from '../../src/lint/examples.ts';
import { lintExample } from '../../src/testing/index.ts';

describe('the texts of messages', () => {
  it.each([
    [
      'require-not-valid-foreign-key',
      'CREATE TABLE posts (id int, nn_id int);',
      'CREATE TABLE nn (id int PRIMARY KEY); ALTER TABLE posts ADD CONSTRAINT k FOREIGN KEY (nn_id) REFERENCES nn;',
      'Adding the foreign key k blocks writes to posts while every row of posts is checked.',
    ],
    [
      'no-data-loss',
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY REFERENCES a); CREATE TABLE c (id int REFERENCES b);',
      'CREATE TABLE d (id int REFERENCES a); TRUNCATE a, c CASCADE;',
      'This TRUNCATE destroys every row of a and b: CASCADE follows the foreign keys. No migration has copied them.',
    ],
    [
      'no-data-loss',
      'CREATE SCHEMA app; CREATE TABLE app.a (id int); CREATE TABLE app.b (id int); CREATE TABLE saved AS TABLE app.b;',
      'CREATE TABLE app.d (id int); DROP SCHEMA app CASCADE;',
      'Dropping the schema app destroys every row of app.a. No migration has copied them.',
    ],
    [
      'require-rollback',
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a);',
      'CREATE TABLE d (id int REFERENCES a); TRUNCATE a CASCADE;',
      '20250101000000_change destroys data in a and b, and there is no rollback script.',
    ],
    [
      'no-wide-lock-window',
      'CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); CREATE TABLE d (id int);',
      'ALTER TABLE a ADD x int; ALTER TABLE d ADD x int; ALTER TABLE b ADD x int; ALTER TABLE c ADD x int; DROP TABLE d;',
      'c is locked on top of a and b: while this waits for c, and until the transaction ends, reads and writes to a and b wait as well.',
    ],
    [
      'no-type-change',
      'CREATE TABLE users (id int PRIMARY KEY, icon bytea);',
      'ALTER TABLE users RENAME COLUMN icon TO avatar; ALTER TABLE users ALTER COLUMN avatar TYPE text;',
      'Changing users.avatar from bytea to text rewrites all of users and its indexes under ACCESS EXCLUSIVE. Nobody can read or write it until that is done.',
    ],
    [
      'no-type-change',
      'CREATE TABLE posts (id int PRIMARY KEY, folder int);',
      'ALTER TABLE posts ALTER COLUMN folder TYPE text;',
      'Changing posts.folder from integer to text rewrites all of posts and its indexes under ACCESS EXCLUSIVE. Running code that compares it with integer then fails with 42883. Nobody can read or write it until that is done.',
    ],
    [
      'no-excess-indexes',
      'CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int UNIQUE, c int UNIQUE, d int UNIQUE, e int UNIQUE, f int UNIQUE, g int UNIQUE, h int UNIQUE, i int UNIQUE);',
      'CREATE INDEX t_j ON t (a, b) WHERE c IS NULL;',
      't has 11 indexes after this deploy, over the 10 allowed: every INSERT writes to 10 of them, and to the other, which is partial, if the row meets its condition.',
    ],
  ])('%s names what existed before the deploy, after %s and with %s', async (name, before, sql, text) => {
    const rule = rules.find(({ meta }) => meta.name === name);
    if (rule === undefined) throw new Error(name);
    const [finding] = await lintExample(rule, { title: '', history: [before], sql });
    expect(finding?.message).toBe(text);
  });

  it.each([
    [
      'require-concurrent-drop-index',
      'CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);',
      'DROP INDEX i, j;',
      'Use DROP INDEX CONCURRENTLY, which takes one index at a time. Give each a migration of its own, with no other statement in it.',
    ],
    [
      'require-concurrent-drop-index',
      'CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);',
      'DROP INDEX i; DROP INDEX j;',
      'Use DROP INDEX CONCURRENTLY, which cannot run in this transaction. Give each a migration of its own, with no other statement in it.',
    ],
    [
      'require-primary-key-using-index',
      'CREATE TABLE t (a int NOT NULL);',
      'ALTER TABLE t ADD PRIMARY KEY (a);',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t (a), then ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey. Give the index a migration of its own, with no other statement in it.',
    ],
    [
      'require-primary-key-using-index',
      'CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);',
      'ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b);',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey_new ON t (b), then ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey_new. Give the index a migration of its own, with no other statement in it.',
    ],
    [
      'no-volatile-default',
      'CREATE TABLE t (a int);',
      'ALTER TABLE t ADD b uuid NOT NULL DEFAULT gen_random_uuid();',
      'Add b without DEFAULT and NOT NULL, set the default in a second ALTER TABLE, where it holds for new rows only, and fill the others in batches. NOT NULL comes last, when no row is left without a value.',
    ],
    [
      'no-weaker-replacement',
      'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL);',
      'ALTER TABLE t ADD a_new text; UPDATE t SET a_new = a; ALTER TABLE t DROP COLUMN a;',
      'Give a_new the same before a goes: set NOT NULL after a validated check.',
    ],
    [
      'require-constraint-name',
      'CREATE TABLE u (id int PRIMARY KEY);',
      'CREATE TABLE t (a int REFERENCES u, b int REFERENCES u);',
      'Write CONSTRAINT and a name in front of each.',
    ],
    [
      'no-type-change',
      'CREATE TABLE users (id int PRIMARY KEY, icon bytea);',
      'ALTER TABLE users RENAME COLUMN icon TO avatar; ALTER TABLE users ALTER COLUMN avatar TYPE text;',
      'Add avatar text, write to both, fill it in batches, switch the reads, and drop icon in a later release.',
    ],
    [
      'no-work-under-lock',
      'CREATE TABLE posts (id int); CREATE MATERIALIZED VIEW ids AS SELECT id FROM posts;',
      'ALTER TABLE posts ADD title text; ALTER TABLE posts ADD html text; DROP MATERIALIZED VIEW ids; CREATE MATERIALIZED VIEW ids AS SELECT id, title FROM posts;',
      'Move what takes the lock into a migration of its own, before this one, if that works while ids is still there. The drop of ids and this statement belong together: in two transactions, whatever reads ids in between fails with 42P01.',
    ],
    [
      'no-cascading-foreign-key',
      'CREATE TABLE u (id int PRIMARY KEY);',
      'CREATE TABLE t (a int NOT NULL REFERENCES u ON DELETE CASCADE);',
      'If t may really go along, say so with a directive and a reason. Else use ON DELETE RESTRICT.',
    ],
    [
      'no-cascading-foreign-key',
      'CREATE TABLE u (id int PRIMARY KEY);',
      'CREATE TABLE t (a int REFERENCES u ON DELETE CASCADE);',
      'If t may really go along, say so with a directive and a reason. Else use ON DELETE RESTRICT, or SET NULL.',
    ],
  ])('%s says what to do, after %s and with %s', async (name, before, sql, text) => {
    const rule = rules.find(({ meta }) => meta.name === name);
    if (rule === undefined) throw new Error(name);
    const [finding] = await lintExample(rule, { title: '', history: [before], sql });
    expect(finding?.help).toBe(text);
  });

  it.each([
    [
      'require-constraint-name',
      'CREATE TABLE u (id int PRIMARY KEY);',
      'CREATE TABLE t (a int REFERENCES u, b int REFERENCES u);',
      't gets a foreign key on (a) to u and a foreign key on (b) to u without names.',
    ],
    [
      'require-relaxed-column',
      'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b text NOT NULL);',
      'ALTER TABLE t DROP COLUMN a, DROP COLUMN b;',
      'Every INSERT into t must give a value for a and b: code that does not write them fails',
    ],
    [
      'no-work-under-lock',
      'CREATE TABLE u (id int); CREATE TABLE s (id int, l int); CREATE TABLE l (id int);',
      'DO $$ DECLARE u record; BEGIN ALTER TABLE u ADD x int; FOR u IN SELECT id FROM u LOOP INSERT INTO s SELECT u.id, l.id FROM l; END LOOP; END $$;',
      'While rows are inserted into s for each row of u, nobody can read or write u:',
    ],
  ])('%s begins as a sentence should, after %s and with %s', async (name, before, sql, text) => {
    const rule = rules.find(({ meta }) => meta.name === name);
    if (rule === undefined) throw new Error(name);
    const [finding] = await lintExample(rule, { title: '', history: [before], sql });
    expect(finding?.message.slice(0, text.length)).toBe(text);
  });

  it.each<[string, Pick<Example, 'name' | 'runner' | 'withoutTransaction'>, string, string, string]>([
    [
      'no-unchecked-unique',
      {},
      'CREATE TABLE runs (id int PRIMARY KEY, chat int, "finishedAt" date, team int NOT NULL);',
      'CREATE UNIQUE INDEX active ON runs (chat, team) WHERE "finishedAt" IS NULL;',
      'SELECT chat, team FROM runs WHERE ("finishedAt" IS NULL) AND chat IS NOT NULL GROUP BY chat, team HAVING',
    ],
    [
      'no-unchecked-unique',
      {},
      'CREATE TABLE runs (id int PRIMARY KEY, chat int);',
      'ALTER TABLE runs ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (chat);',
      'SELECT chat FROM runs GROUP BY chat HAVING',
    ],
    [
      'no-required-column',
      {},
      'CREATE TABLE users (id int PRIMARY KEY);',
      'ALTER TABLE users ADD COLUMN token text NOT NULL; CREATE UNIQUE INDEX token ON users (token);',
      'Add token nullable; backfill in batches',
    ],
    [
      'no-required-column',
      {},
      'CREATE TABLE users (id int PRIMARY KEY);',
      'ALTER TABLE users ADD COLUMN token text NOT NULL;',
      'Add token nullable, or with a constant default; backfill in batches',
    ],
    [
      'no-unbatched-write',
      { runner: 'diesel' },
      'CREATE TABLE users (id int PRIMARY KEY, name text);',
      'UPDATE users SET name = lower(name);',
      'a metadata.toml beside it that says `run_in_transaction = false`.',
    ],
    [
      'no-unbatched-write',
      { runner: 'goose' },
      'CREATE TABLE users (id int PRIMARY KEY, name text);',
      'DELETE FROM users;',
      'Let its file say `-- +goose NO TRANSACTION`',
    ],
    [
      'no-rename-table',
      { runner: 'diesel' },
      'CREATE TABLE post_tag (id int PRIMARY KEY, tag_id int);',
      'ALTER TABLE post_tag RENAME TO "postTag"; ALTER TABLE "postTag" RENAME tag_id TO "tagId";',
      'CREATE VIEW post_tag AS SELECT id, "tagId" AS tag_id FROM "postTag"',
    ],
    [
      'no-rename-table',
      { runner: 'diesel' },
      'CREATE TABLE user_ (id int PRIMARY KEY, bio text);',
      'ALTER TABLE user_ RENAME TO person; ALTER TABLE person DROP COLUMN bio;',
      'once its columns are dropped (code that names those fails all the same), CREATE VIEW user_ AS SELECT * FROM person',
    ],
    [
      'no-disguised-rename',
      {},
      'CREATE TABLE "_UserToTeam" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);',
      'DROP TABLE "_UserToTeam"; CREATE TABLE "_UserToTeams" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);',
      'keep the table with @relation("UserToTeam") on both sides.',
    ],
    [
      'no-data-loss',
      {},
      'CREATE TABLE users (id int PRIMARY KEY, fax text);',
      'ALTER TABLE users DROP COLUMN fax;',
      'CREATE TABLE … AS SELECT id, fax FROM users',
    ],
    [
      'no-data-loss',
      {},
      'CREATE TABLE users (id int PRIMARY KEY, fax text);',
      'ALTER TABLE users DROP COLUMN id;',
      'CREATE TABLE … AS SELECT * FROM users',
    ],
    [
      'no-misleading-name',
      { runner: 'diesel', name: 'add_fax' },
      'CREATE TABLE users (id int PRIMARY KEY, fax text);',
      'ALTER TABLE users DROP COLUMN fax;',
      'whoever reviews it, or looks for the change later, goes by the name.',
    ],
    [
      'no-partial-apply',
      { runner: 'goose', withoutTransaction: true },
      'CREATE TABLE users (id int PRIMARY KEY, age int);',
      'ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);\nDROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY j ON users (age);',
      'a constraint or an index with DROP … IF EXISTS before it; DROP INDEX CONCURRENTLY cannot stand',
    ],
  ])('%s with %o helps, after %s and with %s', async (name, runner, before, sql, help) => {
    const rule = rules.find(({ meta }) => meta.name === name);
    if (rule === undefined) throw new Error(name);
    const [finding] = await lintExample(rule, { title: '', history: [before], sql, ...runner });
    expect(finding?.help).toContain(help);
  });

  it('no-cascade-drop names what goes with all objects of a statement', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const trigger = (name: string): string =>
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; ` +
      `CREATE TRIGGER ${name} BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION ${name}();`;
    const rule = rules.find(({ meta }) => meta.name === 'no-cascade-drop');
    if (rule === undefined) throw new Error('no rule');
    const findings = await lintExample(rule, {
      title: '',
      history: ['CREATE TABLE users (id int PRIMARY KEY);', names.map(trigger).join('\n')],
      sql: `DROP FUNCTION ${names.join(', ')} CASCADE;`,
    });
    expect(findings.map(({ message, severity }) => [severity, message])).toEqual([
      [
        'warning',
        'CASCADE takes more along than the function a, the function b, the function c and 2 more: the trigger a of users, the trigger b of users, the trigger c of users and 2 more triggers. The statement names none of it, and nobody is asked.',
      ],
    ]);
  });
});
