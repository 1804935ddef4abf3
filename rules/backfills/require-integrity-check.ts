import {
  changedRowsOf,
  checksRows,
  defineRule,
  isFailure,
  mayCheckRows,
  movesOldRows,
  namesItsRows,
  reachesEveryRow,
  type ObjectName,
  type Operation,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-integrity-check',
    summary: 'Require a check after a data migration that can fail',
    rationale:
      'An UPDATE that reached no row succeeds, and so does one that reached the wrong ones. Whether a data migration did what it was ' +
      'written for shows days later, in what the code reads: NULLs that were left, duplicates, rows that refer to nothing. A check ' +
      'right after it stops the deployment instead. A SELECT that counts cannot: nobody reads its result. What counts is a RAISE EXCEPTION ' +
      'or ASSERT, or, in the same migration, a constraint of the table that PostgreSQL validates, or a type that lacks the old values. A constant for every row, and a DELETE of all of them, miss none and need no check.',
    instead:
      "End the migration with what has to be true:\n\n```sql\nDO $$ BEGIN\n  IF EXISTS (SELECT FROM users WHERE plan IS NULL) THEN\n    RAISE EXCEPTION 'users without a plan are left';\n  END IF;\nEND $$;\n```",
    whenNotToUse: 'Where a pipeline runs its own checks after each migration, and stops on what they find.',
    policy: ['BF8'],
    presets: ['strict', 'policy-a', 'policy-b', 'policy-e'],
    severity: 'warning',
    messages: {
      unchecked: {
        what: 'Nothing after this {{command}} checks whether {{table}} is as it should be: if it reached too few rows, or the wrong ones, the migration succeeds all the same.',
        help: 'End with a DO block that RAISEs an EXCEPTION where rows are left that should not be: NULLs, duplicates, references to nothing. A SELECT alone cannot fail.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a backfill that finds nothing',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            "ALTER TABLE users ADD COLUMN phone text DEFAULT '';",
          ],
          sql: "UPDATE users SET phone = 'unknown' WHERE phone IS NULL;",
          reports: ['unchecked'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: { sql: "SELECT count(*) FROM users WHERE phone = 'unknown'", rows: [['0']] },
          },
        },
        {
          title: 'a SELECT cannot fail',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan = '';\nSELECT count(*) FROM users WHERE plan IS NULL;",
          reports: ['unchecked'],
          proof: { rows: 'INSERT INTO users VALUES (1);' },
        },
        {
          title: 'every row, from another column: it may be NULL there',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text, full_name text);'],
          sql: 'UPDATE users SET full_name = name;',
          reports: ['unchecked'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: { sql: 'SELECT count(*) FROM users WHERE full_name IS NULL', rows: [['1']] },
          },
        },
        {
          title: 'a check that comes before the last change',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan IS NULL;\nDO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM users WHERE plan IS NULL); END $$;\nDELETE FROM users WHERE plan = '';",
          reports: ['unchecked'],
        },
      ],
      good: [
        {
          title: 'what reaches every row: a constant, its own value in lower case, all rows deleted',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, plan text, email text); CREATE TABLE logs (id int);',
          ],
          sql: "UPDATE users SET plan = 'free';\nUPDATE users SET email = lower(email);\nDELETE FROM logs;",
          proof: {
            rows: "INSERT INTO users VALUES (1, NULL, 'A');",
            query: { sql: "SELECT count(*) FROM users WHERE plan = 'free' AND email = 'a'", rows: [['1']] },
          },
        },
        {
          title: 'an exception',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan = '';\nDO $$ BEGIN\n  IF EXISTS (SELECT FROM users WHERE plan IS NULL) THEN\n    RAISE EXCEPTION 'users without a plan are left';\n  END IF;\nEND $$;",
          proof: { rows: 'INSERT INTO users VALUES (1);', error: 'P0001' },
        },
        {
          title: 'in a later migration of the deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: [
            "UPDATE users SET plan = 'free' WHERE plan IS NULL;",
            'DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM users WHERE plan IS NULL); END $$;',
          ],
        },
        {
          title: 'a constraint that PostgreSQL checks',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan = '';\nALTER TABLE users ADD CONSTRAINT given CHECK (plan IS NOT NULL);",
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23514' },
        },
        {
          title: 'a value of an enum replaced, then a type without it: a row that was left out fails',
          history: ["CREATE TYPE plan AS ENUM ('free', 'trial'); CREATE TABLE users (id int, plan plan);"],
          sql: "UPDATE users SET plan = 'free' WHERE plan = 'trial' AND id > 0;\nCREATE TYPE plan_new AS ENUM ('free');\nALTER TABLE users ALTER COLUMN plan TYPE plan_new USING (plan::text::plan_new);",
          proof: { rows: "INSERT INTO users VALUES (0, 'trial');", error: '22P02' },
        },
        {
          title: 'duplicates removed, then made impossible',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DELETE FROM users a USING users b WHERE a.email = b.email AND a.id > b.id;\nCREATE UNIQUE INDEX email ON users (email);',
        },
        {
          title: 'named rows, and rows of a new table',
          history: ['CREATE TABLE plans (id int PRIMARY KEY, name text);'],
          sql: "INSERT INTO plans VALUES (3, 'max');\nUPDATE plans SET name = 'Free' WHERE id = 1;\nCREATE TABLE roles (id int);\nINSERT INTO roles VALUES (1);\nUPDATE roles SET id = 2;",
        },
        {
          title: 'a procedure that may check',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text); CREATE PROCEDURE check_users() LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;",
          ],
          sql: "UPDATE users SET plan = 'free' WHERE plan IS NULL;\nCALL check_users();",
        },
      ],
    },
  },
  on: {
    Migration({ operations, index }, { catalogBefore, deploy, existedBeforeDeploy, report }) {
      const at = operations.findLastIndex((operation) => {
        const isOld = (table: ObjectName): boolean => existedBeforeDeploy(table, operation) !== undefined;
        const change = changedRowsOf(operation, isOld);
        return change === undefined
          ? movesOldRows(operation, isOld)
          : !namesItsRows(change, catalogBefore(operation)) && !reachesEveryRow(change);
      });
      const change = operations[at];
      if (change === undefined || !('table' in change) || change.table === undefined) return;
      const { table } = change;
      const isCheck = (operation: Operation): boolean =>
        checksRows(operation, table, catalogBefore) || mayCheckRows(operation);
      const isChecked =
        operations.some((operation, place) => place > at && isCheck(operation)) ||
        deploy.some((later) => later.index > index && later.operations.some(isFailure));
      if (isChecked) return;
      report({ messageId: 'unchecked', at: change, data: { command: change.kind.toUpperCase(), table } });
    },
  },
});
