import { defineRule, isVagueName, objectNames, renameByChanges } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-vague-name',
    summary: 'Disallow migration names that do not say what changes',
    rationale:
      'The name is what a review, a failed deployment and `prisma migrate status` show. `update_schema` says nothing; the next one ' +
      'is called `update_schema_2`.',
    instead:
      'Say what changes, and where:\n\n```text\nprisma migrate dev --name add_phone_number_to_users\n```',
    policy: ['NM1'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'files' },
    yieldsTo: ['require-named-revert'],
    messages: {
      vague: {
        what: 'The name “{{name}}” does not say what changes.',
        help: 'Name what changes and where, such as add_phone_number_to_users. A pending migration can still be renamed.',
      },
      unnamed: {
        what: 'The migration has no name beside its version {{version}}.',
        help: 'Name what changes and where, such as add_phone_number_to_users. A pending migration can still be renamed.',
      },
    },
    examples: {
      bad: [
        {
          title: 'it updates something',
          name: 'update_schema',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['vague'],
          fixed: { id: '20250101000000_create_plans' },
        },
        {
          title: 'a single word',
          name: 'fix',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['vague'],
        },
        {
          title: 'a number',
          name: 'migration1',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['vague'],
        },
        {
          title: 'a date',
          name: '2024_01_05',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['vague'],
        },
        {
          title: 'which column of what',
          name: 'add-new-column',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['vague'],
        },
        { title: 'no name', name: '', sql: 'CREATE TABLE plans (id int PRIMARY KEY);', reports: ['unnamed'] },
      ],
      good: [
        { title: 'the first one', name: 'init', sql: 'CREATE TABLE plans (id int PRIMARY KEY);' },
        {
          title: 'what and where',
          name: 'add_phone_number_to_users',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
        {
          title: 'kebab-case',
          name: 'create-coupon-indexes',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
        { title: 'one word that says it', name: 'stripe', sql: 'CREATE TABLE plans (id int PRIMARY KEY);' },
        {
          title: 'a general word that is the name of a table or an indexed column',
          name: 'add_tests',
          sql: 'CREATE TABLE tests (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { report } = context;
      const { name, version, operations } = migration;
      if (!isVagueName(name) || !isVagueName(name, objectNames(operations))) return;
      const at = migration;
      // What a migration is about is for its author to say: this is a guess.
      const renamed = renameByChanges(migration, context);
      const fix = renamed && { ...renamed, safety: 'unsafe' as const };
      if (name === '') report({ messageId: 'unnamed', at, data: { version }, fix });
      else report({ messageId: 'vague', at, data: { name }, fix });
    },
  },
});
