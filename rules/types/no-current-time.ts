import {
  defineRule,
  findNewColumns,
  usesCurrentTime,
  type AddColumn,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  currentTime: {
    what: 'The default of {{columns}} of {{table}} is CURRENT_TIME: a time of day with an offset and no date, in the time zone of whatever session inserts the row.',
    help: 'Use timestamptz and CURRENT_TIMESTAMP for a moment; LOCALTIME and CURRENT_DATE if only one half of it is wanted.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-current-time',
    summary: 'Disallow CURRENT_TIME as the default of a column in new tables',
    rationale:
      'CURRENT_TIME is a `time with time zone`: an offset without a date. In a column of type `time` the offset is cut off, and what is left is the clock of whatever time zone the session has. LOCALTIME says that openly; CURRENT_TIMESTAMP keeps the moment. Only columns of new tables are judged.',
    instead:
      '```sql\nCREATE TABLE visits (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP);\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',

    messages,
    examples: {
      bad: [
        {
          title: 'a time of day',
          runner: 'plain',
          sql: 'CREATE TABLE visits (id int, at time DEFAULT CURRENT_TIME);',
          proof: { query: { sql: 'SELECT pg_typeof(CURRENT_TIME)::text', rows: [['time with time zone']] } },
          reports: ['currentTime'],
        },
        {
          title: 'with a precision, and a cast around it',
          sql: 'CREATE TABLE visits (id int, at text DEFAULT CURRENT_TIME(0)::text);',
          reports: ['currentTime'],
        },
      ],
      good: [
        {
          title: 'the moment, and the other halves',
          runner: 'plain',
          sql: 'CREATE TABLE visits (a timestamptz DEFAULT CURRENT_TIMESTAMP, b time DEFAULT LOCALTIME, c date DEFAULT CURRENT_DATE);',
        },
        {
          title: 'a column of that name',
          runner: 'plain',
          sql: 'CREATE TABLE visits ("current_time" text DEFAULT \'current_time\');',
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN at time DEFAULT CURRENT_TIME;',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(operation, context, ({ default: value }) => usesCurrentTime(value));
  if (found === undefined) return;
  context.report({ messageId: 'currentTime', at: found.at, data: found.data });
}
