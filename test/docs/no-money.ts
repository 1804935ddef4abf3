import { defineRule } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-money',
    summary: 'Disallow columns of type `money`',
    rationale: 'What a `money` value is worth depends on the setting `lc_monetary` of the server.',
    instead: 'Use `numeric`, and a column for the currency.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    messages: {
      money: {
        what: '{{column}} of {{table}} is money, which means another currency where lc_monetary differs.',
        help: 'Use numeric(12, 2), and keep the currency in a column of its own.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a price',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE orders ADD COLUMN price money;',
          reports: ['money'],
          proof: { lock: { orders: 'ACCESS EXCLUSIVE' }, rewrites: [] },
        },
      ],
      good: [
        {
          title: 'numeric',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE orders ADD COLUMN price numeric(12, 2);',
        },
      ],
    },
  },
  on: {
    AddColumn(operation, { report }) {
      const { table, column } = operation;
      if (column.type.name !== 'money') return;
      report({ messageId: 'money', at: operation, data: { table, column: column.name } });
    },
  },
});
