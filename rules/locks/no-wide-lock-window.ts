import {
  blockedBy,
  defineRule,
  displayName,
  isEmptyOrFails,
  isSameObject,
  lockedTables,
  locksOnUsedTables,
  moveApartFix,
  operationsOn,
  type Effect,
  type HeldLock,
  type ObjectName,
  type Operation,
  type RuleContext,
  type Statement,
} from 'migration-lint';

const messages = {
  manyTables: {
    what: '{{table}} is locked on top of {{others}}: while this waits for {{table}}, and until the transaction ends, {{blocked}} to {{others}} wait as well.',
    help: '{{split}}, so that no lock is held while the next is waited for. Set lock_timeout, so that a wait gives up before it becomes a queue.',
  },
  mixedLocks: {
    what: '{{table}} is locked on top of {{others}}: while this waits for {{table}}, and until the transaction ends, reads and writes to {{closed}}, and writes to {{readable}}, wait as well.',
    help: '{{split}}, so that no lock is held while the next is waited for. Set lock_timeout, so that a wait gives up before it becomes a queue.',
  },
} as const;

const options = {
  maxTables: {
    type: 'integer',
    default: 2,
    minimum: 1,
    description: 'How many statements of one transaction may each lock a further table that exists.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-wide-lock-window',
    summary: 'Disallow locking several existing tables in one transaction',
    rationale:
      'A lock is held until the transaction ends. A migration that locks one table after another waits for each, behind whatever ' +
      'long query or job is using it, and while it waits everything that uses the tables before it queues up: one slow report on the ' +
      'last table stops them all. Code that uses the same tables in another order deadlocks with it. Locks that block writes or more ' +
      'count. A statement counts once, however many tables it locks: a foreign key locks both its ends. Of several foreign keys in one ALTER TABLE each counts. Not counted are statements on ' +
      'tables that the deploy creates, whose keys lock the tables they refer to for an instant, and tables that are dropped.',
    instead:
      "One migration for each table, run one after the other. In each, a bound on the wait:\n\n```sql\nSET lock_timeout = '5s';\nALTER TABLE users ADD COLUMN note text;\n```",
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'a column on each of three tables',
          history: [
            'CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); CREATE TABLE d (id int);',
          ],
          sql: 'ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;\nALTER TABLE c ADD COLUMN x int;\nALTER TABLE d ADD COLUMN x int;',
          reports: ['manyTables'],
          fixed: {
            scripts: [
              'ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;',
              'ALTER TABLE c ADD COLUMN x int;\nALTER TABLE d ADD COLUMN x int;',
            ],
          },
          proof: {
            lock: {
              a: 'ACCESS EXCLUSIVE',
              b: 'ACCESS EXCLUSIVE',
              c: 'ACCESS EXCLUSIVE',
              d: 'ACCESS EXCLUSIVE',
            },
          },
        },
        {
          title: 'keys of one table to several others',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE teams (id int PRIMARY KEY); CREATE TABLE posts (id int, author int, team int);',
          ],
          sql: 'ALTER TABLE posts ADD COLUMN editor int;\nALTER TABLE posts ADD CONSTRAINT e FOREIGN KEY (editor) REFERENCES users (id) NOT VALID;\nALTER TABLE posts ADD CONSTRAINT t FOREIGN KEY (team) REFERENCES teams (id) NOT VALID;',
          reports: ['mixedLocks'],
          proof: {
            lock: { posts: 'ACCESS EXCLUSIVE', users: 'SHARE ROW EXCLUSIVE', teams: 'SHARE ROW EXCLUSIVE' },
          },
        },
        {
          title: 'the same keys in one statement',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE teams (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY); CREATE TABLE posts (id int, author int, team int, plan int);',
          ],
          sql: 'ALTER TABLE posts\n  ADD CONSTRAINT a FOREIGN KEY (author) REFERENCES users (id) NOT VALID,\n  ADD CONSTRAINT t FOREIGN KEY (team) REFERENCES teams (id) NOT VALID,\n  ADD CONSTRAINT p FOREIGN KEY (plan) REFERENCES plans (id) NOT VALID;',
          reports: ['manyTables'],
          proof: {
            lock: {
              posts: 'SHARE ROW EXCLUSIVE',
              users: 'SHARE ROW EXCLUSIVE',
              teams: 'SHARE ROW EXCLUSIVE',
              plans: 'SHARE ROW EXCLUSIVE',
            },
          },
        },
        {
          title: 'one table at a time is the limit',
          options: { maxTables: 1 },
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int);'],
          sql: 'ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;',
          reports: ['manyTables'],
        },
      ],
      good: [
        {
          title: 'tables that have no rows, or the migration fails',
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);'],
          sql: 'ALTER TABLE a ADD COLUMN x int NOT NULL;\nALTER TABLE b ADD COLUMN x int;\nALTER TABLE c ADD COLUMN x int;',
        },
        {
          title: 'a table and what its key refers to',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author int;\nALTER TABLE posts ADD CONSTRAINT a FOREIGN KEY (author) REFERENCES users (id) NOT VALID;\nALTER TABLE posts ALTER COLUMN author SET DEFAULT 1;',
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'two keys in one statement',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE teams (id int PRIMARY KEY); CREATE TABLE posts (id int, author int, team int);',
          ],
          sql: 'ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users (id) NOT VALID, ADD FOREIGN KEY (team) REFERENCES teams (id) NOT VALID;',
        },
        {
          title: 'a new table with keys to three others',
          history: [
            'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE n (a int, b int, c int);\nALTER TABLE n ADD FOREIGN KEY (a) REFERENCES a (id);\nALTER TABLE n ADD FOREIGN KEY (b) REFERENCES b (id);\nALTER TABLE n ADD FOREIGN KEY (c) REFERENCES c (id);',
          proof: { lock: { a: 'SHARE ROW EXCLUSIVE', b: 'SHARE ROW EXCLUSIVE', c: 'SHARE ROW EXCLUSIVE' } },
        },
        {
          title: 'tables that nobody uses any more',
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);'],
          sql: 'DROP TABLE a;\nDROP TABLE b;\nDROP TABLE c;',
        },
        {
          title: 'tables that are dropped later on',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE hooks (id int PRIMARY KEY, author int CONSTRAINT hooks_user REFERENCES users); CREATE TABLE apps (id int PRIMARY KEY, owner int CONSTRAINT apps_user REFERENCES users);',
          ],
          sql: 'ALTER TABLE hooks DROP CONSTRAINT hooks_user;\nALTER TABLE apps DROP CONSTRAINT apps_user;\nALTER TABLE users ADD COLUMN note text;\nDROP TABLE hooks;\nDROP TABLE apps;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a transaction for each',
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);'],
          sql: 'BEGIN;\nALTER TABLE a ADD COLUMN x int;\nCOMMIT;\nBEGIN;\nALTER TABLE b ADD COLUMN x int;\nCOMMIT;\nBEGIN;\nALTER TABLE c ADD COLUMN x int;\nCOMMIT;',
        },
        {
          title: 'where the runner commits each statement',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);'],
          sql: 'ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;\nALTER TABLE c ADD COLUMN x int;',
        },
        {
          title: 'locks that block nobody',
          history: ['CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);'],
          sql: "COMMENT ON TABLE a IS 'a';\nCOMMENT ON TABLE b IS 'b';\nCOMMENT ON TABLE c IS 'c';\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\nINSERT INTO c VALUES (1);",
        },
      ],
    },
  },
  on: {
    Operation(operation, context) {
      const { effectsOf, existedBeforeDeploy, heldLocks, options: chosen, report } = context;
      if (operation.run === 'called' || !counts(operation, context)) return;
      const taken = effectsOf(operation).filter((effect) => isStrong(effect));
      if (taken.length === 0) return;
      const held = locksOnUsedTables(heldLocks(operation)).filter(
        ({ relation }) => !isDropped(relation, operation, context),
      );
      if (held.length < chosen.maxTables) return;
      const counted: HeldLock[] = [];
      const statements = new Map<Statement | Operation, HeldLock>();
      for (const lock of held) {
        if (!counts(lock.since, context)) continue;
        counted.push(lock);
        const step = stepOf(lock.since);
        if (!statements.has(step)) statements.set(step, lock);
        if (statements.size > chosen.maxTables) return;
      }
      if (statements.size !== chosen.maxTables || statements.has(stepOf(operation))) return;
      const first = taken.find(
        ({ relation }) =>
          existedBeforeDeploy(relation) !== undefined &&
          !isDropped(relation, operation, context) &&
          !isEmptyOrFails(relation, operation, context) &&
          !held.some((lock) => isSameObject(lock.relation, relation)),
      );
      if (first === undefined) return;
      const closed = counted.filter(({ lock }) => lock === 'ACCESS EXCLUSIVE');
      const readable = counted.filter(({ lock }) => lock !== 'ACCESS EXCLUSIVE');
      const data = {
        table: first.relation,
        others: lockedTables(counted),
        split: splitFor(operation, context),
      };
      const related = [...statements.values()].slice(0, RELATED).map(({ relation, lock, since }) => ({
        at: since,
        label: `takes ${lock} on ${displayName(relation)}`,
      }));
      const isOfOneStatement = counted.every(({ since }) => since.statement === operation.statement);
      const fix = isOfOneStatement ? undefined : moveApartFix(partsOf(operation, context), context);
      if (closed.length > 0 && readable.length > 0) {
        const both = { ...data, closed: lockedTables(closed), readable: lockedTables(readable) };
        return report({ messageId: 'mixedLocks', at: operation, data: both, related, fix });
      }
      const blocked = closed.length > 0 ? 'reads and writes' : 'writes';
      report({ messageId: 'manyTables', at: operation, data: { ...data, blocked }, related, fix });
    },
  },
});

