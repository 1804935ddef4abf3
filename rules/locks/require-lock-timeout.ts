import {
  blockedBy,
  defineRule,
  lockWait,
  lockWaitBound,
  timeoutAdvice,
  timeoutFix,
  type NoOptions,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  unbounded: {
    what: 'This waits for the longest query or transaction that uses {{table}}, and nothing ends the wait: until it has its {{lock}} lock, everything that comes after it waits as well.',
    help: 'Put {{set}} before it: it then gives up, the others go on, and it can be tried again.',
  },
  unboundedWrites: {
    what: 'This waits for the longest transaction that writes to {{table}}, and nothing ends the wait: until it has its {{lock}} lock, every write that comes after it waits as well, while reads go on.',
    help: 'Put {{set}} before it: it then gives up, the others go on, and it can be tried again.',
  },
  longWait: {
    what: 'This waits for the longest query or transaction that uses {{table}}, for up to {{seconds}} seconds: until it has its {{lock}} lock, everything that comes after it waits as well.',
    help: 'Put {{set}} before it: it then gives up, the others go on, and it can be tried again.',
  },
  longWaitWrites: {
    what: 'This waits for the longest transaction that writes to {{table}}, for up to {{seconds}} seconds: until it has its {{lock}} lock, every write that comes after it waits as well, while reads go on.',
    help: 'Put {{set}} before it: it then gives up, the others go on, and it can be tried again.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-lock-timeout',
    summary: 'Require a bound on the wait for a lock that blocks an existing table',
    rationale:
      'A statement that wants a strong lock waits for every transaction that uses the table, also for a report that takes an hour, and ' +
      'everything that comes after it queues up behind it: the table is out of use although nothing is done yet. That is so of ACCESS ' +
      'EXCLUSIVE; locks that only block writes (SHARE of CREATE INDEX, SHARE ROW EXCLUSIVE of a foreign key) wait for transactions that write, ' +
      'and only writes queue up behind them. With `lock_timeout` it gives up. The first such statement of a migration is reported. It counts what is in force there: SET, SET LOCAL where ' +
      'there is a transaction, RESET, `set_config`, what ALTER DATABASE and ALTER ROLE gave the session, and `statement_timeout`, ' +
      'which counts the wait, too, if it is as short.',
    instead:
      "```sql\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN note text;\n```\n\nWhere each statement commits by itself, SET without LOCAL. " +
      'A URL can set it for all migrations (`?options=-c%20lock_timeout%3D5s`), and so can `ALTER ROLE … SET`: then say so with ' +
      '`conventions.timeoutsSetElsewhere`.',
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    yieldsTo: ['no-excessive-timeout'],
    messages,
    examples: {
      bad: [
        {
          title: 'no timeout',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;',
          reports: ['unbounded'],
          fixed:
            "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;",
          proof: {
            lock: { users: 'ACCESS EXCLUSIVE' },
            query: { sql: 'SHOW lock_timeout', rows: [['0']] },
          },
        },
        {
          title: 'SET LOCAL where each statement commits by itself has no effect',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
          reports: ['unbounded'],
        },
        {
          title: 'it was taken back',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = '5s';\nRESET ALL;\nALTER TABLE users ADD COLUMN name text;",
          reports: ['unbounded'],
          fixed:
            "SET lock_timeout = '5s';\nRESET ALL;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
          proof: { query: { sql: 'SHOW lock_timeout', rows: [['0']] } },
        },
        {
          title: 'it was rolled back',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "BEGIN;\nSET lock_timeout = '5s';\nROLLBACK;\nALTER TABLE users ADD COLUMN name text;",
          reports: ['unbounded'],
          fixed:
            "BEGIN;\nSET lock_timeout = '5s';\nROLLBACK;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
          proof: { query: { sql: 'SHOW lock_timeout', rows: [['0']] } },
        },
        {
          title: 'SET LOCAL ended with its transaction',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;\nBEGIN;\nALTER TABLE posts ADD COLUMN name text;\nCOMMIT;",
          reports: ['unbounded'],
          fixed:
            "BEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;\nBEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE posts ADD COLUMN name text;\nCOMMIT;",
          proof: { query: { sql: 'SHOW lock_timeout', rows: [['0']] } },
        },
        {
          title: 'an hour, by statement_timeout',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET statement_timeout = '1h';\nALTER TABLE users ADD COLUMN name text;",
          reports: ['longWait'],
          fixed:
            "SET statement_timeout = '1h';\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'a table that is in use is referred to',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int, author int REFERENCES users (id));',
          reports: ['unboundedWrites'],
          fixed:
            "SET LOCAL lock_timeout = '5s';\nCREATE TABLE posts (id int, author int REFERENCES users (id));",
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE' } },
        },
        {
          title: 'an index: it waits for writers only, and only they wait for it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX users_email_idx ON users (email);',
          reports: ['unboundedWrites'],
          fixed: "SET LOCAL lock_timeout = '5s';\nCREATE INDEX users_email_idx ON users (email);",
          proof: { lock: { users: 'SHARE' } },
        },
        {
          title: 'an index, with an hour to wait',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET statement_timeout = '1h';\nCREATE INDEX users_email_idx ON users (email);",
          reports: ['longWaitWrites'],
          fixed:
            "SET statement_timeout = '1h';\nSET LOCAL lock_timeout = '5s';\nCREATE INDEX users_email_idx ON users (email);",
        },
      ],
      good: [
        {
          title: 'a composite type: queries of the tables that have it lock the tables, not the type',
          history: [
            'CREATE TYPE place AS (street text); CREATE TABLE users (id int PRIMARY KEY, home place);',
          ],
          sql: 'ALTER TYPE place ADD ATTRIBUTE city text;',
          proof: { lock: { place: 'ACCESS EXCLUSIVE' }, rewrites: [], scans: [] },
        },
        {
          title: 'SET LOCAL in the transaction of the runner',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'SET, in milliseconds, and set_config',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = 5000;\nALTER TABLE users ADD COLUMN name text;\nSELECT set_config('lock_timeout', '2s', false);\nALTER TABLE posts ADD COLUMN name text;",
        },
        {
          title: 'taken back once it has its lock',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;\nRESET lock_timeout;\nCREATE INDEX ON users (name);",
        },
        {
          title: 'statement_timeout counts the wait, too',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET statement_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'what ALTER DATABASE has given each session since',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            "ALTER DATABASE app SET lock_timeout = '5s';",
          ],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
        },
        {
          title: 'a role that may be the one that migrates',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            "ALTER ROLE migrator SET lock_timeout = '5s';",
          ],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
        },
        {
          title: 'an earlier migration of the same deploy, on the same connection',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: ["SET lock_timeout = '5s';", 'ALTER TABLE users ADD COLUMN name text;'],
        },
        {
          title: 'a lone concurrent index: a SET beside it would make a transaction',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'CREATE INDEX CONCURRENTLY users_name_idx ON users (name);',
        },
        {
          title: 'new tables, locks that block nobody, NOWAIT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "CREATE TABLE posts (id int);\nALTER TABLE posts ADD COLUMN note text;\nCOMMENT ON TABLE users IS 'people';\nUPDATE users SET name = 'x' WHERE id = 1;\nLOCK TABLE users IN ACCESS EXCLUSIVE MODE NOWAIT;",
        },
        {
          title: 'in a function that nobody calls',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users ADD COLUMN x int; END $$;',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      if (context.conventions.timeoutsSetElsewhere) return;
      for (const operation of migration.operations) if (judge(operation, context)) return;
    },
  },
});

