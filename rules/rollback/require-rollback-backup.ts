import {
  defineRule,
  displayName,
  editFix,
  insertBefore,
  quoteIdentifier,
  rollbackLosses,
  shortList,
  type FixRequest,
  type RollbackLoss,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-rollback-backup',
    summary: 'Require a rollback to save what people have written since its migration',
    rationale:
      'Between a migration and its rollback people work with the new tables and columns. Dropping these brings the schema back, and ' +
      'destroys every row and value that was written in the meantime; when the migration is applied again after the repair, they are gone.',
    instead:
      'Copy the rows before the drop, in the same script.\n\n' +
      '```sql\nCREATE TABLE user_preferences_backup AS SELECT * FROM user_preferences;\nDROP TABLE user_preferences;\n```\n\n' +
      '```sql\nCREATE TABLE users_nickname_backup AS SELECT id, nickname FROM users WHERE nickname IS NOT NULL;\n' +
      'ALTER TABLE users DROP COLUMN nickname;\n```',
    whenNotToUse:
      'Where a rollback is only ever run within minutes of the deployment, or what the tables hold can be had again.',
    policy: ['RB4'],
    presets: ['strict', 'policy-c'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      unsaved: {
        what: 'This rollback destroys what was written to {{places}} since {{migration}}, and saves none of it first.',
        help: 'Copy it before this step: {{copy}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a new table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE user_preferences (user_id int PRIMARY KEY REFERENCES users, theme text);',
          rollback: 'DROP TABLE IF EXISTS user_preferences;',
          reports: ['unsaved'],
          fixed: {
            rollback:
              'CREATE TABLE user_preferences_backup AS SELECT * FROM user_preferences;\nDROP TABLE IF EXISTS user_preferences;',
          },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'two columns: one finding',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE "User" ADD COLUMN "nickName" text, ADD COLUMN age int;',
          rollback: 'ALTER TABLE "User" DROP COLUMN "nickName", DROP COLUMN age;',
          reports: ['unsaved'],
          fixed: {
            rollback:
              'CREATE TABLE "User_nickName_backup" AS SELECT id, "nickName" FROM "User";\nCREATE TABLE "User_age_backup" AS SELECT id, age FROM "User";\nALTER TABLE "User" DROP COLUMN "nickName", DROP COLUMN age;',
          },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a table that is emptied',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'INSERT INTO plans VALUES (1), (2);',
          rollback: 'DELETE FROM plans;',
          reports: ['unsaved'],
          fixed: { rollback: 'CREATE TABLE plans_backup AS SELECT * FROM plans;\nDELETE FROM plans;' },
          proof: {
            rows: 'INSERT INTO plans VALUES (7);',
            rollback: { restores: true },
            query: { sql: 'SELECT count(*) FROM plans', rows: [['0']] },
          },
        },
        {
          title: 'a copy in a temporary table is gone with the session',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CREATE TEMPORARY TABLE saved AS SELECT * FROM lists;\nDROP TABLE lists;',
          reports: ['unsaved'],
          fixed: {
            rollback:
              'CREATE TEMPORARY TABLE saved AS SELECT * FROM lists;\nCREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE lists;',
          },
        },
        {
          title: 'a change of the column itself saves nothing',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nickname text;',
          rollback: 'UPDATE users SET nickname = upper(nickname);\nALTER TABLE users DROP COLUMN nickname;',
          reports: ['unsaved'],
          fixed: {
            rollback:
              'UPDATE users SET nickname = upper(nickname);\nCREATE TABLE users_nickname_backup AS SELECT id, nickname FROM users;\nALTER TABLE users DROP COLUMN nickname;',
          },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'one of two tables is saved',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);\nCREATE TABLE entries (id int PRIMARY KEY, list int REFERENCES lists);',
          rollback:
            'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE entries;\nDROP TABLE lists;',
          reports: ['unsaved'],
          fixed: {
            rollback:
              'CREATE TABLE lists_backup AS SELECT * FROM lists;\nCREATE TABLE entries_backup AS SELECT * FROM entries;\nDROP TABLE entries;\nDROP TABLE lists;',
          },
        },
        {
          title: 'a schema with its tables',
          sql: 'CREATE SCHEMA shop;\nCREATE TABLE shop.orders (id int PRIMARY KEY);',
          rollback: 'DROP SCHEMA shop CASCADE;',
          reports: ['unsaved'],
          proof: { rollback: { restores: true } },
        },
      ],
      good: [
        {
          title: 'a copy of the table',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE lists;',
          proof: { query: { sql: 'SELECT count(*) FROM lists', rows: [['0']] } },
        },
        {
          title: 'rows put into a table that stays',
          history: ['CREATE TABLE saved_lists (id int, name text);'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY, name text);',
          rollback: 'INSERT INTO saved_lists SELECT * FROM lists;\nDROP TABLE lists;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'the values go back to the old column',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;',
          rollback:
            'UPDATE users SET username = display_name WHERE display_name IS NOT NULL;\nALTER TABLE users DROP COLUMN display_name;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'values that others are worked out from',
          history: [
            'CREATE TABLE people (id int PRIMARY KEY, banned boolean);\nCREATE TABLE sites (id int PRIMARY KEY, person int);',
          ],
          sql: 'ALTER TABLE sites ADD COLUMN ban_ends date;',
          rollback:
            'UPDATE people SET (banned, id) = (true, found.person) FROM (SELECT person, ban_ends AS ends FROM sites) AS found WHERE found.ends IS NOT NULL AND people.id = found.person;\nALTER TABLE sites DROP COLUMN ban_ends;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a table of results that is worked out anew',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text);\nCREATE TABLE users_fast AS SELECT id FROM users;',
          ],
          sql: 'DROP TABLE users_fast;\nCREATE TABLE users_fast AS SELECT id, name FROM users;',
          rollback: 'DROP TABLE users_fast;\nCREATE TABLE users_fast AS SELECT id FROM users;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a copy only if the table is there',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback:
            "DO $$ BEGIN IF to_regclass('lists') IS NOT NULL THEN CREATE TABLE lists_backup AS SELECT * FROM lists; END IF; END $$;\nDROP TABLE IF EXISTS lists;",
        },
        {
          title: 'an index, a constraint, a view and a default hold no data',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "CREATE INDEX users_email ON users (email);\nALTER TABLE users ADD CONSTRAINT filled CHECK (email <> ''), ALTER email SET DEFAULT 'none';\nCREATE VIEW emails AS SELECT email FROM users;",
          rollback:
            'DROP VIEW emails;\nALTER TABLE users DROP CONSTRAINT filled, ALTER email DROP DEFAULT;\nDROP INDEX users_email;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a generated column can be computed again',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN short text GENERATED ALWAYS AS (left(email, 3)) STORED;',
          rollback: 'ALTER TABLE users DROP COLUMN short;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'the rows that the migration put there, by their keys',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'INSERT INTO plans VALUES (1), (2);',
          rollback: 'DELETE FROM plans WHERE id IN (1, 2);',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a column is renamed back',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users RENAME name TO username;',
          rollback: 'ALTER TABLE users RENAME username TO name;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a table of the rollback’s own',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users ALTER name SET NOT NULL;',
          rollback:
            'CREATE TABLE step AS SELECT 1 AS one;\nDROP TABLE step;\nALTER TABLE users ALTER name DROP NOT NULL;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a procedure that may save it',
          history: ['CREATE PROCEDURE save_lists() LANGUAGE sql AS $$ SELECT 1 $$;'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CALL save_lists();\nDROP TABLE lists;',
          proof: { rollback: { restores: true } },
        },
      ],
    },
  },
  on: {
    Rollback({ id, index, rollbackOutcome: outcome }, { report }) {
      const lost = outcome === undefined ? [] : rollbackLosses(outcome, index).filter(({ saved }) => !saved);
      const [first, ...others] = lost;
      if (first === undefined) return;
      report({
        messageId: 'unsaved',
        at: first.step.operation,
        data: { places: shortList(lost.map(placeText), 4), migration: id, copy: copyText(first) },
        fix: copyFix(first),
        related: others
          .filter(({ step }) => step.statement !== first.step.statement)
          .slice(0, 3)
          .map((loss) => ({ at: loss.step.operation, label: `${placeText(loss)} as well` })),
      });
    },
  },
});

