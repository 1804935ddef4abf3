import {
  concurrentFix,
  defineRule,
  hasWrittenSystemCatalogBefore,
  isAloneInFile,
  isInBody,
  isLastOfTransaction,
  outsideTransactionAdvice,
  quoteIdentifier,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-concurrent-reindex',
    summary: 'Require `CONCURRENTLY` for rebuilding an index of an existing table',
    rationale:
      'REINDEX locks the table with SHARE and each index that it rebuilds with ACCESS EXCLUSIVE until it is rebuilt: writes wait, ' +
      'and so does every SELECT of the table, since PostgreSQL looks at all of its indexes to plan one. REINDEX … CONCURRENTLY, ' +
      'since PostgreSQL 12, builds the new index beside the old one, and nobody waits for it. Nothing is reported where the deploy has written a system ' +
      'catalog before: indexes that an UPDATE of `pg_index` switched off miss the rows that changed since, so that they must be ' +
      'rebuilt before that is committed.',
    instead:
      'Rebuild it in a migration of its own, or outside of migrations:\n\n```sql\nREINDEX INDEX CONCURRENTLY "Post_authorId_idx";\n```\n\n' +
      'If it fails, it leaves an invalid index whose name ends in `_ccnew`: drop that one before the next try.',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX3'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    yieldsTo: ['no-concurrent-in-transaction'],
    messages: {
      blocksTable: {
        what: 'Rebuilding {{what}} keeps every read and write of {{table}} waiting until it is done.',
        help: 'Use {{command}}. {{place}}',
      },
      blocksTableInTransaction: {
        what: 'Rebuilding {{what}} keeps every read and write of {{table}} waiting until the transaction ends.',
        help: 'Use {{command}}. {{place}}',
      },
      blocksTables: {
        what: 'Rebuilding the indexes of {{what}} keeps every read and write of one table after the other waiting.',
        help: 'Use {{command}}. {{place}}',
      },
      blocksSystem: {
        what: 'Rebuilding the system catalogs’ indexes keeps every session of {{what}} waiting.',
        help: 'There is no way to do that concurrently: plan a time without users, or leave it out.',
      },
    },
    examples: {
      bad: [
        {
          title: 'one index',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'REINDEX INDEX users_email;',
          reports: ['blocksTable'],
          fixed: 'REINDEX INDEX CONCURRENTLY users_email;',
          proof: { lock: { users: 'SHARE' }, scans: ['users'] },
        },
        {
          title: 'all indexes of a table, in a transaction',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT);'],
          sql: 'REINDEX TABLE "User";\nCREATE TABLE "Post" ("id" TEXT PRIMARY KEY);',
          reports: ['blocksTableInTransaction'],
          fixed: {
            scripts: ['CREATE TABLE "Post" ("id" TEXT PRIMARY KEY);', 'REINDEX TABLE CONCURRENTLY "User";'],
          },
          proof: { lock: { User: 'SHARE' } },
        },
        {
          title: 'the last statement of a transaction',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY);\nREINDEX TABLE users;',
          reports: ['blocksTable'],
          fixed: {
            scripts: ['CREATE TABLE posts (id int PRIMARY KEY);', 'REINDEX TABLE CONCURRENTLY users;'],
          },
        },
        {
          title: 'all tables of a schema',
          history: ['CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY);'],
          sql: 'REINDEX SCHEMA app;',
          reports: ['blocksTables'],
        },
        {
          title: 'the system catalogs',
          sql: 'REINDEX SYSTEM shop;',
          reports: ['blocksSystem'],
        },
      ],
      good: [
        {
          title: 'concurrently',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'REINDEX INDEX CONCURRENTLY users_email;',
          proof: {
            query: {
              sql: "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email'::regclass",
              rows: [['true']],
            },
          },
        },
        {
          title: 'a table that the same deploy creates',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);\nREINDEX TABLE users;',
        },
        {
          title: 'a temporary table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TEMP TABLE chosen (id int PRIMARY KEY);\nREINDEX TABLE chosen;',
        },
        {
          title: 'indexes that the transaction has switched off: they are rebuilt before others see them',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: "UPDATE pg_index SET indisready = false WHERE indrelid = 'users'::regclass;\nUPDATE users SET email = lower(email);\nUPDATE pg_index SET indisready = true WHERE indrelid = 'users'::regclass;\nREINDEX TABLE users;",
          proof: {
            rows: "INSERT INTO users VALUES (1, 'A');",
            query: {
              sql: "SELECT count(*) FROM users, set_config('enable_seqscan', 'off', false) WHERE email = 'a'",
              rows: [['1']],
            },
          },
        },
        {
          title: 'a schema of new tables',
          sql: ['CREATE SCHEMA app;\nCREATE TABLE app.users (id int PRIMARY KEY);', 'REINDEX SCHEMA app;'],
        },
      ],
    },
  },
  on: {
    Reindex(op, context) {
      const { catalog, deploy, effectsOf, existedBeforeDeploy, migration, project, report, transactionOf } =
        context;
      if (op.concurrently || op.run === 'called' || hasWrittenSystemCatalogBefore(op, deploy)) return;
      const { name, target } = op;
      if (target === 'system')
        return report({ messageId: 'blocksSystem', at: op, data: { what: name.name } });
      const transaction = transactionOf(op);
      const inTransaction = transaction.kind !== 'autocommit' || isInBody(op, migration.script);
      const alone = isAloneInFile(migration.script);
      const place =
        alone && !inTransaction
          ? 'It is alone in its file, so it can stay where it is.'
          : outsideTransactionAdvice(project.runner, { transaction, alone, waitsForOthers: true });
      if (target === 'schema' || target === 'database') {
        const waits = effectsOf(op).some(({ relation }) => existedBeforeDeploy(relation) !== undefined);
        const command = `REINDEX ${target.toUpperCase()} CONCURRENTLY`;
        if (waits)
          report({
            messageId: 'blocksTables',
            at: op,
            data: { what: `the ${target} ${name.name}`, command, place },
          });
        return;
      }
      const table = target === 'table' ? name : catalog.index(name)?.on.name;
      if (table === undefined || existedBeforeDeploy(table) === undefined) return;
      const what = target === 'table' ? 'the indexes' : quoteIdentifier(name.name);
      const command = `REINDEX ${target.toUpperCase()} CONCURRENTLY`;
      const goesOn = inTransaction && (isInBody(op, migration.script) || !isLastOfTransaction(op, context));
      const messageId = goesOn ? 'blocksTableInTransaction' : 'blocksTable';
      report({
        messageId,
        at: op,
        data: { what, table, command, place },
        fix: concurrentFix(op, context),
      });
    },
  },
});