/** Reports a wait that nothing bounds. */
function judge(operation: Operation, context: RuleContext<typeof messages, NoOptions>): boolean {
  const { timeouts } = context.catalogBefore(operation);
  const bound = lockWaitBound(timeouts);
  const { lockSeconds } = context.conventions;
  // How long a lock_timeout may be is for no-excessive-timeout.
  const isSet = (timeouts.lock_timeout?.milliseconds ?? 0) > 0;
  if (bound === undefined || isSet || bound <= lockSeconds * 1000) return false;
  const wait = lockWait(operation, context);
  if (wait === undefined) return false;
  const value = `${Math.min(5, lockSeconds)}s`;
  const set = timeoutAdvice(
    context.project.runner,
    context.transactionOf(operation),
    `lock_timeout = '${value}'`,
  );
  const fix = timeoutFix(operation, 'lock_timeout', value, context);
  const data = { table: wait.relation, lock: wait.lock, set };
  const onlyWrites = blockedBy(wait.lock) === 'writes';
  if (bound === Infinity) {
    context.report({ messageId: onlyWrites ? 'unboundedWrites' : 'unbounded', at: operation, data, fix });
    return true;
  }
  const messageId = onlyWrites ? 'longWaitWrites' : 'longWait';
  context.report({ messageId, at: operation, data: { ...data, seconds: Math.round(bound / 1000) }, fix });
  return true;
}
