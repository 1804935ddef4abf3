import { defineRule } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-xml-column',
    summary: 'Disallow columns of type `xml`',
    rationale:
      'PostgreSQL has no equality for `xml`: DISTINCT, GROUP BY and UNION over such a column fail with 42883.',
    instead: 'Use `text` for documents that are only stored, `jsonb` for data.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    messages: {
      xml: {
        what: '{{column}} of {{table}} is xml, which has no equality: DISTINCT and GROUP BY over it fail.',
        help: 'Use text for a document that is only stored, jsonb for data.',
      },
    },
    examples: {
      bad: [
        {
          title: 'an invoice',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE orders ADD COLUMN invoice xml;',
          reports: ['xml'],
          proof: { afterwards: { sql: 'SELECT DISTINCT invoice FROM orders', error: '42883' } },
        },
      ],
      good: [
        {
          title: 'jsonb',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE orders ADD COLUMN invoice jsonb;',
        },
      ],
    },
  },
  on: {
    AddColumn(operation, { report }) {
      const { table, column } = operation;
      if (column.type.name !== 'xml') return;
      report({ messageId: 'xml', at: operation, data: { table, column: column.name } });
    },
  },
});
