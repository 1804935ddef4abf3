import {
  defineRule,
  displayName,
  editFix,
  foreignKeysLackedBy,
  hasUsers,
  inCaseOf,
  isAloneInFile,
  isInBody,
  isLockedForAll,
  isProvenToFit,
  isSameObject,
  operationsOn,
  outsideTransactionAdvice,
  replaceText,
  type AttachPartition,
  type ConstraintDefinition,
  type CreateTable,
  type DetachPartition,
  type DropTable,
  type Effect,
  type FixRequest,
  type NoOptions,
  type ObjectName,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  attachScans: {
    what: 'Attaching {{partition}} to {{table}} reads every row of {{partition}}, and nobody can read or write it until that is done: no CHECK says that the rows fit.',
    help: 'First add a CHECK to {{partition}} that says what the partition’s bound says, and IS NOT NULL, as NOT VALID; validate it in a later migration; then attach, and drop the CHECK.',
  },
  attachChecksKeys: {
    what: 'Attaching {{partition}} to {{table}} looks up every row of {{partition}} in {{references}}, and nobody can read or write {{partition}} until that is done: it lacks a validated foreign key such as {{table}} has.',
    help: 'First give {{partition}} the same foreign key as NOT VALID, and validate it in a later migration: ATTACH then takes it over, and reads nothing.',
  },
  attachBuilds: {
    what: 'Attaching {{partition}} to {{table}} builds the indexes that {{table}} has and {{partition}} lacks, and nobody can read or write {{partition}} until they are built.',
    help: 'First CREATE INDEX CONCURRENTLY the same indexes on {{partition}}: ATTACH then takes them over.',
  },
  defaultScans: {
    what: '{{partition}} takes rows that {{fallback}}, the default partition of {{table}}, may hold: every row of it is read, and nobody can read or write it until that is done.',
    help: 'First give {{fallback}} a CHECK that rules the rows of {{partition}} out, as NOT VALID, and validate it in a later migration.',
  },
  createLocks: {
    what: 'Creating {{partition}} as a partition locks {{table}}: it waits for every query that uses {{table}}, and meanwhile all others wait for it.',
    help: 'CREATE TABLE {{partition}} (LIKE {{table}} INCLUDING ALL{{without}}) by itself, then ALTER TABLE {{table}} ATTACH PARTITION, which readers and writers do not wait for.',
  },
  detachLocks: {
    what: 'Detaching {{partition}} locks {{table}}: it waits for every query that uses {{table}}, and meanwhile all others wait for it.',
    help: '{{instead}}',
  },
  dropLocks: {
    what: 'Dropping the partition {{partition}} locks {{table}}: it waits for every query that uses {{table}}, and meanwhile all others wait for it.',
    help: '{{instead}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-blocking-partition-change',
    summary: 'Disallow changing the partitions of an existing table in ways that block it',
    rationale:
      'Creating a table as PARTITION OF, detaching a partition and dropping one take ACCESS EXCLUSIVE on the whole partitioned table: they ' +
      'wait for its longest query, and everything else waits behind them. ATTACH PARTITION takes SHARE UPDATE EXCLUSIVE, which ' +
      'nobody waits for, but reads the new partition under ACCESS EXCLUSIVE unless a validated CHECK says that its rows fit, builds ' +
      'the indexes that it lacks, and reads the default partition, too. DETACH … CONCURRENTLY, which PostgreSQL has since 14, blocks ' +
      'nobody; it cannot run in a transaction, nor while there is a default partition.',
    instead:
      "A new partition:\n\n```sql\nCREATE TABLE events_2025 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n```\n\n" +
      'One to be dropped, each statement in a migration of its own:\n\n```sql\nALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;\n```\n\n```sql\nDROP TABLE events_2023;\n```',
    whenNotToUse: 'Where no query on the partitioned table takes long, and lock_timeout ends the wait.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    sizeMatters: ['attachBuilds', 'attachChecksKeys', 'attachScans', 'defaultScans'],
    messages,
    examples: {
      bad: [
        {
          title: 'a table with rows is attached: they are read',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE old_events (id int NOT NULL);',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          reports: ['attachScans'],
          proof: {
            rows: 'INSERT INTO old_events VALUES (1);',
            lock: { events: 'SHARE UPDATE EXCLUSIVE', old_events: 'ACCESS EXCLUSIVE' },
            scans: ['old_events'],
          },
        },
        {
          title: 'its CHECK proves it, but it lacks an index',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id); CREATE INDEX ON events (id);',
            'CREATE TABLE old_events (id int NOT NULL, CHECK (id >= 0 AND id < 100));',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          reports: ['attachBuilds'],
          proof: { rows: 'INSERT INTO old_events VALUES (1);', lock: { old_events: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'its CHECK proves it, but it lacks a foreign key',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (id int NOT NULL, user_id int REFERENCES users) PARTITION BY RANGE (id);',
            'CREATE TABLE old_events (id int NOT NULL, user_id int, CHECK (id >= 0 AND id < 100));',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          reports: ['attachChecksKeys'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO old_events VALUES (1, 1);',
            lock: { old_events: 'ACCESS EXCLUSIVE' },
            scans: ['old_events', 'users'],
          },
        },
        {
          title: 'its foreign key was never validated',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (id int NOT NULL, user_id int REFERENCES users) PARTITION BY RANGE (id);',
            'CREATE TABLE old_events (id int NOT NULL, user_id int, CHECK (id >= 0 AND id < 100)); ALTER TABLE old_events ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          reports: ['attachChecksKeys'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO old_events VALUES (1, 1);',
            scans: ['old_events', 'users'],
          },
        },
        {
          title: 'a CHECK of the default partition that leaves a gap',
          history: [
            'CREATE TABLE events (id int) PARTITION BY RANGE (id); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
            'ALTER TABLE events_rest ADD CHECK (id < 0 OR id >= 50);',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          reports: ['defaultScans'],
          proof: { rows: 'INSERT INTO events VALUES (1000);', scans: ['events_rest'] },
        },
        {
          title: 'the default partition is read',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE events_rest PARTITION OF events DEFAULT;',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          reports: ['defaultScans'],
          proof: {
            rows: 'INSERT INTO events VALUES (1000);',
            lock: { events: 'SHARE UPDATE EXCLUSIVE', events_rest: 'ACCESS EXCLUSIVE' },
            scans: ['events_rest'],
          },
        },
        {
          title: 'a new partition',
          history: [
            'CREATE SCHEMA log; CREATE TABLE log."Events" (id int NOT NULL) PARTITION BY RANGE (id);',
          ],
          sql: 'CREATE TABLE log."Events_1" PARTITION OF log."Events" FOR VALUES FROM (0) TO (100);',
          reports: ['createLocks'],
          proof: { lock: { 'log.Events': 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'DETACH',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
          ],
          sql: 'ALTER TABLE events DETACH PARTITION events_1;',
          reports: ['detachLocks'],
          fixed: 'ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;',
          proof: { lock: { events: 'ACCESS EXCLUSIVE', events_1: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'DETACH beside a default partition, where it cannot be concurrent',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
          ],
          sql: 'ALTER TABLE events DETACH PARTITION events_1;',
          reports: ['detachLocks'],
          proof: { lock: { events: 'ACCESS EXCLUSIVE', events_rest: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a partition is dropped',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
          ],
          sql: 'DROP TABLE events_1;',
          reports: ['dropLocks'],
          proof: { lock: { events: 'ACCESS EXCLUSIVE' } },
        },
      ],
      good: [
        {
          title:
            'a table beside, where the parent has an identity column: PostgreSQL 17 and later attach none with one',
          postgres: 18,
          history: [
            'CREATE TABLE events (id int GENERATED ALWAYS AS IDENTITY, day int NOT NULL) PARTITION BY RANGE (day);',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL EXCLUDING IDENTITY);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          proof: {
            query: { sql: 'INSERT INTO events (day) VALUES (5) RETURNING id', rows: [['1']] },
          },
        },
        {
          title: 'a CHECK of the default partition rules the rows out, as people write it',
          history: [
            'CREATE TABLE events (id int) PARTITION BY RANGE (id); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
            'ALTER TABLE events_rest ADD CONSTRAINT not_1 CHECK (id IS NULL OR id < 0 OR id >= 100) NOT VALID;',
            'ALTER TABLE events_rest VALIDATE CONSTRAINT not_1;',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          proof: { rows: 'INSERT INTO events VALUES (1000);', scans: [] },
        },
        {
          title: 'the same with NOT',
          history: [
            'CREATE TABLE events (id int) PARTITION BY RANGE (id); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
            'ALTER TABLE events_rest ADD CHECK (NOT (id >= 0 AND id < 100));',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          proof: { rows: 'INSERT INTO events VALUES (1000);', scans: [] },
        },
        {
          title: 'values that the default partition has not, with NOT IN',
          history: [
            'CREATE TABLE events (kind text) PARTITION BY LIST (kind); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
            "ALTER TABLE events_rest ADD CHECK (kind NOT IN ('a', 'b', 'c'));",
          ],
          sql: "CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES IN ('a', 'b');",
          proof: { rows: "INSERT INTO events VALUES ('z');", scans: [] },
        },
        {
          title: 'a validated CHECK, and the same foreign key',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (id int NOT NULL, user_id int REFERENCES users) PARTITION BY RANGE (id);',
            'CREATE TABLE old_events (id int NOT NULL, user_id int REFERENCES users, CHECK (id >= 0 AND id < 100));',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          proof: { rows: 'INSERT INTO users VALUES (1); INSERT INTO old_events VALUES (1, 1);', scans: [] },
        },
        {
          title: 'a table beside, then attached: it has no rows to read',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id); CREATE INDEX ON events (id);',
          ],
          sql: 'CREATE TABLE events_1 (LIKE events INCLUDING ALL);\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (0) TO (100);',
          proof: { lock: { events: 'SHARE UPDATE EXCLUSIVE' } },
        },
        {
          title: 'a validated CHECK says that the rows fit',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);',
            'CREATE TABLE old_events (id int NOT NULL, CHECK (id >= 0 AND id < 100));',
          ],
          sql: 'ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM (0) TO (100);',
          proof: { rows: 'INSERT INTO old_events VALUES (1);', scans: [] },
        },
        {
          title: 'partitions of a table of the same deploy',
          sql: 'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);\nALTER TABLE events DETACH PARTITION events_1;\nDROP TABLE events_1;',
        },
        {
          title: 'DETACH CONCURRENTLY, and the drop of what is detached',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100); CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200);',
            'ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;',
          ],
          sql: 'DROP TABLE events_1;',
          proof: { lock: { events_1: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'the whole table is dropped, after its partitions',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
          ],
          sql: 'DROP TABLE events_1;\nDROP TABLE events;',
        },
        {
          title: 'of several partitions the first waits: the lock is held then',
          history: ['CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id);'],
          sql: 'ALTER TABLE events ADD COLUMN note text;\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);\nCREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (100) TO (200);',
        },
        {
          title: 'IF NOT EXISTS of a partition that is there',
          history: [
            'CREATE TABLE events (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
          ],
          sql: 'CREATE TABLE IF NOT EXISTS events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
        },
      ],
    },
  },
  on: {
    AttachPartition: judgeAttach,
    CreateTable: judgeCreate,
    DetachPartition: judgeDetach,
    DropTable: judgeDrop,
  },
});

