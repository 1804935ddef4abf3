import { defineRule, renumber, versionFault, type Project } from 'migration-lint';

const HOUR = 3_600_000;

export default defineRule({
  meta: {
    name: 'no-invalid-version',
    summary: 'Disallow versions that sort wrongly, and dates that there are not',
    rationale:
      'The version decides when a migration runs. A date without a time sorts before everything of its day, in tools that read ' +
      'numbers before everything at all; a version in the future sorts after what is made in the meantime; without a version the ' +
      'name decides. In each case a new database runs the migrations in another order than production did.',
    instead:
      'Let the tool make the version, or write it in full:\n\n```sh\nmv prisma/migrations/20251120_add_tags prisma/migrations/20251120093000_add_tags\n```',
    policy: ['HS2'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    options: {
      aheadHours: {
        type: 'integer',
        default: 24,
        minimum: 0,
        description:
          'How many hours a version may lie in the future: clocks differ, and versions have no time zone.',
      },
    },
    messages: {
      length: {
        what: 'The version {{version}} has {{digits}} digits and the others have {{usual}}: {{runner}} sorts it {{place}}.',
        help: 'Give it a version like the others, as long as it is pending.',
      },
      noDate: {
        what: 'The version {{version}} begins with {{date}}, which is no date: nobody can tell when it was made, and its place among the others is by chance.',
        help: 'Give it the version of the day that it was made, as long as it is pending.',
      },
      future: {
        what: 'The version {{version}} lies in the future: it sorts after every migration that is made until then, also after those that need it.',
        help: 'Give it a version of today, as long as it is pending.',
      },
      noVersion: {
        what: '{{migration}} has no version, and the others have one: by its name it sorts after all of them, and after all that are to come.',
        help: 'Put a version before its name, as long as it is pending.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a date beside moments',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20250203',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['length'],
        },
        {
          title: 'the same for a tool that reads numbers',
          runner: 'golang-migrate',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20250203',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['length'],
        },
        {
          title: 'two digits too many',
          runner: 'goose',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '2025010315050505',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['length'],
        },
        {
          title: 'a month 13',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20251345120000',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['noDate'],
          fixed: { id: '20250102000000_change' },
        },
        {
          title: 'ten months ahead',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20251101120000',
          now: '2025-01-03',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['future'],
        },
        {
          title: 'a name alone',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['noVersion'],
        },
      ],
      good: [
        {
          title: 'a moment like the others',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20250103120000',
          now: '2025-01-03',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
        {
          title: 'the baseline that Prisma’s documentation calls 0_init',
          version: ['0', '20250103120000'],
          now: '2025-01-03',
          sql: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE plans (id int PRIMARY KEY);'],
        },
        {
          title: 'numbers that grow',
          runner: 'golang-migrate',
          version: ['9998', '9999', '10000'],
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'CREATE TABLE plans (id int PRIMARY KEY);',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
        },
        {
          title: 'a time zone ahead',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          version: '20250103120000',
          now: '2025-01-02T22:00:00Z',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Migration(migration, { now, options, project, report }) {
      if (migration.repeats === true) return;
      const { runner, versionDigits: usual } = project;
      const latest = now && new Date(now.getTime() + options.aheadHours * HOUR);
      const { version } = migration;
      const fault = versionFault(version, { layout: runner.name, usualDigits: usual, latest });
      const at = migration;
      const fix = renumber(migration);
      switch (fault?.kind) {
        case undefined:
          return;
        case 'length': {
          const { digits, place } = fault;
          const data = { version, digits, usual: usual ?? 0, place, runner: sorter(runner) };
          return report({ messageId: 'length', at, data, fix });
        }
        case 'no date':
          return report({ messageId: 'noDate', at, data: { version, date: fault.date }, fix });
        case 'future':
          return report({ messageId: 'future', at, data: { version }, fix });
        case 'no version':
          return report({ messageId: 'noVersion', at, data: { migration: migration.id }, fix });
      }
    },
  },
});

/** Prisma's versions are all taken to sort alike. */
const sorter = ({ label, name }: Project['runner']): string => (name === 'prisma' ? 'Prisma' : label);
