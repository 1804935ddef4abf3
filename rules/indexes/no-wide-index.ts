import { defineRule, indexKeyText, quoteIdentifier } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-wide-index',
    summary: 'Disallow indexes over many columns',
    rationale:
      'An index is searched from its first column on; what stands far behind narrows down few queries. But every column makes it ' +
      'larger, and an UPDATE of any of them has to write to all indexes of the table, since it cannot be a heap-only one any more. ' +
      'Unique indexes are left out, whose columns are a rule about the data, and so are GIN and BRIN indexes, which have no first ' +
      'column. Columns of INCLUDE do not count.',
    instead:
      'Index the columns that narrow a query down, and let INCLUDE hold what is only to be returned:\n\n```sql\nCREATE INDEX posts_author_id_at_idx ON posts (author_id, at) INCLUDE (title);\n```',
    whenNotToUse: 'Where such an index was measured to be worth its cost.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    options: {
      max: { type: 'integer', default: 3, minimum: 1, description: 'How many columns an index may have.' },
    },
    messages: {
      tooWide: {
        what: '{{index}} of {{table}} has {{count}} columns, over the {{max}} allowed: an UPDATE of any of them writes to all indexes of the table.',
        help: 'Keep the first columns, which narrow the queries down, and leave {{rest}} out, or move to INCLUDE what is only to be returned.',
      },
    },
    examples: {
      bad: [
        {
          title: 'four columns',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date, "isPublic" boolean, title text);',
          ],
          sql: 'CREATE INDEX posts_list ON posts (author_id, "isPublic", at, title);',
          reports: ['tooWide'],
          proof: {
            rows: `INSERT INTO posts (id, author_id) VALUES (1, 1), (2, 2);
CREATE FUNCTION hot_updates(change text) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE change; RETURN (SELECT n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'posts'); END $$;`,
            query: {
              sql: `SELECT hot_updates('UPDATE posts SET title = ''a'' WHERE id = 1')`,
              rows: [['0']],
            },
          },
        },
        {
          title: 'more than two, where the team allows two',
          options: { max: 2 },
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date);\nCREATE INDEX ON posts (author_id, at, id);',
          reports: ['tooWide'],
        },
      ],
      good: [
        {
          title: 'three columns, and included ones',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date, title text, body text);\nCREATE INDEX posts_list ON posts (author_id, at, id) INCLUDE (title, body);',
          proof: {
            query: {
              sql: "SELECT indnkeyatts FROM pg_index WHERE indexrelid = 'posts_list'::regclass",
              rows: [['3']],
            },
          },
        },
        {
          title: 'a unique index',
          sql: 'CREATE TABLE seats (a int, b int, c int, d int);\nCREATE UNIQUE INDEX seats_key ON seats (a, b, c, d);',
        },
        {
          title: 'GIN and BRIN, which search any of their columns',
          sql: 'CREATE TABLE posts (a int[], b int[], c int[], d int[], e int, f int, g int, h int);\nCREATE INDEX posts_words ON posts USING gin (a, b, c, d);\nCREATE INDEX posts_ranges ON posts USING brin (e, f, g, h);',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, { options: { max }, report }) {
      const { elements, method, name, table, unique } = op;
      if (elements.length <= max || unique || method === 'gin' || method === 'brin') return;
      const rest = elements.slice(max).map(indexKeyText);
      const index = name === undefined ? 'An index' : quoteIdentifier(name);
      report({ messageId: 'tooWide', at: op, data: { index, table, count: elements.length, max, rest } });
    },
  },
});
