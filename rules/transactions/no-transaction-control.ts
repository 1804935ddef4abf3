import { beginsBefore, defineRule, type Statement, type Transaction } from 'migration-lint';

/** COMMIT and ROLLBACK of a transaction that the file did not begin. One that it began is no-nested-transaction's. */
export default defineRule({
  meta: {
    name: 'no-transaction-control',
    summary: 'Disallow `COMMIT` and `ROLLBACK` of a transaction that the file did not begin',
    rationale:
      'Where the runner opens a transaction around the file, or sends it as one query, which PostgreSQL makes a transaction, a ' +
      'COMMIT in it commits the first half for good and leaves the rest to commit by itself; a ROLLBACK takes the first half ' +
      'back, and the migration is recorded as applied all the same. Where no transaction is open, both do nothing.',
    instead:
      'Split the migration where the COMMIT stands: each file is a transaction of its own then. To take back a part, use a ' +
      "savepoint:\n\n```sql\nSAVEPOINT before_import;\nINSERT INTO plans (id, name) VALUES (1, 'free');\nROLLBACK TO before_import;\n```",
    policy: ['BF4'],
    presets: ['recommended'],
    severity: 'warning',
    yieldsTo: ['no-nested-transaction'],
    messages: {
      commits: {
        what: '{{owner}}: this COMMIT ends it in the middle. What stands before is committed even if the rest fails, and the rest runs without that transaction.',
        help: 'Split the file here into two migrations, and leave COMMIT out.',
      },
      takesBack: {
        what: '{{owner}}: this ROLLBACK takes back everything before it, and the migration is recorded as applied all the same.',
        help: 'Leave ROLLBACK out, or use SAVEPOINT and ROLLBACK TO for a part{{block}}.',
      },
      undoesItself: {
        what: 'The transaction that this file begins ends with ROLLBACK: nothing of it stays, and the migration is recorded as applied all the same.',
        help: 'Write COMMIT, or take the statements out. A trial run belongs into no migration.',
      },
      noBlock: {
        what: 'PostgreSQL refuses {{command}} here (25P01): {{why}}, which is no transaction block.',
        help: 'Write BEGIN before the statements that belong together and COMMIT behind them, or leave {{command}} out.',
      },
      nothingOpen: {
        what: 'No transaction is open here, since {{runner}} commits each statement: this {{command}} does nothing (PostgreSQL warns with 25P01).',
        help: 'Leave it out, or write BEGIN before the statements that belong together.',
      },
    },
    examples: {
      bad: [
        {
          title: 'COMMIT in a file that the runner wraps',
          runner: 'wrapping',
          sql: 'CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT 1 / 0;',
          reports: ['commits'],
          proof: {
            error: '22012',
            query: { sql: "SELECT tablename FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['a']] },
          },
        },
        {
          title: 'COMMIT in the middle of a file that Prisma sends as one query',
          sql: 'CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\nSELECT 1 / 0;',
          reports: ['commits'],
          proof: {
            error: '22012',
            query: { sql: "SELECT tablename FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['a']] },
          },
        },
        {
          title: 'ROLLBACK in a file that Prisma sends as one query',
          sql: 'CREATE TABLE a (id int);\nROLLBACK;\nCREATE TABLE b (id int);',
          reports: ['takesBack'],
          proof: {
            query: { sql: "SELECT tablename FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['b']] },
          },
        },
        {
          title: 'a trial run left in',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nROLLBACK;',
          reports: ['undoesItself'],
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['0']] } },
        },
        {
          title: 'a savepoint in a file that Prisma sends as one query',
          sql: 'CREATE TABLE a (id int);\nSAVEPOINT s;\nCREATE TABLE b (id int);',
          reports: ['noBlock'],
          proof: { error: '25P01' },
        },
        {
          title: 'a savepoint where each statement commits by itself',
          runner: 'prisma-7.4',
          sql: 'CREATE TABLE a (id int);\nSAVEPOINT s;\nCREATE TABLE b (id int);\nROLLBACK TO s;',
          reports: ['noBlock'],
          proof: { error: '25P01' },
        },
        {
          title: 'ROLLBACK where each statement commits by itself',
          runner: 'prisma-7.4',
          sql: 'CREATE TABLE a (id int);\nROLLBACK;',
          reports: ['nothingOpen'],
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] } },
        },
      ],
      good: [
        {
          title: 'a savepoint in a transaction that the file begins',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nSAVEPOINT s;\nCREATE TABLE b (id int);\nROLLBACK TO s;\nCOMMIT;',
          proof: {
            query: { sql: "SELECT tablename FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['a']] },
          },
        },
        {
          title: 'a transaction that the file begins and commits',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] } },
        },
        {
          title: 'a COMMIT at the end of one query, which would end there anyway',
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['2']] },
          },
        },
        {
          title: 'the COMMIT of a BEGIN that another rule speaks of',
          runner: 'wrapping',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['1']] } },
        },
        {
          title: 'savepoints',
          runner: 'wrapping',
          sql: 'SAVEPOINT s;\nCREATE TABLE a (id int);\nROLLBACK TO s;',
          proof: { query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a'", rows: [['0']] } },
        },
        {
          title: 'a procedure that commits when it is called',
          sql: 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
          proof: {},
        },
      ],
    },
  },
  on: {
    TransactionControl(operation, { migration, project: { runner }, report, transactionOf }) {
      const { command } = operation;
      if (command === 'savepoint' || command === 'release' || command === 'rollback to') {
        const transaction = transactionOf(operation);
        if (command !== 'savepoint' || !lacksBlock(operation.statement, transaction)) return;
        const why =
          transaction.kind === 'implicit'
            ? `${runner.label} sends this file as one query`
            : `${runner.label} sends each statement by itself`;
        return report({ messageId: 'noBlock', at: operation, data: { command: 'SAVEPOINT', why } });
      }
      if (command !== 'commit' && command !== 'rollback' && command !== 'prepare') return;
      const transaction = transactionOf(operation);
      const word =
        command === 'commit' ? 'COMMIT' : command === 'rollback' ? 'ROLLBACK' : 'PREPARE TRANSACTION';
      if (transaction.kind === 'autocommit')
        return report({
          messageId: 'nothingOpen',
          at: operation,
          data: { runner: runner.label, command: word },
        });
      if (transaction.kind === 'explicit' || beginsBefore(operation.statement, transaction)) {
        if (command === 'rollback' && transaction.kind === 'explicit')
          report({ messageId: 'undoesItself', at: operation });
        return;
      }
      const isImplicit = transaction.kind === 'implicit';
      const isLast = migration.script?.statements.at(-1) === operation.statement;
      if (isImplicit && isLast && command !== 'rollback') return;
      const owner = isImplicit
        ? `${runner.label} sends this file as one query, which PostgreSQL runs as one transaction`
        : `${runner.label} has opened the transaction`;
      if (command !== 'rollback') return report({ messageId: 'commits', at: operation, data: { owner } });
      const block = isImplicit ? ', with BEGIN and COMMIT around all of it' : '';
      report({ messageId: 'takesBack', at: operation, data: { owner, block } });
    },
  },
});

/** Whether PostgreSQL refuses savepoints: neither the runner nor the file has sent BEGIN up to here. */
function lacksBlock(statement: Statement, transaction: Transaction): boolean {
  if (transaction.kind === 'autocommit') return true;
  return transaction.kind !== 'runner' && !beginsBefore(statement, transaction);
}
