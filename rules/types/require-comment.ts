import { defineRule, newTables } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-comment',
    summary: 'Require a comment on every new table',
    rationale:
      'A name says what a table is called, a comment what it is for, who may delete from it and where its rows come from. It lies in ' +
      'the database, where everybody with a client sees it. What counts is the end of the deploy.',
    instead:
      "```sql\nCREATE TABLE orders (id bigint PRIMARY KEY);\nCOMMENT ON TABLE orders IS 'What customers ordered; rows are never deleted.';\n```",
    policy: ['HS5'],
    presets: [],
    severity: 'warning',
    options: {
      columns: {
        type: 'boolean',
        default: false,
        description: 'Require one on each column as well.',
      },
    },
    messages: {
      table: {
        what: 'The new table {{table}} has no comment: nobody will know from the database what it is for.',
        help: "Add COMMENT ON TABLE {{table}} IS '…' to the migration.",
      },
      columns: {
        what: 'These columns of the new table {{table}} have no comment: {{columns}}.',
        help: "Add COMMENT ON COLUMN … IS '…' for each of them to the migration.",
      },
    },
    examples: {
      bad: [
        { title: 'no comment', sql: 'CREATE TABLE orders (id int);', reports: ['table'] },
        {
          title: 'a comment taken back',
          sql: "CREATE TABLE orders (id int);\nCOMMENT ON TABLE orders IS 'later';\nCOMMENT ON TABLE orders IS NULL;",
          reports: ['table'],
        },
        {
          title: 'columns',
          sql: "CREATE TABLE orders (id int, total numeric);\nCOMMENT ON TABLE orders IS 'What customers ordered';\nCOMMENT ON COLUMN orders.id IS 'counts';",
          options: { columns: true },
          reports: ['columns'],
        },
      ],
      good: [
        {
          title: 'a comment, in a later migration of the deploy',
          sql: ['CREATE TABLE "Order" (id int);', 'COMMENT ON TABLE "Order" IS \'What customers ordered\';'],
        },
        {
          title: 'an existing table',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN note text;',
        },
        {
          title: 'a partition',
          history: [
            "CREATE TABLE events (at date) PARTITION BY RANGE (at); COMMENT ON TABLE events IS 'What happened';",
          ],
          sql: "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        },
        { title: 'a temporary table', sql: 'CREATE TEMP TABLE chosen (id int);' },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, options, report }) {
      for (const { operation, table } of newTables(deploy, catalogAfter)) {
        if (table.partitionOf !== undefined) continue;
        const at = { operation, part: 'table' } as const;
        if (table.comment === undefined) report({ messageId: 'table', at, data: { table: table.name } });
        const silent = table.columns.filter(({ comment }) => comment === undefined).map(({ name }) => name);
        if (options.columns && silent.length > 0)
          report({ messageId: 'columns', at, data: { table: table.name, columns: silent } });
      }
    },
  },
});
