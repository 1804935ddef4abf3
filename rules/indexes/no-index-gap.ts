import {
  defineRule,
  dropLaterFix,
  hasSameFirstKey,
  indexKeyText,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  type AddConstraint,
  type CreateIndex,
  type DropConstraint,
  type DropIndex,
  type Index,
  type NoOptions,
  type Operation,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  noIndex: {
    what: 'Between this and the build of {{next}}, no index of {{table}} leads with {{column}}: queries by it read the whole table until the new index is ready.',
    help: '{{advice}}',
  },
  notUnique: {
    what: 'Between this and the build of {{next}}, nothing keeps {{columns}} of {{table}} unique: with one duplicate that is written meanwhile, the build fails with 23505.',
    help: '{{advice}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-index-gap',
    summary: 'Disallow dropping an index before its replacement is there',
    rationale:
      'From the drop until the new index is built, the queries that used the old one read the whole table, and there may be many at ' +
      'once; a unique index that is gone lets duplicates in, and the new one cannot be built then. The order costs nothing: build ' +
      'first, drop afterwards. Where both are plain statements of one transaction, nobody sees the gap (but everybody waits, which ' +
      'other rules report). An index counts as the replacement if it begins with the same column.',
    instead:
      'Build the new one first, under another name, and drop the old one when it is valid:\n\n```sql\nCREATE INDEX CONCURRENTLY posts_author_id_at_idx ON posts (author_id, at);\n```\n\n```sql\nDROP INDEX CONCURRENTLY posts_author_id_idx;\n```\n\n' +
      'To rebuild an index as it is, REINDEX INDEX CONCURRENTLY does both in the right order.',
    policy: ['IX3'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    messages,
    examples: {
      bad: [
        {
          title: 'the new one comes in the next migration',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date); CREATE INDEX posts_author ON posts (author_id);',
          ],
          sql: [
            'DROP INDEX CONCURRENTLY posts_author;',
            'CREATE INDEX CONCURRENTLY posts_author_at ON posts (author_id, at);',
          ],
          reports: ['noIndex'],
        },
        {
          title: 'the same name again, where each statement commits by itself',
          runner: 'goose',
          withoutTransaction: true,
          history: [
            'CREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "authorId" TEXT); CREATE INDEX "Post_authorId_idx" ON "Post" ("authorId");',
          ],
          sql: 'DROP INDEX CONCURRENTLY IF EXISTS "Post_authorId_idx";\nCREATE INDEX CONCURRENTLY "Post_authorId_idx" ON "Post" ("authorId") WHERE "authorId" IS NOT NULL;',
          reports: ['noIndex'],
        },
        {
          title: 'plain ones, which Prisma 7.4 commits one by one',
          runner: 'prisma-7.4',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int); CREATE INDEX a ON posts (author_id);',
          ],
          sql: 'DROP INDEX a;\nCREATE INDEX b ON posts (author_id, id);',
          reports: ['noIndex'],
          fixed: 'CREATE INDEX b ON posts (author_id, id);\nDROP INDEX a;',
        },
        {
          title: 'a unique one: running code writes a duplicate meanwhile',
          history: [
            'CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY, email text, org int); CREATE UNIQUE INDEX users_email ON users (email);',
          ],
          sql: [
            'DROP INDEX CONCURRENTLY users_email;',
            "INSERT INTO users (email) VALUES ('a'), ('a');",
            'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
          ],
          reports: ['notUnique'],
          proof: { error: '23505' },
        },
        {
          title: 'unique over more columns from now on: only the queries miss it',
          runner: 'goose',
          withoutTransaction: true,
          history: [
            'CREATE TABLE filters (id int PRIMARY KEY, tenant int, scope text, hash text); CREATE UNIQUE INDEX filters_key ON filters (tenant, scope);',
          ],
          sql: 'DROP INDEX CONCURRENTLY filters_key;\nCREATE UNIQUE INDEX CONCURRENTLY filters_hash_key ON filters (tenant, scope, hash);',
          reports: ['noIndex'],
          fixed:
            'CREATE UNIQUE INDEX CONCURRENTLY filters_hash_key ON filters (tenant, scope, hash);\nDROP INDEX CONCURRENTLY filters_key;',
        },
        {
          title: 'a UNIQUE constraint whose successor comes later',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);'],
          sql: [
            'ALTER TABLE users DROP CONSTRAINT users_email_key;',
            'ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE (email);',
          ],
          reports: ['notUnique'],
        },
      ],
      good: [
        {
          title: 'first the new one',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date); CREATE INDEX posts_author ON posts (author_id);',
          ],
          sql: [
            'CREATE INDEX CONCURRENTLY posts_author_at ON posts (author_id, at);',
            'DROP INDEX CONCURRENTLY posts_author;',
          ],
        },
        {
          title: 'plain statements of one transaction: nobody sees the gap',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int); CREATE INDEX a ON posts (author_id);',
          ],
          sql: 'DROP INDEX a;\nCREATE INDEX b ON posts (author_id, id);',
          proof: { lock: { posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'another index serves in between',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date); CREATE INDEX a ON posts (author_id); CREATE INDEX b ON posts (author_id, at);',
          ],
          sql: ['DROP INDEX CONCURRENTLY a;', 'CREATE INDEX CONCURRENTLY c ON posts (author_id, id);'],
        },
        {
          title: 'indexes of other columns',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int, at date); CREATE INDEX a ON posts (author_id);',
          ],
          sql: ['DROP INDEX CONCURRENTLY a;', 'CREATE INDEX CONCURRENTLY c ON posts (at);'],
        },
        {
          title: 'a UNIQUE constraint that gives way to an index that is there',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);',
            'CREATE UNIQUE INDEX users_email ON users (email);',
          ],
          sql: [
            'ALTER TABLE users DROP CONSTRAINT users_email_key;',
            'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email;',
          ],
        },
        {
          title: 'a table of the same deploy, and an index of it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: [
            'CREATE TABLE posts (id int PRIMARY KEY, author_id int);\nCREATE INDEX a ON posts (author_id);\nCREATE INDEX u ON users (email);',
            'DROP INDEX a;\nDROP INDEX u;',
            'CREATE INDEX a ON posts (author_id, id);',
            'CREATE INDEX u ON users (email, id);',
          ],
        },
      ],
    },
  },
  on: {
    DropIndex(op, context) {
      const { catalog, report } = context;
      const found = op.run === 'now' ? catalog.index(op.index) : undefined;
      if (found?.on.kind !== 'table') return;
      const gap = gapAfter(op, found.index, found.on, context);
      if (gap !== undefined) report(gap);
    },
    DropConstraint(op, context) {
      const { catalog, report } = context;
      const table = op.run === 'now' ? catalog.table(op.table) : undefined;
      const index = table?.indexes.find(({ constraint }) => constraint === op.constraint);
      const gap = table && index && gapAfter(op, index, table, context);
      if (gap !== undefined) report(gap);
    },
  },
});

