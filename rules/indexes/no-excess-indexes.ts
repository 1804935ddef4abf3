import {
  defineRule,
  sameTableIn,
  type AddColumn,
  type AddConstraint,
  type CreateIndex,
  type CreateTable,
  type RuleContext,
  type Table,
} from 'migration-lint';

const options = {
  max: {
    type: 'integer',
    default: 10,
    minimum: 1,
    description: 'How many indexes a table may have, those of its constraints included.',
  },
} as const;

const messages = {
  tooMany: {
    what: '{{table}} has {{count}} indexes after this deploy, over the {{max}} allowed: every INSERT writes to {{written}}.',
    help: 'Look in pg_stat_user_indexes for those that nothing uses (idx_scan), and drop them before you add another.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-excess-indexes',
    summary: 'Disallow more than a certain number of indexes on a table',
    rationale:
      'Every INSERT writes to every index of the table, and so does every UPDATE of a column that any index has; to a partial one, ' +
      'where the row meets its condition. Each index also costs disk, cache, VACUUM and planning. The indexes of the primary key ' +
      'and of UNIQUE constraints count; partial ones count as well. Only a deploy that adds one is reported, once for each ' +
      'table, and by what the table has at its end.',
    instead:
      "Drop what nothing uses, or let one index serve several queries: (a, b) serves those by a, too.\n\n```sql\nSELECT indexrelname, idx_scan FROM pg_stat_user_indexes WHERE relname = 'posts' ORDER BY idx_scan;\n```",
    whenNotToUse: 'For tables that are seldom written.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    yieldsTo: ['no-redundant-index'],
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'one over the limit',
          options: { max: 2 },
          history: ['CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, b int);'],
          sql: 'CREATE INDEX CONCURRENTLY posts_b ON posts (b);',
          reports: ['tooMany'],
          proof: {
            query: { sql: "SELECT count(*) FROM pg_index WHERE indrelid = 'posts'::regclass", rows: [['3']] },
          },
        },
        {
          title: 'partial ones among them',
          options: { max: 2 },
          history: ['CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, done boolean);'],
          sql: 'CREATE INDEX posts_open ON posts (a) WHERE NOT done;',
          reports: ['tooMany'],
          proof: {
            rows: 'INSERT INTO posts SELECT n, n, true FROM generate_series(1, 5000) n;',
            query: {
              sql: "SELECT pg_relation_size('posts_open') = 8192, pg_relation_size('posts_pkey') > 8192",
              rows: [['true', 'true']],
            },
          },
        },
        {
          title: 'several at once: one finding',
          options: { max: 2 },
          history: ['CREATE TABLE posts (id int PRIMARY KEY, a int, b int, c int);'],
          sql: 'CREATE INDEX posts_a ON posts (a);\nCREATE INDEX posts_b ON posts (b);\nALTER TABLE posts ADD UNIQUE (c);',
          reports: ['tooMany'],
        },
        {
          title: 'a new table',
          options: { max: 2 },
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, b int UNIQUE);',
          reports: ['tooMany'],
        },
      ],
      good: [
        {
          title: 'as many as before',
          options: { max: 2 },
          history: ['CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, b int UNIQUE, c int);'],
          sql: [
            'CREATE INDEX CONCURRENTLY posts_c ON posts (c);',
            'ALTER TABLE posts DROP CONSTRAINT posts_b_key;',
          ],
        },
        {
          title: 'as many as are allowed',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, b int UNIQUE, c int UNIQUE);',
        },
        {
          title: 'a constraint that takes over an index',
          options: { max: 2 },
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, a int UNIQUE, b int); CREATE UNIQUE INDEX posts_b ON posts (b);',
          ],
          sql: 'ALTER TABLE posts ADD UNIQUE USING INDEX posts_b;',
        },
      ],
    },
  },
  on: { CreateIndex: judge, AddConstraint: judge, AddColumn: judge, CreateTable: judge },
});

function judge(
  op: CreateIndex | AddConstraint | AddColumn | CreateTable,
  context: RuleContext<typeof messages, typeof options>,
): void {
  const {
    catalog,
    catalogAfter,
    catalogAfterDeploy,
    existedBeforeDeploy,
    options: { max },
    report,
  } = context;
  const after = catalogAfter.table(op.table);
  if (after === undefined || after.indexes.length <= (catalog.table(op.table)?.indexes.length ?? 0)) return;
  if (op.run === 'called' || after.persistence === 'temporary') return;
  const end = sameTableIn(after, catalogAfterDeploy);
  const count = end?.indexes.length ?? 0;
  if (end === undefined || count <= max || count <= (existedBeforeDeploy(op.table)?.indexes.length ?? 0))
    return;
  report({
    messageId: 'tooMany',
    at: op,
    once: end,
    data: { table: end.name, count, max, written: writtenOf(end) },
  });
}

/** To which indexes of a table an INSERT writes, in words. */
function writtenOf({ indexes }: Table): string {
  const whole = indexes.filter(({ where }) => where === undefined).length;
  if (whole === indexes.length) return 'each of them';
  if (whole === 0) return 'each of them whose condition the row meets';
  return whole === indexes.length - 1
    ? `${whole} of them, and to the other, which is partial, if the row meets its condition`
    : `${whole} of them, and to the others, which are partial, if the row meets their condition`;
}
