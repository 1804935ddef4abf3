import {
  addedForeignKeys,
  addIndexFix,
  defineRule,
  definitionPlace,
  displayName,
  findsRowsBy,
  isSameForeignKey,
  isSeenSince,
  outsideTransactionAdvice,
  quoteIdentifier,
  sameConstraintIn,
  sameTableIn,
  type AddColumn,
  type AddConstraint,
  type Catalog,
  type CreateTable,
  type ForeignKey,
  type NoOptions,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  readsTable: {
    what: 'No index of {{table}} leads with {{columns}}: each DELETE from {{references}}, and each change of the key there, reads all of {{table}} to find the rows that point at it.',
    help: 'CREATE INDEX CONCURRENTLY ON {{table}} ({{list}}). {{place}}{{schema}}',
  },
  readsNewTable: {
    what: 'No index of {{table}} leads with {{columns}}: once it has rows, each DELETE from {{references}}, and each change of the key there, reads all of {{table}} to find those that point at it.',
    help: 'Create it here, while {{table}} is new: CREATE INDEX ON {{table}} ({{list}}).{{schema}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-foreign-key-index',
    summary: 'Require an index that leads with the columns of a foreign key',
    rationale:
      'PostgreSQL indexes the referenced side of a foreign key, never the referencing one. When a row of the referenced table is ' +
      'deleted, or its key changes, PostgreSQL looks for rows that point at it, whatever ON DELETE says: without an index it reads ' +
      'the whole table, once for each row, while the row is locked. Joins along the key and `ON DELETE CASCADE` need the same ' +
      'index. It is looked for at the end of the deploy: one that a later migration of it creates counts, and so does that of a ' +
      'UNIQUE constraint or a primary key. A partial index counts if all it leaves out is NULL; an invalid one does not.',
    instead:
      'Index the columns of the key, in any order, in front:\n\n```sql\nCREATE INDEX CONCURRENTLY "Post_authorId_idx" ON "Post" ("authorId");\n```\n\n' +
      'In Prisma’s schema:\n\n```prisma\nmodel Post {\n  author   User   @relation(fields: [authorId], references: [id])\n  authorId String\n\n  @@index([authorId])\n}\n```',
    whenNotToUse:
      'Where rows of referenced tables are never deleted and their keys never change, and no query follows the keys.',
    policy: ['IX4'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'files' },
    sizeMatters: true,
    messages,
    examples: {
      bad: [
        {
          title: 'a key on an existing table',
          history: [
            'CREATE TABLE "User" ("id" TEXT PRIMARY KEY); CREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "authorId" TEXT);',
          ],
          sql: 'ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") NOT VALID;',
          reports: ['readsTable'],
          fixed: {
            scripts: [
              'ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") NOT VALID;',
              'CREATE INDEX CONCURRENTLY "Post_authorId_idx" ON "Post" ("authorId");',
            ],
          },
          proof: {
            rows: `INSERT INTO "User" SELECT n FROM generate_series(1, 10) n; INSERT INTO "Post" SELECT n, NULL FROM generate_series(1, 1000) n;
CREATE FUNCTION full_reads(name text, change text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE before bigint; BEGIN
  SELECT seq_scan INTO before FROM pg_stat_xact_user_tables WHERE relname = name;
  EXECUTE change;
  RETURN (SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = name) - before; END $$;`,
            query: {
              sql: `SELECT full_reads('Post', 'DELETE FROM "User" WHERE "id" = ''1''')`,
              rows: [['1']],
            },
          },
        },
        {
          title: 'a new column that brings its key along',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author_id int REFERENCES users;',
          reports: ['readsTable'],
          fixed: {
            scripts: [
              'ALTER TABLE posts ADD COLUMN author_id int REFERENCES users;',
              'CREATE INDEX CONCURRENTLY posts_author_id_idx ON posts (author_id);',
            ],
          },
        },
        {
          title: 'the keys of a new table, one of them indexed',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE teams (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE members (user_id int REFERENCES users, team_id int, FOREIGN KEY (team_id) REFERENCES teams, PRIMARY KEY (user_id, team_id));',
          reports: ['readsNewTable'],
          fixed:
            'CREATE TABLE members (user_id int REFERENCES users, team_id int, FOREIGN KEY (team_id) REFERENCES teams, PRIMARY KEY (user_id, team_id));\nCREATE INDEX members_team_id_idx ON members (team_id);',
        },
        {
          title: 'a new table whose key Prisma adds apart',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY);'],
          sql: 'CREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" TEXT NOT NULL);\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;',
          reports: ['readsNewTable'],
          fixed:
            'CREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" TEXT NOT NULL);\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;\nCREATE INDEX "Post_authorId_idx" ON "Post" ("authorId");',
        },
        {
          title: 'an index in which the column does not come first',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date); CREATE INDEX posts_at ON posts (at, author_id);',
          ],
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
          reports: ['readsTable'],
        },
        {
          title: 'a partial index leaves rows out',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int, deleted boolean); CREATE INDEX posts_author ON posts (author_id) WHERE NOT deleted;',
          ],
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
          reports: ['readsTable'],
        },
        {
          title: 'beside a later migration that cannot be read',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users);',
            'UPDATE users SET name = id WHERE ...;',
          ],
          reports: ['readsNewTable'],
        },
        {
          title: 'the index goes in the same deploy',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int); CREATE INDEX posts_author ON posts (author_id);',
          ],
          sql: [
            'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
            'DROP INDEX CONCURRENTLY posts_author;',
          ],
          reports: ['readsTable'],
        },
        {
          title: 'two columns, of which an index leads with one',
          history: [
            'CREATE TABLE users (org int, id int, PRIMARY KEY (org, id)); CREATE TABLE posts (org int, author_id int, at date); CREATE INDEX posts_org ON posts (org, at);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (org, author_id) REFERENCES users (org, id) NOT VALID;',
          reports: ['readsTable'],
        },
      ],
      good: [
        {
          title: 'with an index in the same migration',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY);'],
          sql: 'CREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" TEXT NOT NULL);\nCREATE INDEX "Post_authorId_idx" ON "Post"("authorId");\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id");',
        },
        {
          title: 'with an index in a later migration of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: [
            'ALTER TABLE posts ADD COLUMN author_id int REFERENCES users;',
            'CREATE INDEX CONCURRENTLY posts_author_id ON posts (author_id);',
          ],
        },
        {
          title: 'the index of a UNIQUE or a primary key, in another order of the columns',
          history: [
            'CREATE TABLE users (org int, id int, PRIMARY KEY (org, id)); CREATE TABLE teams (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE posts (id int, org int, author int, team int UNIQUE REFERENCES teams, PRIMARY KEY (author, org, id), FOREIGN KEY (org, author) REFERENCES users);',
        },
        {
          title: 'a partial index that leaves out NULLs only',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int); CREATE INDEX posts_author ON posts (author_id) WHERE author_id IS NOT NULL;',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
          proof: {
            rows: `INSERT INTO users SELECT n FROM generate_series(1, 10) n; INSERT INTO posts SELECT n, NULL FROM generate_series(1, 10000) n; ANALYZE posts;
CREATE FUNCTION full_reads(name text, change text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE before bigint; BEGIN
  SELECT seq_scan INTO before FROM pg_stat_xact_user_tables WHERE relname = name;
  EXECUTE change;
  RETURN (SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = name) - before; END $$;`,
            query: {
              sql: `SELECT full_reads('posts', 'DELETE FROM users WHERE id = 1')`,
              rows: [['0']],
            },
          },
        },
        {
          title: 'a hash index finds them, too',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int); CREATE INDEX posts_author ON posts USING hash (author_id);',
          ],
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
        },
        {
          title: 'a key that is added again, with another ON DELETE: it had no index before, either',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int CONSTRAINT posts_author_fkey REFERENCES users);',
          ],
          sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;\nALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users ON DELETE CASCADE;',
        },
        {
          title: 'a table that is renamed, and indexed under its new name',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE "Post" (id int PRIMARY KEY, "authorId" int);',
          ],
          sql: 'ALTER TABLE "Post" ADD FOREIGN KEY ("authorId") REFERENCES users NOT VALID;\nALTER TABLE "Post" RENAME TO posts;\nCREATE INDEX ON posts ("authorId");',
        },
        {
          title: 'a table that no migration created, which may have the index',
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
        },
        {
          title: 'dynamic SQL that may create the index',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "CREATE TABLE posts (id int, author_id int REFERENCES users);\nDO $$ BEGIN EXECUTE format('CREATE INDEX ON %I (author_id)', 'po' || 'sts'); END $$;",
        },
        {
          title: 'a placeholder, which may stand for the index',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users);\nCREATE INDEX i ON {{table}} (author_id);',
        },
        {
          title: 'dynamic SQL in an earlier migration may have created it',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int, author_id int);\nDO $$ BEGIN EXECUTE format('CREATE INDEX ON %I (author_id)', 'po' || 'sts'); END $$;",
          ],
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
        },
        {
          title: 'an index that is created under a condition',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "CREATE TABLE posts (id int, author_id int REFERENCES users);\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'i') THEN CREATE INDEX i ON posts (author_id); END IF; END $$;",
        },
        {
          title: 'a temporary table, and one that is gone after the deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TEMP TABLE staff (id int PRIMARY KEY);\nCREATE TEMP TABLE chosen (staff_id int REFERENCES staff);\nCREATE TABLE tried (user_id int REFERENCES users);\nDROP TABLE tried;',
        },
        {
          title: 'each partition has an index',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            "CREATE TABLE events (user_id int, at date) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX ON events_2024 (user_id);",
          ],
          sql: 'ALTER TABLE events ADD FOREIGN KEY (user_id) REFERENCES users;',
        },
        {
          title: 'NOT ENFORCED, PostgreSQL 18: nothing is ever looked for',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users NOT ENFORCED;',
        },
      ],
    },
  },
  on: {
    AddConstraint: judge,
    AddColumn: judge,
    CreateTable: judge,
  },
});

