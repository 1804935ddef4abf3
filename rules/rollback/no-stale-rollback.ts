import { ageInDays, defineRule } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-stale-rollback',
    summary: 'Disallow rollback scripts of migrations that were applied long ago',
    rationale:
      'A rollback fits the schema right after its migration. Days later other migrations have built upon it and people have written data ' +
      'that it would destroy: run then, it fails halfway or does harm. A team that deletes rollbacks after their time has in its folders ' +
      'only those that may be run.',
    instead:
      'Delete those whose time is over; git keeps them.\n\n```sh\ngit rm prisma/migrations/20240101*/rollback.sql\n```',
    whenNotToUse: 'Where rollbacks are kept for good, such as to take a whole history back for a test.',
    policy: ['RB5'],
    presets: ['policy-a'],
    severity: 'info',
    options: {
      days: {
        type: 'integer',
        default: 7,
        minimum: 0,
        description: 'How many days a rollback script is kept, from the version of its migration.',
      },
    },
    messages: {
      stale: {
        what: '{{count}} of applied migrations older than {{days}} days; the oldest is this one, of {{migration}}, {{age}} days ago.',
        help: 'Delete them: later migrations rest upon what they take back. git keeps their text.',
      },
    },
    examples: {
      bad: [
        {
          title: 'of two months ago and of one',
          projectHasRollbacks: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY);', 'CREATE TABLE lists (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS tags;',
          reports: ['stale'],
        },
        {
          title: 'the older one of two: the other is of the day before',
          projectHasRollbacks: true,
          options: { days: 2 },
          hoursBetween: 24,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'CREATE TABLE lists (id int PRIMARY KEY);',
            'CREATE TABLE plans (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          reports: ['stale'],
        },
      ],
      good: [
        {
          title: 'of last week',
          projectHasRollbacks: true,
          hoursBetween: 24,
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
        {
          title: 'deleted in time; what is pending has no age',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS tags;',
          now: '2026-01-01',
          proof: { rollback: { restores: true } },
        },
      ],
    },
  },
  on: {
    Project({ migrations }, { now, options, report }) {
      const stale = migrations.flatMap(({ id, state, version, rollbackFile: file }) => {
        if (state !== 'applied' || file === undefined) return [];
        const age = ageInDays(version, now);
        return age !== undefined && age > options.days ? [{ id, file, age }] : [];
      });
      // Of several of one age, the first one in replay order.
      const [oldest] = stale.toSorted((a, b) => b.age - a.age);
      if (oldest === undefined) return;
      const count =
        stale.length === 1 ? 'There is 1 rollback script' : `There are ${stale.length} rollback scripts`;
      report({
        messageId: 'stale',
        at: { file: oldest.file },
        data: { count, days: options.days, migration: oldest.id, age: oldest.age },
      });
    },
  },
});
