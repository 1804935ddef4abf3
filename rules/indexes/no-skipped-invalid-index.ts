import { defineRule, displayName, isSameObject, skippedInvalidFix, type Runner } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-skipped-invalid-index',
    summary: 'Disallow `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, which skips an invalid index',
    rationale:
      'A concurrent build that fails (a duplicate, a deadlock, a timeout, a lost connection) leaves an index behind that is marked invalid: ' +
      'every write keeps it up, no query uses it, and a unique one that was left early keeps nothing unique. IF NOT EXISTS looks at ' +
      'the name only. The next run finds the name, builds nothing, and the migration counts as done.',
    instead:
      'Leave IF NOT EXISTS out: the next run then fails with 42P07, and you see why. Or, where your runner opens no transaction and ' +
      'sends each statement by itself, drop what may be left over in the same file:\n\n```sql\nDROP INDEX CONCURRENTLY IF EXISTS users_email_idx;\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n```\n\n' +
      'Invalid indexes are found with `SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid`.',
    policy: ['IX2', 'HS8'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    yieldsTo: ['no-concurrent-in-transaction', 'require-partitioned-index-steps'],
    messages: {
      skipsInvalid: {
        what: 'If an earlier try to build {{index}} failed, it left an invalid index of that name: IF NOT EXISTS skips the build, and the migration counts as done without a usable index.',
        help: '{{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'alone in its file, as Prisma 6 needs it',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT);'],
          sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "User_email_idx" ON "User" ("email");',
          reports: ['skipsInvalid'],
          fixed: 'CREATE INDEX CONCURRENTLY "User_email_idx" ON "User" ("email");',
          proof: {
            rows: `CREATE INDEX "User_email_idx" ON "User" ("email"); UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"User_email_idx"'::regclass;`,
            query: {
              sql: `SELECT indisvalid FROM pg_index WHERE indexrelid = '"User_email_idx"'::regclass`,
              rows: [['false']],
            },
          },
        },
        {
          title: 'a unique one, where each statement commits by itself',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_key ON app.users (email);',
          reports: ['skipsInvalid'],
          fixed:
            'DROP INDEX CONCURRENTLY IF EXISTS app.users_email_key;\nCREATE UNIQUE INDEX CONCURRENTLY users_email_key ON app.users (email);',
        },
        {
          title: 'what another migration drops first is not dropped again when this one is run again',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: [
            'DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;',
            'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);',
          ],
          reports: ['skipsInvalid'],
          fixed: {
            scripts: [
              'DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;',
              'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
            ],
          },
        },
      ],
      good: [
        {
          title: 'without IF NOT EXISTS the next try fails loudly',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
          proof: {
            rows: "CREATE INDEX users_email_idx ON users (email); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email_idx'::regclass;",
            error: '42P07',
          },
        },
        {
          title: 'dropped first in the same file',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);',
          proof: {
            rows: "CREATE INDEX users_email_idx ON users (email); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_email_idx'::regclass;",
            query: {
              sql: "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email_idx'::regclass",
              rows: [['true']],
            },
          },
        },
        {
          title: 'not concurrently: a build that fails leaves nothing',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);',
        },
        {
          title: 'an index that an earlier migration created',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);\nCREATE INDEX users_email_idx ON users (email);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);',
        },
        {
          title: 'a table that the same deploy creates: there was no earlier try',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);',
          ],
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      const { catalog, existedBeforeDeploy, migration, project, report } = context;
      if (!op.concurrently || !op.ifNotExists || op.run === 'called' || op.name === undefined) return;
      const table = existedBeforeDeploy(op.table);
      if (table === undefined) return;
      const index = { schema: table.name.schema, name: op.name };
      if (catalog.index(index) !== undefined) return;
      for (const other of migration.operations) {
        if (other === op) break;
        if (other.kind === 'DropIndex' && isSameObject(other.index, index)) return;
      }
      const data = { index, advice: adviceFor(project.runner, displayName(index)) };
      const fix = skippedInvalidFix(op, context);
      report({ messageId: 'skipsInvalid', at: { operation: op, part: 'if exists' }, data, fix });
    },
  },
});

/** What to do where a file is one query, or where the statements commit one by one. */
function adviceFor(runner: Runner, index: string): string {
  const drop = `DROP INDEX CONCURRENTLY ${index}`;
  const modes = [runner.mode, runner.modeWithoutTransaction];
  const inOneFile = `write DROP INDEX CONCURRENTLY IF EXISTS ${index} before it in the same file.`;
  if (runner.name === 'flyway' || (runner.name !== 'prisma' && modes.includes('statement by statement')))
    return `Leave IF NOT EXISTS out, and ${inOneFile}`;
  const again =
    runner.name === 'prisma'
      ? `run ${drop} by hand, mark the migration with prisma migrate resolve --rolled-back, and deploy again.`
      : `run ${drop} by hand, and the migration again.`;
  return `Leave IF NOT EXISTS out: then a new try after a failed one stops with 42P07. When it does, ${again}`;
}
