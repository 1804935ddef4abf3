import {
  defineRule,
  fillWithDefaultFix,
  isVolatile,
  quoteIdentifier,
  rewrittenTables,
  type AddColumn,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-volatile-default',
    summary: 'Disallow adding a column whose default PostgreSQL must evaluate for each row',
    rationale:
      'PostgreSQL keeps a default that is the same for all rows in its catalog, and adds the column in an instant. A volatile one ' +
      '(`gen_random_uuid()`, `random()`, `clock_timestamp()`, `nextval(…)`, a function of your own that is not declared STABLE or ' +
      'IMMUTABLE) differs from row to row: the whole table and all its indexes are written anew under ACCESS EXCLUSIVE. `now()`, ' +
      '`CURRENT_TIMESTAMP` and constants are not volatile. Nothing is said of functions that no migration creates.',
    instead:
      'A default that is set afterwards holds for new rows only:\n\n```sql\nALTER TABLE users ADD COLUMN token uuid;\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();\n```\n\n' +
      'Then fill the rows that are there in batches that commit each, and set NOT NULL last, through a validated CHECK.',
    whenNotToUse: 'For tables so small that writing them anew takes no time anybody notices.',
    policy: ['EC5', 'EC3'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      rewrites: {
        what: 'Adding {{column}} with the default {{default}} writes every row of {{table}} anew, and nobody can read or write the table until that is done.',
        help: 'Add {{column}} without {{left}}, set the default in a second ALTER TABLE, where it holds for new rows only, and fill the others in batches.{{last}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a function of one’s own that calls a volatile one',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE FUNCTION handle() RETURNS text LANGUAGE sql AS $$ SELECT 'u_' || gen_random_uuid() $$;",
          ],
          sql: 'ALTER TABLE users ADD COLUMN handle text DEFAULT handle();',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'a random key',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();',
          reports: ['rewrites'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN token uuid;\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();',
              '-- It commits batch by batch, and can be started again: what is done is left alone.\nDO $$\nDECLARE\n  last_id users.id%TYPE;\n  next_id users.id%TYPE;\nBEGIN\n  SELECT id INTO last_id FROM users ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM users WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE users SET token = gen_random_uuid()\n    WHERE id >= last_id AND id <= next_id AND token IS NULL;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;',
              'ALTER TABLE users ADD CONSTRAINT users_token_not_null_check CHECK (token IS NOT NULL) NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT users_token_not_null_check;\nALTER TABLE users ALTER COLUMN token SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_token_not_null_check;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            rewrites: ['users'],
          },
        },
        {
          title: 'inside an array: each row gets its own',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN dice float[] DEFAULT ARRAY[random()];',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'the time of the clock, not of the transaction',
          history: ['CREATE SCHEMA app; CREATE TABLE app."User" (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE app."User" ADD COLUMN "seenAt" timestamptz DEFAULT clock_timestamp();',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO app."User" VALUES (1);', rewrites: ['app.User'] },
        },
        {
          title: 'a sequence',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "CREATE SEQUENCE numbers;\nALTER TABLE users ADD COLUMN number bigint DEFAULT nextval('numbers');",
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'a function of your own is volatile unless it says otherwise',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE FUNCTION cuid() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || random() $$;",
          ],
          sql: 'ALTER TABLE users ADD COLUMN public_id text DEFAULT cuid();',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'a partitioned table: each partition is written anew',
          history: [
            'CREATE TABLE events (id int) PARTITION BY RANGE (id);',
            'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
          ],
          sql: 'ALTER TABLE events ADD COLUMN token uuid DEFAULT gen_random_uuid();',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO events VALUES (1);', rewrites: ['events_1'] },
        },
      ],
      good: [
        {
          title: 'a function that nobody called stable, but that PostgreSQL replaces by its one expression',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE FUNCTION region() RETURNS text LANGUAGE sql AS $$ SELECT upper('eu') $$;",
          ],
          sql: 'ALTER TABLE users ADD COLUMN region text DEFAULT region();',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'the time of the transaction is the same for all rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();\nALTER TABLE users ADD COLUMN updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;\nALTER TABLE users ADD COLUMN day date DEFAULT timezone('utc', now());\nALTER TABLE users ADD COLUMN by_whom text DEFAULT current_user;",
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'constants, arrays and expressions of them',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN a int DEFAULT -1;\nALTER TABLE users ADD COLUMN b text[] DEFAULT ARRAY[]::text[];\nALTER TABLE users ADD COLUMN c jsonb DEFAULT '{}';\nALTER TABLE users ADD COLUMN d text DEFAULT lower('X');",
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'the default afterwards: it holds for new rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN token uuid;\nALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            rewrites: [],
            query: { sql: 'SELECT token FROM users', rows: [[null]] },
          },
        },
        {
          title: 'a function of your own that is stable',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE FUNCTION region() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'eu' $$;",
          ],
          sql: 'ALTER TABLE users ADD COLUMN region text DEFAULT region();',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'a table of the same deploy, a temporary one, and one that was emptied',
          history: ['CREATE TABLE cache (id int);'],
          sql: 'CREATE TABLE users (id int);\nALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();\nCREATE TEMP TABLE chosen (id int);\nALTER TABLE chosen ADD COLUMN token uuid DEFAULT gen_random_uuid();\nTRUNCATE cache;\nALTER TABLE cache ADD COLUMN token uuid DEFAULT gen_random_uuid();',
        },
        {
          title: 'a table whose rows were deleted just before: a rewrite copies none of them',
          history: ['CREATE TABLE cache (id int);'],
          sql: 'DELETE FROM cache;\nALTER TABLE cache ADD COLUMN token uuid DEFAULT gen_random_uuid();',
        },
        {
          title: 'IF NOT EXISTS of a column that is there',
          history: ['CREATE TABLE users (id int PRIMARY KEY, token uuid);'],
          sql: 'ALTER TABLE users ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid();',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'in a function that nobody calls',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid(); END $$;',
        },
      ],
    },
  },
  on: {
    AddColumn(operation, context) {
      const { column, table } = operation;
      if (column.default === undefined || !isVolatile(column.default, context.catalog)) return;
      if (rewrittenTables(operation, context).length === 0) return;
      context.report({
        messageId: 'rewrites',
        at: { operation, part: 'default' },
        data: {
          column: quoteIdentifier(column.name),
          default: column.default.text,
          table,
          ...stepsFor(operation),
        },
        fix: fillWithDefaultFix(operation, context),
      });
    },
  },
});

/** What comes later than the column: NOT NULL as well, which fails with 23502 while there is a row without a value. */
function stepsFor({ column: { notNull } }: AddColumn): { readonly left: string; readonly last: string } {
  return notNull
    ? { left: 'DEFAULT and NOT NULL', last: ' NOT NULL comes last, when no row is left without a value.' }
    : { left: 'a default', last: '' };
}