type Context = RuleContext<typeof messages, NoOptions>;
type ForeignKey = Extract<ConstraintDefinition, { type: 'foreign key' }>;

function judgeAttach(operation: AttachPartition, context: Context): void {
  const { table, partition } = operation;
  const work = workOn(partition, operation, context);
  if (work === 'index build') {
    context.report({ messageId: 'attachBuilds', at: operation, data: { table, partition } });
  } else if (work !== undefined) {
    const [key] = keysToCheck(operation, context);
    if (key === undefined)
      context.report({ messageId: 'attachScans', at: operation, data: { table, partition } });
    else {
      const data = { table, partition, references: key.references };
      context.report({ messageId: 'attachChecksKeys', at: operation, data });
    }
  }
  if (work === undefined) judgeDefault(table, partition, operation, context);
}

/** The foreign keys for which alone a partition is read: a CHECK speaks for its bound. */
function keysToCheck(
  { table, partition, bound }: AttachPartition,
  { catalog }: Context,
): readonly ForeignKey[] {
  const parent = catalog.table(table);
  const own = catalog.table(partition);
  if (parent === undefined || own === undefined || !isProvenToFit(own, parent, bound, catalog)) return [];
  return foreignKeysLackedBy(own, parent);
}

function judgeCreate(operation: CreateTable, context: Context): void {
  const { partitionOf, table: partition } = operation;
  if (partitionOf === undefined || context.effectsOf(operation).length === 0) return;
  const { parent: table } = partitionOf;
  if (judgeDefault(table, partition, operation, context)) return;
  if (isUsed(table, operation, context)) {
    const hasIdentity = context.catalog.table(table)?.columns.some(({ identity }) => identity !== undefined);
    // Executed: from 17 on PostgreSQL refuses to attach a table with an identity column (55000).
    const without =
      hasIdentity === true && context.project.postgresVersion >= 17 ? ' EXCLUDING IDENTITY' : '';
    context.report({ messageId: 'createLocks', at: operation, data: { table, partition, without } });
  }
}