type KeyDefinition = ForeignKey['definition'];
type Context = RuleContext<typeof messages, NoOptions>;

function judge(op: AddConstraint | AddColumn | CreateTable, context: Context): void {
  const { catalog, catalogAfter, catalogAfterDeploy, existedBeforeDeploy } = context;
  const keys = addedForeignKeys(op, catalog, catalogAfter).filter((key) => !key.definition.notEnforced);
  const after = keys.length === 0 ? undefined : catalogAfter.table(op.table);
  const last = after && sameTableIn(after, catalogAfterDeploy);
  if (last === undefined || last.persistence === 'temporary') return;
  const before = existedBeforeDeploy(op.table);
  for (const added of keys) {
    const key = sameConstraintIn(added, last)?.definition;
    if (key?.type !== 'foreign key' || isOld(key, before) || mayBeIndexed(key, last, context)) continue;
    report(op, key, before === undefined ? 'readsNewTable' : 'readsTable', context);
  }
}

/** Whether the table had such a key before the deploy: it is only added again. */
function isOld(key: KeyDefinition, before: Table | undefined): boolean {
  return (before?.constraints ?? []).some(({ definition }) => isSameForeignKey(definition, key));
}

/**
 * Whether the key has an index after the deploy, or may have one that cannot be seen. What cannot be seen in later migrations of
 * the deploy is left aside: nobody looks there for the index of a key that this one adds.
 */
