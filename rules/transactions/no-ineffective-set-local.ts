import { defineRule, isInBody, sessionSettingFix } from 'migration-lint';

/** SET LOCAL lasts until the transaction ends: where each statement is one, that is at once. */
export default defineRule({
  meta: {
    name: 'no-ineffective-set-local',
    summary: 'Disallow `SET LOCAL` where no transaction is open',
    rationale:
      'SET LOCAL lasts until the end of the transaction. Where the runner sends each statement by itself, and the file begins no ' +
      'transaction, that is the SET LOCAL itself: PostgreSQL warns (25P01), which no runner shows, and the lock_timeout that was ' +
      'meant to protect the next statements is not there.',
    instead:
      "Use SET, which lasts for the session, or begin a transaction:\n\n```sql\nSET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;\nRESET lock_timeout;\n```",
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      forgotten: {
        what: '{{setting}} is forgotten at once: SET LOCAL lasts until the transaction ends, and {{why}}. No statement after it sees the value.',
        help: 'Write SET {{setting}} without LOCAL{{end}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'where each statement commits by itself',
          runner: 'prisma-7.4',
          sql: "SET LOCAL lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;",
          reports: ['forgotten'],
          fixed:
            "SET lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;\nRESET lock_timeout;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['0']] } },
        },
        {
          title: 'set_config with is_local',
          runner: 'prisma-7.4',
          sql: "SELECT set_config('lock_timeout', '5s', true);\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;",
          reports: ['forgotten'],
          fixed:
            "SELECT set_config('lock_timeout', '5s', false);\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;\nRESET lock_timeout;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['0']] } },
        },
        {
          title: 'a file that asks goose for no transaction',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET LOCAL statement_timeout = '1h';\nCREATE INDEX CONCURRENTLY users_email ON users (email);",
          reports: ['forgotten'],
          fixed:
            "SET statement_timeout = '1h';\nCREATE INDEX CONCURRENTLY users_email ON users (email);\nRESET statement_timeout;",
          proof: {
            query: { sql: "SELECT current_setting('statement_timeout')", rows: [['0']] },
          },
        },
      ],
      good: [
        {
          title: 'in a file that Prisma sends as one query',
          sql: "SET LOCAL lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['5s']] } },
        },
        {
          title: 'after BEGIN',
          runner: 'prisma-7.4',
          sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;\nCOMMIT;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['5s']] } },
        },
        {
          title: 'in Supabase’s pipeline',
          runner: 'supabase',
          sql: "SET LOCAL lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['5s']] } },
        },
        {
          title: 'SET without LOCAL',
          runner: 'prisma-7.4',
          sql: "SET lock_timeout = '5s';\nCREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['5s']] } },
        },
        {
          title: 'in a DO block, which is one statement',
          runner: 'prisma-7.4',
          sql: "DO $$ BEGIN SET LOCAL lock_timeout = '5s'; CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value; END $$;",
          proof: { query: { sql: 'SELECT value FROM seen', rows: [['5s']] } },
        },
      ],
    },
  },
  on: {
    SetVariable(operation, { migration, project: { runner }, report, transactionOf }) {
      if (operation.scope !== 'local' || operation.run === 'called') return;
      if (transactionOf(operation).kind !== 'autocommit' || isInBody(operation, migration.script)) return;
      const isAlone = migration.script?.statements.length === 1;
      const why = isAlone
        ? 'it is the only statement of its file'
        : `${runner.label} sends each statement of this file by itself`;
      const end =
        operation.form === 'set_config' ? ': set_config(…, false) does that' : ', and RESET it at the end';
      const fix = sessionSettingFix(operation, { migration });
      report({ messageId: 'forgotten', at: operation, data: { setting: operation.name, why, end }, fix });
    },
  },
});
