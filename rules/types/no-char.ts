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
  padded: {
    what: 'char(n) in {{columns}} of {{table}}: a shorter value is taken, and filled up with blanks, which LIKE sees and = does not.',
    help: 'Use text, with a CHECK on its length if that is fixed.{{advice}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-char',
    summary: 'Disallow columns of type `char(n)` in new tables',
    rationale:
      '`char(n)` fills every value up to n characters with blanks, which take room, come back to the application, and count here and not there: LIKE sees them, `=` and `||` do not. It guarantees no length either: a shorter value is taken. `"char"`, a single byte, is another type and no finding. Only columns of new tables are judged.',
    instead: '```sql\nCREATE TABLE countries (code text PRIMARY KEY CHECK (char_length(code) = 2));\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },

    messages,
    examples: {
      bad: [
        {
          title: 'a code that comes back with blanks',
          runner: 'plain',
          sql: "CREATE TABLE countries (code char(3));\nINSERT INTO countries VALUES ('x');",
          proof: {
            query: {
              sql: "SELECT octet_length(code), code LIKE 'x', code = 'x', code || '!' FROM countries",
              rows: [['3', 'false', 'true', 'x!']],
            },
          },
          reports: ['padded'],
          fixed:
            "CREATE TABLE countries (code text CHECK (char_length(code) <= 3));\nINSERT INTO countries VALUES ('x');",
        },
        {
          title: 'its other names, and a length of one',
          runner: 'plain',
          sql: 'CREATE TABLE flags (a character, b NCHAR(2), c bpchar(4));',
          reports: ['padded'],
          fixed:
            'CREATE TABLE flags (a text CHECK (char_length(a) <= 1), b TEXT CHECK (char_length(b) <= 2), c text CHECK (char_length(c) <= 4));',
        },
        {
          title: 'with Prisma, @db.Char',
          sql: 'CREATE TABLE "Country" ("code" CHAR(2) NOT NULL);',
          reports: ['padded'],
        },
      ],
      good: [
        {
          title: 'text',
          runner: 'plain',
          sql: 'CREATE TABLE countries (code text CHECK (char_length(code) = 2));',
          proof: { afterwards: { sql: "INSERT INTO countries VALUES ('x')", error: '23514' } },
        },
        { title: 'the one-byte type', runner: 'plain', sql: 'CREATE TABLE flags (kind "char");' },
        {
          title: 'a column added to a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN country char(2);',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const found = findNewColumns(operation, context, ({ type }) => type.name === 'character');
  if (found === undefined) return;
  const data = {
    ...found.data,
    advice: context.project.layout === 'prisma' ? ' In schema.prisma: String without @db.Char.' : '',
  };
  const fix = newTypeFix(operation, found.columns, textWithLimit, 'makes it text with a CHECK', context);
  context.report({ messageId: 'padded', at: found.at, data, fix });
}
