import { defineRule, indexKeyText, leaveKeyOutFix, quoteIdentifier, type CreateIndex } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-duplicate-index-column',
    summary: 'Disallow a column that an index has twice',
    rationale:
      'PostgreSQL refuses a column twice in a UNIQUE constraint (42701), but not in an index. The second one distinguishes no rows ' +
      'and orders none; it only makes the index larger. Mostly another column was meant.',
    instead:
      'Name each column once:\n\n```sql\nCREATE INDEX posts_author_id_at_idx ON posts (author_id, at);\n```',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      twice: {
        what: '{{index}} of {{table}} has {{column}} twice: the second one is of no use, and makes the index larger.',
        help: 'Leave the second {{column}} out, or name the column that was meant.',
      },
      included: {
        what: '{{index}} of {{table}} includes {{column}}, which is a key of it already.',
        help: 'Leave {{column}} out of INCLUDE.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a column twice',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date);\nCREATE INDEX posts_author ON posts (author_id, at, author_id);',
          reports: ['twice'],
          fixed:
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date);\nCREATE INDEX posts_author ON posts (author_id, at);',
          proof: {
            query: {
              sql: "SELECT indkey::text FROM pg_index WHERE indexrelid = 'posts_author'::regclass",
              rows: [['2 3 2']],
            },
          },
        },
        {
          title: 'in another order',
          history: ['CREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "at" DATE);'],
          sql: 'CREATE INDEX CONCURRENTLY ON "Post" ("at", "at" DESC);',
          reports: ['twice'],
          fixed: 'CREATE INDEX CONCURRENTLY ON "Post" ("at");',
        },
        {
          title: 'a key that is included, too',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text);\nCREATE INDEX posts_author ON posts (author_id) INCLUDE (title, author_id);',
          reports: ['included'],
          fixed:
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text);\nCREATE INDEX posts_author ON posts (author_id) INCLUDE (title);',
          proof: {
            query: {
              sql: "SELECT indkey::text FROM pg_index WHERE indexrelid = 'posts_author'::regclass",
              rows: [['2 3 2']],
            },
          },
        },
      ],
      good: [
        {
          title: 'each column once',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, title text);\nCREATE INDEX posts_author ON posts (author_id, id) INCLUDE (title);',
        },
        {
          title: 'with operator classes for different questions',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, title text);\nCREATE INDEX posts_title ON posts (title, title text_pattern_ops);\nCREATE INDEX posts_words ON posts (title, lower(title), upper(title));',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      const { report } = context;
      if (op.elements.length + op.include.length < 2) return;
      const data = {
        index: op.name === undefined ? 'The index' : quoteIdentifier(op.name),
        table: op.table,
      };
      const twice = repeated(op);
      if (twice !== undefined) {
        const { position, text } = twice;
        const fix = leaveKeyOutFix(op, { list: 'keys', position }, context);
        report({ messageId: 'twice', at: op, data: { ...data, column: text }, fix });
      }
      const keys = new Set(op.elements.map(({ column }) => column));
      const position = op.include.findIndex((included) => keys.has(included));
      const column = op.include[position];
      if (column === undefined) return;
      const fix = leaveKeyOutFix(op, { list: 'include', position }, context);
      report({ messageId: 'included', at: op, data: { ...data, column: quoteIdentifier(column) }, fix });
    },
  },
});

/** The first key that an index has twice; other operator classes and collations answer other questions. */
function repeated({
  elements,
}: CreateIndex): { readonly position: number; readonly text: string } | undefined {
  const seen = new Set<string>();
  for (const [position, element] of elements.entries()) {
    const key = [indexKeyText(element), element.operatorClass, element.collation].join('\0');
    if (seen.has(key)) return { position, text: indexKeyText(element) };
    seen.add(key);
  }
  return undefined;
}
