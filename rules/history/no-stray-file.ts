import { defineRule } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-stray-file',
    summary: 'Disallow `.sql` files among the migrations that the tool does not run',
    rationale:
      'Each tool takes a file for a migration by its name or place, and passes over all others without a word: ' +
      '`cleanup.sql` beside Prisma’s folders, a name without a number in goose’s, a file that Drizzle’s journal does not list. Whoever ' +
      'put it there believes that it runs, and finds out in production. Only files that the base revision has not are reported, and no ' +
      'rollbacks.',
    instead:
      'Name it as the tool wants it, or keep it elsewhere:\n\n```sh\nmv prisma/migrations/cleanup.sql scripts/cleanup.sql\n```',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      stray: {
        what: '{{file}} is no migration by its name or place, and {{runner}} never runs it.',
        help: 'Make a migration of it, or keep it outside of the migrations folder.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a script beside the folders',
          strays: ['cleanup.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['stray'],
        },
        {
          title: 'two names without a number',
          runner: 'goose',
          strays: ['add_tags.sql', 'backfill.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['stray', 'stray'],
        },
      ],
      good: [{ title: 'only migrations', sql: 'CREATE TABLE plans (id int PRIMARY KEY);' }],
    },
  },
  on: {
    Project({ strays, runner }, { report }) {
      for (const file of strays)
        report({ messageId: 'stray', at: { file }, data: { file, runner: runner.label } });
    },
  },
});
