import { closingCommitFix, defineRule, isBegin } from 'migration-lint';

/** A BEGIN without its COMMIT; where the runner wraps the file, the runner's COMMIT closes it. */
export default defineRule({
  meta: {
    name: 'no-unclosed-transaction',
    summary: 'Disallow a transaction that the file begins and never ends',
    rationale:
      'A BEGIN without COMMIT leaves the transaction open when the file ends. PostgreSQL takes all of it back when the runner ' +
      'disconnects, or keeps its locks for as long as the runner goes on; the runner believes that the migration was applied, ' +
      'and writes that down inside the very same transaction.',
    instead: 'End it:\n\n```sql\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;\n```',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      open: {
        what: 'This transaction is never committed: it is still open when the file ends. Its locks stay until {{runner}} disconnects, and then PostgreSQL takes everything since here back.',
        help: 'Write COMMIT at the end of it{{alternative}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'BEGIN without COMMIT in a file that Prisma sends as one query',
          sql: 'BEGIN;\nCREATE TABLE a (id int);',
          reports: ['open'],
          fixed: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'a' AND pg_current_xact_id_if_assigned() IS NOT NULL",
              rows: [['1']],
            },
          },
        },
        {
          title: 'where each statement commits by itself',
          runner: 'prisma-7.4',
          sql: 'CREATE TABLE a (id int);\nBEGIN;\nALTER TABLE a ADD COLUMN b int;',
          reports: ['open'],
          fixed: 'CREATE TABLE a (id int);\nBEGIN;\nALTER TABLE a ADD COLUMN b int;\nCOMMIT;',
        },
        {
          title: 'COMMIT AND CHAIN begins another one',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT AND CHAIN;\nCREATE TABLE b (id int);',
          reports: ['open'],
          fixed: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT AND CHAIN;\nCREATE TABLE b (id int);\nCOMMIT;',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'b' AND pg_current_xact_id_if_assigned() IS NOT NULL",
              rows: [['1']],
            },
          },
        },
      ],
      good: [
        {
          title: 'BEGIN and COMMIT',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;',
          proof: { query: { sql: 'SELECT pg_current_xact_id_if_assigned()', rows: [[null]] } },
        },
        {
          title: 'BEGIN and END',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nEND;',
          proof: { query: { sql: 'SELECT pg_current_xact_id_if_assigned()', rows: [[null]] } },
        },
        {
          title: 'the runner’s COMMIT ends it: another rule speaks of the BEGIN',
          runner: 'goose',
          sql: 'BEGIN;\nCREATE TABLE a (id int);',
        },
        {
          title: 'no BEGIN at all',
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);',
          proof: { query: { sql: 'SELECT pg_current_xact_id_if_assigned()', rows: [[null]] } },
        },
      ],
    },
  },
  on: {
    Transaction({ end, statements }, { migration, project: { runner }, report }) {
      if (end !== 'open') return;
      const begin = statements.find(isBegin) ?? statements[0];
      if (begin === undefined) return;
      const sendsTogether = runner.mode === 'one query' || runner.mode === 'pipeline';
      const alternative = sendsTogether ? ', or leave BEGIN out: the file is one transaction anyway' : '';
      const fix = closingCommitFix({ migration });
      report({ messageId: 'open', at: begin, data: { runner: runner.label, alternative }, fix });
    },
  },
});
