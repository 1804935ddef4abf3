import { defineRule, deletedFault, renamedFault } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-deleted-migration',
    summary: 'Disallow deleting or renaming a migration that has been applied',
    rationale:
      'The tool has recorded the migration in every database, and finds its file no more. Some tools stop there; others say ' +
      'nothing, and new databases are built without what it did. A new name makes a new migration of it, which runs the same SQL ' +
      'again. One case is none of this: pending migrations that make the schema of all that is gone, a squash.',
    instead:
      'Take it back, and undo what it did in a migration of its own:\n\n```sh\ngit checkout origin/main -- prisma/migrations/20240101000000_add_tags\nnpx prisma migrate dev --name remove_tags\n```',
    whenNotToUse:
      'Where the base revision holds migrations that no database has yet, such as a branch that is released as a whole.',
    policy: ['HS1'],
    presets: ['recommended'],
    severity: 'error',
    needs: ['changes'],
    messages: {
      deleted: {
        what: '{{migration}} has been applied and was deleted since. {{fault}}.',
        help: 'Take it back (git checkout of the base revision), and undo what it did in a new migration.',
      },
      renamed: {
        what: '{{migration}} was renamed from {{before}}, which has been applied. {{fault}}.',
        help: 'Give it its old name and version again: both are history.',
      },
    },
    examples: {
      bad: [
        {
          title: 'an applied migration that is gone',
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          edited: { 1: null },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['deleted'],
        },
        {
          title: 'under another name it runs again',
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          edited: { 1: null },
          sql: '-- Tags of users\nCREATE TABLE tags (id int PRIMARY KEY);',
          reports: ['renamed'],
          proof: { error: '42P07' },
        },
        {
          title: 'the beginning of the history, and a pending migration that does not make what it made',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN email text;',
            'CREATE TABLE plans (id int PRIMARY KEY);',
          ],
          edited: { 0: null, 1: null },
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          reports: ['renamed', 'deleted'],
        },
      ],
      good: [
        {
          title: 'a squash: the pending migration makes all that the deleted ones made',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN email text;',
            'CREATE TABLE plans (id int PRIMARY KEY);',
          ],
          edited: { 0: null, 1: null },
          sql: 'CREATE TABLE users (id int PRIMARY KEY, email text);',
        },
        {
          title: 'what it did is undone by a migration of its own',
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          sql: 'DROP TABLE tags;',
        },
      ],
    },
  },
  on: {
    Project({ migrations, runner, squash }, { report }) {
      if (squash !== undefined) return;
      const deleted = migrations.filter(({ change }) => change === 'deleted');
      if (deleted.length === 0) return;
      const renamed = new Map(
        migrations.flatMap((migration) => {
          const from = migration.conflicts?.renamedFrom;
          return from === undefined ? [] : [[from, migration] as const];
        }),
      );
      for (const gone of deleted) {
        const now = renamed.get(gone.id);
        if (now === undefined) {
          const data = { migration: gone.id, fault: deletedFault(runner).what };
          report({ messageId: 'deleted', at: gone, data });
        } else {
          const data = { migration: now.id, before: gone.id, fault: renamedFault(runner).what };
          report({ messageId: 'renamed', at: now, data });
        }
      }
    },
  },
});
