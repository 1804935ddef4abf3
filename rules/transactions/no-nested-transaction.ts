import { beginsBefore, defineRule, innerBeginFix, runnersTransactionFix } from 'migration-lint';

/** Speaks at a BEGIN; the COMMIT that belongs to it is no second finding, see no-transaction-control. */
export default defineRule({
  meta: {
    name: 'no-nested-transaction',
    summary: 'Disallow `BEGIN` where a transaction is open already',
    rationale:
      'PostgreSQL has no transactions inside transactions: a second BEGIN only warns (25001), and the next COMMIT ends the one ' +
      'transaction there is. Where the runner has opened it, the file’s COMMIT commits what the runner wanted to commit or take ' +
      'back, together with the note that the migration was applied; what follows commits statement by statement.',
    instead:
      'Leave BEGIN and COMMIT out where the runner opens a transaction. Savepoints are what can be nested:\n\n' +
      '```sql\nSAVEPOINT before_cleanup;\nDELETE FROM drafts WHERE expired;\nRELEASE before_cleanup;\n```',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      inRunners: {
        what: '{{runner}} has a transaction open here: this BEGIN changes nothing, and the COMMIT that belongs to it ends the runner’s transaction. If a later statement fails, what stands before is not taken back.',
        help: 'Leave BEGIN and COMMIT out: {{runner}} sends them.',
      },
      again: {
        what: 'A transaction is open here already: this BEGIN changes nothing, and the next COMMIT ends all of it. What was meant as the rest of the outer one then commits statement by statement.',
        help: 'Leave this BEGIN and its COMMIT out, or write SAVEPOINT and RELEASE.',
      },
    },
    examples: {
      bad: [
        {
          title: 'BEGIN and COMMIT around all of a file that the runner wraps',
          runner: 'goose',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          reports: ['inRunners'],
          fixed: 'CREATE TABLE a (id int);',
        },
        {
          title: 'BEGIN and COMMIT in a file that the runner wraps',
          runner: 'goose',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT 1 / 0;',
          reports: ['inRunners'],
          fixed: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nSELECT 1 / 0;',
          proof: {
            error: '22012',
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['2']] },
          },
        },
        {
          title: 'with Drizzle it ends the transaction of the whole deploy',
          runner: 'drizzle',
          sql: ['CREATE TABLE a (id int);', 'BEGIN;\nCREATE TABLE b (id int);\nCOMMIT;\nSELECT 1 / 0;'],
          reports: ['inRunners'],
          fixed: {
            scripts: [
              'CREATE TABLE a (id int);',
              'CREATE TABLE b (id int);\n--> statement-breakpoint\nSELECT 1 / 0;',
            ],
          },
          proof: {
            error: '22012',
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] },
          },
        },
        {
          title: 'a BEGIN behind a BEGIN',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nBEGIN;\nCREATE TABLE b (id int);\nCOMMIT;\nCREATE TABLE c (id int);\nCOMMIT;\nSELECT 1 / 0;',
          reports: ['again'],
          fixed:
            'BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCREATE TABLE c (id int);\nCOMMIT;\nSELECT 1 / 0;',
          proof: {
            error: '22012',
            query: {
              sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'b', 'c')",
              rows: [['3']],
            },
          },
        },
      ],
      good: [
        {
          title: 'a file that Prisma sends as one query: BEGIN opens the only transaction',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['2']] },
          },
        },
        {
          title: 'two transactions, one after the other',
          runner: 'prisma-7.4',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id int);\nCOMMIT;',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['2']] },
          },
        },
        {
          title: 'a file that asks goose for no transaction',
          runner: 'goose',
          withoutTransaction: true,
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] } },
        },
        {
          title: 'savepoints',
          runner: 'goose',
          sql: 'SAVEPOINT s;\nCREATE TABLE a (id int);\nROLLBACK TO s;\nCREATE TABLE b (id int);\nRELEASE s;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'b'", rows: [['1']] } },
        },
        {
          title: 'the BEGIN of a PL/pgSQL body',
          runner: 'goose',
          sql: 'DO $$ BEGIN CREATE TABLE a (id int); END $$;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] } },
        },
      ],
    },
  },
  on: {
    TransactionControl(operation, context) {
      const { project, report, transactionOf } = context;
      const { runner } = project;
      if (operation.command !== 'begin') return;
      const transaction = transactionOf(operation);
      if (beginsBefore(operation.statement, transaction))
        return report({
          messageId: 'again',
          at: operation,
          fix: innerBeginFix(operation.statement, context),
        });
      if (transaction.kind !== 'runner') return;
      report({
        messageId: 'inRunners',
        at: operation,
        data: { runner: runner.label },
        fix: runnersTransactionFix(operation.statement, context),
        ...(runner.assumed === true && { severity: 'warning' }),
      });
    },
  },
});
