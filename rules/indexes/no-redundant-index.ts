import {
  defineRule,
  hasSameFirstKey,
  indexInsteadOf,
  indexKeyText,
  leaveIndexOutFix,
  quoteIdentifier,
  sameIndexIn,
  sameTableIn,
  type AddColumn,
  type AddConstraint,
  type CreateIndex,
  type CreateTable,
  type Index,
  type NoOptions,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  repeats: {
    what: '{{index}} of {{table}} has the same keys as {{other}}{{kind}}: no query needs both, and every write keeps up both.',
    help: 'Leave {{index}} out{{schema}}.',
  },
  begins: {
    what: '{{other}}{{kind}} begins with {{columns}}, all that {{index}} of {{table}} has: every query that can use {{index}} can use {{other}}, and every write keeps up both.',
    help: 'Leave {{index}} out{{schema}}, unless {{other}} is so much larger that you have measured a difference.',
  },
  replaces: {
    what: 'With {{other}}, nothing needs {{index}} of {{table}} any more: {{other}} begins with all of its keys, and every write keeps up both.',
    help: 'When {{other}} is there, drop {{index}} in the next migration, with DROP INDEX CONCURRENTLY{{schema}}.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-redundant-index',
    summary: 'Disallow an index whose work another index of its table does already',
    rationale:
      'PostgreSQL creates an index for each UNIQUE constraint and each primary key, and a btree index over (a, b) serves every query ' +
      'that one over (a) serves. A second index costs time at each write, disk, cache and VACUUM, and gives nothing. The state at ' +
      'the end of the deploy counts: what the deploy itself drops again, or renames, is judged as it is then. Two indexes are only ' +
      'compared if their method, operator classes, collations, order and predicate are the same; a unique index is redundant beside ' +
      'one that is unique over the same keys, never beside a plain one.',
    instead:
      'Rely on the index that is there:\n\n```sql\nCREATE TABLE progress (\n  user_id int NOT NULL,\n  season_id int NOT NULL,\n  UNIQUE (user_id, season_id) -- serves queries by user_id, too\n);\n' +
      'CREATE INDEX progress_season_id_idx ON progress (season_id);\n```',
    whenNotToUse:
      'Where a shorter index beside a much longer one was measured to be worth its cost: its pages are fewer.',
    policy: ['IX4'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    messages,
    examples: {
      bad: [
        {
          title: 'an index over the columns of a UNIQUE constraint',
          sql: 'CREATE TABLE progress (id int PRIMARY KEY, user_id int NOT NULL, season_id int NOT NULL, UNIQUE (user_id, season_id));\nCREATE INDEX progress_user_season ON progress (user_id, season_id);',
          reports: ['repeats'],
          fixed:
            'CREATE TABLE progress (id int PRIMARY KEY, user_id int NOT NULL, season_id int NOT NULL, UNIQUE (user_id, season_id));',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_index WHERE indrelid = 'progress'::regclass AND indkey::text = '2 3'",
              rows: [['2']],
            },
          },
        },
        {
          title: 'a prefix of a unique index, as `@@index` beside `@@unique` gives it',
          sql: 'CREATE TABLE "Progress" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL, "seasonId" TEXT NOT NULL);\nCREATE INDEX "Progress_userId_idx" ON "Progress"("userId");\nCREATE UNIQUE INDEX "Progress_userId_seasonId_key" ON "Progress"("userId", "seasonId");',
          reports: ['begins'],
          fixed:
            'CREATE TABLE "Progress" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL, "seasonId" TEXT NOT NULL);\nCREATE UNIQUE INDEX "Progress_userId_seasonId_key" ON "Progress"("userId", "seasonId");',
        },
        {
          title: 'an index on an email that is unique',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE);'],
          sql: 'CREATE INDEX CONCURRENTLY idx_users_email ON users (email);',
          reports: ['repeats'],
        },
        {
          title: 'a unique index on the primary key',
          sql: 'CREATE TABLE users (id text NOT NULL PRIMARY KEY);\nCREATE UNIQUE INDEX users_id_key ON users (id);',
          reports: ['repeats'],
          fixed: 'CREATE TABLE users (id text NOT NULL PRIMARY KEY);',
        },
        {
          title: 'a UNIQUE constraint over an index that is there, and plain',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
          reports: ['replaces'],
        },
        {
          title: 'a longer index makes an older one superfluous',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author int, at date); CREATE INDEX posts_author ON posts (author);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY posts_author_at ON posts (author, at);',
          reports: ['replaces'],
        },
        {
          title: 'an index on a primary key, read backwards',
          history: ['CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'CREATE INDEX CONCURRENTLY posts_newest ON posts (id DESC);',
          reports: ['repeats'],
          proof: {
            rows: `INSERT INTO posts SELECT generate_series(1, 10000); ANALYZE posts;
CREATE FUNCTION plan_without(index text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; BEGIN EXECUTE 'DROP INDEX ' || index; EXECUTE 'EXPLAIN (COSTS OFF) ' || query INTO line; RETURN line; END $$;`,
            query: {
              sql: "SELECT plan_without('posts_newest', 'SELECT id FROM posts ORDER BY id DESC')",
              rows: [['Index Only Scan Backward using posts_pkey on posts']],
            },
          },
        },
        {
          title: 'twice the same',
          history: [
            'CREATE SCHEMA app; CREATE TABLE app.posts (id int PRIMARY KEY, tags text[]); CREATE INDEX posts_tags ON app.posts USING gin (tags);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON app.posts USING gin (tags);',
          reports: ['repeats'],
        },
        {
          title: 'the columns that the longer one only includes',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author int, title text); CREATE INDEX posts_author ON posts (author) INCLUDE (title);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY posts_author_2 ON posts (author);',
          reports: ['repeats'],
        },
      ],
      good: [
        {
          title: 'PRIMARY KEY and UNIQUE on one column: PostgreSQL makes one index of them',
          sql: 'CREATE TABLE users (id int PRIMARY KEY UNIQUE);',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_index WHERE indrelid = 'users'::regclass", rows: [['1']] },
          },
        },
        {
          title: 'the second column of a UNIQUE constraint',
          sql: 'CREATE TABLE progress (user_id int NOT NULL, season_id int NOT NULL, UNIQUE (user_id, season_id));\nCREATE INDEX progress_season ON progress (season_id);',
        },
        {
          title: 'a unique index beside a plain one that is longer',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, at date); CREATE INDEX users_email_at ON users (email, at);',
          ],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
        },
        {
          title: 'unique over more columns: a foreign key may need it',
          sql: 'CREATE TABLE users (id int PRIMARY KEY, org int NOT NULL, UNIQUE (id, org));',
        },
        {
          title: 'other predicates, operator classes, methods and collations',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, gone boolean); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'CREATE INDEX a ON users (email) WHERE NOT gone;\nCREATE INDEX b ON users (email text_pattern_ops);\nCREATE INDEX c ON users USING hash (email);\nCREATE INDEX d ON users (email COLLATE "C");\nCREATE INDEX e ON users (lower(email));\nCREATE INDEX f ON users (email NULLS FIRST);',
        },
        {
          title: 'another order of the columns, or of one of them',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author int, at date); CREATE INDEX posts_author_at ON posts (author, at);',
          ],
          sql: 'CREATE INDEX CONCURRENTLY posts_newest ON posts (author, at DESC);',
        },
        {
          title: 'NULLS NOT DISTINCT says more than UNIQUE',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);'],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_once ON users (email) NULLS NOT DISTINCT;',
        },
        {
          title: 'a UNIQUE that is checked at the end of the transaction is no target of ON CONFLICT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE DEFERRABLE);'],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_now ON users (email);',
        },
        {
          title: 'the older index goes in the same deploy',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author int, at date); CREATE INDEX posts_author ON posts (author);',
          ],
          sql: [
            'CREATE INDEX CONCURRENTLY posts_author_at ON posts (author, at);',
            'DROP INDEX CONCURRENTLY posts_author;',
          ],
        },
        {
          title: 'an index that becomes the constraint’s',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE UNIQUE INDEX users_email ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email;',
        },
        {
          title: 'an index that only perhaps exists',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); DO $$ BEGIN IF random() > 0.5 THEN CREATE INDEX i ON users (email); END IF; END $$;',
          ],
          sql: 'CREATE INDEX CONCURRENTLY users_email ON users (email);',
        },
        {
          title: 'IF NOT EXISTS on an index that is there',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'CREATE INDEX IF NOT EXISTS users_email ON users (email);',
        },
        {
          title: 'a partition’s index, which belongs to the parent’s then',
          history: [
            "CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX events_id ON ONLY events (id);",
          ],
          sql: [
            'CREATE INDEX CONCURRENTLY events_2024_id ON events_2024 (id);',
            'ALTER INDEX events_id ATTACH PARTITION events_2024_id;',
          ],
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      judge(op, context);
    },
    AddConstraint(op, context) {
      const { type } = op.constraint;
      if ((type === 'unique' && op.constraint.usingIndex === undefined) || type === 'primary key')
        judge(op, context);
    },
    AddColumn(op, context) {
      if (op.column.constraints.length > 0) judge(op, context);
    },
    CreateTable: judge,
  },
});

