import {
  concurrentFix,
  defineRule,
  flywayLockAdvice,
  hasUsers,
  inPlaceAdvice,
  isAloneInFile,
  isInBody,
  isIndexThere,
  outsideTransactionAdvice,
  quoteIdentifier,
  type Runner,
  type Transaction,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-concurrent-index',
    summary: 'Require `CONCURRENTLY` for an index on an existing table',
    rationale:
      'CREATE INDEX takes a SHARE lock on the table and holds it until the transaction ends: reads go on, every INSERT, UPDATE and ' +
      'DELETE waits until the whole table was read and sorted. CREATE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, which ' +
      'writes do not wait for. It cannot run inside a transaction, so with Prisma up to 7.3, which sends a file as one query, ' +
      'it must be the only statement of its migration.',
    instead:
      'Build the index in a migration of its own:\n\n```sql\nCREATE INDEX CONCURRENTLY "Post_authorId_idx" ON "Post" ("authorId");\n```\n\n' +
      'If the build fails, it leaves an invalid index behind: drop it with `DROP INDEX CONCURRENTLY` before the next try. ' +
      'A partitioned table cannot be indexed concurrently as a whole: `require-partitioned-index-steps` speaks of those.',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX1'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      blocksWrites: {
        what: 'Creating {{index}} blocks every write to {{table}} until the index is built.',
        help: 'Use CREATE INDEX CONCURRENTLY. {{place}}',
      },
      blocksWritesInTransaction: {
        what: 'Creating {{index}} blocks every write to {{table}} until the index is built and the transaction ends.',
        help: 'Use CREATE INDEX CONCURRENTLY, which cannot run in this transaction. {{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'an index on a table of an earlier migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX idx_users_email ON users (email);',
          reports: ['blocksWrites'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { lock: { users: 'SHARE' }, scans: ['users'] },
        },
        {
          title: 'the index that Prisma generates beside a new column',
          history: [
            'CREATE TABLE "client_kpis" ("id" TEXT NOT NULL, CONSTRAINT "client_kpis_pkey" PRIMARY KEY ("id"));',
          ],
          sql: 'ALTER TABLE "client_kpis" ADD COLUMN "tenant_id" TEXT;\nCREATE INDEX "client_kpis_tenant_id_idx" ON "client_kpis"("tenant_id");',
          reports: ['blocksWritesInTransaction'],
          fixed: {
            scripts: [
              'ALTER TABLE "client_kpis" ADD COLUMN "tenant_id" TEXT;',
              'CREATE INDEX CONCURRENTLY "client_kpis_tenant_id_idx" ON "client_kpis"("tenant_id");',
            ],
          },
          proof: { lock: { client_kpis: 'ACCESS EXCLUSIVE' }, scans: ['client_kpis'] },
        },
        {
          title: 'beside other statements, where the runner commits each',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX idx_users_verified ON users (verified);',
          reports: ['blocksWrites'],
          fixed:
            'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX CONCURRENTLY idx_users_verified ON users (verified);',
        },
        {
          title: 'alone, in the transaction that goose opens',
          runner: 'goose',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX idx_users_email ON users (email);',
          reports: ['blocksWritesInTransaction'],
          fixed: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: { lock: { users: 'SHARE' } },
        },
        {
          title: 'partial and unique indexes as well',
          history: [
            'CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, email text, gone boolean);',
          ],
          sql: 'CREATE UNIQUE INDEX users_email_key ON app.users (lower(email)) WHERE NOT gone;',
          reports: ['blocksWrites'],
          proof: { lock: { 'app.users': 'SHARE' }, scans: ['app.users'] },
        },
        {
          title: 'in a DO block: no concurrent build can run there',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DO $$ BEGIN\n  CREATE INDEX users_email_idx ON users (email);\nEND $$;',
          reports: ['blocksWritesInTransaction'],
          proof: { lock: { users: 'SHARE' } },
        },
        {
          title: 'a table that no migration created: it was there before them',
          sql: 'CREATE INDEX users_email_idx ON users (email);',
          reports: ['blocksWrites'],
        },
        {
          title: 'a table renamed in the same deploy',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE "User" RENAME TO users;\nCREATE INDEX users_email_idx ON users (email);',
          reports: ['blocksWritesInTransaction'],
        },
      ],
      good: [
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN org_id int NOT NULL;\nCREATE INDEX users_org_id_idx ON users (org_id);',
          proof: { rows: "INSERT INTO users VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a concurrent index alone in its migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          proof: {
            query: {
              sql: "SELECT indexname FROM pg_indexes WHERE indexname = 'idx_users_email'",
              rows: [['idx_users_email']],
            },
          },
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE "User" ("id" TEXT NOT NULL, "email" TEXT NOT NULL);\nCREATE UNIQUE INDEX "User_email_key" ON "User"("email");',
        },
        {
          title: 'a table created in another migration of the same deploy',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE INDEX users_email_idx ON users (email);',
          ],
        },
        {
          title: 'a table of the same name in another schema',
          history: ['CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.users (id int);'],
          sql: 'CREATE TABLE b.users (id int);\nCREATE INDEX users_id_idx ON b.users (id);',
        },
        {
          title: 'a table that dynamic SQL of the same migration may have created',
          sql: "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'logs_' || '2024'); END $$;\nCREATE INDEX logs_id_idx ON logs_2024 (id);",
        },
        {
          title: 'a temporary table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TEMP TABLE chosen (id int);\nCREATE INDEX chosen_id_idx ON chosen (id);',
        },
        {
          title: 'IF NOT EXISTS on an index that is there: nothing is built',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE INDEX users_email_idx ON users (email);',
          ],
          sql: 'CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);',
          proof: { scans: [] },
        },
        {
          title: 'a partitioned table, of which another rule speaks',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'CREATE INDEX events_at_idx ON events (at);\nCREATE INDEX events_id_idx ON ONLY events (id);',
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE cache (id int PRIMARY KEY, at date);'],
          sql: 'TRUNCATE cache;\nCREATE INDEX cache_at_idx ON cache (at);',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      const { catalog, existedBeforeDeploy, migration, project, report, transactionOf } = context;
      const table = existedBeforeDeploy(op.table);
      if (table === undefined || op.concurrently || op.run === 'called') return;
      if (table.partitionBy !== undefined) return;
      if (!hasUsers(op.table, op, context)) return;
      const data = { index: op.name === undefined ? 'an index' : quoteIdentifier(op.name), table: op.table };
      if (isIndexThere(op, catalog)) return;
      const alone = transactionOf(op).kind === 'autocommit' && !isInBody(op, migration.script);
      const { runner } = project;
      const fix = concurrentFix(op, context);
      if (alone) {
        const place = inPlaceAdvice(runner, migration.script?.statements.length === 1);
        report({ messageId: 'blocksWrites', at: op, data: { ...data, place }, fix });
      } else
        report({
          messageId: 'blocksWritesInTransaction',
          at: op,
          data: { ...data, advice: adviceFor(runner, isAloneInFile(migration.script), transactionOf(op)) },
          fix,
        });
    },
  },
});

/** Where it can run. Flyway sees by itself that it refuses a transaction. */
function adviceFor(runner: Runner, alone: boolean, transaction: Transaction): string {
  if (runner.name !== 'flyway' || runner.oneTransactionPerDeploy === true)
    return outsideTransactionAdvice(runner, { transaction, alone, waitsForOthers: true });
  const place = alone
    ? 'It is alone in its file: Flyway then opens none.'
    : 'Give it a migration of its own: Flyway opens no transaction for that one.';
  return `${place} ${flywayLockAdvice(runner)}`.trimEnd();
}
