import {
  defineRule,
  findNewColumns,
  newTypeFix,
  textWithLimit,
  type AddColumn,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  limited: {
    what: 'A limit in the type of {{columns}} of {{table}}: a longer value fails with 22001, and the limit can only be lowered under a lock that blocks everybody while all rows are rewritten.',
    help: 'Use text, with a CHECK (char_length(…) <= n) if there is a limit.{{advice}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'prefer-text',
    summary: 'Prefer `text` over `varchar(n)` for the columns of new tables',
    rationale:
      '`varchar(n)` is `text` with a limit that is part of the type: a longer value fails with 22001, and to lower the limit later every row has to be rewritten under ACCESS EXCLUSIVE. PostgreSQL stores both the same way, and neither is faster. A limit that is a rule of the business is better a CHECK, which can be changed NOT VALID and validated without blocking anybody. `varchar` without a limit is `text` by another name and no finding. Only columns of new tables are judged.',
    instead:
      '```sql\nCREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL CHECK (char_length(name) <= 100));\n```',
    whenNotToUse:
      'Where the length is part of a format that never changes, or where another system reads the type.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },

    messages,
    examples: {
      bad: [
        {
          title: 'a limit',
          runner: 'plain',
          sql: 'CREATE TABLE users (id int, name varchar(5) NOT NULL);',
          reports: ['limited'],
          fixed: 'CREATE TABLE users (id int, name text CHECK (char_length(name) <= 5) NOT NULL);',
        },
        {
          title: 'limits in the type',
          runner: 'plain',
          sql: 'CREATE TABLE users (id int, name varchar(5), "nickName" CHARACTER VARYING(5)[]);',
          proof: { afterwards: { sql: "INSERT INTO users (name) VALUES ('longer')", error: '22001' } },
          reports: ['limited'],
        },
        {
          title: 'with Prisma, @db.VarChar',
          sql: 'CREATE TABLE "User" ("id" TEXT NOT NULL, "name" VARCHAR(255) NOT NULL);',
          reports: ['limited'],
        },
      ],
      good: [
        {
          title: 'text, also by its other name',
          runner: 'plain',
          sql: 'CREATE TABLE users (id int, name text, nickname varchar);',
        },
        {
          title: 'text with a CHECK',
          runner: 'plain',
          sql: 'CREATE TABLE users (id int, name text CHECK (char_length(name) <= 5));',
          proof: { afterwards: { sql: "INSERT INTO users (name) VALUES ('longer')", error: '23514' } },
        },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN note varchar(20);',
        },
        { title: 'a temporary table', runner: 'plain', sql: 'CREATE TEMP TABLE chosen (name varchar(5));' },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(
    operation,
    context,
    ({ type }) => type.name === 'character varying' && type.modifiers.length > 0,
  );
  if (found === undefined) return;
  const data = {
    ...found.data,
    advice:
      context.project.layout === 'prisma'
        ? ' In schema.prisma: String without @db.VarChar; the CHECK stands in the migration only.'
        : '',
  };
  const fix = newTypeFix(operation, found.columns, textWithLimit, 'makes it text with a CHECK', context);
  context.report({ messageId: 'limited', at: found.at, data, fix });
}
