import { defineRule, hasUsers } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-cluster',
    summary: 'Disallow `CLUSTER` of existing tables',
    rationale:
      'CLUSTER writes the whole table in the order of an index, and all its indexes, to new files under ACCESS EXCLUSIVE: nobody reads ' +
      'or writes the table until that is done. Rows that are written later are not kept in that order.',
    instead:
      'pg_repack orders a table beside, while it is in use. `ALTER TABLE … CLUSTER ON` only notes the index, and is free.',
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      rewrites: {
        what: 'CLUSTER writes every row of {{table}} anew, and nobody can read or write the table until that is done.',
        help: 'Leave it out, or order the table with pg_repack, outside of migrations.',
      },
      rewritesAll: {
        what: 'CLUSTER without a table writes every table anew that was ever clustered, and nobody can read or write the one that it is at.',
        help: 'Leave it out, or order the tables with pg_repack, outside of migrations.',
      },
    },
    examples: {
      bad: [
        {
          title: 'one table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CLUSTER users USING users_pkey;',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            rewrites: ['users'],
          },
        },
        {
          title: 'those that were clustered before',
          history: ['CREATE TABLE users (id int PRIMARY KEY); ALTER TABLE users CLUSTER ON users_pkey;'],
          sql: 'CLUSTER;',
          reports: ['rewritesAll'],
        },
      ],
      good: [
        {
          title: 'the index is noted, nothing else',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users CLUSTER ON users_pkey;',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'a table of the same deploy',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);\nCLUSTER users USING users_pkey;',
        },
      ],
    },
  },
  on: {
    Cluster(operation, context) {
      const { table } = operation;
      if (operation.run === 'called') return;
      if (table === undefined) {
        const [first] = context.catalogBeforeDeploy.tables();
        if (first !== undefined) context.report({ messageId: 'rewritesAll', at: operation });
      } else if (hasUsers(table, operation, context))
        context.report({ messageId: 'rewrites', at: operation, data: { table } });
    },
  },
});
