import {
  columnTypePlace,
  defineRule,
  displayNames,
  newColumns,
  type AddColumn,
  type CreateTable,
  type RuleContext,
} from 'migration-lint';

const messages = {
  inexact: {
    what: 'Binary fractions in {{columns}} of {{table}}: 0.1 + 0.2 is not 0.3 in them, so sums and comparisons of amounts go wrong by a last digit.',
    help: 'Use numeric for what is counted or paid{{advice}}; for measurements the type is right.',
  },
} as const;

const options = {
  prismaDefaults: {
    type: 'boolean',
    default: false,
    description:
      'Report `DOUBLE PRECISION` in Prisma’s migrations as well, which it writes for every Float without `@db`.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-float',
    summary: 'Disallow binary floating-point columns in new tables',
    rationale:
      '`real` and `double precision` are binary fractions: 0.1 has none, so that sums of prices miss by the last digit and comparisons with = fail. They are right for measurements, where the last digit is noise anyway; what is counted or paid belongs into `numeric`. Prisma writes DOUBLE PRECISION for every Float: those are left alone, unless the option asks for them. Only columns of new tables are judged.',
    instead:
      '```sql\nCREATE TABLE orders (id bigint PRIMARY KEY, price numeric(12, 2) NOT NULL);\n```\n\nIn `schema.prisma`: `price Decimal @db.Decimal(12, 2)`.',
    whenNotToUse: 'In databases of measurements, coordinates and statistics.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'a price',
          runner: 'plain',
          sql: 'CREATE TABLE orders (price double precision, tax real);\nINSERT INTO orders VALUES (0.1), (0.2);',
          proof: { query: { sql: 'SELECT sum(price) = 0.3 FROM orders', rows: [['false']] } },
          reports: ['inexact'],
        },
        {
          title: 'with Prisma, @db.Real',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "price" REAL NOT NULL);',
          reports: ['inexact'],
        },
        {
          title: 'with Prisma’s defaults as well',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "price" DOUBLE PRECISION NOT NULL);',
          options: { prismaDefaults: true },
          reports: ['inexact'],
        },
      ],
      good: [
        {
          title: 'numeric',
          runner: 'plain',
          sql: 'CREATE TABLE orders (price numeric);\nINSERT INTO orders VALUES (0.1), (0.2);',
          proof: { query: { sql: 'SELECT sum(price) = 0.3 FROM orders', rows: [['true']] } },
        },
        {
          title: 'what Prisma writes for a Float',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "price" DOUBLE PRECISION NOT NULL);',
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN weight real;',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, typeof options>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const columns = newColumns(operation, context).filter(
    ({ type }) => type.name === 'real' || (type.name === 'double precision' && !isLeftAlone(context)),
  );
  const [first] = columns;
  if (first === undefined) return;
  const names = columns.map(({ name }) => ({ schema: undefined, name }));
  const data = {
    table: operation.table,
    columns: displayNames(names, 'columns'),
    advice: context.project.layout === 'prisma' ? ' (Decimal in schema.prisma)' : '',
  };
  context.report({ messageId: 'inexact', at: columnTypePlace(operation, first.name), data });
}

function isLeftAlone({ options: { prismaDefaults }, project }: Context): boolean {
  return project.layout === 'prisma' && !prismaDefaults;
}
