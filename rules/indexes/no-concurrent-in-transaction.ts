import {
  defineRule,
  flywayLockAdvice,
  flywayRefusesTransaction,
  isAloneInFile,
  isInBody,
  outsideTransactionAdvice,
  ownMigrationFix,
  refusesTransaction,
  type Catalog,
  type ObjectName,
  type Operation,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-concurrent-in-transaction',
    summary: 'Disallow `CONCURRENTLY`, `VACUUM` and the like where the runner opens a transaction',
    rationale:
      'CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, DETACH PARTITION … CONCURRENTLY, VACUUM and a few more ' +
      'commit in the middle of their work, so PostgreSQL refuses them inside a transaction with 25001. Prisma up to 7.3 sends a ' +
      'file as one query, and PostgreSQL makes one implicit transaction of several statements: even a `SET lock_timeout` beside ' +
      'the statement makes the migration fail. From 7.4 on, each statement commits by itself, unless the file holds something ' +
      'that Prisma’s own splitter cannot read (a DO block, DROP INDEX CONCURRENTLY and others): then it is one query again. goose, ' +
      'dbmate, Diesel, SQLx and Drizzle open a transaction around each file, Drizzle even around all pending ones; Flyway refuses a ' +
      'file that holds statements of both kinds; Supabase sends a file as a pipeline, in which only the first statement may be one ' +
      'of these. A DO block or function is always inside a transaction.',
    instead:
      'Give the statement a migration of its own, with nothing else in it but comments:\n\n```sql\n-- migration 1\nALTER TABLE users ADD COLUMN verified boolean;\n```\n\n' +
      '```sql\n-- migration 2\nCREATE INDEX CONCURRENTLY users_verified_idx ON users (verified);\n```',
    policy: ['IX2'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-drop-database'],
    messages: {
      oneQuery: {
        what: '{{command}} cannot run inside a transaction, and {{runner}} sends the statements of this file as one: the migration fails with 25001.',
        help: 'Move it to a migration of its own, with no other statement in it, not even SET.',
      },
      unknownRunner: {
        what: '{{command}} cannot run inside a transaction: with a runner that wraps this file in one, or sends it as one query, the migration fails with 25001.',
        help: 'Move it to a file of its own, with no other statement in it, and tell your runner to open no transaction for it.',
      },
      unsplittable: {
        what: '{{command}} cannot run inside a transaction. {{runner}} cannot split this file into statements and sends it as one query: the migration fails with 25001.',
        help: 'Move it to a migration of its own, with no other statement in it.',
      },
      wrapped: {
        what: '{{command}} cannot run inside a transaction, and {{runner}} opens one around {{scope}}: the migration fails with 25001.',
        help: '{{advice}}',
      },
      mixed: {
        what: '{{command}} cannot run inside a transaction, and other statements of this file are meant to: {{runner}} refuses such a file.',
        help: 'Move it to a migration of its own: {{place}}',
      },
      pipelined: {
        what: '{{command}} cannot run behind another statement of a pipeline, and {{runner}} sends a file as one: the migration fails with 25001.',
        help: 'Move it to a migration of its own, with no other statement before it, not even SET.',
      },
      explicit: {
        what: '{{command}} cannot run between BEGIN and COMMIT: the migration fails with 25001.',
        help: 'Move it to a migration of its own, with no other statement in it.',
      },
      inBody: {
        what: '{{command}} cannot run in a DO block: the migration fails with 25001.',
        help: 'Write it as a plain statement, alone in a migration of its own.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a concurrent index beside another statement',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX CONCURRENTLY idx_users_verified ON users (verified);',
          reports: ['oneQuery'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;',
              'CREATE INDEX CONCURRENTLY idx_users_verified ON users (verified);',
            ],
          },
          proof: { error: '25001' },
        },
        {
          title: 'even beside a timeout',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);",
          reports: ['oneQuery'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { error: '25001' },
        },
        {
          title: 'two concurrent indexes in one file',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text, name text);'],
          sql: 'CREATE INDEX CONCURRENTLY a ON users (email);\nCREATE INDEX CONCURRENTLY b ON users (name);',
          reports: ['oneQuery', 'oneQuery'],
          fixed: {
            scripts: [
              'CREATE INDEX CONCURRENTLY a ON users (email);',
              'CREATE INDEX CONCURRENTLY b ON users (name);',
            ],
          },
          proof: { error: '25001' },
        },
        {
          title: 'in an explicit transaction, also where each statement commits',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'BEGIN;\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);\nCOMMIT;',
          reports: ['explicit'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { error: '25001' },
        },
        {
          title: 'a file that Prisma 7.4 cannot split',
          runner: 'prisma-7.4',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX old_idx ON users (email);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY new_idx ON users (email, id);\nDROP INDEX CONCURRENTLY old_idx;',
          reports: ['unsplittable', 'unsplittable'],
          fixed: {
            scripts: [
              'CREATE INDEX CONCURRENTLY new_idx ON users (email, id);',
              'DROP INDEX CONCURRENTLY old_idx;',
            ],
          },
        },
        {
          title: 'in a DO block',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "DO $$ BEGIN\n  EXECUTE 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email)';\nEND $$;",
          reports: ['inBody'],
          proof: { error: '25001' },
        },
        {
          title: 'VACUUM, and REINDEX CONCURRENTLY',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'VACUUM users;\nREINDEX TABLE CONCURRENTLY users;',
          reports: ['oneQuery', 'oneQuery'],
          proof: { error: '25001' },
        },
        {
          title: 'REINDEX and CLUSTER of a partitioned table, which commit after each partition',
          history: [
            'CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'REINDEX TABLE events;\nREINDEX INDEX events_pkey;\nCLUSTER events USING events_pkey;',
          reports: ['oneQuery', 'oneQuery', 'oneQuery'],
          proof: { error: '25001' },
        },
        {
          title: 'a runner that is not known',
          runner: 'plain',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);",
          reports: ['unknownRunner'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
        },
        {
          title: 'in goose’s transaction, though it is alone',
          runner: 'goose',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          reports: ['wrapped'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { error: '25001' },
        },
        {
          title: 'in the transaction that Drizzle makes of all pending migrations',
          runner: 'drizzle',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          reports: ['wrapped'],
          proof: { error: '25001' },
        },
        {
          title: 'behind another statement in Supabase’s pipeline',
          runner: 'supabase',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);",
          reports: ['pipelined'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { error: '25001' },
        },
        {
          title: 'beside another statement with Flyway, which refuses the file',
          runner: 'flyway',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          reports: ['mixed'],
        },
        {
          title: 'a form that Flyway does not know',
          runner: 'flyway',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'REINDEX TABLE CONCURRENTLY users;',
          reports: ['wrapped'],
          proof: { error: '25001' },
        },
      ],
      good: [
        {
          title: 'alone in its migration, comments beside it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: '-- CreateIndex\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email); -- nothing else',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'idx_users_email'",
              rows: [['1']],
            },
          },
        },
        {
          title: 'a file that asks goose for no transaction',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text, name text);'],
          sql: 'CREATE INDEX CONCURRENTLY a ON users (email);\nCREATE INDEX CONCURRENTLY b ON users (name);',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_indexes WHERE indexname IN ('a', 'b')", rows: [['2']] },
          },
        },
        {
          title: 'first in Supabase’s pipeline',
          runner: 'supabase',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY a ON users (email);\nALTER TABLE users ADD COLUMN name text;',
          proof: { query: { sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'a'", rows: [['1']] } },
        },
        {
          title: 'Flyway opens no transaction for a file of such statements',
          runner: 'flyway',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY a ON users (email);\nVACUUM users;',
          proof: { query: { sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'a'", rows: [['1']] } },
        },
        {
          title: 'beside other statements where each commits by itself',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'idx_users_email'",
              rows: [['1']],
            },
          },
        },
        {
          title: 'REFRESH … CONCURRENTLY may run in a transaction',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE MATERIALIZED VIEW ids AS SELECT id FROM users; CREATE UNIQUE INDEX ids_id ON ids (id);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nREFRESH MATERIALIZED VIEW CONCURRENTLY ids;',
          proof: { query: { sql: 'SELECT count(*) FROM ids', rows: [['0']] } },
        },
        {
          title: 'REINDEX and CLUSTER of a table without partitions may, too',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'REINDEX TABLE users;\nCLUSTER users USING users_pkey;',
          proof: { query: { sql: 'SELECT count(*) FROM users', rows: [['0']] } },
        },
        {
          title: 'ANALYZE may, too',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nANALYZE users;',
          proof: { query: { sql: 'SELECT count(*) FROM users', rows: [['0']] } },
        },
      ],
    },
  },
  on: {
    Operation(op, context) {
      const { catalog, migration, report, transactionOf } = context;
      const { postgresVersion, runner } = context.project;
      const command =
        refusesTransaction(op.statement.tree) ?? partitionedCommand(op, catalog, postgresVersion);
      if (command === undefined || op.run === 'called' || op.kind === 'BodyTransactionControl') return;
      const at = { operation: op, part: 'concurrently' } as const;
      if (isInBody(op, migration.script)) return report({ messageId: 'inBody', at, data: { command } });
      const { kind, pipelined } = transactionOf(op);
      if (kind === 'autocommit') return;
      const fix = ownMigrationFix(op, context);
      if (kind === 'explicit') return report({ messageId: 'explicit', at, data: { command }, fix });
      if (runner.assumed === true && runner.name !== 'prisma')
        return report({ messageId: 'unknownRunner', at, data: { command }, severity: 'warning', fix });
      const data = { command, runner: runner.label };
      if (pipelined === true) return report({ messageId: 'pipelined', at, data, fix });
      if (kind === 'implicit') {
        const splits = runner.name === 'prisma' && runner.mode === 'statement by statement';
        return report({ messageId: splits ? 'unsplittable' : 'oneQuery', at, data, fix });
      }
      if (runner.mode === 'one transaction if possible' && flywayRefusesTransaction(op.statement.tree))
        return report({
          messageId: 'mixed',
          at,
          fix,
          data: {
            ...data,
            place: `${runner.label} opens no transaction for that one. ${flywayLockAdvice(runner)}`.trimEnd(),
          },
        });
      const scope = runner.oneTransactionPerDeploy === true ? 'all pending migrations' : 'each file';
      const alone = isAloneInFile(migration.script);
      const waitsForOthers = command.endsWith('CONCURRENTLY');
      const transaction = transactionOf(op);
      const advice = outsideTransactionAdvice(runner, { subject: 'it', transaction, alone, waitsForOthers });
      report({ messageId: 'wrapped', at, data: { ...data, scope, advice }, fix });
    },
  },
});

/**
 * REINDEX and CLUSTER of a partitioned table or index, which commit after each partition: since PostgreSQL 14 and 15
 * (ExecReindex in indexcmds.c, cluster in cluster.c); before, they do nothing or fail.
 */
function partitionedCommand(op: Operation, catalog: Catalog, postgresVersion: number): string | undefined {
  const isPartitioned = (table: ObjectName | undefined): boolean =>
    table !== undefined && catalog.table(table)?.partitionBy !== undefined;
  if (op.kind === 'Reindex' && postgresVersion >= 14) {
    if (op.target === 'table') return isPartitioned(op.name) ? 'REINDEX of a partitioned table' : undefined;
    const table = op.target === 'index' ? catalog.index(op.name)?.on.name : undefined;
    return isPartitioned(table) ? 'REINDEX of a partitioned index' : undefined;
  }
  if (op.kind !== 'Cluster' || postgresVersion < 15) return undefined;
  return isPartitioned(op.table) ? 'CLUSTER of a partitioned table' : undefined;
}
