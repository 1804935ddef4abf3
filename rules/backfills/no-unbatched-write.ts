import {
  batchedWriteFix,
  defineRule,
  isBoundedWrite,
  isEmptyOrFails,
  outsideTransactionAdvice,
  unboundedSources,
  type CreateTableAs,
  type Delete,
  type Insert,
  type NoOptions,
  type Project,
  type RuleContext,
  type Update,
} from 'migration-lint';

const messages = {
  updatesAll: {
    what: 'This UPDATE changes any number of rows of {{table}} in one statement: it keeps every one of them locked until its transaction ends, and writers wait.',
    help: 'Update in batches of 1,000 to 10,000 rows by key, committing each: in a script outside of the migration, or in a DO block. {{place}}',
  },
  deletesAll: {
    what: 'This DELETE removes any number of rows of {{table}} in one statement: it keeps every one of them locked until its transaction ends, and writers wait.',
    help: 'Delete in batches of 1,000 to 10,000 rows by key, committing each: in a script outside of the migration, or in a DO block. {{place}}',
  },
  mergesAll: {
    what: 'This MERGE changes any number of rows of {{table}} in one statement: it keeps every one of them locked until its transaction ends, and writers wait.',
    help: 'Merge in batches of 1,000 to 10,000 rows of the source, committing each: in a script outside of the migration, or in a DO block. {{place}}',
  },
  copiesAll: {
    what: 'This copies any number of rows of {{source}} into {{table}} in one statement: one long transaction, which keeps old row versions alive and all locks taken before it.',
    help: 'Copy in batches of 1,000 to 10,000 rows by key, committing each: in a script outside of the migration, or in a DO block. {{place}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-unbatched-write',
    summary: 'Disallow writing any number of rows of an existing table in one statement',
    rationale:
      'An UPDATE or DELETE locks each row that it touches until its transaction ends; one over a large table takes minutes, holds up ' +
      'every writer of those rows, bloats the table, lags replicas behind, and starts over from nothing if it fails. What is taken ' +
      'before it in the same transaction, such as the ACCESS EXCLUSIVE lock of an ALTER TABLE, is held all that time. How many rows a ' +
      'table has is not known here, so a statement counts as bounded only if it says so: by a unique key, a range with two ends, or a ' +
      'LIMIT. Copying from an existing table (INSERT … SELECT, CREATE TABLE AS) blocks nobody by itself and is a warning.',
    instead:
      'Batches by key, each committed. The DO block must be alone in its migration, and the runner must open no transaction for it: COMMIT fails inside one.\n\n' +
      '```sql\nDO $$\nDECLARE\n  last_id bigint := 0;\n  next_id bigint;\nBEGIN\n  LOOP\n    SELECT max(id) INTO next_id\n' +
      '    FROM (SELECT id FROM users WHERE id > last_id ORDER BY id LIMIT 5000) AS batch;\n    EXIT WHEN next_id IS NULL;\n' +
      '    UPDATE users SET display_name = username\n    WHERE id > last_id AND id <= next_id AND display_name IS NULL;\n' +
      '    last_id := next_id;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;\n```',
    whenNotToUse: 'For tables that are known to stay small.',
    policy: ['BF1'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    sizeMatters: true,
    messages,
    examples: {
      bad: [
        {
          title: 'no WHERE',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'UPDATE users SET is_active = true;',
          reports: ['updatesAll'],
          fixed: {
            scripts: [
              '-- It commits batch by batch. Started again after an error, it leaves rows alone that have the value, and overwrites what others were changed to since.\nDO $$\nDECLARE\n  last_id users.id%TYPE;\n  next_id users.id%TYPE;\nBEGIN\n  SELECT id INTO last_id FROM users ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM users WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE users SET is_active = true\n    WHERE id >= last_id AND id <= next_id AND is_active IS DISTINCT FROM true;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1), (2);',
            lock: { users: 'ROW EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'the backfill of a new column, beside the column itself',
          history: ['CREATE TABLE "client_kpis" ("id" TEXT PRIMARY KEY, "client_id" TEXT);'],
          sql: 'ALTER TABLE "client_kpis" ADD COLUMN "external_client_id" TEXT;\nUPDATE "client_kpis" SET "external_client_id" = "client_id";',
          reports: ['updatesAll'],
          proof: {
            rows: `INSERT INTO client_kpis VALUES ('1', 'x');`,
            lock: { client_kpis: 'ACCESS EXCLUSIVE' },
            scans: ['client_kpis'],
          },
        },
        {
          title: 'before a required column without a value: whoever fills rows knows of some',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text, nick text);'],
          sql: 'UPDATE users SET nick = name WHERE nick IS NULL;\nALTER TABLE users ADD COLUMN role text NOT NULL;',
          reports: ['updatesAll'],
          proof: { rows: "INSERT INTO users VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a condition that is no key and no range',
          history: ['CREATE TABLE "Product" ("id" INT PRIMARY KEY, "newField" TEXT, "status" TEXT);'],
          sql: `UPDATE "Product" SET "newField" = 'default-value' WHERE "newField" IS NULL;\nDELETE FROM "Product" WHERE "status" = 'gone';`,
          reports: ['updatesAll', 'deletesAll'],
        },
        {
          title: 'a table that no migration created: it was there before them',
          sql: 'UPDATE "Setting" SET value = lower(value);\nDELETE FROM logs;',
          reports: ['updatesAll', 'deletesAll'],
        },
        {
          title: 'tautologies',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'UPDATE users SET is_active = true WHERE 1 = 1;\nUPDATE users SET is_active = true WHERE true;\nUPDATE users SET is_active = true WHERE id = id;\nUPDATE users SET is_active = true WHERE id > 0;',
          reports: ['updatesAll', 'updatesAll', 'updatesAll', 'updatesAll'],
        },
        {
          title: 'in a DO block without a loop',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'DO $$ BEGIN\n  IF EXISTS (SELECT FROM users) THEN\n    UPDATE users SET is_active = true WHERE is_active IS NULL;\n  END IF;\nEND $$;',
          reports: ['updatesAll'],
        },
        {
          title: 'from another table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, team_id int, plan text); CREATE TABLE teams (id int PRIMARY KEY, plan text);',
          ],
          sql: 'UPDATE users AS u SET plan = t.plan FROM teams AS t WHERE t.id = u.team_id;',
          reports: ['updatesAll'],
        },
        {
          title: 'a copy of a whole table',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE TABLE users_v2 AS SELECT * FROM users;',
          reports: ['copiesAll'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a');",
            lock: { users: 'ACCESS SHARE' },
            scans: ['users'],
          },
        },
        {
          title: 'rows moved to a new table',
          history: ['CREATE TABLE users (id int PRIMARY KEY, bio text);'],
          sql: 'CREATE TABLE profiles (user_id int PRIMARY KEY, bio text);\nINSERT INTO profiles (user_id, bio) SELECT id, bio FROM users WHERE bio IS NOT NULL;',
          reports: ['copiesAll'],
        },
        {
          title: 'what is joined to the rows only adds columns to them',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author int);',
          ],
          sql: 'CREATE TABLE counts (user_id int, posts bigint);\nINSERT INTO counts SELECT u.id, coalesce(p.n, 0) FROM users u LEFT JOIN (SELECT author, count(*) AS n FROM posts GROUP BY author) p ON p.author = u.id;',
          reports: ['copiesAll'],
          proof: {
            rows: 'INSERT INTO users VALUES (1), (2); INSERT INTO posts VALUES (1, 1), (2, 1), (3, 1);',
            query: { sql: 'SELECT count(*) FROM counts', rows: [['2']] },
          },
        },
        {
          title: 'with a runner that wraps each migration, where a DO block alone cannot commit',
          runner: 'diesel',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'UPDATE users SET is_active = true;',
          reports: ['updatesAll'],
        },
      ],
      good: [
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users ADD COLUMN nick text NOT NULL;\nUPDATE users SET nick = name;',
          proof: { rows: "INSERT INTO users VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a range of a key with two ends',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'UPDATE users SET is_active = true WHERE id BETWEEN 1 AND 10000;\nUPDATE users SET is_active = true WHERE id > 10000 AND id <= 20000;',
        },
        {
          title: 'one row of a key, a list, no row at all',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT UNIQUE, "admin" BOOLEAN);'],
          sql: `UPDATE "User" SET "admin" = true WHERE "id" = 'a';\nUPDATE "User" SET "admin" = true WHERE "email" IN ('a@b.c', 'd@e.f');\nDELETE FROM "User" WHERE false;`,
        },
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE plans (id int PRIMARY KEY, name text);',
            "INSERT INTO plans VALUES (1, 'free'); UPDATE plans SET name = upper(name);",
          ],
        },
        {
          title: 'a batch with a LIMIT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'UPDATE users SET is_active = true WHERE id IN (SELECT id FROM users WHERE is_active IS NULL ORDER BY id LIMIT 1000);\nWITH batch AS (SELECT id FROM users WHERE is_active IS NULL LIMIT 1000)\nUPDATE users AS u SET is_active = true FROM batch WHERE batch.id = u.id;',
        },
        {
          title: 'a list of VALUES',
          history: ['CREATE TABLE plans (id int PRIMARY KEY, name text);'],
          sql: "UPDATE plans SET name = v.name FROM (VALUES (1, 'Free'), (2, 'Pro')) AS v (id, name) WHERE plans.id = v.id;",
        },
        {
          title: 'a loop over ranges of a key',
          history: ['CREATE TABLE users (id bigint PRIMARY KEY, username text, display_name text);'],
          sql: `DO $$
DECLARE
  last_id bigint := 0;
  next_id bigint;
BEGIN
  LOOP
    SELECT max(id) INTO next_id FROM (SELECT id FROM users WHERE id > last_id ORDER BY id LIMIT 2) AS batch;
    EXIT WHEN next_id IS NULL;
    UPDATE users SET display_name = username WHERE id > last_id AND id <= next_id AND display_name IS NULL;
    last_id := next_id;
    COMMIT;
  END LOOP;
END $$;`,
          proof: {
            rows: "INSERT INTO users SELECT n * 3, 'u' || n FROM generate_series(1, 9) AS n;",
            query: { sql: 'SELECT count(*) FROM users WHERE display_name IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'one row for each turn of a loop',
          history: ['CREATE TABLE users (id int PRIMARY KEY, slug text);'],
          sql: "DO $$\nDECLARE u record;\nBEGIN\n  FOR u IN SELECT id FROM users WHERE slug IS NULL LOOP\n    UPDATE users SET slug = 'u' || u.id WHERE id = u.id;\n  END LOOP;\nEND $$;",
        },
        {
          title: 'seeding rows that are not there yet',
          history: ['CREATE TABLE roles (id int PRIMARY KEY, name text);'],
          sql: "INSERT INTO roles (id, name) VALUES (1, 'admin');\nINSERT INTO roles (id, name) SELECT 2, 'owner' WHERE NOT EXISTS (SELECT 1 FROM roles WHERE name = 'owner');",
        },
        {
          title: 'what a trigger function will do, row by row',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, posts int); CREATE TABLE posts (id int PRIMARY KEY, user_id int);',
          ],
          sql: 'CREATE FUNCTION count_posts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  UPDATE users SET posts = posts + 1;\n  RETURN NEW;\nEND $$;',
        },
      ],
    },
  },
  on: {
    Update(op, context) {
      if (isUnbounded(op, context))
        context.report({
          messageId: 'updatesAll',
          at: op,
          data: { table: op.table, place: placeOf(context.project) },
          fix: batchedWriteFix(op, context),
        });
    },
    Delete(op, context) {
      if (isUnbounded(op, context))
        context.report({
          messageId: 'deletesAll',
          at: op,
          data: { table: op.table, place: placeOf(context.project) },
          fix: batchedWriteFix(op, context),
        });
    },
    Merge(op, { existedBeforeDeploy, project, report }) {
      if (op.run === 'called' || existedBeforeDeploy(op.table) === undefined) return;
      if (op.source.some((source) => existedBeforeDeploy(source) !== undefined))
        report({ messageId: 'mergesAll', at: op, data: { table: op.table, place: placeOf(project) } });
    },
    Insert: copies,
    CreateTableAs: copies,
  },
});

