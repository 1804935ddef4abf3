import {
  blockedBy,
  changedRowsOf,
  changesStructure,
  defineRule,
  moveFix,
  movesOldRows,
  type ObjectName,
} from 'migration-lint';

const SPLIT =
  'Split it: the schema in one migration, the rows in another after it, and what needs the new rows in a third.';

export default defineRule({
  meta: {
    name: 'no-mixed-migration',
    summary: 'Disallow changing the schema and the rows of existing tables in one migration',
    rationale:
      'A change of the schema is quick and takes strong locks; a change of rows is slow. Together in one transaction, the locks of the first ' +
      'are held until the last row is written, and whatever stops the one takes the other back. Apart, each can be run, watched and ' +
      'repeated by itself, and there is a moment for the code in between. Rows of constants for a table that the same deploy makes belong to it.',
    instead:
      'Two migrations, the schema first for what the rows need:\n\n' +
      '```sql\n-- 20250101090000_add_plan_to_users\nALTER TABLE users ADD COLUMN plan text;\n```\n\n' +
      "```sql\n-- 20250101091000_migrate_users_plan\nUPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 10000 AND plan IS NULL;\n```",
    whenNotToUse: 'Where small tables are changed and filled in one step on purpose.',
    policy: ['BF5'],
    presets: ['strict', 'policy-b', 'policy-d'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-write-in-migration'],
    messages: {
      mixed: {
        what: '{{migration}} changes the schema as well as rows of {{table}}: what is quick and locks hard waits for what is slow, and one cannot be repeated without the other.',
        help: SPLIT,
      },
      mixedUnlocked: {
        what: '{{migration}} changes the schema as well as rows of {{table}}: what is quick waits for what is slow, and one cannot be repeated without the other.',
        help: SPLIT,
      },
    },
    examples: {
      bad: [
        {
          title: 'a new column and its values',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;\nUPDATE users SET display_name = username;',
          reports: ['mixed'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'rows of one table and the schema of another',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE logs (id int);'],
          sql: 'UPDATE users SET name = trim(name);\nCREATE TABLE tags (id int PRIMARY KEY);\nDELETE FROM logs;',
          reports: ['mixedUnlocked'],
          fixed: {
            scripts: [
              'CREATE TABLE tags (id int PRIMARY KEY);',
              'UPDATE users SET name = trim(name);\n\nDELETE FROM logs;',
            ],
          },
        },
        {
          title: 'rows that move into a new table',
          history: ['CREATE TABLE users (id int PRIMARY KEY, bio text);'],
          sql: 'CREATE TABLE profiles (user_id int PRIMARY KEY, bio text);\nINSERT INTO profiles SELECT id, bio FROM users;',
          reports: ['mixedUnlocked'],
        },
      ],
      good: [
        {
          title: 'a new table and its first rows',
          sql: "CREATE TABLE plans (id int PRIMARY KEY, name text);\nINSERT INTO plans VALUES (1, 'free'), (2, 'pro');\nUPDATE plans SET name = upper(name);",
        },
        {
          title: 'in two migrations of one deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: [
            'ALTER TABLE users ADD COLUMN display_name text;',
            'UPDATE users SET display_name = username WHERE id BETWEEN 1 AND 1000;',
          ],
        },
        {
          title: 'rows saved before they go, with tools of the migration’s own',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET lock_timeout = '2s';\nCREATE TEMP TABLE chosen (id int);\nCREATE TABLE users_saved AS SELECT * FROM users WHERE email IS NULL;\nDELETE FROM users WHERE email IS NULL;",
        },
        {
          title: 'the schema alone',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nCREATE INDEX CONCURRENTLY i ON users (plan);',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { effectsOf, existedBeforeDeploy, report } = context;
      const { operations, id } = migration;
      const structure = operations.find(changesStructure);
      if (structure === undefined) return;
      const changes = operations.filter((operation) => {
        const isOld = (table: ObjectName): boolean => existedBeforeDeploy(table, operation) !== undefined;
        return changedRowsOf(operation, isOld) !== undefined || movesOldRows(operation, isOld);
      });
      const [change] = changes;
      if (change === undefined || !('table' in change) || change.table === undefined) return;
      const related = [{ at: structure, label: 'changes the schema' }];
      const locks = operations
        .filter(changesStructure)
        .some((operation) =>
          effectsOf(operation).some(
            ({ lock, relation }) =>
              blockedBy(lock) !== 'nothing' && existedBeforeDeploy(relation, operation) !== undefined,
          ),
        );
      report({
        messageId: locks ? 'mixed' : 'mixedUnlocked',
        at: change,
        related,
        data: { migration: id, table: change.table },
        fix: moveFix(changes, context),
      });
    },
  },
});