function judgeDetach(operation: DetachPartition, context: Context): void {
  const { table, partition, concurrently, finalize } = operation;
  if (concurrently || finalize || !isUsed(table, operation, context)) return;
  const instead = detachAdvice(table, operation, context);
  const fix = concurrentDetachFix(operation, context);
  context.report({ messageId: 'detachLocks', at: operation, data: { table, partition, instead }, fix });
}

function judgeDrop(operation: DropTable, context: Context): void {
  const parent = context.catalog.table(operation.table)?.partitionOf?.parent;
  if (parent === undefined || !isUsed(parent, operation, context)) return;
  const detach = detachAdvice(parent, operation, context);
  const instead =
    defaultOf(parent, context) === undefined && context.project.postgresVersion >= 14
      ? `Detach it first: ${detach} Then drop it.`
      : detach;
  context.report({
    messageId: 'dropLocks',
    at: operation,
    data: { table: parent, partition: operation.table, instead },
  });
}

/** Reports that the default partition is read. */
function judgeDefault(
  table: ObjectName,
  partition: ObjectName,
  operation: Operation,
  context: Context,
): boolean {
  const fallback = defaultOf(table, context);
  if (fallback === undefined || workOn(fallback, operation, context) === undefined) return false;
  context.report({ messageId: 'defaultScans', at: operation, data: { table, partition, fallback } });
  return true;
}

