import {
  changeGroups,
  defineRule,
  displayNames,
  isFirstName,
  isSameObject,
  moveFix,
  type ChangeGroup,
  type Operation,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-unrelated-changes',
    summary: 'Disallow one migration for changes that have nothing to do with each other',
    rationale:
      'A migration is reviewed, deployed and undone as one. Where it holds two changes, one cannot go out or come back without the ' +
      'other, and the locks of both last until both are done. Changes count as one if a foreign key connects their tables, if one ' +
      'statement names both, if the tables are made or dropped together, if the same is done to each of them, or if the names of ' +
      'tables and columns have a word in common with each other or with the migration’s.',
    instead: 'Make a migration for each, which can be one deploy all the same.',
    whenNotToUse: 'Where a release is one migration, whatever is in it.',
    policy: ['HS3'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    messages: {
      unrelated: {
        what: '{{migration}} makes {{count}} changes that nothing connects, one to {{first}}, another to {{second}}{{more}}: none of them can go out or come back alone.',
        help: 'Make a migration for each; they can be one deploy all the same.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a column here, another there',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nALTER TABLE plans ADD COLUMN price numeric;',
          reports: ['unrelated'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN email text;',
              'ALTER TABLE plans ADD COLUMN price numeric;',
            ],
          },
        },
        {
          title: 'a new table, and values of an old one',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);\nUPDATE users SET name = trim(name) WHERE id = 1;',
          reports: ['unrelated'],
        },
        {
          title: 'both refer to a third table, which is not changed',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int, user_id int REFERENCES users); CREATE TABLE orders (id int, user_id int REFERENCES users);',
          ],
          sql: 'ALTER TABLE posts ADD COLUMN title text;\nALTER TABLE orders ADD COLUMN total numeric;',
          reports: ['unrelated'],
        },
        {
          title: 'three of them',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY); CREATE TABLE tokens (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nALTER TABLE plans ADD COLUMN price numeric;\nALTER TABLE tokens ADD COLUMN secret text;',
          reports: ['unrelated'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN email text;',
              'ALTER TABLE tokens ADD COLUMN secret text;',
              'ALTER TABLE plans ADD COLUMN price numeric;',
            ],
          },
        },
        {
          title: 'the migration’s name says both',
          name: 'plans_price_and_tokens_secret',
          history: ['CREATE TABLE plans (id int PRIMARY KEY); CREATE TABLE tokens (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE plans ADD COLUMN price numeric;\nALTER TABLE tokens ADD COLUMN secret text;',
          reports: ['unrelated'],
        },
      ],
      good: [
        {
          title: 'the same is done to columns of other names',
          history: [
            'CREATE TABLE notes (id int PRIMARY KEY, written date); CREATE TABLE plans (id int PRIMARY KEY, price int);',
          ],
          sql: 'ALTER TABLE notes ALTER COLUMN written SET NOT NULL;\nALTER TABLE plans ALTER COLUMN price SET NOT NULL;',
        },
        {
          title: 'both are what the migration is called after',
          name: 'persistent_activity_queue',
          history: ['CREATE TABLE sent_activity (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE federation_queue (id int PRIMARY KEY);\nALTER TABLE sent_activity ADD COLUMN actor text;',
        },
        {
          title: 'a foreign key connects them',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nALTER TABLE posts ADD COLUMN title text;',
        },
        {
          title: 'a foreign key that it makes itself, to a table that it makes itself',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE "Plan" (id int PRIMARY KEY);\nALTER TABLE "User" ADD COLUMN "planId" int REFERENCES "Plan";',
        },
        {
          title: 'tables that are made together',
          sql: 'CREATE TABLE countries (id int PRIMARY KEY);\nCREATE TABLE colours (id int PRIMARY KEY);',
        },
        {
          title: 'the same column on each table',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN tenant_id int;\nALTER TABLE plans ADD COLUMN tenant_id int;',
        },
        {
          title: 'columns of the type that it makes',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: "CREATE TYPE state AS ENUM ('on', 'off');\nALTER TABLE users ADD COLUMN state state;\nALTER TABLE plans ADD COLUMN plan_state state;",
        },
        {
          title: 'an index on each table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a int); CREATE TABLE plans (id int PRIMARY KEY, b int);',
          ],
          sql: 'CREATE INDEX ON users (a);\nCREATE INDEX ON plans (b);',
        },
        {
          title: 'values go from one to the other',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, plan text); CREATE TABLE plans (id int PRIMARY KEY, name text);',
          ],
          sql: 'ALTER TABLE plans ADD COLUMN code text;\nINSERT INTO plans (id, name) SELECT id, plan FROM users WHERE id = 1;\nALTER TABLE users DROP COLUMN plan;',
        },
        {
          title: 'a constraint on a column, and values of the column of that name',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, inbox_url text UNIQUE); CREATE TABLE sites (id int PRIMARY KEY, inbox_url text);',
          ],
          sql: "ALTER TABLE users DROP CONSTRAINT users_inbox_url_key;\nUPDATE sites SET inbox_url = '/inbox' WHERE id = 1;",
        },
        {
          title: 'names that belong together',
          history: [
            'CREATE TABLE invoices (id int PRIMARY KEY); CREATE TABLE invoice_lines (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE invoices ADD COLUMN total numeric;\nALTER TABLE invoice_lines ADD COLUMN price numeric;',
        },
        {
          title: 'a table that only the migration itself sees',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TEMP TABLE seen (id int);\nALTER TABLE users ADD COLUMN email text;',
        },
        {
          title: 'the first migration',
          name: 'init',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE plans (id int PRIMARY KEY);\nALTER TABLE plans ADD COLUMN price numeric;',
        },
      ],
    },
  },
  on: {
    Migration({ id, name, operations, catalogBefore, catalogAfter, ...migration }, context) {
      if (isFirstName(name) || migration.repeats === true) return;
      const groups = changeGroups(operations, catalogBefore, catalogAfter, name);
      const [first, second, third] = groups;
      if (first === undefined || second === undefined) return;
      context.report({
        messageId: 'unrelated',
        at: second.first,
        related: [{ at: first.first, label: 'the first change' }],
        fix: moveFix(
          operations.filter((operation) => isAbout(operation, second)),
          context,
        ),
        data: {
          migration: id,
          first: displayNames(first.tables, 'tables'),
          second: displayNames(second.tables, 'tables'),
          count: groups.length === 2 ? 'two' : groups.length,
          more:
            third === undefined
              ? ''
              : groups.length === 3
                ? `, and a third to ${listed(displayNames(third.tables, 'tables'))}`
                : `, and ${groups.length - 2} more`,
        },
      });
    },
  },
});

/** Whether an operation changes one of a group's tables. */
function isAbout(operation: Operation, { tables }: ChangeGroup): boolean {
  const table = 'table' in operation ? operation.table : undefined;
  return operation.run !== 'called' && table !== undefined && tables.some((one) => isSameObject(one, table));
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
