import {
  backfillOf,
  columnBefore,
  columnExistedBefore,
  defineRule,
  isWithoutRows,
  provesNotNull,
  quoteIdentifier,
} from 'migration-lint';

const SEQUENCE =
  'Fill it in batches in a migration of an earlier release; then ADD CONSTRAINT … CHECK ({{column}} IS NOT NULL) NOT VALID, VALIDATE it in the next migration, which finds what is left without blocking anybody, and SET NOT NULL.';

export default defineRule({
  meta: {
    name: 'require-backfill-before-not-null',
    summary: 'Require a backfill before `SET NOT NULL` on a column that may hold NULLs',
    rationale:
      'SET NOT NULL fails with 23502 at the first NULL, after it has read the table under ACCESS EXCLUSIVE; the deployment stops ' +
      'there. A column that was added without a default is NULL in every row that was there before, until somebody fills it. What ' +
      'counts is an UPDATE, a copy, a MERGE or a DELETE of the rows without a value, in any migration before; a loop that passes rows ' +
      'over, or a value that is NULL itself, leaves some behind. A backfill outside of migrations cannot be seen here. One hazard ' +
      'is one finding: `no-blocking-not-null`, which speaks of the same scan, leaves the statement to this rule.',
    instead:
      'Fill, prove, then require:\n\n' +
      "```sql\n-- migration 1, again and again until no row is left\nUPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 10000 AND plan IS NULL;\n```\n\n" +
      '```sql\n-- migration 2\nALTER TABLE users ADD CONSTRAINT users_plan_not_null CHECK (plan IS NOT NULL) NOT VALID;\n```\n\n' +
      '```sql\n-- migration 3\nALTER TABLE users VALIDATE CONSTRAINT users_plan_not_null;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;\n' +
      'ALTER TABLE users DROP CONSTRAINT users_plan_not_null;\n```',
    whenNotToUse:
      'Where columns are filled by scripts outside of the migrations, and somebody sees to it that they were run.',
    policy: ['EC6', 'EC5'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      unfilled: {
        what: 'Nothing in the migrations has filled {{table}}.{{column}}, which may be NULL: SET NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE and fails with 23502 at the first NULL.',
        help: SEQUENCE,
      },
      skipsRows: {
        what: 'The loop that filled {{table}}.{{column}} passes rows over: SET NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE and fails with 23502 at the first that it left NULL.',
        help: 'Page by key instead of OFFSET, so that the loop reaches every row, and run it again; then CHECK ({{column}} IS NOT NULL) NOT VALID, VALIDATE in the next migration, and SET NOT NULL.',
      },
      copiesNulls: {
        what: '{{table}}.{{column}} was filled from {{source}} alone, which may be NULL: SET NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE and fails with 23502 at the first row where it is.',
        help: 'Give the rows without {{source}} a value of their own (COALESCE), in batches; then CHECK ({{column}} IS NOT NULL) NOT VALID, VALIDATE in the next migration, and SET NOT NULL.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a backfill that was taken back',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            "BEGIN;\nUPDATE users SET email = '' WHERE email IS NULL;\nROLLBACK;",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['unfilled'],
          proof: { rows: 'INSERT INTO users VALUES (1, NULL);', error: '23502' },
        },
        {
          title: 'a column that was added and never filled',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN preferences jsonb;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN preferences SET NOT NULL;',
          reports: ['unfilled'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'a default does not fill the rows that are there',
          history: ['CREATE TABLE "User" ("id" INT PRIMARY KEY, "plan" TEXT);'],
          sql: `ALTER TABLE "User" ALTER COLUMN "plan" SET DEFAULT 'free', ALTER COLUMN "plan" SET NOT NULL;`,
          reports: ['unfilled'],
          proof: { rows: 'INSERT INTO "User" VALUES (1);', error: '23502' },
        },
        {
          title: 'added and required in one deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          reports: ['unfilled'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'OFFSET over rows that the loop takes out of its own condition',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, plan text);',
            "DO $$\nDECLARE n int := 0;\nBEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 2 OFFSET n);\n    EXIT WHEN NOT FOUND;\n    n := n + 2;\n  END LOOP;\nEND $$;",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          reports: ['skipsRows'],
        },
        {
          title: 'a copy of a column that may be NULL itself',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY, currency text);'],
          sql: 'ALTER TABLE invoices ADD COLUMN currency_code text;\nUPDATE invoices SET currency_code = upper(currency);\nALTER TABLE invoices ALTER COLUMN currency_code SET NOT NULL;',
          reports: ['copiesNulls'],
          proof: { rows: 'INSERT INTO invoices VALUES (1, NULL);', error: '23502' },
        },
        {
          title: 'a column that was filled, and dropped and added again',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text); UPDATE users SET plan = 'free';",
            'ALTER TABLE users DROP COLUMN plan; ALTER TABLE users ADD COLUMN plan text;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          reports: ['unfilled'],
        },
      ],
      good: [
        {
          title: 'filled in an earlier migration, under the names of that time',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, tier text);',
            "UPDATE users SET tier = 'free' WHERE tier IS NULL;",
            'ALTER TABLE users RENAME COLUMN tier TO plan; ALTER TABLE users RENAME TO people;',
          ],
          sql: 'ALTER TABLE people ALTER COLUMN plan SET NOT NULL;',
          proof: { rows: "INSERT INTO people VALUES (1, 'free');" },
        },
        {
          title: 'filled in the same migration: that the scan blocks is another matter',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan IS NULL;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;",
          proof: { rows: 'INSERT INTO users VALUES (1);' },
        },
        {
          title: 'added with a default, which fills every row',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            "ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          proof: { rows: 'INSERT INTO users VALUES (1);' },
        },
        {
          title: 'a default from the beginning',
          history: ['CREATE TABLE users (id int PRIMARY KEY, at timestamptz DEFAULT now());'],
          sql: 'ALTER TABLE users ALTER COLUMN at SET NOT NULL;',
        },
        {
          title: 'a table of seeds, whose rows came with their values',
          history: [
            'CREATE TABLE languages (id int PRIMARY KEY, code text);',
            "INSERT INTO languages (id, code) VALUES (1, 'de'), (2, 'en');",
          ],
          sql: 'ALTER TABLE languages ALTER COLUMN code SET NOT NULL;',
        },
        {
          title: 'rows without a value were deleted',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: 'DELETE FROM users WHERE plan IS NULL;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          proof: { rows: 'INSERT INTO users VALUES (1);' },
        },
        {
          title: 'rows without one of two values were deleted',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text, price int);'],
          sql: 'DELETE FROM users WHERE plan IS NULL OR price IS NULL;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL, ALTER COLUMN price SET NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'free', NULL), (2, NULL, 1);" },
        },
        {
          title: 'a copy with a value for the rest',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY, currency text, code text);'],
          sql: "UPDATE invoices SET code = coalesce(upper(currency), 'USD');\nALTER TABLE invoices ALTER COLUMN code SET NOT NULL;",
          proof: { rows: 'INSERT INTO invoices VALUES (1);' },
        },
        {
          title: 'a copy in two steps',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY, currency text, code text);'],
          sql: "UPDATE invoices SET code = currency;\nUPDATE invoices SET code = 'USD' WHERE code IS NULL;\nALTER TABLE invoices ALTER COLUMN code SET NOT NULL;",
          proof: { rows: 'INSERT INTO invoices VALUES (1);' },
        },
        {
          title: 'a copy of what could not be NULL, whatever has its name now',
          history: ['CREATE TABLE users (id int PRIMARY KEY, role text NOT NULL);'],
          sql: 'ALTER TABLE users ADD COLUMN role_new text;\nUPDATE users SET role_new = role;\nALTER TABLE users DROP COLUMN role;\nALTER TABLE users RENAME COLUMN role_new TO role;\nALTER TABLE users ALTER COLUMN role SET NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'a');" },
        },
        {
          title: 'a valid CHECK proves it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, plan text);',
            'ALTER TABLE users ADD CONSTRAINT given CHECK (plan IS NOT NULL);',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
          proof: { scans: [] },
        },
        {
          title: 'NOT NULL since ever, taken off and set again',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL);'],
          sql: 'ALTER TABLE users ALTER COLUMN plan DROP NOT NULL;\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
        },
        {
          title: 'a table that was just emptied, and one created in the same deploy',
          history: ['CREATE TABLE jobs (id int PRIMARY KEY, plan text);'],
          sql: 'TRUNCATE jobs;\nALTER TABLE jobs ALTER COLUMN plan SET NOT NULL;\nCREATE TABLE users (id int, plan text);\nALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
        },
        {
          title: 'a function that may have filled it',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text); CREATE FUNCTION fill() RETURNS void LANGUAGE sql AS $$ UPDATE users SET plan = 'free' $$; SELECT fill();",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
        },
        {
          title: 'SQL that is put together may have filled it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, plan text);',
            "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['users'] LOOP EXECUTE format('UPDATE %I SET plan = 1', t); END LOOP; END $$;",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN plan SET NOT NULL;',
        },
      ],
    },
  },
  on: {
    SetNotNull(op, context) {
      const { catalog, deploy, existedBeforeDeploy, history, report } = context;
      const table = catalog.table(op.table);
      const column = table?.columns.find(({ name }) => name === op.column);
      if (op.run === 'called' || table?.certainty !== 'certain' || column?.certainty !== 'certain') return;
      const existed = existedBeforeDeploy(op.table);
      if (existed === undefined || existed.foreignServer !== undefined || provesNotNull(table, op.column))
        return;
      const before = columnBefore(existed, table, op.column);
      if (before === undefined ? columnExistedBefore(existed, table, op.column) : before.notNull) return;
      if (isWithoutRows(op.table, op, context)) return;
      const backfill = backfillOf(table, op.column, op, {
        history,
        catalog,
        existed,
        firstIndex: deploy[0]?.index ?? 0,
      });
      const at = { operation: op, part: 'column' } as const;
      const data = { table: op.table, column: quoteIdentifier(op.column) };
      switch (backfill.kind) {
        case 'filled':
          return;
        case 'none':
          return report({ messageId: 'unfilled', at, data });
        case 'skips rows':
          return report({ messageId: 'skipsRows', at, data });
        case 'copies nulls':
          return report({
            messageId: 'copiesNulls',
            at,
            data: { ...data, source: quoteIdentifier(backfill.source) },
          });
        default:
          backfill satisfies never;
      }
    },
  },
});
