import { defineRule, hasSomethingToUndo, undoesNothing } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-empty-rollback',
    summary: 'Disallow a rollback script that does nothing',
    rationale:
      'A rollback script that is empty, or only comments, succeeds: the tool records the migration as rolled back, while everything that it ' +
      'did is still there. The next attempt to apply it fails. Where there is no way back, a script that stops with an error says so to ' +
      'whoever runs it.',
    instead:
      'Undo the migration; or stop, with the reason and what to do instead.\n\n' +
      "```sql\nDO $$ BEGIN\n  RAISE EXCEPTION 'irreversible: users.fax is dropped, restore it from the backup of that day';\nEND $$;\n```",
    whenNotToUse: 'Where the tool makes empty rollback scripts and nobody ever runs one.',
    policy: ['RB1'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      empty: {
        what: 'This rollback does nothing and succeeds: {{migration}} then counts as rolled back, and all that it did is still there.',
        help: 'Undo what it did; if that cannot be undone, stop with RAISE EXCEPTION and the reason.',
      },
    },
    examples: {
      bad: [
        {
          title: 'nothing',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: '',
          reports: ['empty'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'comments only',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: '-- This file should undo anything in up.sql',
          reports: ['empty'],
        },
        {
          title: 'a SELECT that says it',
          history: ['CREATE TABLE lists (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE lists ADD COLUMN name text;',
          rollback: "SELECT 'down SQL query';",
          reports: ['empty'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a notice does not stop',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: "DO $$ BEGIN RAISE NOTICE 'irreversible'; END $$;",
          reports: ['empty'],
          proof: { rollback: { restores: false } },
        },
      ],
      good: [
        {
          title: 'it stops and says why',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
          rollback: "DO $$ BEGIN RAISE EXCEPTION 'irreversible: fax is gone'; END $$;",
          proof: { rollback: { error: 'P0001' } },
        },
        {
          title: 'a migration of rows alone',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'INSERT INTO plans VALUES (1);',
          rollback: '-- the plan stays',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a value of an enum: PostgreSQL cannot take it away',
          history: ["CREATE TYPE status AS ENUM ('open');"],
          sql: "ALTER TYPE status ADD VALUE 'done';",
          rollback: '-- nothing to do',
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a migration that does nothing either',
          sql: 'SELECT 1;',
          rollback: '',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a call that may do anything',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CALL undo_everything();',
        },
      ],
    },
  },
  on: {
    Rollback(migration, { report }) {
      const { rollbackOutcome: outcome, rollback, catalogBefore, catalogAfter, path } = migration;
      if (outcome === undefined || outcome.raises !== undefined || !undoesNothing(outcome)) return;
      if (!hasSomethingToUndo(catalogBefore, catalogAfter)) return;
      const at = rollback?.statements[0] ?? { file: rollback?.source.path ?? path };
      report({ messageId: 'empty', at, data: { migration: migration.id } });
    },
  },
});
