import { defineRule, indexKeyText, quoteIdentifier } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-hash-index',
    summary: 'Disallow hash indexes',
    rationale:
      'A hash index answers `=` and nothing else: no range, no order, no prefix of several columns, no index-only scan, no ' +
      'uniqueness. A btree index answers `=` about as fast, and the rest as well. Since PostgreSQL 10 hash indexes are crash-safe ' +
      'and replicated, so they are no danger any more; they are a choice that has to be worth it.',
    instead: 'Use the default, btree:\n\n```sql\nCREATE INDEX sessions_token_idx ON sessions (token);\n```',
    whenNotToUse:
      'For long values that are only ever looked up by equality: a hash index keeps four bytes of each, and has no limit on their length, where btree ends at a third of a page (2,704 bytes).',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    messages: {
      hash: {
        what: '{{index}} is a hash index: it finds rows of {{table}} by = on {{column}} only, and serves no range, no order and no second column.',
        help: 'Leave USING hash out: a btree index answers = about as fast, and the rest as well.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a hash index',
          sql: 'CREATE TABLE sessions (id int PRIMARY KEY, token text);\nCREATE INDEX sessions_token ON sessions USING hash (token);',
          reports: ['hash'],
          proof: {
            query: {
              sql: "SELECT pg_indexam_has_property(oid, 'can_order'), pg_indexam_has_property(oid, 'can_unique'), pg_indexam_has_property(oid, 'can_multi_col'), pg_index_has_property('sessions_token'::regclass, 'index_scan') FROM pg_am WHERE amname = 'hash'",
              rows: [['false', 'false', 'false', 'true']],
            },
          },
        },
        {
          title: 'as Prisma writes it',
          history: ['CREATE TABLE "Session" ("id" TEXT PRIMARY KEY, "token" TEXT);'],
          sql: 'CREATE INDEX CONCURRENTLY "Session_token_idx" ON "Session" USING HASH ("token");',
          reports: ['hash'],
        },
      ],
      good: [
        {
          title: 'btree, and what no btree can do',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, token text, tags text[]);\nCREATE INDEX ON posts (token);\nCREATE INDEX ON posts USING gin (tags);',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, { report }) {
      if (op.method !== 'hash') return;
      const [key] = op.elements;
      const column = key === undefined ? '' : indexKeyText(key);
      const index = op.name === undefined ? 'This' : quoteIdentifier(op.name);
      report({ messageId: 'hash', at: op, data: { index, table: op.table, column } });
    },
  },
});
