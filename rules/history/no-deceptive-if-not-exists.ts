import {
  addedColumnDifferences,
  defineRule,
  displayName,
  indexDifferences,
  quoteIdentifier,
  tableDifferences,
  type ObjectName,
  type Operation,
  type RuleContext,
  type ShapeDifference,
} from 'migration-lint';

const messages = {
  skipped: {
    what: '{{object}} exists already, {{difference}}: IF NOT EXISTS skips this without an error, and what comes next meets another shape than is written here.',
    help: 'Say what is to change, with ALTER or under another name; or drop the old one first.',
  },
} as const;

type Context = RuleContext<typeof messages, Record<string, never>>;

export default defineRule({
  meta: {
    name: 'no-deceptive-if-not-exists',
    summary: 'Disallow `IF NOT EXISTS` for an object that exists with another shape',
    rationale:
      'IF NOT EXISTS looks at the name alone. If a table, column or index of that name is there with other columns, another type ' +
      'or other keys, PostgreSQL skips the statement with a notice that nobody reads, the migration is recorded as applied, and the ' +
      'code that was written for the new shape fails later.',
    instead:
      'Change what is there:\n\n```sql\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nDROP INDEX CONCURRENTLY IF EXISTS orders_customer;\n```',
    policy: ['HS4'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'a table that lacks a column',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, note text);',
          reports: ['skipped'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM information_schema.columns WHERE table_name = 'orders'",
              rows: [['1']],
            },
            afterwards: { sql: 'SELECT note FROM orders', error: '42703' },
          },
        },
        {
          title: 'a column of another type',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS total numeric(10, 2);',
          reports: ['skipped'],
          proof: {
            query: {
              sql: "SELECT data_type FROM information_schema.columns WHERE column_name = 'total'",
              rows: [['integer']],
            },
          },
        },
        {
          title: 'a column that is nullable',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS total int NOT NULL DEFAULT 0;',
          reports: ['skipped'],
        },
        {
          title: 'an index with other keys',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, customer int, day date);\nCREATE INDEX orders_idx ON orders (customer);',
          ],
          sql: 'CREATE INDEX IF NOT EXISTS orders_idx ON orders (customer, day);',
          reports: ['skipped'],
          proof: {
            query: {
              sql: "SELECT indnatts FROM pg_index WHERE indexrelid = 'orders_idx'::regclass",
              rows: [['1']],
            },
          },
        },
        {
          title: 'an index that is not unique, and one on another table',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, customer int);\nCREATE TABLE carts (customer int);\nCREATE INDEX a ON orders (customer);\nCREATE INDEX b ON carts (customer);',
          ],
          sql: 'CREATE UNIQUE INDEX IF NOT EXISTS a ON orders (customer);\nCREATE INDEX IF NOT EXISTS b ON orders (customer);',
          reports: ['skipped', 'skipped'],
        },
        {
          title: 'a view of that name',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY);\nCREATE VIEW open_orders AS SELECT id FROM orders;',
          ],
          sql: 'CREATE TABLE IF NOT EXISTS open_orders (id int PRIMARY KEY);',
          reports: ['skipped'],
          proof: {
            query: { sql: "SELECT relkind FROM pg_class WHERE relname = 'open_orders'", rows: [['v']] },
          },
        },
      ],
      good: [
        {
          title: 'what is not there',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE IF NOT EXISTS carts (id int PRIMARY KEY);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nCREATE INDEX IF NOT EXISTS orders_note ON orders (note);',
          proof: {},
        },
        {
          title: 'the same shape',
          history: [
            'CREATE TABLE orders (id serial PRIMARY KEY, note varchar(20) NOT NULL);\nCREATE INDEX orders_note ON orders (lower(note)) WHERE note IS NOT NULL;',
          ],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, note character varying(20) NOT NULL);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note varchar(20) NOT NULL;\nCREATE INDEX IF NOT EXISTS orders_note ON orders ((lower(note))) WHERE (note IS NOT NULL);',
          proof: {},
        },
        {
          title: 'a table that has more columns by now',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);', 'ALTER TABLE orders ADD COLUMN note text;'],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY);',
          proof: {},
        },
        {
          title: 'the same migration adds what is missing',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, note text);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
          proof: {},
        },
        {
          title: 'a table that perhaps is there',
          history: ["DO $$ BEGIN IF current_user = 'x' THEN CREATE TABLE orders (id int); END IF; END $$;"],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id int, note text);',
        },
        {
          title: 'a name in another schema',
          history: ['CREATE SCHEMA shop;\nCREATE TABLE shop.orders (id int);'],
          sql: 'CREATE TABLE IF NOT EXISTS orders (id int, note text);',
          proof: {},
        },
      ],
    },
  },
  on: {
    CreateTable(operation, context) {
      if (!operation.ifNotExists || operation.run === 'called') return;
      const [difference] = tableDifferences(operation, context.catalog).filter(
        (one) => !isMendedLater(operation, operation.table, one, context),
      );
      tell(operation, displayName(operation.table), difference, context);
    },
    AddColumn(operation, context) {
      const { table, column } = operation;
      if (!operation.ifNotExists || operation.run === 'called') return;
      const [difference] = addedColumnDifferences(operation, context.catalog).filter(
        (one) => !isMendedLater(operation, table, one, context),
      );
      tell(operation, `${quoteIdentifier(column.name)} of ${displayName(table)}`, difference, context);
    },
    CreateIndex(operation, context) {
      if (!operation.ifNotExists || operation.run === 'called' || operation.name === undefined) return;
      const [difference] = indexDifferences(operation, context.catalog);
      tell(operation, quoteIdentifier(operation.name), difference, context);
    },
  },
});

function tell(
  operation: Operation,
  object: string,
  difference: ShapeDifference | undefined,
  { report }: Context,
): void {
  if (difference === undefined) return;
  const severity = operation.run === 'perhaps' ? { severity: 'info' as const } : {};
  const data = { object, difference: differenceText(difference) };
  report({ messageId: 'skipped', at: operation, data, ...severity });
}

function differenceText(difference: ShapeDifference): string {
  switch (difference.kind) {
    case 'other object':
      return 'and is no table';
    case 'missing column':
      return `without the column ${quoteIdentifier(difference.column)}`;
    case 'other type':
      return `where ${quoteIdentifier(difference.column)} is ${difference.actual}, not ${difference.wanted}`;
    case 'nullable':
      return `where ${quoteIdentifier(difference.column)} may be NULL`;
    case 'no default':
      return 'without a default';
    case 'other table':
      return `on ${displayName(difference.table)}`;
    case 'not unique':
      return 'and is not unique';
    case 'other keys':
      return `on ${difference.actual}`;
    case 'other rows':
      return 'for other rows: one of the two has a WHERE';
    default:
      return difference satisfies never;
  }
}

/** Idempotent scripts say the whole shape first, and then what an older table lacks. */
function isMendedLater(
  operation: Operation,
  table: ObjectName,
  difference: ShapeDifference,
  { migration }: Context,
): boolean {
  if (!('column' in difference)) return false;
  const after = migration.operations.slice(migration.operations.indexOf(operation) + 1);
  return after.some((other) => {
    if (!('table' in other) || other.table?.name !== table.name) return false;
    if (other.kind === 'AddColumn') return other.column.name === difference.column;
    const changes = ['AlterColumnType', 'SetNotNull', 'SetDefault'].includes(other.kind);
    return changes && 'column' in other && other.column === difference.column;
  });
}
