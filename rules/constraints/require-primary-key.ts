import {
  defineRule,
  isDestructive,
  isImplicitRelation,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  sameTableIn,
  type CreateTable,
  type CreateTableAs,
  type Migration,
  type NoOptions,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  none: {
    what: '{{table}} has no primary key: its rows cannot be told apart, logical replication cannot update or delete them, and no batch can go through them by key.',
    help: 'Add one while the table is empty: id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, or the columns that tell the rows apart.',
  },
  noneOfCopy: {
    what: '{{table}} is filled from a query and has no primary key: CREATE TABLE AS copies rows, but no key, NOT NULL, default, index or policy.',
    help: 'CREATE TABLE {{table}} (LIKE … INCLUDING ALL) brings them along; then INSERT … SELECT. Or ALTER TABLE {{table}} ADD PRIMARY KEY before anybody uses it.',
  },
  uniqueInstead: {
    what: '{{table}} has UNIQUE and NOT NULL for {{columns}}, but no primary key: logical replication and many tools only look for that.',
    help: 'Make that the PRIMARY KEY: it costs nothing while the table is new.',
  },
  dropped: {
    what: 'Dropping {{constraint}} leaves {{table}} without a primary key: its rows cannot be told apart any more, and logical replication refuses to update or delete them.',
    help: 'Add the new key in the same statement: ALTER TABLE {{table}} DROP CONSTRAINT {{constraint}}, ADD CONSTRAINT … PRIMARY KEY USING INDEX …, with a unique index built before.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-primary-key',
    summary: 'Require a primary key for every table',
    rationale:
      'Without a primary key nothing tells two equal rows apart: duplicates cannot be removed one by one, foreign keys have nothing ' +
      'to refer to, a batched backfill has nothing to go by, and logical replication refuses UPDATE and DELETE (55000). UNIQUE with ' +
      'NOT NULL is nearly the same, but replication, ORMs and online schema tools look for the key. Adding one is free while ' +
      'the table is new. Partitions have that of their parent; tables that inherit in the old way, and those of CREATE TABLE ' +
      'AS, have none.',
    instead:
      'Give it a key:\n\n```sql\nCREATE TABLE audit_log (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  line text NOT NULL\n);\n```',
    whenNotToUse:
      'For tables that are only loaded and emptied as a whole. Temporary and foreign tables are not asked for one, nor copies of rows that ' +
      'the same deploy changes or destroys, nor the tables that Prisma makes for implicit many-to-many relations.',
    policy: ['IX4'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'a table without one',
          sql: 'CREATE TABLE audit_log (at timestamptz NOT NULL, line text);',
          reports: ['none'],
          proof: {
            afterwards: {
              sql: "CREATE PUBLICATION p FOR TABLE audit_log; INSERT INTO audit_log VALUES (now(), 'x'); UPDATE audit_log SET line = 'y';",
              error: '55000',
            },
          },
        },
        {
          title: 'UNIQUE and NOT NULL instead',
          sql: 'CREATE TABLE "Setting" ("key" text NOT NULL UNIQUE, value text);',
          reports: ['uniqueInstead'],
          proof: {
            query: {
              sql: `SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = '"Setting"'::regclass`,
              rows: [['0']],
            },
          },
        },
        {
          title: 'a copy, that is to take the place of the table',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);'],
          sql: 'CREATE TABLE users_v2 AS SELECT * FROM users;\nALTER TABLE users_v2 ADD COLUMN note text;',
          reports: ['noneOfCopy'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE conrelid = 'users_v2'::regclass",
              rows: [['0']],
            },
          },
        },
        {
          title: 'a table that inherits',
          history: ['CREATE TABLE events (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE clicks (x int) INHERITS (events);',
          reports: ['none'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'clicks'::regclass",
              rows: [['0']],
            },
          },
        },
        {
          title: 'renamed before the deploy ends',
          sql: 'CREATE TABLE log_new (line text);\nALTER TABLE log_new RENAME TO log;',
          reports: ['none'],
          proof: {},
        },
        {
          title: 'LIKE without the indexes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE users_v2 (LIKE users INCLUDING DEFAULTS);',
          reports: ['none'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'users_v2'::regclass",
              rows: [['0']],
            },
          },
        },
        {
          title: 'a key that is dropped',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users DROP CONSTRAINT users_pkey;',
          reports: ['dropped'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'users'::regclass",
              rows: [['0']],
            },
          },
        },
      ],
      good: [
        {
          title: 'with one, at once or later in the deploy',
          sql: [
            'CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (x int, y int, PRIMARY KEY (x, y));\nCREATE TABLE c (id int);\nCREATE TABLE d AS SELECT 1 AS id;\nALTER TABLE d ADD PRIMARY KEY (id);',
            'ALTER TABLE c ADD PRIMARY KEY (id);',
          ],
        },
        {
          title: 'partitions',
          sql: "CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'events_2024'::regclass",
              rows: [['1']],
            },
          },
        },
        {
          title: 'LIKE with the indexes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE users_v2 (LIKE users INCLUDING ALL);',
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'users_v2'::regclass",
              rows: [['1']],
            },
          },
        },
        {
          title: 'temporary tables',
          sql: 'CREATE TEMPORARY TABLE a (id int);\nCREATE TEMPORARY TABLE b AS SELECT 1 AS id;',
        },
        {
          title: 'a table that is dropped again, or was there already',
          history: ['CREATE TABLE old (line text);'],
          sql: 'CREATE TABLE swap (line text);\nDROP TABLE swap;\nCREATE TABLE IF NOT EXISTS old (line text);\nALTER TABLE old ADD COLUMN at date;',
        },
        {
          title: 'the table of an implicit many-to-many relation, as Prisma up to 5 writes it',
          history: [
            'CREATE TABLE "Post" ("id" TEXT PRIMARY KEY); CREATE TABLE "Tag" ("id" TEXT PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE "_PostToTag" (\n    "A" TEXT NOT NULL,\n    "B" TEXT NOT NULL\n);\nCREATE UNIQUE INDEX "_PostToTag_AB_unique" ON "_PostToTag"("A", "B");\nCREATE INDEX "_PostToTag_B_index" ON "_PostToTag"("B");',
        },
        {
          title: 'rows that are saved before they are destroyed',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'CREATE TABLE users_fax AS SELECT id, fax FROM users;\nALTER TABLE users DROP COLUMN fax;',
        },
        {
          title: 'one key for another',
          history: ['CREATE TABLE users (id int PRIMARY KEY, tenant int NOT NULL);'],
          sql: 'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY (tenant, id);',
        },
        {
          title: 'a key that perhaps comes',
          sql: "CREATE TABLE users (id int);\nDO $$ BEGIN IF now() > '2024-01-01' THEN ALTER TABLE users ADD PRIMARY KEY (id); END IF; END $$;",
        },
        {
          title: 'in a function that nothing calls',
          sql: 'CREATE FUNCTION setup() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE log (line text); END $$;',
        },
      ],
    },
  },
  on: {
    CreateTable: judgeNew,
    CreateTableAs: judgeNew,
    DropConstraint(operation, { catalog, catalogAfterDeploy, existedBeforeDeploy, report }) {
      const { constraint, table } = operation;
      const now = catalog.table(table);
      const type = now?.constraints.find(({ name }) => name === constraint)?.definition.type;
      if (type !== 'primary key' || operation.run !== 'now' || existedBeforeDeploy(table) === undefined)
        return;
      const end = catalogAfterDeploy.table(table);
      if (end === undefined || end.certainty !== 'certain' || hasKey(end)) return;
      report({
        messageId: 'dropped',
        at: operation,
        data: { constraint: quoteIdentifier(constraint), table },
      });
    },
  },
});

