import {
  concurrentFix,
  defineRule,
  displayName,
  displayNames,
  flywayLockAdvice,
  inPlaceAdvice,
  isAloneInFile,
  isInBody,
  isLockedForAll,
  operationsOfKind,
  operationsOn,
  outsideTransactionAdvice,
  sameTableIn,
  type DropIndex,
  type NoOptions,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  blocksTable: {
    what: 'Dropping {{indexes}} waits for every query of {{table}} that runs, and all that come after it wait for the drop.',
    help: 'Use DROP INDEX CONCURRENTLY{{limit}}. {{place}}',
  },
  blocksTableInTransaction: {
    what: 'Dropping {{indexes}} waits for every query of {{table}} that runs; then nobody can read or write {{table}} until the transaction ends.',
    help: 'Use DROP INDEX CONCURRENTLY, which cannot run in this transaction{{limit}}. {{place}}',
  },
  refused: {
    what: 'DROP INDEX CONCURRENTLY {{why}}: the migration fails with 0A000.',
    help: '{{instead}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-concurrent-drop-index',
    summary: 'Require `CONCURRENTLY` for dropping an index of an existing table',
    rationale:
      'DROP INDEX takes ACCESS EXCLUSIVE on the index’s table, not only on the index. The drop itself is quick, but it waits behind ' +
      'every query and every open transaction that uses the table, and whatever comes later, reads as well, waits behind it; in a ' +
      'transaction the lock then stays until the end. DROP INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, which reads and writes ' +
      'do not wait for. Nothing is reported where another statement of the same transaction takes ACCESS EXCLUSIVE on the table ' +
      'anyway, nor for the index of a partitioned table, which PostgreSQL cannot drop concurrently.',
    instead:
      'Drop it in a migration of its own:\n\n```sql\nDROP INDEX CONCURRENTLY "Post_authorId_idx";\n```\n\n' +
      'One index a statement, without CASCADE. The index of a constraint goes with its constraint only.',
    whenNotToUse: 'Where no query takes long, and lock_timeout bounds the wait.',
    policy: ['IX3'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-index-gap'],
    messages,
    examples: {
      bad: [
        {
          title: 'several at once, concurrently',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, name text); CREATE INDEX a ON users (email); CREATE INDEX b ON users (name);',
          ],
          sql: 'DROP INDEX CONCURRENTLY a, b;',
          reports: ['refused'],
          fixed: { scripts: ['DROP INDEX CONCURRENTLY a;', 'DROP INDEX CONCURRENTLY b;'] },
          proof: { error: '0A000' },
        },
        {
          title: 'with CASCADE, concurrently',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX a ON users (email);'],
          sql: 'DROP INDEX CONCURRENTLY a CASCADE;',
          reports: ['refused'],
          proof: { error: '0A000' },
        },
        {
          title: 'the index of a partitioned table, concurrently',
          history: [
            'CREATE TABLE events (id int) PARTITION BY RANGE (id); CREATE INDEX events_id_idx ON events (id);',
          ],
          sql: 'DROP INDEX CONCURRENTLY events_id_idx;',
          reports: ['refused'],
          proof: { error: '0A000' },
        },
        {
          title: 'an index of an earlier migration',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'DROP INDEX users_email;',
          reports: ['blocksTable'],
          fixed: 'DROP INDEX CONCURRENTLY users_email;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'beside other statements',
          history: [
            'CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT); CREATE INDEX "User_email_idx" ON "User" ("email");',
          ],
          sql: '-- DropIndex\nDROP INDEX "User_email_idx";\n\n-- CreateTable\nCREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY);',
          reports: ['blocksTableInTransaction'],
          fixed: {
            scripts: [
              '-- CreateTable\nCREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY);',
              '-- DropIndex\nDROP INDEX CONCURRENTLY "User_email_idx";',
            ],
          },
          proof: { lock: { User: 'ACCESS EXCLUSIVE' } },
        },
        {
          title:
            'Prisma 7.4 sends statement by statement, but cannot split a file with DROP INDEX CONCURRENTLY',
          runner: 'prisma-7.4',
          history: [
            'CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON app.users (email);',
          ],
          sql: 'DROP INDEX IF EXISTS app.users_email;\nCREATE TABLE app.posts (id int PRIMARY KEY);',
          reports: ['blocksTable'],
          fixed: {
            scripts: [
              'CREATE TABLE app.posts (id int PRIMARY KEY);',
              'DROP INDEX CONCURRENTLY IF EXISTS app.users_email;',
            ],
          },
        },
        {
          title: 'in the transaction that goose opens',
          runner: 'goose',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'DROP INDEX users_email;',
          reports: ['blocksTableInTransaction'],
          fixed: 'DROP INDEX CONCURRENTLY users_email;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'two at once: one lock, one finding',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX a ON users (email); CREATE INDEX b ON users (id, email);',
          ],
          sql: 'DROP INDEX a, b;',
          reports: ['blocksTable'],
          proof: {
            lock: { users: 'ACCESS EXCLUSIVE' },
            afterwards: {
              sql: 'DROP INDEX CONCURRENTLY IF EXISTS a, b;',
              error: '0A000',
            },
          },
        },
        {
          title: 'several, where the file asks for no transaction',
          runner: 'goose',
          withoutTransaction: true,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX a ON users (email); CREATE INDEX b ON users (id, email);',
          ],
          sql: 'DROP INDEX a, b;\nCREATE TABLE posts (id int PRIMARY KEY);',
          reports: ['blocksTable'],
          fixed:
            'DROP INDEX CONCURRENTLY a;\n\nDROP INDEX CONCURRENTLY b;\nCREATE TABLE posts (id int PRIMARY KEY);',
        },
        {
          title: 'of a table that the deploy has renamed',
          history: [
            'CREATE TABLE "User" (id int PRIMARY KEY, email text); CREATE INDEX users_email ON "User" (email);',
          ],
          sql: ['ALTER TABLE "User" RENAME TO users;', 'DROP INDEX users_email;'],
          reports: ['blocksTable'],
        },
      ],
      good: [
        {
          title: 'concurrently',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'DROP INDEX CONCURRENTLY users_email;',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'users_email'", rows: [['0']] },
          },
        },
        {
          title: 'an index of a table that the same deploy creates',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);',
            'DROP INDEX users_email;',
          ],
        },
        {
          title: 'beside another statement that takes ACCESS EXCLUSIVE on the table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: 'DROP INDEX users_email;\nALTER TABLE users ADD COLUMN phone text;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'the index of a partitioned table: there is no other way',
          history: [
            "CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX events_id ON events (id);",
          ],
          sql: 'DROP INDEX events_id;',
          proof: { lock: { events: 'ACCESS EXCLUSIVE', events_2024: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'an index that is not there',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DROP INDEX IF EXISTS users_email;',
        },
        {
          title: 'a temporary table, and one that the deploy drops',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE INDEX users_email ON users (email);',
          ],
          sql: [
            'CREATE TEMP TABLE chosen (id int);\nCREATE INDEX chosen_id ON chosen (id);\nDROP INDEX chosen_id;',
            'DROP INDEX users_email;',
            'DROP TABLE users;',
          ],
        },
      ],
    },
  },
  on: {
    DropIndex(op, context) {
      if (op.run === 'called') return;
      if (op.concurrently) return judgeConcurrent(op, context);
      const { catalog, existedBeforeDeploy, migration, project, report, transactionOf } = context;
      const on = catalog.index(op.index)?.on;
      if (on?.kind !== 'table' || on.partitionBy !== undefined) return;
      if (existedBeforeDeploy(on.name) === undefined || isNotWaitedFor(op, on, context)) return;
      const transaction = transactionOf(op);
      const { runner } = project;
      const together = droppedTogether(op, on, context);
      const isList = together.filter(({ statement }) => statement === op.statement).length > 1;
      const isAlone = isAloneInFile(migration.script) && op.statement === migration.script?.statements[0];
      const alone = isAlone && !isList;
      const names = together.map(({ index }) => ({ schema: undefined, name: index.name }));
      const data = { indexes: displayNames(names, 'indexes'), table: on.name };
      const subject = together.length > 1 ? 'each' : 'it';
      const fix = concurrentFix(op, context, together);
      if (transaction.kind !== 'autocommit' || isInBody(op, migration.script)) {
        const place = outsideTransactionAdvice(runner, {
          subject,
          transaction,
          alone,
          waitsForOthers: true,
        });
        const limit = isList ? ' and takes one index at a time' : '';
        return report({
          messageId: 'blocksTableInTransaction',
          at: op,
          data: { ...data, limit, place },
          fix,
        });
      }
      const place =
        `${alone ? inPlaceAdvice(runner, true) : elsewhereAdvice(subject, context)} ${flywayLockAdvice(runner)}`.trimEnd();
      const limit = isList ? ', which takes one index at a time' : '';
      report({ messageId: 'blocksTable', at: op, data: { ...data, limit, place }, fix });
    },
  },
});

