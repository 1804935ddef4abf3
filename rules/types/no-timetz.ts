import {
  defineRule,
  findNewColumns,
  type AddColumn,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  timetz: {
    what: 'time with time zone in {{columns}} of {{table}}: an offset without a date is right for half of the year only, and equal times with different offsets are not equal.',
    help: 'Use timestamptz for a moment; for a time of day use time, and keep the name of the time zone in a column of its own.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-timetz',
    summary: 'Disallow columns of type `timetz` in new tables',
    rationale:
      '`time with time zone` holds a time of day and an offset, but no date, and without a date nobody knows the offset of a time zone that has daylight saving. PostgreSQL has it for the SQL standard’s sake, and its manual advises against it. Two of them that mean the same instant are not equal. Only columns of new tables are judged.',
    instead:
      '```sql\nCREATE TABLE shops (id bigint PRIMARY KEY, opens_at time NOT NULL, time_zone text NOT NULL);\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',

    messages,
    examples: {
      bad: [
        {
          title: 'opening hours',
          runner: 'plain',
          sql: "CREATE TABLE shops (opens_at timetz, closes_at TIME WITH TIME ZONE);\nINSERT INTO shops VALUES ('10:00+00', '12:00+02');",
          proof: { query: { sql: 'SELECT opens_at = closes_at FROM shops', rows: [['false']] } },
          reports: ['timetz'],
        },
      ],
      good: [
        {
          title: 'time and timestamptz',
          runner: 'plain',
          sql: 'CREATE TABLE shops (opens_at time, founded_at timestamptz);',
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN at timetz;',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(operation, context, ({ type }) => type.name === 'time with time zone');
  if (found === undefined) return;
  context.report({ messageId: 'timetz', at: found.at, data: found.data });
}
