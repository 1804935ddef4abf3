import { defineRule, operationsOfKind, type Select } from 'migration-lint';

/** Those whose lock lasts until it is given back or the session ends (manual, 9.28.10). */
const TAKES: ReadonlySet<string> = new Set([
  'pg_advisory_lock',
  'pg_advisory_lock_shared',
  'pg_try_advisory_lock',
  'pg_try_advisory_lock_shared',
]);
const GIVES_BACK: ReadonlySet<string> = new Set([
  'pg_advisory_unlock',
  'pg_advisory_unlock_shared',
  'pg_advisory_unlock_all',
]);

export default defineRule({
  meta: {
    name: 'no-session-advisory-lock',
    summary: 'Disallow advisory locks of the session',
    rationale:
      'The lock of `pg_advisory_lock` is the session’s: neither COMMIT nor ROLLBACK ends it. A migration that fails never reaches its ' +
      '`pg_advisory_unlock`, and where a pooler keeps the connection open, the next one that wants the lock waits for ever. Behind a ' +
      'pooler in transaction mode the unlock may reach another session altogether. `pg_advisory_xact_lock` ends with its transaction.',
    instead:
      '```sql\nBEGIN;\nSELECT pg_advisory_xact_lock(42);\n-- what must not run twice at the same time\nCOMMIT;\n```',
    whenNotToUse:
      'Where what the lock guards must commit in between, no pooler is used, and the lock is given back.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      neverGivenBack: {
        what: '{{call}} takes a lock of the session that nothing here gives back: it stays after COMMIT, and where a pooler keeps the connection, the next one that wants it waits for ever.',
        help: 'Use {{instead}} in a transaction with what it guards: it ends with the transaction.',
      },
      outlivesFailure: {
        what: '{{call}} takes a lock of the session: if a statement after it fails, the transaction is rolled back, the lock stays, and {{unlock}} is never reached.',
        help: 'Use {{instead}}, which ends with this transaction, and leave {{unlock}} out.',
      },
    },
    examples: {
      bad: [
        {
          title: 'never given back',
          history: ['CREATE TABLE users (id int);'],
          sql: 'SELECT pg_advisory_lock(42);\nALTER TABLE users ADD COLUMN name text;',
          reports: ['neverGivenBack'],
          proof: {
            query: {
              sql: "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND objid = 42",
              rows: [['1']],
            },
          },
        },
        {
          title: 'given back, unless something fails',
          history: ['CREATE TABLE users (id int);'],
          sql: 'SELECT pg_catalog.pg_advisory_lock(1, 43);\nALTER TABLE users ADD COLUMN name text;\nSELECT pg_advisory_unlock(1, 43);',
          reports: ['outlivesFailure'],
        },
        {
          title: 'in a DO block',
          sql: 'DO $$ BEGIN\n  PERFORM pg_try_advisory_lock(44);\nEND $$;',
          reports: ['neverGivenBack'],
        },
      ],
      good: [
        {
          title: 'the lock of the transaction',
          history: ['CREATE TABLE users (id int);'],
          sql: 'SELECT pg_advisory_xact_lock(45);\nALTER TABLE users ADD COLUMN name text;',
          proof: {
            query: {
              sql: "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND objid = 45",
              rows: [['0']],
            },
          },
        },
        {
          title: 'where each statement commits, and the lock is given back',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int);'],
          sql: 'SELECT pg_advisory_lock(46);\nALTER TABLE users ADD COLUMN name text;\nSELECT pg_advisory_unlock(46);',
        },
        {
          title: 'in a function that a job will call',
          sql: 'CREATE FUNCTION job() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(47); END $$;',
        },
        {
          title: 'a function of the same name in a schema of your own',
          history: [
            'CREATE SCHEMA app; CREATE FUNCTION app.pg_advisory_lock(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
          ],
          sql: 'SELECT app.pg_advisory_lock(48);',
          proof: {},
        },
      ],
    },
  },
  on: {
    Select(operation, { deploy, report, transactionOf }) {
      if (operation.calls.length === 0 || operation.run === 'called') return;
      const call = systemCall(operation, TAKES);
      if (call === undefined) return;
      const instead = call.replace('advisory_', 'advisory_xact_');
      const unlock = operationsOfKind('Select', deploy)
        .map((other) => systemCall(other, GIVES_BACK))
        .find((name) => name !== undefined);
      if (unlock === undefined)
        report({ messageId: 'neverGivenBack', at: operation, data: { call, instead } });
      else if (transactionOf(operation).kind !== 'autocommit')
        report({ messageId: 'outlivesFailure', at: operation, data: { call, instead, unlock } });
    },
  },
});

function systemCall({ calls }: Select, names: ReadonlySet<string>): string | undefined {
  return calls.find(({ schema, name }) => (schema ?? 'pg_catalog') === 'pg_catalog' && names.has(name))?.name;
}