/** How many of the statements before are shown. */
const RELATED = 3;

/** What is waited for at one go: a statement, but of several foreign keys in one ALTER TABLE each. */
function stepOf(operation: Operation): Statement | Operation {
  const isKey = operation.kind === 'AddConstraint' && operation.constraint.type === 'foreign key';
  return isKey ? operation : operation.statement;
}

/** A statement and those behind it in its transaction. */
function restOf(
  operation: Operation,
  { migration, transactionOf }: RuleContext<typeof messages, typeof options>,
): readonly Operation[] {
  const { operations } = migration;
  const transaction = transactionOf(operation);
  const rest = operations.slice(operations.findIndex(({ statement }) => statement === operation.statement));
  return rest.filter(
    (other) =>
      other.kind !== 'TransactionControl' && other.run !== 'called' && transactionOf(other) === transaction,
  );
}

/** A statement and those behind it in its transaction, so that each part waits for no more tables than one transaction may. */
function partsOf(
  operation: Operation,
  context: RuleContext<typeof messages, typeof options>,
): readonly (readonly Operation[])[] {
  const parts: Operation[][] = [];
  let locked = new Set<string>();
  let waits = new Set<Statement | Operation>();
  for (const other of restOf(operation, context)) {
    const isNew = context
      .effectsOf(other)
      .filter((effect) => isStrong(effect) && context.existedBeforeDeploy(effect.relation) !== undefined)
      .map(({ relation }) => displayName(relation))
      .filter((name) => !locked.has(name));
    const last = parts.at(-1);
    const isSameStatement = last?.at(-1)?.statement === other.statement;
    const isFull = isNew.length > 0 && waits.size >= context.options.maxTables && !isSameStatement;
    if (last === undefined || isFull) {
      parts.push([other]);
      locked = new Set();
      waits = new Set();
    } else last.push(other);
    for (const name of isNew) locked.add(name);
    if (isNew.length > 0) waits.add(stepOf(other));
  }
  return parts;
}

