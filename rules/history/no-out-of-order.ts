import { defineRule, lateFault, renumber, type HistoryFault } from 'migration-lint';

/** Where the tool neither skips it nor stops, it hurts less. */
const MILD: readonly HistoryFault['outcome'][] = ['runs', 'unknown'];

export default defineRule({
  meta: {
    name: 'no-out-of-order',
    summary: 'Disallow a new migration whose place comes before one that has been applied',
    rationale:
      'Two branches make migrations at the same time, and the one with the later version is merged first. What happens to the other ' +
      'depends on the tool: golang-migrate and Drizzle never run it and say nothing, goose, Flyway and Supabase stop, Prisma, ' +
      'Diesel, SQLx and dbmate run it after the later one, though every new database runs it before.',
    instead:
      'Give the pending migration a version of today, on the branch, before it is merged:\n\n```sh\nmv prisma/migrations/20250101000000_add_tags prisma/migrations/20250203101500_add_tags\n```',
    whenNotToUse:
      'Where the tool is told to run such migrations (goose’s -allow-missing, Flyway’s outOfOrder, Supabase’s --include-all) and the team lives with another order in new databases.',
    policy: ['HS2'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    messages: {
      late: {
        what: '{{migration}} comes before {{last}}, which has been applied. {{fault}}.',
        help: 'Give it a version later than that one, as long as it is pending.',
      },
      lateInJournal: {
        what: '{{migration}} comes before {{last}}, which has been applied. {{fault}}.',
        help: 'Take it out of meta/_journal.json and generate it again, so that its `when` is later than that one’s.',
      },
    },
    examples: {
      bad: [
        {
          title: 'Prisma runs it, later than new databases do',
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          version: '20241115000000',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['late'],
        },
        {
          title: 'golang-migrate never runs it',
          runner: 'golang-migrate',
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          version: '20241115000000',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['late'],
        },
        {
          title: 'one of two, under goose',
          runner: 'goose',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: ['20241115000000', '20250203000000'],
          sql: ['CREATE TABLE plans (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          reports: ['late'],
        },
        {
          title: 'Drizzle passes over it',
          runner: 'drizzle',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20241115000000',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['lateInJournal'],
        },
      ],
      good: [
        {
          title: 'later than all that has been applied',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20250203000000',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
        {
          title: 'later, though in the middle of the pending ones',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: ['20250203000000', '20250202000000'],
          sql: ['CREATE TABLE plans (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
        },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { passedBy: last, renamedFrom } = migration.conflicts ?? {};
      if (last === undefined || renamedFrom !== undefined) return;
      const { outcome, what: fault } = lateFault(project.runner);
      report({
        messageId: project.runner.name === 'drizzle' ? 'lateInJournal' : 'late',
        at: migration,
        severity: MILD.includes(outcome) ? 'warning' : 'error',
        data: { migration: migration.id, last, fault },
        fix: renumber(migration),
      });
    },
  },
});
