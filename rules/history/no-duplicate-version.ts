import { defineRule, duplicateFault, renumber } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-duplicate-version',
    summary: 'Disallow two migrations with the same version',
    rationale:
      'Most tools know a migration by its version: with two of one version they refuse the folder, stop at the second one, or run ' +
      'only one of the two. Prisma and Drizzle tell them apart by the rest of the name; there only a copy of a migration is ' +
      'reported, as file managers and bad merges leave behind, which runs the same SQL again.',
    instead:
      'Give the pending one the next version:\n\n```sh\nmv migrations/0002_add_tags.sql migrations/0003_add_tags.sql\n```',
    policy: ['HS2'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    messages: {
      duplicate: {
        what: '{{migration}} has the version of {{other}}. {{fault}}.',
        help: 'Give it a version of its own, as long as it is pending.',
      },
      copy: {
        what: '{{migration}} has the version and the SQL of {{other}}: {{runner}} runs both, and the second one fails or does everything twice.',
        help: 'Delete the copy.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a number used twice, by golang-migrate',
          runner: 'golang-migrate',
          version: ['0002', '0002'],
          name: ['add_plans', 'add_tags'],
          sql: ['CREATE TABLE plans (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          reports: ['duplicate'],
          fixed: { id: '0003_add_tags' },
        },
        {
          title: 'the same number, written otherwise: goose reads numbers',
          runner: 'goose',
          version: ['0002', '2', '00002'],
          name: ['add_plans', 'add_tags', 'add_notes'],
          sql: [
            'CREATE TABLE plans (id int PRIMARY KEY);',
            'CREATE TABLE tags (id int PRIMARY KEY);',
            'CREATE TABLE notes (id int PRIMARY KEY);',
          ],
          reports: ['duplicate', 'duplicate'],
        },
        {
          title: 'the version of an applied one',
          runner: 'sqlx',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20241202000000',
          name: 'add_plans',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['duplicate'],
        },
        {
          title: 'a runner that nobody knows',
          runner: 'plain',
          version: ['0002', '0002'],
          name: ['add_plans', 'add_tags'],
          sql: ['CREATE TABLE plans (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          reports: ['duplicate'],
        },
        {
          title: 'a file manager’s copy of a Prisma migration',
          version: ['20250203000000', '20250203000000'],
          name: ['add_plans', 'add_plans copy'],
          sql: [
            'CREATE TABLE plans (id int PRIMARY KEY);',
            '-- CreateTable\nCREATE TABLE plans (id int PRIMARY KEY);',
          ],
          reports: ['copy'],
          proof: { error: '42P07' },
        },
      ],
      good: [
        {
          title: 'Prisma tells them apart by the rest of the name',
          version: ['20250203000000', '20250203000000'],
          name: ['add_plans', 'add_tags'],
          sql: ['CREATE TABLE plans (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
        },
        {
          title: 'dotted versions, and names that begin with another number',
          runner: 'flyway',
          version: ['1.1', '1.10', '11'],
          name: ['add_plans', 'add_tags', '1_more'],
          sql: [
            'CREATE TABLE plans (id int PRIMARY KEY);',
            'CREATE TABLE tags (id int PRIMARY KEY);',
            'CREATE TABLE notes (id int PRIMARY KEY);',
          ],
        },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { sameVersionAs: other, copy } = migration.conflicts ?? {};
      if (other === undefined) return;
      const { id } = migration;
      const fault = duplicateFault(project.runner);
      if (fault !== undefined) {
        const severity = fault.outcome === 'unknown' ? 'warning' : 'error';
        const data = { migration: id, other, fault: fault.what };
        const fix = renumber(migration);
        return report({ messageId: 'duplicate', at: migration, severity, data, fix });
      }
      if (copy !== true) return;
      const data = { migration: id, other, runner: project.runner.label };
      report({ messageId: 'copy', at: migration, data });
    },
  },
});