function mayBeIndexed(
  key: KeyDefinition,
  table: Table,
  { catalogAfterDeploy, deploy, migration }: Context,
): boolean {
  const columns = table.columns.filter(({ name }) => key.columns.includes(name));
  const since = Math.max(...columns.map(({ origin }) => origin.migration));
  const isKnown =
    columns.length === key.columns.length &&
    columns.every(({ certainty }) => certainty === 'certain') &&
    (table.certainty === 'certain' || since >= (deploy[0]?.index ?? 0));
  return !isKnown || !isSeenSince(since, migration.catalogAfter) || isIndexed(key, table, catalogAfterDeploy);
}

/** Whether a table finds the rows of a key, a partitioned one in each of its partitions. */
function isIndexed(key: KeyDefinition, table: Table, end: Catalog): boolean {
  if (table.indexes.some((index) => findsRowsBy(index, key.columns, table))) return true;
  const partitions = table.partitionBy === undefined ? [] : end.children(table.name);
  return partitions.length > 0 && partitions.every((partition) => isIndexed(key, partition, end));
}

function report(
  operation: AddConstraint | AddColumn | CreateTable,
  key: KeyDefinition,
  messageId: 'readsTable' | 'readsNewTable',
  context: Context,
): void {
  const { runner } = context.project;
  const columns = key.columns.map((column) => quoteIdentifier(column));
  const schema =
    runner.name === 'prisma' ? ' In Prisma’s schema that is an @@index of the relation’s fields.' : '';
  const data = {
    table: operation.table,
    columns,
    references: displayName(key.references),
    list: columns.join(', '),
    schema,
  };
  const at = { operation, place: definitionPlace(operation, key) };
  const fix = addIndexFix(
    {
      operation,
      columns: key.columns,
      isNew: messageId === 'readsNewTable',
      end: context.catalogAfterDeploy,
    },
    context,
  );
  if (messageId === 'readsNewTable') return context.report({ messageId, at, data, fix });
  const place = outsideTransactionAdvice(runner, { waitsForOthers: true });
  context.report({ messageId, at, data: { ...data, place }, fix });
}
