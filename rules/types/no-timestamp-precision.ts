import {
  defineRule,
  findNewColumns,
  newTypeFix,
  type AddColumn,
  type ColumnDefinition,
  type CreateTable,
  type NewType,
  type RuleContext,
  type TypeName,
} from 'migration-lint';

const messages = {
  rounded: {
    what: 'Too few digits in the timestamps {{columns}} of {{table}}: PostgreSQL rounds to them, so that the last moments of a day, or of a year, become the next one.',
    help: "Leave the precision out, and use date_trunc('second', …) where a value is shown.",
  },
} as const;

const options = {
  minimum: {
    type: 'integer',
    default: 3,
    minimum: 0,
    maximum: 6,
    description:
      'The fewest digits of a second that are no finding; PostgreSQL has 6 where nobody writes a precision.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-timestamp-precision',
    summary: 'Disallow timestamps of new tables that are rounded to seconds',
    rationale:
      'A precision in the type does not cut the fraction off, it rounds: half a second before midnight becomes the next day, and a value can lie in the future. Where seconds are enough, `date_trunc` says so when they are read. The precision of three digits that JavaScript has is no finding by default. Only columns of new tables are judged.',
    instead: '```sql\nCREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'rounded into the next year',
          runner: 'plain',
          sql: "CREATE TABLE orders (placed_at timestamp(0));\nINSERT INTO orders VALUES ('2024-12-31 23:59:59.5');",
          proof: { query: { sql: 'SELECT extract(year FROM placed_at) FROM orders', rows: [['2025']] } },
          reports: ['rounded'],
          fixed:
            "CREATE TABLE orders (placed_at timestamp);\nINSERT INTO orders VALUES ('2024-12-31 23:59:59.5');",
        },
        {
          title: 'times with time zone, and times of day',
          runner: 'plain',
          sql: 'CREATE TABLE orders (placed_at timestamptz(0), at time(1), note text);',
          reports: ['rounded'],
          fixed: 'CREATE TABLE orders (placed_at timestamptz, at time, note text);',
        },
        {
          title: 'with a minimum',
          runner: 'plain',
          sql: 'CREATE TABLE orders (placed_at timestamptz(3));',
          options: { minimum: 6 },
          reports: ['rounded'],
          fixed: 'CREATE TABLE orders (placed_at timestamptz);',
        },
      ],
      good: [
        {
          title: 'all digits',
          runner: 'plain',
          sql: "CREATE TABLE orders (placed_at timestamp);\nINSERT INTO orders VALUES ('2024-12-31 23:59:59.5');",
          proof: { query: { sql: 'SELECT extract(year FROM placed_at) FROM orders', rows: [['2024']] } },
        },
        {
          title: 'the digits that Prisma and JavaScript have',
          sql: 'CREATE TABLE "Order" ("placedAt" TIMESTAMP(3) NOT NULL, "paidAt" TIMESTAMPTZ(3) NOT NULL);',
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN at timestamptz(0);',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, typeof options>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(operation, context, ({ type }) => isRounded(type, context.options.minimum));
  if (found === undefined) return;
  const fix = newTypeFix(operation, found.columns, unrounded, 'leaves the precision out', context);
  context.report({ messageId: 'rounded', at: found.at, data: found.data, fix });
}

function unrounded(_column: ColumnDefinition, written: string): NewType {
  return { type: written.replace(/\s*\(\s*\d+\s*\)/u, '') };
}

function isRounded({ name, modifiers: [precision] }: TypeName, minimum: number): boolean {
  return /^time(?:stamp)? with/.test(name) && precision !== undefined && Number(precision) < minimum;
}
