import { changedTableNames, defineRule, isFirstName } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-large-migration',
    summary: 'Disallow migrations that are too large to be reviewed',
    rationale:
      'What is too long to be read is not read. A migration of many statements also holds its locks for longer, fails with more to ' +
      'be done again, and is harder to undo. The first migration of a project is as large as its schema.',
    instead: 'Split it into steps that each make sense by themselves; they can be one deploy all the same.',
    whenNotToUse: 'Where a release is one migration, or migrations are generated and never read.',
    policy: ['HS3'],
    presets: ['strict'],
    severity: 'warning',
    options: {
      statements: {
        type: 'integer',
        default: 40,
        minimum: 1,
        description: 'The most statements that a migration may have.',
      },
      tables: {
        type: 'integer',
        default: 10,
        minimum: 1,
        description: 'The most tables that a migration may make, change or drop, temporary ones not counted.',
      },
    },
    messages: {
      statements: {
        what: '{{migration}} has {{count}} statements, more than the {{limit}} that can be reviewed.',
        help: 'Split it into steps that each make sense by themselves.',
      },
      tables: {
        what: '{{migration}} changes {{count}} tables, more than the {{limit}} that can be reviewed together.',
        help: 'Split it into steps that each make sense by themselves.',
      },
    },
    examples: {
      bad: [
        {
          title: 'more statements than the limit',
          options: { statements: 2 },
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN a int;\nALTER TABLE users ADD COLUMN b int;\nALTER TABLE users ADD COLUMN c int;',
          reports: ['statements'],
        },
        {
          title: 'more tables than the limit',
          options: { tables: 2 },
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nDROP TABLE users;',
          reports: ['tables'],
        },
      ],
      good: [
        {
          title: 'one statement with many parts',
          options: { statements: 2 },
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int, ADD COLUMN c int;',
        },
        {
          title: 'temporary tables, and tables that are only read',
          options: { tables: 1 },
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'CREATE TEMP TABLE seen AS SELECT id FROM plans;\nUPDATE users SET id = 2 WHERE id = 1;',
        },
        {
          title: 'the first migration',
          name: 'init',
          options: { statements: 1, tables: 1 },
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);',
        },
        {
          title: 'the first migration under another name: there was no table before it',
          name: 'create_schema',
          options: { statements: 1, tables: 1 },
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);',
        },
      ],
    },
  },
  on: {
    Migration(migration, { options, report }) {
      const { id, name, script, operations, catalogBefore, catalogAfter } = migration;
      const statements = script?.statements.length ?? 0;
      const mayBeLarge = statements > Math.min(options.statements, options.tables);
      if (!mayBeLarge && operations.length <= options.tables) return;
      const [known] = catalogBefore.tables();
      if (isFirstName(name) || known === undefined) return;
      if (statements > options.statements) {
        const data = { migration: id, count: statements, limit: options.statements };
        return report({ messageId: 'statements', at: migration, data });
      }
      const count = changedTableNames(operations, catalogBefore, catalogAfter).length;
      if (count <= options.tables) return;
      report({ messageId: 'tables', at: migration, data: { migration: id, count, limit: options.tables } });
    },
  },
});