function judgeNew(
  operation: CreateTable | CreateTableAs,
  { catalog, catalogAfter, catalogAfterDeploy, deploy, report }: RuleContext<typeof messages, NoOptions>,
): void {
  if (operation.run === 'called' || operation.persistence === 'temporary') return;
  if (operation.kind === 'CreateTableAs' && isSavedCopy(operation, deploy)) return;
  const made = catalogAfter.table(operation.table);
  if (made === undefined || made === catalog.table(operation.table)) return;
  const end = sameTableIn(made, catalogAfterDeploy);
  if (end?.certainty !== 'certain' || end.foreignServer !== undefined || hasKey(end)) return;
  const data = { table: operation.table };
  const columns = uniqueColumns(end);
  if (columns !== undefined) {
    if (isImplicitRelation(end)) return;
    const known = { ...data, columns: columns.map((name) => quoteIdentifier(name)) };
    report({ messageId: 'uniqueInstead', at: operation, data: known, severity: 'info' });
  } else if (operation.kind === 'CreateTableAs') report({ messageId: 'noneOfCopy', at: operation, data });
  else report({ messageId: 'none', at: operation, data });
}

/** Whether a copy is made of rows that the deploy then changes or destroys. */
function isSavedCopy(operation: CreateTableAs, deploy: readonly Migration[]): boolean {
  return operation.query.reads.some((source) =>
    operationsOn(source, deploy).some(
      (later) => (isDestructive(later) || later.kind === 'Update') && runsBefore(operation, later, deploy),
    ),
  );
}

/** Whether a table has a primary key, or one that we cannot be sure of. */
function hasKey({ constraints, partitionOf }: Table): boolean {
  return partitionOf !== undefined || constraints.some(({ definition }) => definition.type === 'primary key');
}

/** The columns that do what a primary key would do. */
function uniqueColumns({ columns, indexes }: Table): readonly string[] | undefined {
  const isRequired = (name: string | undefined): boolean =>
    columns.some((column) => column.name === name && column.notNull);
  const found = indexes.find(
    ({ elements, unique, where }) =>
      unique && where === undefined && elements.every(({ column }) => isRequired(column)),
  );
  return found?.elements.flatMap(({ column }) => column ?? []);
}
