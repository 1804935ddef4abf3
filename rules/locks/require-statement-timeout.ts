import {
  blockingWork,
  defineRule,
  displayName,
  statementBound,
  timeoutAdvice,
  timeoutFix,
  type Effect,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-statement-timeout',
    summary: 'Require a bound on work that keeps the users of an existing table waiting',
    rationale:
      'A statement that reads, rewrites or changes a whole table under a lock takes as long as it takes, and reads or writes wait for all of ' +
      'that time. With `statement_timeout` it ends, everything is as it was, and the table is in use again. The first such ' +
      'statement of a migration is reported. What changes the catalogs only, and CONCURRENTLY, need no bound: the wait for the ' +
      'lock is for `require-lock-timeout`.',
    instead:
      "```sql\nSET LOCAL statement_timeout = '60s';\nALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);\n```\n\nWhere each statement commits by itself, SET without LOCAL. " +
      'Where the connection or the role sets it for all migrations, say so with `conventions.timeoutsSetElsewhere`.',
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    yieldsTo: ['no-excessive-timeout'],
    messages: {
      unbounded: {
        what: 'While {{work}}, others wait, and nothing ends this if it takes too long.',
        help: 'Put {{set}} before it, or as much as {{table}} can be out of use.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a CHECK that reads the table',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);',
          reports: ['unbounded'],
          fixed:
            "SET LOCAL statement_timeout = '60s';\nALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);",
          proof: {
            rows: 'INSERT INTO users VALUES (1, 1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'an UPDATE under the lock of an earlier statement',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ADD COLUMN old boolean;\nUPDATE users SET old = age > 80;',
          reports: ['unbounded'],
          fixed:
            "ALTER TABLE users ADD COLUMN old boolean;\nSET LOCAL statement_timeout = '60s';\nUPDATE users SET old = age > 80;",
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'another table is locked than the one that is worked on: that one is out of use',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY, line text);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN old boolean;\nUPDATE logs SET line = upper(line);',
          reports: ['unbounded'],
          fixed:
            "ALTER TABLE users ADD COLUMN old boolean;\nSET LOCAL statement_timeout = '60s';\nUPDATE logs SET line = upper(line);",
          proof: { lock: { users: 'ACCESS EXCLUSIVE', logs: 'ROW EXCLUSIVE' } },
        },
        {
          title: 'lock_timeout ends the wait, not the work',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: "SET LOCAL lock_timeout = '5s';\nCREATE INDEX ON users (age);",
          reports: ['unbounded'],
          fixed:
            "SET LOCAL lock_timeout = '5s';\nSET LOCAL statement_timeout = '60s';\nCREATE INDEX ON users (age);",
        },
      ],
      good: [
        {
          title: 'bounded',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: "SET LOCAL statement_timeout = '60s';\nALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);",
        },
        {
          title: 'the catalogs only',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;',
          proof: { rows: 'INSERT INTO users VALUES (1, 1);', scans: [] },
        },
        {
          title: 'what blocks nobody: concurrent builds, validation, an UPDATE by itself',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, age int); ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;',
          ],
          sql: [
            'CREATE INDEX CONCURRENTLY ON users (age);',
            'ALTER TABLE users VALIDATE CONSTRAINT users_age_check;',
            'UPDATE users SET age = age + 1;',
          ],
        },
        {
          title: 'a loop in batches, which a timeout would end in the middle',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int, old boolean);'],
          sql: 'DO $$ BEGIN\n  LOOP\n    UPDATE users SET old = true WHERE id IN (SELECT id FROM users WHERE old IS NULL LIMIT 1000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
        },
        {
          title: 'new tables',
          sql: 'CREATE TABLE users (id int, age int);\nCREATE INDEX ON users (age);',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      if (context.conventions.timeoutsSetElsewhere) return;
      for (const operation of migration.operations) {
        if (statementBound(context.catalogBefore(operation).timeouts) !== Infinity) continue;
        const work = blockingWork(operation, context);
        if (work === undefined) continue;
        const value = `${Math.min(60, context.conventions.statementSeconds)}s`;
        const set = timeoutAdvice(
          context.project.runner,
          context.transactionOf(operation),
          `statement_timeout = '${value}'`,
        );
        const fix = timeoutFix(operation, 'statement_timeout', value, context);
        context.report({
          messageId: 'unbounded',
          at: operation,
          data: { work: wordsOf(work), table: work.locked, set },
          fix,
        });
        return;
      }
    },
  },
});

function wordsOf({ relation, work }: Effect): string {
  const table = displayName(relation);
  switch (work) {
    case 'rewrite':
      return `every row of ${table} is written anew`;
    case 'index build':
      return `an index on ${table} is built`;
    case 'rows':
      return `rows of ${table} are changed`;
    case 'scan':
    case 'metadata':
      return `every row of ${table} is read`;
    default:
      return work satisfies never;
  }
}