/** How to take the tables apart. */
function splitFor(
  operation: Operation,
  { project: { runner }, transactionOf }: RuleContext<typeof messages, typeof options>,
): string {
  const isDeploys = runner.oneTransactionPerDeploy === true && transactionOf(operation).kind === 'runner';
  return isDeploys
    ? `${runner.label} runs all pending migrations in one transaction: change one table in each deploy`
    : 'Split the migration, one table each';
}

function isStrong({ lock, online }: Effect): boolean {
  return !online && blockedBy(lock) !== 'nothing';
}

/** Whether the transaction drops a table, with this operation or later: whoever uses it is to have stopped. */
function isDropped(
  table: ObjectName,
  operation: Operation,
  { deploy, transactionOf }: RuleContext<typeof messages, typeof options>,
): boolean {
  return operationsOn(table, deploy).some(
    (other) =>
      other.kind === 'DropTable' &&
      other.run === 'now' &&
      (other.statement === operation.statement || transactionOf(other) === transactionOf(operation)),
  );
}

/** Whether a statement is about a table that exists: the key of a new one locks other tables for an instant. */
function counts(
  operation: Operation,
  { existedBeforeDeploy }: RuleContext<typeof messages, typeof options>,
): boolean {
  const table: ObjectName | undefined = 'table' in operation ? operation.table : undefined;
  return table === undefined || existedBeforeDeploy(table) !== undefined;
}
