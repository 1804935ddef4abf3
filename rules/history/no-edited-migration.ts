import { defineRule, firstDifference } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-edited-migration',
    summary: 'Disallow editing a migration that has been applied',
    rationale:
      'A runner applies a migration once. What is written into it later never reaches a database that has it: new databases then ' +
      'differ from production, and nothing says so. Prisma keeps a checksum of each file: after any edit, even of a comment, ' +
      '`migrate dev` wants to reset the developer’s database, while `migrate deploy` passes over it without a word.',
    instead:
      'Take the edit back, and write it as a migration of its own:\n\n```sh\ngit checkout origin/main -- prisma/migrations/20240101000000_init\nnpx prisma migrate dev --name add_phone_number_to_users\n```',
    whenNotToUse:
      'Where the base revision holds migrations that no database has yet, such as a branch that is released as a whole.',
    policy: ['HS1'],
    presets: ['recommended'],
    severity: 'error',
    needs: ['changes'],
    messages: {
      edited: {
        what: '{{migration}} has been applied and was edited since: no database that has it will see the edit.',
        help: 'Take the edit back (git checkout of the base revision), and write the change as a new migration.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a column put into an applied migration',
          history: ['CREATE TABLE users (\n  id int PRIMARY KEY\n);'],
          edited: { 0: 'CREATE TABLE users (\n  id int PRIMARY KEY,\n  email text\n);' },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['edited'],
        },
        {
          title: 'a comment: the checksum changes all the same',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          edited: { 0: '-- the first table\nCREATE TABLE users (id int PRIMARY KEY);' },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['edited'],
        },
        {
          title: 'two of three',
          history: [
            'CREATE TABLE a (id int);',
            'CREATE TABLE b (id int);\nCREATE TABLE c (id int);',
            'CREATE TABLE d (id int);',
          ],
          edited: { 0: 'CREATE TABLE a (id bigint);', 1: 'CREATE TABLE b (id int);' },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['edited', 'edited'],
        },
      ],
      good: [
        {
          title: 'nothing was edited',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;',
        },
        {
          title: 'the change as a migration of its own, edited as often as one likes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: ['ALTER TABLE users ADD COLUMN email text;', 'ALTER TABLE users ADD COLUMN name text;'],
        },
      ],
    },
  },
  on: {
    Project(project, { report }) {
      for (const migration of project.migrations) {
        const { asApplied, current, id } = migration;
        if (migration.change !== 'edited' || asApplied === undefined || current === undefined) continue;
        const span = firstDifference(asApplied.text, current.text);
        const at = span === undefined ? migration : { source: current, span };
        report({ messageId: 'edited', at, data: { migration: id } });
      }
    },
  },
});
