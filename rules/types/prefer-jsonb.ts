import {
  defineRule,
  findNewColumns,
  newTypeFix,
  withBrackets,
  type AddColumn,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  json: {
    what: 'json in {{columns}} of {{table}}: it is parsed again at every access, cannot be indexed or compared, and makes SELECT DISTINCT fail with 42883.',
    help: 'Use jsonb, unless the exact text, its order of keys included, matters.{{advice}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'prefer-jsonb',
    summary: 'Prefer `jsonb` over `json` for the columns of new tables',
    rationale:
      '`json` keeps the text as it came, white space and duplicate keys included, and parses it again at every access. It has no equality: DISTINCT, GROUP BY and UNION over it fail with 42883, and no GIN index fits it. `jsonb` is parsed once. Only columns of new tables are judged.',
    instead: '```sql\nCREATE TABLE events (id bigint PRIMARY KEY, data jsonb NOT NULL);\n```',
    whenNotToUse: 'Where a signature or a log needs the document byte for byte.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },

    messages,
    examples: {
      bad: [
        {
          title: 'a document',
          runner: 'plain',
          sql: 'CREATE TABLE events (id int, data json);',
          proof: { afterwards: { sql: 'SELECT DISTINCT data FROM events', error: '42883' } },
          reports: ['json'],
          fixed: 'CREATE TABLE events (id int, data jsonb);',
        },
        {
          title: 'with Prisma, @db.Json',
          sql: 'CREATE TABLE "Event" ("id" TEXT NOT NULL, "data" JSON NOT NULL);',
          reports: ['json'],
        },
      ],
      good: [
        {
          title: 'jsonb',
          runner: 'plain',
          sql: 'CREATE TABLE events (id int, data jsonb);',
          proof: { query: { sql: 'SELECT DISTINCT data FROM events', rows: [] } },
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN data json;',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(operation, context, ({ type }) => type.name === 'json');
  if (found === undefined) return;
  const data = {
    ...found.data,
    advice: context.project.layout === 'prisma' ? ' In schema.prisma: Json without @db.Json.' : '',
  };
  const fix = newTypeFix(
    operation,
    found.columns,
    (column) => withBrackets('JSONB', column),
    'makes it jsonb',
    context,
  );
  context.report({ messageId: 'json', at: found.at, data, fix });
}
