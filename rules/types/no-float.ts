import {
  defineRule,
  findNewColumns,
  type AddColumn,
  type CreateTable,
  type RuleContext,
} from 'migration-lint';

const messages = {
  inexact: {
    what: 'Binary fractions in {{columns}} of {{table}}: 0.1 is rounded there, and ten times 0.1 does not add up to 1. For amounts, sums and comparisons then go wrong by a last digit.',
    help: 'Where an amount has to add up or be compared, as with prices, use numeric{{advice}}; for measurements, scores and settings the type is right.',
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
      '`real` and `double precision` are binary fractions of about 6 and 15 digits: 0.1 has none, so that a sum of prices misses by the last digit and a comparison with = fails; from 16,777,217 on, `real` cannot hold every whole number. They are right for measurements, where the last digit is noise anyway; what is counted or paid belongs in `numeric`. What a column means is not known here. Prisma writes DOUBLE PRECISION for every Float: those are left alone, unless the option asks for them. Only columns of new tables are judged.',
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
          title: 'real rounds whole numbers, too',
          runner: 'plain',
          sql: 'CREATE TABLE accounts (cents real);\nINSERT INTO accounts VALUES (16777217);',
          proof: {
            query: {
              sql: 'SELECT cents = 16777216, (SELECT sum(0.1::real) = 1 FROM generate_series(1, 10)) FROM accounts',
              rows: [['true', 'false']],
            },
          },
          reports: ['inexact'],
        },
        {
          title: 'double precision: ten times 0.1 is not 1',
          runner: 'plain',
          sql: 'CREATE TABLE orders (price float8);\nINSERT INTO orders SELECT 0.1 FROM generate_series(1, 10);',
          proof: { query: { sql: 'SELECT sum(price) = 1 FROM orders', rows: [['false']] } },
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
  const found = findNewColumns(
    operation,
    context,
    ({ type }) => type.name === 'real' || (type.name === 'double precision' && !isLeftAlone(context)),
  );
  if (found === undefined) return;
  const data = {
    ...found.data,
    advice: context.project.layout === 'prisma' ? ' (Decimal in schema.prisma)' : '',
  };
  context.report({ messageId: 'inexact', at: found.at, data });
}

function isLeftAlone({ options: { prismaDefaults }, project }: Context): boolean {
  return project.layout === 'prisma' && !prismaDefaults;
}
