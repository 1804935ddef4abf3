import { defineRule, saysDeliberatelyEmpty } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-empty-migration',
    summary: 'Disallow a migration that does nothing',
    rationale:
      'A script without a statement is most often one that was never finished: `prisma migrate dev --create-only` and its like ' +
      'write a comment for a beginning, and an editor that did not save leaves no more. The tool records it as applied, and what ' +
      'is written into it later never runs.',
    instead:
      'Write its SQL, or delete it. If it has to stay, since some database has it, say why:\n\n```sql\n-- Intentionally empty: the column was added by hand in May.\n```',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      empty: {
        what: '{{migration}} has no statement: it is recorded as applied, and what is written into it later never runs.',
        help: 'Finish it or delete it; if it is meant to be empty, say so in a comment: -- Intentionally empty: why.',
      },
    },
    examples: {
      bad: [
        { title: 'what Prisma writes', sql: '-- This is an empty migration.', reports: ['empty'], proof: {} },
        { title: 'nothing at all', sql: '', reports: ['empty'] },
        { title: 'all of it in a comment', sql: '/* DROP TABLE plans; */\n;', reports: ['empty'] },
      ],
      good: [
        { title: 'a statement', sql: 'CREATE TABLE plans (id int PRIMARY KEY);' },
        { title: 'empty on purpose', sql: '-- Intentionally empty: replaced by 20250301000000_add_plans.' },
        { title: 'a statement that does nothing, by intent', sql: 'SELECT 1;' },
        { title: 'SQL that cannot be read', sql: 'CRATE TABLE plans (id int);' },
        { title: 'no script at all', withoutScript: true, sql: '' },
      ],
    },
  },
  on: {
    Migration(migration, { report }) {
      const { id, script } = migration;
      if (script === undefined || script.statements.length > 0 || script.problems.length > 0) return;
      if (saysDeliberatelyEmpty(script)) return;
      report({ messageId: 'empty', at: migration, data: { migration: id } });
    },
  },
});
