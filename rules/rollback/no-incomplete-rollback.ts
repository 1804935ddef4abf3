import {
  defineRule,
  differenceWords,
  isRollbackProven,
  isTableAmong,
  KEPT_TABLES,
  shortcomingsOf,
  shortList,
  stepNear,
  undoesNothing,
  type CatalogDifference,
  type Migration,
} from 'migration-lint';

/** Properties that no query depends on. */
const MINOR: ReadonlySet<string> = new Set(['comment', 'owner', 'privileges', 'options']);

export default defineRule({
  meta: {
    name: 'no-incomplete-rollback',
    summary: 'Disallow a rollback that leaves something of its migration behind',
    rationale:
      'A rollback is for the night when the old code has to run again. What it leaves, such as a NOT NULL column that the old code does ' +
      'not fill or a default that is gone, breaks that code, and makes the migration fail when it is applied once more. The rollback is ' +
      'replayed on the schema right after its migration, and the schema after it is compared with the one before. The order of ' +
      'columns does not count, and neither do values that were added to an enum: PostgreSQL cannot take them away.',
    instead:
      'Undo each statement of the migration, the last one first, with the exact former definitions.\n\n' +
      '```sql\n-- migration\nALTER TABLE "users" ADD COLUMN "nickname" TEXT;\nALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;\n\n' +
      '-- rollback\nALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;\nALTER TABLE "users" DROP COLUMN "nickname";\n```',
    whenNotToUse:
      'Where a rollback only has to let the old code run, and leftovers are cleared away by a later migration.',
    policy: ['RB2'],
    needs: ['proofs'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    options: {
      keptTables: {
        type: 'strings',
        default: KEPT_TABLES,
        description:
          'Names of tables that a rollback may leave or make, where it saves what would be lost: `*` stands for anything.',
      },
    },
    messages: {
      incomplete: {
        what: 'After the rollback, {{differences}}.',
        help: 'Undo this as well, so that the schema is what it was before {{migration}}: the old code runs on it, and the migration can be applied again.',
      },
    },
    examples: {
      bad: [
        {
          title: 'one of two columns',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN nickname text;',
          rollback: 'ALTER TABLE users DROP COLUMN nickname;',
          reports: ['incomplete'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a default that does not come back',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL DEFAULT 0);'],
          sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint, ALTER COLUMN total DROP DEFAULT;',
          rollback: 'ALTER TABLE orders ALTER COLUMN total TYPE int;',
          reports: ['incomplete'],
          fixed: {
            rollback:
              'ALTER TABLE orders ALTER COLUMN total TYPE int;\nALTER TABLE orders ALTER COLUMN total SET DEFAULT 0;',
          },
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a column that comes back without NOT NULL, and without its index',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);\nCREATE INDEX users_email_idx ON users (email);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN email;',
          rollback: 'ALTER TABLE users ADD COLUMN email text;',
          reports: ['incomplete'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'IF EXISTS with a misspelt name',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX users_email_idx ON users (email);',
          rollback: 'DROP INDEX IF EXISTS user_email_idx;',
          reports: ['incomplete'],
          fixed: { rollback: 'DROP INDEX IF EXISTS user_email_idx;\nDROP INDEX IF EXISTS users_email_idx;' },
          proof: { rollback: { restores: false } },
        },
        {
          title: 'an enum type that stays behind the table that needed it',
          sql: "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE tasks (id int PRIMARY KEY, status status);",
          rollback: 'DROP TABLE tasks;',
          reports: ['incomplete'],
          fixed: { rollback: 'DROP TABLE tasks;\nDROP TYPE IF EXISTS status;' },
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a foreign key that deletes rows now and did not before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users);',
          ],
          sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;\nALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users ON DELETE CASCADE;',
          rollback:
            'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;\nALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users ON DELETE SET NULL;',
          reports: ['incomplete'],
          fixed: {
            rollback:
              'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;\nALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users ON DELETE SET NULL;\nALTER TABLE IF EXISTS posts DROP CONSTRAINT IF EXISTS posts_author_fkey;\nALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id);',
          },
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a function that keeps its new body',
          history: ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"],
          sql: "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';\nCREATE TABLE t (id int);",
          rollback: 'DROP TABLE t;',
          reports: ['incomplete'],
          fixed: {
            rollback: "DROP TABLE t;\nCREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
          },
          proof: { rollback: { restores: false } },
        },
        {
          title: 'row security that stays on',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON t USING (id > 0);',
          rollback: 'DROP POLICY own ON t;',
          reports: ['incomplete'],
          fixed: { rollback: 'DROP POLICY own ON t;\nALTER TABLE t DISABLE ROW LEVEL SECURITY;' },
          proof: { rollback: { restores: false } },
        },
      ],
      good: [
        {
          title: 'everything, the last one first',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nCREATE INDEX users_name_idx ON users (name);',
          rollback: 'DROP INDEX users_name_idx;\nALTER TABLE users DROP COLUMN name;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'what goes along: indexes, keys and sequences of a column or table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN code serial UNIQUE CHECK (code > 0);\nCREATE TABLE posts (id serial PRIMARY KEY, author int REFERENCES users);\nCREATE INDEX ON posts (author);',
          rollback: 'DROP TABLE posts;\nALTER TABLE users DROP COLUMN code;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'PostgreSQL’s own names for unnamed constraints',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);'],
          sql: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
          rollback: 'ALTER TABLE users ADD UNIQUE (email);',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'columns in another order',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text, email text);'],
          sql: 'ALTER TABLE users DROP COLUMN name;',
          rollback: 'ALTER TABLE users ADD COLUMN name text;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'the same default, written in another way',
          history: [
            "CREATE TABLE t (id int, at timestamptz DEFAULT now(), s text DEFAULT 'a', n int DEFAULT 0);",
          ],
          sql: 'ALTER TABLE t ALTER s DROP DEFAULT, ALTER n DROP DEFAULT;',
          rollback: "ALTER TABLE t ALTER s SET DEFAULT 'a'::text, ALTER n SET DEFAULT '0';",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a value that was added to an enum: PostgreSQL cannot take it away',
          history: ["CREATE TYPE status AS ENUM ('open');\nCREATE TABLE tasks (id int PRIMARY KEY);"],
          sql: "ALTER TYPE status ADD VALUE 'done';\nALTER TABLE tasks ADD COLUMN note text;",
          rollback: 'ALTER TABLE tasks DROP COLUMN note;',
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a saved copy of what the rollback would lose',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE lists;',
        },
        {
          title: 'rows that the rollback leaves: the schema alone is compared',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'INSERT INTO plans VALUES (1);\nALTER TABLE plans ADD COLUMN name text;',
          rollback: 'ALTER TABLE plans DROP COLUMN name;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a rollback that asks first',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
          rollback:
            "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns WHERE column_name = 'name') THEN ALTER TABLE users DROP COLUMN name; END IF; END $$;",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a rollback that runs SQL which it builds',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
          rollback: "DO $$ BEGIN EXECUTE format('ALTER TABLE users DROP COLUMN %I', 'name'); END $$;",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a rollback that says why there is none',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
          rollback:
            "DO $$ BEGIN RAISE EXCEPTION 'irreversible: fax is gone, restore it from a backup'; END $$;",
          proof: { rollback: { error: 'P0001' } },
        },
        {
          title: 'an extension that may have been there before',
          sql: 'CREATE EXTENSION IF NOT EXISTS pgcrypto;\nCREATE TABLE t (id int);',
          rollback: 'DROP TABLE t;',
        },
      ],
    },
  },
  on: {
    Rollback(migration, { options, report }) {
      const { rollbackOutcome: outcome, proof } = migration;
      // PostgreSQL has compared the two schemas: what it says counts.
      if (outcome === undefined || undoesNothing(outcome) || isRollbackProven(proof)) return;
      const found = shortcomingsOf(outcome, migration).notUndone.filter(
        (difference) => !isKept(difference, migration, options.keptTables),
      );
      const [first] = found;
      const at = first === undefined ? undefined : stepNear(first, outcome);
      if (at === undefined) return;
      report({
        messageId: 'incomplete',
        at: at.statement,
        data: {
          differences: shortList(found.map(differenceWords), 5, 'differences'),
          migration: migration.id,
        },
        ...(found.every(isMinor) && { severity: 'warning' }),
        ...(outcome.complete && { fix: COMPLETES }),
      });
    },
  },
});

const COMPLETES = {
  kind: 'complete rollback',
  safety: 'unsafe',
  title: 'adds what it does not undo',
} as const;

const isMinor = (difference: CatalogDifference): boolean =>
  difference.kind === 'changed' && MINOR.has(difference.property);

/** A copy that was saved on purpose; a schema or extension that may have been there before, since the migration asks. */
function isKept(
  { kind, object }: CatalogDifference,
  { operations }: Migration,
  patterns: readonly string[],
): boolean {
  if (kind !== 'left') return false;
  if (object.kind === 'table')
    return isTableAmong(
      object.name,
      patterns.map((pattern) => (pattern.includes('.') ? pattern : `*.${pattern}`)),
    );
  return operations.some(
    (operation) =>
      (operation.kind === 'CreateExtension' || operation.kind === 'CreateSchema') &&
      operation.ifNotExists &&
      operation.name === object.name.name,
  );
}
