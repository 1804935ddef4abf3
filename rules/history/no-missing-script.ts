import { defineRule, missingScriptFault } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-missing-script',
    summary: 'Disallow a migration without its script',
    rationale:
      'A folder without its `migration.sql` or `up.sql`, or an entry of Drizzle’s journal without its file, is left over from a ' +
      'branch that was switched, a file that was not committed, or a script in another language that the tool does not run. The ' +
      'tool stops there, and nothing that is pending is deployed.',
    instead:
      'Commit the script, or delete what is left of the migration:\n\n```sh\ngit add prisma/migrations/20250203000000_add_plans/migration.sql\n```',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      missing: {
        what: '{{migration}} lacks its script {{script}}. {{fault}}.',
        help: 'Commit the script, or delete what is left of the migration.',
      },
    },
    examples: {
      bad: [
        { title: 'a folder of Prisma’s', withoutScript: true, sql: '', reports: ['missing'] },
        {
          title: 'a folder of Diesel’s',
          runner: 'diesel',
          withoutScript: true,
          sql: '',
          reports: ['missing'],
        },
      ],
      good: [
        { title: 'a script', sql: 'CREATE TABLE plans (id int PRIMARY KEY);' },
        { title: 'an empty script, which runs', sql: '' },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { id, missingScript: script } = migration;
      if (script === undefined) return;
      const fault = missingScriptFault(project.runner);
      if (fault === undefined) return;
      report({ messageId: 'missing', at: migration, data: { migration: id, script, fault: fault.what } });
    },
  },
});