/** What is done to a table with users and its partitions, if that takes time. */
function workOn(table: ObjectName, operation: Operation, context: Context): Effect['work'] | undefined {
  if (operation.run === 'called') return undefined;
  const { catalog } = context;
  const isOf = (relation: ObjectName): boolean => {
    for (let name: ObjectName | undefined = relation, depth = 0; name !== undefined && depth < 20; depth++) {
      if (isSameObject(name, table)) return true;
      name = catalog.table(name)?.partitionOf?.parent;
    }
    return false;
  };
  return context
    .effectsOf(operation)
    .find(
      ({ relation, work }) => work !== 'metadata' && isOf(relation) && hasUsers(relation, operation, context),
    )?.work;
}

/**
 * Whether somebody waits for a partitioned table that an operation locks: it existed before the deploy, the deploy does not drop
 * it, and the transaction does not have the lock already.
 */
function isUsed(table: ObjectName, operation: Operation, context: Context): boolean {
  const { deploy, heldLocks } = context;
  if (operation.run === 'called' || !hasUsers(table, operation, context)) return false;
  if (operationsOn(table, deploy).some(({ kind }) => kind === 'DropTable')) return false;
  return !isLockedForAll(table, heldLocks(operation));
}

function defaultOf(table: ObjectName, { catalog }: Context): ObjectName | undefined {
  return catalog.children(table).find(({ partitionOf }) => partitionOf?.bound.type === 'default')?.name;
}

/** CONCURRENTLY where nothing is in its way. Unsafe: PostgreSQL gives the partition a CHECK of its bound that it has not without it. */
function concurrentDetachFix(operation: DetachPartition, context: Context): FixRequest | undefined {
  const { migration, project, transactionOf } = context;
  const isFree =
    project.postgresVersion >= 14 &&
    defaultOf(operation.table, context) === undefined &&
    transactionOf(operation).kind === 'autocommit' &&
    !isInBody(operation, migration.script);
  if (!isFree) return undefined;
  const { source, span } = operation.statement;
  const place = { source, span: { start: span.end, end: span.end } };
  const word = inCaseOf(operation.statement, ' CONCURRENTLY');
  return editFix('unsafe', 'detaches it concurrently', replaceText(place, word));
}

/** How to detach a partition while the table is in use. */
function detachAdvice(table: ObjectName, operation: Operation, context: Context): string {
  const { migration, project, transactionOf } = context;
  const bound =
    'Set lock_timeout, so that the wait gives up before it becomes a queue, and try again when it does.';
  if (project.postgresVersion < 14) return `${bound} From PostgreSQL 14 on there is DETACH … CONCURRENTLY.`;
  const fallback = defaultOf(table, context);
  if (fallback !== undefined)
    return `${bound} DETACH … CONCURRENTLY is refused while ${displayName(table)} has the default partition ${displayName(fallback)}.`;
  const transaction = transactionOf(operation);
  const isFree = transaction.kind === 'autocommit' && !isInBody(operation, migration.script);
  const advice = isFree
    ? ''
    : ` ${outsideTransactionAdvice(project.runner, { transaction, alone: isAloneInFile(migration.script), waitsForOthers: true })}`;
  return `Use DETACH PARTITION … CONCURRENTLY, which readers and writers do not wait for.${advice}`;
}