type Context = RuleContext<typeof messages, NoOptions>;
type Creating = CreateIndex | AddConstraint | AddColumn | CreateTable;

function judge(op: Creating, context: Context): void {
  if (op.run === 'called') return;
  const { catalog, catalogAfter, catalogAfterDeploy } = context;
  const after = catalogAfter.table(op.table);
  if (after === undefined || (after.indexes.length < 2 && op.kind === 'CreateTable')) return;
  const old = new Set(catalog.table(op.table)?.indexes.map(({ name }) => name));
  const created = after.indexes.filter(({ name, parent }) => !old.has(name) && parent === undefined);
  if (created.length === 0) return;
  const end = sameTableIn(after, catalogAfterDeploy);
  if (end === undefined || end.persistence === 'temporary') return;
  for (const one of created) {
    const index = sameIndexIn(one, end);
    if (index?.certainty === 'certain') judgeIndex(op, index, end, context);
  }
}

function judgeIndex(at: Creating, index: Index, table: Table, context: Context): void {
  const { isMadeByDeploy, project, report } = context;
  const schema = project.runner.name === 'prisma' ? ', also of Prisma’s schema' : '';
  const other = indexInsteadOf(index, table);
  if (other !== undefined) {
    const fix = at.kind === 'CreateIndex' ? leaveIndexOutFix(at, context) : undefined;
    const data = {
      index: quoteIdentifier(index.name),
      table: table.name,
      other: quoteIdentifier(other.name),
      kind: kindOf(other, table),
      schema,
    };
    if (other.elements.length === index.elements.length)
      return report({ messageId: 'repeats', at, data, fix });
    return report({
      messageId: 'begins',
      at,
      data: { ...data, columns: index.elements.map(indexKeyText) },
      fix,
    });
  }
  const freed = table.indexes.find(
    (old) =>
      !isMadeByDeploy(old) &&
      old.parent === undefined &&
      hasSameFirstKey(old, index) &&
      old.constraint === undefined &&
      old.certainty === 'certain' &&
      indexInsteadOf(old, table) === index,
  );
  if (freed === undefined) return;
  const data = {
    index: quoteIdentifier(freed.name),
    table: table.name,
    other: quoteIdentifier(index.name),
    schema,
  };
  report({ messageId: 'replaces', at, data, severity: 'info' });
}

/** What an index is that nobody wrote as one. */
function kindOf({ constraint }: Index, table: Table): string {
  const type = table.constraints.find(({ name }) => name === constraint)?.definition.type;
  if (type === 'primary key') return ' (the index of the primary key)';
  return type === 'unique' ? ' (the index of a UNIQUE constraint)' : '';
}