type Context = RuleContext<typeof messages, NoOptions>;

/** Manual, DROP INDEX: one index a statement, without CASCADE, and none of a partitioned table. */
function judgeConcurrent(op: DropIndex, context: Context): void {
  const { catalog, migration, report } = context;
  const { operations } = migration;
  const together = operations.filter(
    ({ kind, statement }) => kind === 'DropIndex' && statement === op.statement,
  );
  const fix = together.length > 1 ? concurrentFix(op, context) : undefined;
  const tell = (why: string, instead: string): void =>
    report({ messageId: 'refused', at: op, data: { why, instead }, once: op.statement, fix });
  if (together.length > 1)
    return tell(
      'takes one index at a time',
      'Write a DROP INDEX CONCURRENTLY for each, in a migration of its own.',
    );
  if (op.behavior === 'cascade')
    return tell('does not take CASCADE', 'Leave CASCADE out, and drop first what depends on the index.');
  const on = catalog.index(op.index)?.on;
  if (on?.kind === 'table' && on.partitionBy !== undefined)
    tell(
      `cannot drop the index of a partitioned table, which ${displayName(on.name)} is`,
      'Leave CONCURRENTLY out, and bound the wait with lock_timeout.',
    );
}

/** A file of goose or Flyway that asks for no transaction can hold several; Prisma sends one with CONCURRENTLY as a whole. */
function elsewhereAdvice(subject: string, { project: { runner } }: Context): string {
  return runner.modeWithoutTransaction === 'statement by statement'
    ? `Each statement commits by itself here, so ${subject} can stay in this file.`
    : outsideTransactionAdvice(runner, { subject });
}

/** The drops of indexes of the table in the same transaction, this one first: it takes the lock for all of them. */
function droppedTogether(op: DropIndex, table: Table, context: Context): readonly DropIndex[] {
  const { catalog, deploy, transactionOf } = context;
  const together = new Set(transactionOf(op).statements);
  return operationsOfKind('DropIndex', deploy).filter(
    ({ index, statement }) =>
      (statement === op.statement || together.has(statement)) && catalog.index(index)?.on === table,
  );
}

/** Whether the table goes in this deploy, or the same transaction keeps everybody out of it anyway. */
function isNotWaitedFor(op: DropIndex, table: Table, context: Context): boolean {
  const { catalogAfterDeploy, deploy, effectsOf, heldLocks, transactionOf } = context;
  if (sameTableIn(table, catalogAfterDeploy) === undefined) return true;
  if (isLockedForAll(table.name, heldLocks(op))) return true;
  const { kind, statements } = transactionOf(op);
  if (kind === 'autocommit') return false;
  const together = new Set(statements);
  return operationsOn(table.name, deploy).some(
    (other) =>
      other.run === 'now' && together.has(other.statement) && isLockedForAll(table.name, effectsOf(other)),
  );
}