/** Whether a statement writes any number of rows of a table that is in use. */
function isUnbounded(op: Update | Delete, context: RuleContext<typeof messages, NoOptions>): boolean {
  const { catalog, existedBeforeDeploy } = context;
  if (op.run === 'called' || isRunnersOwn(op.table.name) || existedBeforeDeploy(op.table) === undefined)
    return false;
  return !isBoundedWrite(op, catalog) && !isEmptyOrFails(op.table, op, context);
}

function copies(
  op: Insert | CreateTableAs,
  { catalog, existedBeforeDeploy, project, report }: RuleContext<typeof messages, NoOptions>,
): void {
  if (op.run === 'called' || op.loop !== undefined) return;
  const sources = unboundedSources(op, catalog).filter((name) => existedBeforeDeploy(name) !== undefined);
  if (sources.length === 0) return;
  const data = { source: sources, table: op.table, place: placeOf(project) };
  report({ messageId: 'copiesAll', at: op, data, severity: 'warning' });
}

/** Where a DO block may commit with the project's runner. */
function placeOf({ runner }: Project): string {
  return outsideTransactionAdvice(runner, { subject: 'the DO block' });
}

/** Prisma's list of applied migrations is small, and a table only of the runner. */
function isRunnersOwn(table: string): boolean {
  return table === '_prisma_migrations';
}
