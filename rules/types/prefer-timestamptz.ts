import {
  defineRule,
  findNewColumns,
  newTypeFix,
  withBrackets,
  type AddColumn,
  type ColumnDefinition,
  type CreateTable,
  type NewType,
  type RuleContext,
} from 'migration-lint';

const messages = {
  withoutZone: {
    what: 'timestamp without time zone in {{columns}} of {{table}}: PostgreSQL drops the offset of what is written there, and now() stores the clock of the session’s time zone.',
    help: '{{advice}}',
  },
} as const;

const options = {
  prismaDefaults: {
    type: 'boolean',
    default: false,
    description:
      'Report `TIMESTAMP(3)` in Prisma’s migrations as well, which it writes for every DateTime without `@db`.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'prefer-timestamptz',
    summary: 'Prefer `timestamptz` over `timestamp` for the columns of new tables',
    rationale:
      '`timestamp` stores a date and a time of day without saying where: an offset in the input is ignored, `now()` becomes the clock of ' +
      'whatever time zone the session has, and in the hour that daylight saving repeats, two moments look the same. `timestamptz` ' +
      'stores the moment itself, in the same eight bytes. Only columns of new tables are judged, where the choice costs nothing yet. Prisma ' +
      'writes TIMESTAMP(3) for every DateTime and always sends UTC: those are left alone, unless the option asks for them.',
    instead:
      '```sql\nCREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());\n```\n\nIn `schema.prisma`: `createdAt DateTime @db.Timestamptz(3)`.',
    whenNotToUse:
      'For times of the wall clock, such as opening hours or appointments that move with the time zone’s rules.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'when it happened, with an offset that is lost',
          runner: 'plain',
          sql: "CREATE TABLE orders (id int, placed_at timestamp, paid_at TIMESTAMP WITHOUT TIME ZONE);\nINSERT INTO orders VALUES (1, '2025-06-01 12:00:00+05', '2025-06-01 12:00:00Z');",
          reports: ['withoutZone'],
          fixed:
            "CREATE TABLE orders (id int, placed_at timestamptz, paid_at TIMESTAMPTZ);\nINSERT INTO orders VALUES (1, '2025-06-01 12:00:00+05', '2025-06-01 12:00:00Z');",
          proof: { query: { sql: 'SELECT placed_at = paid_at FROM orders', rows: [['true']] } },
        },
        {
          title: 'a column added to a table of the same deploy',
          runner: 'plain',
          sql: ['CREATE TABLE orders (id int);', 'ALTER TABLE orders ADD COLUMN "placedAt" timestamp(6);'],
          reports: ['withoutZone'],
          fixed: {
            scripts: [
              'CREATE TABLE orders (id int);',
              'ALTER TABLE orders ADD COLUMN "placedAt" timestamptz(6);',
            ],
          },
        },
        {
          title: 'with Prisma, what somebody chose with @db.Timestamp(6)',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "placedAt" TIMESTAMP(6) NOT NULL);',
          reports: ['withoutZone'],
        },
        {
          title: 'with Prisma’s defaults as well',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);',
          options: { prismaDefaults: true },
          reports: ['withoutZone'],
        },
      ],
      good: [
        {
          title: 'with time zone',
          runner: 'plain',
          sql: "CREATE TABLE orders (id int, placed_at timestamptz, paid_at TIMESTAMP WITH TIME ZONE);\nINSERT INTO orders VALUES (1, '2025-06-01 12:00:00+05', '2025-06-01 12:00:00Z');",
          proof: { query: { sql: 'SELECT placed_at = paid_at FROM orders', rows: [['false']] } },
        },
        {
          title: 'what Prisma writes for a DateTime',
          sql: 'CREATE TABLE "Order" ("id" TEXT NOT NULL, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);',
        },
        {
          title: 'a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int, placed_at timestamp);'],
          sql: 'ALTER TABLE orders ADD COLUMN paid_at timestamp;',
        },
        {
          title: 'a temporary table, and one that is there already',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'CREATE TEMP TABLE chosen (at timestamp);\nCREATE TABLE IF NOT EXISTS orders (id int, at timestamp);',
        },
        {
          title: 'a type of one’s own',
          runner: 'plain',
          history: ['CREATE SCHEMA app; CREATE DOMAIN app.timestamp AS text;'],
          sql: 'CREATE TABLE orders (at app.timestamp);',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, typeof options>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const { project, report } = context;
  const isPrisma = project.layout === 'prisma';
  const found = findNewColumns(
    operation,
    context,
    ({ type }) => type.name === 'timestamp without time zone' && !(isPrisma && isLeftAlone(type, context)),
  );
  if (found === undefined) return;
  const advice = isPrisma
    ? 'Give the field @db.Timestamptz(3) in schema.prisma.'
    : 'Use timestamptz, which stores the moment and costs no more.';
  const fix = newTypeFix(operation, found.columns, withZone, 'makes it timestamptz', context);
  report({ messageId: 'withoutZone', at: found.at, data: { ...found.data, advice }, fix });
}

function withZone(column: ColumnDefinition): NewType {
  const [precision] = column.type.modifiers;
  return withBrackets(precision === undefined ? 'TIMESTAMPTZ' : `TIMESTAMPTZ(${precision})`, column);
}

/** Prisma’s DateTime without an attribute. */
function isLeftAlone(
  { modifiers }: ColumnDefinition['type'],
  { options: { prismaDefaults } }: Context,
): boolean {
  return !prismaDefaults && modifiers[0] === '3';
}