const placeText = ({ table, column }: RollbackLoss): string =>
  column === undefined ? displayName(table) : `${displayName(table)}.${quoteIdentifier(column)}`;

function copyFix(loss: RollbackLoss): FixRequest | undefined {
  const { operation, statement, before } = loss.step;
  // A copy beside the table would go with a schema.
  if (!('table' in operation)) return undefined;
  const name = { schema: loss.table.schema, name: backupName(loss) };
  if (before.table(name) !== undefined || before.view(name) !== undefined) return undefined;
  return editFix('unsafe', 'copies it first', insertBefore(statement, copyText(loss)));
}

const backupName = ({ table, column }: RollbackLoss): string =>
  [table.name, ...(column === undefined ? [] : [column]), 'backup'].join('_');

function copyText(loss: RollbackLoss): string {
  const { table, column, step } = loss;
  const backup = displayName({ schema: table.schema, name: backupName(loss) });
  const key = step.before
    .table(table)
    ?.constraints.flatMap(({ definition }) => (definition.type === 'primary key' ? definition.columns : []));
  const columns = column === undefined ? '*' : [...(key ?? []), column].map(quoteIdentifier).join(', ');
  return `CREATE TABLE ${backup} AS SELECT ${columns} FROM ${displayName(table)};`;
}
