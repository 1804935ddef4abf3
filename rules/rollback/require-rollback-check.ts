import {
  defineRule,
  displayName,
  isFailure,
  mayCheckRows,
  quoteIdentifier,
  rollbackLosses,
  type Operation,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-rollback-check',
    summary: 'Require a rollback that destroys data to check what it has done',
    rationale:
      'A rollback with IF EXISTS skips in silence what it does not find, in another schema or under another name, and reports success. ' +
      'Before the application is started again somebody has to know that the tables are gone and that the copies are complete; at night ' +
      'nobody thinks of it unless the script does.',
    instead:
      'End with a block that fails where something is not as it should be. Name the schema: in `information_schema.tables` a table of ' +
      'the same name in another schema counts as well.\n\n' +
      "```sql\nDO $$ BEGIN\n  IF to_regclass('public.user_preferences') IS NOT NULL THEN\n" +
      "    RAISE EXCEPTION 'user_preferences is still there';\n  END IF;\nEND $$;\n```",
    whenNotToUse:
      'Where the rollback runs in one transaction without IF EXISTS: PostgreSQL refuses what is not there.',
    policy: ['RB4'],
    presets: ['policy-c'],
    severity: 'info',
    messages: {
      unchecked: {
        what: 'This rollback destroys {{place}}, and nothing after that checks what it has left.',
        help: 'End it with a DO block that raises an exception where the table is still there or the copy lacks rows.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS lists;',
          reports: ['unchecked'],
          proof: { rollback: { restores: true } },
        },
        {
          title: 'saved, not checked',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE lists;',
          reports: ['unchecked'],
        },
        {
          title: 'a check before the drop, and a notice after it',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nickname text;',
          rollback:
            "DO $$ BEGIN IF EXISTS (SELECT FROM users WHERE nickname <> '') THEN RAISE EXCEPTION 'in use'; END IF; END $$;\nALTER TABLE users DROP COLUMN nickname;\nDO $$ BEGIN RAISE NOTICE 'done'; END $$;",
          reports: ['unchecked'],
          proof: { rollback: { restores: true } },
        },
      ],
      good: [
        {
          title: 'a block that fails',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback:
            "DROP TABLE IF EXISTS lists;\nDO $$ BEGIN IF to_regclass('public.lists') IS NOT NULL THEN RAISE EXCEPTION 'lists is still there'; END IF; END $$;",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'an assertion',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nickname text;',
          rollback:
            "ALTER TABLE users DROP COLUMN nickname;\nDO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'nickname'); END $$;",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a query for whoever runs it',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nickname text;',
          rollback: 'ALTER TABLE users DROP COLUMN nickname;\nSELECT count(*) FROM users;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'nothing is destroyed',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX users_email ON users (email);',
          rollback: 'DROP INDEX users_email;',
          proof: { rollback: { restores: true } },
        },
      ],
    },
  },
  on: {
    Rollback({ index, rollbackOutcome: outcome }, { report }) {
      if (outcome === undefined) return;
      const last = rollbackLosses(outcome, index).at(-1);
      if (last === undefined) return;
      const { step, table, column } = last;
      const after = outcome.steps.slice(outcome.steps.indexOf(step) + 1);
      if (after.some(({ operation }) => checks(operation))) return;
      const place =
        column === undefined ? displayName(table) : `${displayName(table)}.${quoteIdentifier(column)}`;
      report({ messageId: 'unchecked', at: step.operation, data: { place } });
    },
  },
});

/** What stops the script, shows rows to whoever runs it, or cannot be read and may do either. */
const checks = (operation: Operation): boolean =>
  isFailure(operation) ||
  mayCheckRows(operation) ||
  (operation.kind === 'Select' && operation.query.reads.length > 0);
