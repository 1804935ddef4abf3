import {
  defineRule,
  findNewColumns,
  newTypeFix,
  withBrackets,
  type AddColumn,
  type ColumnDefinition,
  type CreateTable,
  type NewType,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  money: {
    what: 'money in {{columns}} of {{table}}: the currency and its digits are those of the server’s lc_monetary, and smaller parts are rounded away.',
    help: 'Use numeric(12, 2) or an integer of the smallest unit, and keep the currency in a column of its own.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-money',
    summary: 'Disallow columns of type `money` in new tables',
    rationale:
      'What a `money` value is worth depends on `lc_monetary` of the server that reads it: 100.00 dollars become 100.00 euros, or 10,000 yen, by restoring a dump elsewhere. It rounds to the digits of that currency and cannot say which one it is. Only columns of new tables are judged.',
    instead:
      '```sql\nCREATE TABLE orders (id bigint PRIMARY KEY, price numeric(12, 2) NOT NULL, currency text NOT NULL);\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },

    messages,
    examples: {
      bad: [
        {
          title: 'a price, rounded to cents',
          runner: 'plain',
          sql: 'CREATE TABLE orders (id int, price money);\nINSERT INTO orders VALUES (1, 0.125);',
          proof: { query: { sql: 'SELECT price::numeric * 1000 FROM orders', rows: [['130.00']] } },
          reports: ['money'],
          fixed: 'CREATE TABLE orders (id int, price numeric(12, 2));\nINSERT INTO orders VALUES (1, 0.125);',
        },
        {
          title: 'with Prisma, @db.Money',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "price" MONEY NOT NULL);',
          reports: ['money'],
        },
      ],
      good: [
        {
          title: 'numeric',
          runner: 'plain',
          sql: 'CREATE TABLE orders (id int, price numeric(12, 3));\nINSERT INTO orders VALUES (1, 0.125);',
          proof: { query: { sql: 'SELECT price * 1000 FROM orders', rows: [['125.000']] } },
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN price money;',
        },
        {
          title: 'a type of one’s own',
          runner: 'plain',
          history: ['CREATE SCHEMA app; CREATE DOMAIN app.money AS numeric(12, 2);'],
          sql: 'CREATE TABLE orders (price app.money);',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

/** A default such as '$5' is none of a number. */
function decimal(column: ColumnDefinition): NewType | undefined {
  const isNumber = column.default === undefined || /^\(?-?[\d.]+\)?$/u.test(column.default.text);
  return isNumber ? withBrackets('NUMERIC(12, 2)', column) : undefined;
}

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(
    operation,
    context,
    ({ type }) => type.schema === undefined && type.name === 'money',
  );
  if (found === undefined) return;
  const fix = newTypeFix(operation, found.columns, decimal, 'makes it numeric(12, 2)', context);
  context.report({ messageId: 'money', at: found.at, data: found.data, fix });
}
