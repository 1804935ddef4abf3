import { defineRule, quoteIdentifier } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-drop-database',
    summary: 'Disallow DROP DATABASE',
    rationale:
      'DROP DATABASE removes a whole database with every schema, table and row in it. It cannot run in a transaction and cannot be taken ' +
      'back; only a backup of the server brings the data back. A migration that was written for a test server does the same in production.',
    instead:
      'Drop a database by hand, after a backup, where its name can be checked against the server it is on.',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      database: {
        what: 'DROP DATABASE removes {{database}} with everything in it; no ROLLBACK brings it back.',
        help: 'Take the statement out of the migrations. Drop the database by hand, after a backup.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a database that is no longer used',
          sql: 'DROP DATABASE legacy;',
          reports: ['database'],
          proof: {
            rows: 'CREATE DATABASE legacy;',
            query: { sql: "SELECT 1 FROM pg_database WHERE datname = 'legacy'", rows: [] },
          },
        },
        {
          title: 'where the runner opens a transaction, it fails as well',
          runner: 'wrapping',
          sql: 'DROP DATABASE IF EXISTS "Legacy";',
          reports: ['database'],
          proof: { error: '25001' },
        },
      ],
      good: [
        { title: 'a table', sql: 'DROP TABLE IF EXISTS legacy;' },
        { title: 'a setting of the database', sql: "ALTER DATABASE postgres SET lock_timeout = '5s';" },
      ],
    },
  },
  on: {
    ClusterWide(operation, { report }) {
      if (operation.command !== 'drop database') return;
      const database = operation.name === undefined ? 'the database' : quoteIdentifier(operation.name);
      report({ messageId: 'database', at: operation, data: { database } });
    },
  },
});