type Context = RuleContext<typeof messages, NoOptions>;
type Dropping = DropIndex | DropConstraint;

function gapAfter(
  op: Dropping,
  index: Index,
  table: Table,
  context: Context,
): Parameters<Context['report']>[0] | undefined {
  const { catalogAfter, deploy, existedBeforeDeploy, isMadeByDeploy } = context;
  if (existedBeforeDeploy(table.name) === undefined || isMadeByDeploy(index)) return undefined;
  const next = operationsOn(table.name, deploy).find(
    (other): other is CreateIndex | AddConstraint =>
      isSuccessor(other, index) && runsBefore(op, other, deploy),
  );
  if (next === undefined || isOneStep(op, next, context)) return undefined;
  const rest = catalogAfter.table(table.name)?.indexes.filter(({ valid }) => valid) ?? [];
  const leads = rest.some(
    (one) => hasSameFirstKey(one, index) && (one.where === undefined || one.where.text === index.where?.text),
  );
  const losesUnique = index.unique && isAsUnique(next, index) && !rest.some((one) => keepsUnique(one, index));
  if (leads && !losesUnique) return undefined;
  const keys = index.elements.map(indexKeyText);
  const name = nameOf(next);
  const data = {
    next: name === undefined ? 'the new index' : quoteIdentifier(name),
    table: table.name,
    advice: adviceFor(index.name, name),
  };
  const fix = dropLaterFix(op, next, context);
  return losesUnique
    ? { messageId: 'notUnique', at: op, data: { ...data, columns: keys }, fix }
    : { messageId: 'noIndex', at: op, data: { ...data, column: keys[0] ?? '' }, fix };
}

function adviceFor(old: string, next: string | undefined): string {
  const name = quoteIdentifier(old);
  return next === old
    ? `Build the new one first, under another name; then drop ${name}, and give the new one its name with ALTER INDEX … RENAME TO. To rebuild it as it is, use REINDEX INDEX CONCURRENTLY ${name}.`
    : `Build ${next === undefined ? 'the new one' : quoteIdentifier(next)} first, and drop ${name} after it.`;
}

/** Whether an operation creates an index that begins with the same key. */
function isSuccessor(other: Operation, index: Index): other is CreateIndex | AddConstraint {
  if (other.run === 'called') return false;
  if (other.kind === 'CreateIndex') return hasSameFirstKey(other, index);
  if (other.kind !== 'AddConstraint') return false;
  const { constraint } = other;
  return (
    (constraint.type === 'unique' || constraint.type === 'primary key') &&
    constraint.usingIndex === undefined &&
    index.method === 'btree' &&
    index.elements[0]?.column !== undefined &&
    constraint.columns[0] === index.elements[0].column
  );
}

/** Whether both are plain statements of one transaction. */
function isOneStep(op: Dropping, next: CreateIndex | AddConstraint, { transactionOf }: Context): boolean {
  if ((op.kind === 'DropIndex' && op.concurrently) || (next.kind === 'CreateIndex' && next.concurrently))
    return false;
  return op.statement === next.statement || transactionOf(op).statements.includes(next.statement);
}

/** Whether a new index is unique over the same keys: over fewer, it could fail before; over more, less is asked for. */
function isAsUnique(next: CreateIndex | AddConstraint, index: Index): boolean {
  if (next.kind === 'CreateIndex' && !next.unique) return false;
  const keys = next.kind === 'CreateIndex' ? next.elements.map(indexKeyText) : columnsOf(next);
  const old = index.elements.map(indexKeyText);
  return keys.length === old.length && old.every((key) => keys.includes(key));
}

function columnsOf({ constraint }: AddConstraint): readonly string[] {
  return 'columns' in constraint ? constraint.columns.map((column) => quoteIdentifier(column)) : [];
}

/** Whether an index keeps unique what another one did: over some of its keys is more than that. */
function keepsUnique(one: Index, index: Index): boolean {
  return (
    one.unique &&
    (one.where === undefined || one.where.text === index.where?.text) &&
    one.elements.every((key) => index.elements.some((own) => indexKeyText(own) === indexKeyText(key)))
  );
}

function nameOf(next: CreateIndex | AddConstraint): string | undefined {
  return next.kind === 'CreateIndex' ? next.name : next.constraint.name;
}
