import { blockedBy, defineRule, displayName, workWhileLocked, type WorkWhileLocked } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-explicit-lock',
    summary: 'Disallow work under `LOCK TABLE`',
    rationale:
      'LOCK TABLE keeps others from the table until the transaction ends, however long what follows takes. That is its purpose, as for a ' +
      'copy that must not miss a write; it is told so that somebody has weighed it. Slow work under ACCESS EXCLUSIVE is for ' +
      '`no-work-under-lock`.',
    instead:
      "The weakest mode that does, a bound on the wait, and as little as possible under it:\n\n```sql\nBEGIN;\nSET LOCAL lock_timeout = '2s';\nLOCK TABLE users IN SHARE ROW EXCLUSIVE MODE;\n-- a few rows, or a quick change of the schema\nCOMMIT;\n```",
    whenNotToUse: 'Where somebody looks at each LOCK TABLE anyway.',
    policy: ['IX6'],
    presets: ['strict'],
    severity: 'info',
    messages: {
      waits: {
        what: 'LOCK TABLE keeps {{blocked}} of {{table}} waiting until the transaction ends, and before that it {{work}}.',
        help: 'Keep what follows it short, and set lock_timeout before it. What need not be guarded belongs in a migration of its own.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a copy that must not miss a write',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'LOCK TABLE users IN SHARE MODE;\nCREATE TABLE users_copy AS SELECT * FROM users;',
          reports: ['waits'],
          proof: { lock: { users: 'SHARE' } },
        },
        {
          title: 'one row is changed, and nobody reads meanwhile',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "LOCK TABLE users;\nUPDATE users SET name = 'x' WHERE id = 1;",
          reports: ['waits'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
      ],
      good: [
        {
          title: 'modes that keep nobody waiting who reads or writes',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE;\nUPDATE users SET name = 'x' WHERE id = 1;",
        },
        {
          title: 'a quick change of the same table, and its drop',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'LOCK TABLE users IN ACCESS EXCLUSIVE MODE;\nALTER TABLE users DROP COLUMN name;',
        },
        {
          title: 'slow work under ACCESS EXCLUSIVE, which no-work-under-lock reports',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'LOCK TABLE users;\nUPDATE users SET name = lower(name);',
        },
        {
          title: 'a table that the transaction has locked as strongly before',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE posts (id int);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;\nLOCK TABLE users IN SHARE MODE;\nALTER TABLE posts ADD COLUMN note text;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a table of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "CREATE TABLE posts (id int);\nLOCK TABLE posts;\nUPDATE users SET name = 'x' WHERE id = 1;",
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      if (!migration.operations.some(({ kind }) => kind === 'LockTable')) return;
      const work = workWhileLocked(
        migration.operations,
        (operation) =>
          operation.kind === 'LockTable' && blockedBy(operation.mode) !== 'nothing'
            ? operation.table
            : undefined,
        context,
      );
      for (const [operation, after] of [...work].toReversed()) {
        if (operation.kind !== 'LockTable' || (after.slow && operation.mode === 'ACCESS EXCLUSIVE')) continue;
        if (context.existedBeforeDeploy(operation.table, operation) === undefined) continue;
        context.report({
          messageId: 'waits',
          at: operation,
          data: { table: operation.table, blocked: blockedBy(operation.mode), work: workOf(after) },
          once: context.transactionOf(operation),
          related: [{ at: after.next, label: 'while the lock is held' }],
        });
      }
    },
  },
});

function workOf({ table, form, next }: WorkWhileLocked): string {
  if (form === 'lock') return `waits for the lock on ${displayName(table)}`;
  const isRead = next.kind === 'CreateTableAs' || next.kind === 'Insert';
  return isRead ? `copies or adds rows of ${displayName(table)}` : `changes rows of ${displayName(table)}`;
}
