import { defineRule, hasUsers } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-vacuum-full',
    summary: 'Disallow `VACUUM FULL` of existing tables',
    rationale:
      'VACUUM FULL writes the whole table and all its indexes to new files under ACCESS EXCLUSIVE: nobody reads or writes the table ' +
      'until that is done, and the disk needs room for both. Plain VACUUM makes the space of dead rows usable again without that.',
    instead:
      'Plain VACUUM, which blocks nobody, is what a table needs after many rows were deleted. To give the disk its space back while ' +
      'the table is in use, pg_repack or pg_squeeze copy it beside.\n\n```sql\nVACUUM (ANALYZE) users;\n```',
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    // What fails blocks nobody.
    yieldsTo: ['no-concurrent-in-transaction'],
    messages: {
      rewrites: {
        what: 'VACUUM FULL writes {{tables}} anew, and nobody can read or write them until that is done.',
        help: 'Use plain VACUUM, which blocks nobody. To give the disk its space back, use pg_repack, outside of migrations.',
      },
      rewritesOne: {
        what: 'VACUUM FULL writes {{table}} anew, and nobody can read or write it until that is done.',
        help: 'Use plain VACUUM, which blocks nobody. To give the disk its space back, use pg_repack, outside of migrations.',
      },
      rewritesAll: {
        what: 'VACUUM FULL without a table writes every table of the database anew, one after the other, and nobody can read or write the one that it is at.',
        help: 'Use plain VACUUM, which blocks nobody. To give the disk its space back, use pg_repack, outside of migrations.',
      },
    },
    examples: {
      bad: [
        {
          title: 'one table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'VACUUM FULL users;',
          reports: ['rewritesOne'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: {
              sql: "SELECT (relfilenode = oid)::text FROM pg_class WHERE oid = 'users'::regclass",
              rows: [['false']],
            },
          },
        },
        {
          title: 'two, with options',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE SCHEMA app; CREATE TABLE app."Log" (id int);',
          ],
          sql: 'VACUUM (FULL, ANALYZE) users, app."Log";',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: {
              sql: "SELECT (relfilenode = oid)::text FROM pg_class WHERE oid = 'users'::regclass",
              rows: [['false']],
            },
          },
        },
        {
          title: 'all tables',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'VACUUM FULL;',
          reports: ['rewritesAll'],
        },
      ],
      good: [
        {
          title: 'plain VACUUM',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'VACUUM (ANALYZE) users;',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: {
              sql: "SELECT (relfilenode = oid)::text FROM pg_class WHERE oid = 'users'::regclass",
              rows: [['true']],
            },
          },
        },
        {
          title: 'a table of the same deploy',
          sql: ['CREATE TABLE users (id int PRIMARY KEY);', 'VACUUM FULL users;'],
        },
        {
          title: 'FULL false',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'VACUUM (FULL false) users;',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: {
              sql: "SELECT (relfilenode = oid)::text FROM pg_class WHERE oid = 'users'::regclass",
              rows: [['true']],
            },
          },
        },
      ],
    },
  },
  on: {
    Vacuum(operation, context) {
      const { report } = context;
      if (!operation.full || operation.run === 'called') return;
      if (operation.tables.length === 0) {
        const [first] = context.catalogBeforeDeploy.tables();
        if (first !== undefined) report({ messageId: 'rewritesAll', at: operation });
        return;
      }
      const tables = operation.tables.filter((table) => hasUsers(table, operation, context));
      const [table] = tables;
      if (table === undefined) return;
      if (tables.length === 1) report({ messageId: 'rewritesOne', at: operation, data: { table } });
      else report({ messageId: 'rewrites', at: operation, data: { tables } });
    },
  },
});
