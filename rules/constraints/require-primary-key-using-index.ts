import {
  defineRule,
  keyBuildOf,
  keyUsingIndexFix,
  provesNotNull,
  quoteIdentifier,
  takeOverIndexFix,
  type Catalog,
  type ObjectName,
  type Table,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-primary-key-using-index',
    summary: 'Require `USING INDEX` for a primary key on an existing table',
    rationale:
      'ADD PRIMARY KEY builds its index under ACCESS EXCLUSIVE: nobody can read or write the table until all of it was read and ' +
      'sorted. CREATE UNIQUE INDEX CONCURRENTLY does the same work while everybody goes on, and PRIMARY KEY USING INDEX then ' +
      'makes that index the key’s in a moment, if all its columns are NOT NULL already.',
    instead:
      'Build the index first, in a migration of its own, then make it the key. Replacing a key is one statement, so that there is ' +
      'always one:\n\n```sql\n-- migration 1, alone in its file\nCREATE UNIQUE INDEX CONCURRENTLY users_new_pkey ON users (tenant_id, id);\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_new_pkey;\n```\n\n' +
      'A partitioned table takes no USING INDEX: `ALTER TABLE ONLY … ADD CONSTRAINT` on the parent, the two steps above on each ' +
      'partition, then `ALTER INDEX … ATTACH PARTITION`.',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    yieldsTo: ['no-nullable-primary-key'],
    messages: {
      builds: {
        what: 'Adding the primary key {{constraint}} builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until all of it was read and sorted.',
        help: 'CREATE UNIQUE INDEX CONCURRENTLY {{index}} ON {{table}} {{key}}{{nullable}}, then ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} PRIMARY KEY USING INDEX {{index}}{{deferral}}. {{advice}}',
      },
      buildsOnNewColumn: {
        what: 'Adding the primary key {{constraint}} together with its column {{column}} builds the key’s index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until all of it was read and sorted.',
        help: 'Take three deployments: in the first ADD COLUMN {{column}}, and let new rows fill it; in the second fill the rows that are there, in batches, and make it NOT NULL. In the third CREATE UNIQUE INDEX CONCURRENTLY {{index}} ON {{table}} {{key}}, then ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} PRIMARY KEY USING INDEX {{index}}{{deferral}}. {{advice}}',
      },
      buildsAgain: {
        what: 'Adding the primary key {{constraint}} builds a second index under ACCESS EXCLUSIVE, while nobody can read or write {{table}}: {{index}} is unique over the same columns.',
        help: 'ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} PRIMARY KEY USING INDEX {{index}}{{deferral}}: nothing is built, and the index takes the name of the key.',
      },
      buildsPartitions: {
        what: 'Adding the primary key {{constraint}} builds an index on every partition of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until all of them are done.',
        help: 'ALTER TABLE ONLY {{table}} ADD CONSTRAINT {{constraint}} PRIMARY KEY {{key}}. Then for each partition CREATE UNIQUE INDEX CONCURRENTLY, ADD CONSTRAINT … PRIMARY KEY USING INDEX, and ALTER INDEX {{constraint}} ATTACH PARTITION. {{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table that had no key',
          history: ['CREATE TABLE logs (id int NOT NULL, line text);'],
          sql: 'ALTER TABLE logs ADD PRIMARY KEY (id);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);',
              'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;',
            ],
          },
          proof: {
            rows: "INSERT INTO logs VALUES (1, 'x');",
            lock: { logs: 'ACCESS EXCLUSIVE' },
            scans: ['logs'],
          },
        },
        {
          title: 'another key, as Prisma writes it',
          history: [
            'CREATE TABLE "Member" ("userId" TEXT NOT NULL, "teamId" TEXT NOT NULL, CONSTRAINT "Member_pkey" PRIMARY KEY ("userId"));',
          ],
          sql: 'ALTER TABLE "Member" DROP CONSTRAINT "Member_pkey",\nADD CONSTRAINT "Member_pkey" PRIMARY KEY ("userId", "teamId");',
          reports: ['builds'],
          proof: {
            rows: `INSERT INTO "Member" VALUES ('u', 't');`,
            lock: { Member: 'ACCESS EXCLUSIVE' },
            scans: ['Member'],
          },
        },
        {
          title: 'over columns that may hold NULLs',
          history: ['CREATE TABLE logs (id int, line text);'],
          sql: 'ALTER TABLE logs ADD PRIMARY KEY (id);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'ALTER TABLE logs ADD CONSTRAINT logs_id_not_null_check CHECK (id IS NOT NULL) NOT VALID;',
              'ALTER TABLE logs VALIDATE CONSTRAINT logs_id_not_null_check;',
              'CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);',
              'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;\nALTER TABLE logs DROP CONSTRAINT logs_id_not_null_check;',
            ],
          },
          proof: { rows: "INSERT INTO logs VALUES (NULL, 'x');", error: '23502' },
        },
        {
          title: 'over a column that comes with it: there is nothing to build an index on before',
          history: ['CREATE TABLE keys (name text CONSTRAINT keys_pkey PRIMARY KEY);'],
          sql: 'ALTER TABLE keys DROP CONSTRAINT keys_pkey, ADD COLUMN id bigserial NOT NULL, ADD PRIMARY KEY (id);',
          reports: ['buildsOnNewColumn'],
          proof: { rows: "INSERT INTO keys VALUES ('k');", lock: { keys: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'on a table whose rows were deleted just before: the build reads them all the same',
          history: ['CREATE TABLE cache (key text NOT NULL);'],
          sql: 'DELETE FROM cache;\nALTER TABLE cache ADD PRIMARY KEY (key);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'DELETE FROM cache;',
              'CREATE UNIQUE INDEX CONCURRENTLY cache_pkey ON cache (key);',
              'ALTER TABLE cache ADD CONSTRAINT cache_pkey PRIMARY KEY USING INDEX cache_pkey;',
            ],
          },
        },
        {
          title: 'where a unique index is already there, as Prisma 6 does with the tables of its relations',
          history: [
            'CREATE TABLE "_PostToTag" ("A" TEXT NOT NULL, "B" TEXT NOT NULL); CREATE UNIQUE INDEX "_PostToTag_AB_unique" ON "_PostToTag"("A", "B");',
          ],
          sql: 'ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY ("A", "B");\nDROP INDEX "_PostToTag_AB_unique";',
          reports: ['buildsAgain'],
          fixed:
            'ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY USING INDEX "_PostToTag_AB_unique";',
          proof: {
            rows: `INSERT INTO "_PostToTag" VALUES ('a', 'b');`,
            lock: { _PostToTag: 'ACCESS EXCLUSIVE' },
            scans: ['_PostToTag'],
          },
        },
        {
          title: 'a partitioned table',
          history: [
            'CREATE TABLE events (n int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (n, at);',
          reports: ['buildsPartitions'],
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05');",
            lock: { events: 'ACCESS EXCLUSIVE' },
            scans: ['events_2024'],
          },
        },
      ],
      good: [
        {
          title: 'an index that was built before',
          history: [
            'CREATE TABLE logs (id int NOT NULL, line text);',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;',
          proof: { rows: "INSERT INTO logs VALUES (1, 'x');", scans: [] },
        },
        {
          title: 'one key for another, with an index that was built before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, tenant int NOT NULL);',
            'CREATE UNIQUE INDEX CONCURRENTLY users_new_pkey ON users (tenant, id);',
          ],
          sql: 'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_new_pkey;',
          proof: { rows: 'INSERT INTO users VALUES (1, 1);', scans: [] },
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE logs (id int);\nALTER TABLE logs ADD PRIMARY KEY (id);',
        },
        {
          title: 'a partition that gets its key before it is attached',
          history: [
            "CREATE TABLE events (n int NOT NULL, at date NOT NULL, PRIMARY KEY (n, at)) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'CREATE TABLE events_2025 (n int NOT NULL, at date NOT NULL);\nALTER TABLE events_2025 ADD PRIMARY KEY (n, at);',
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE chosen (id int);\nALTER TABLE chosen ADD PRIMARY KEY (id);',
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE cache (key text NOT NULL);'],
          sql: 'TRUNCATE cache;\nALTER TABLE cache ADD PRIMARY KEY (key);',
        },
        {
          title:
            'a table whose rows are deleted, and which is then written anew: the index is built on nothing',
          history: ['CREATE TABLE profiles (id int CONSTRAINT profiles_pkey PRIMARY KEY);'],
          sql: 'DELETE FROM profiles;\nALTER TABLE profiles DROP CONSTRAINT profiles_pkey, ALTER COLUMN id TYPE text, ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);',
        },
      ],
    },
  },
  on: {
    AddConstraint(operation, context) {
      const { constraint, table } = operation;
      const build =
        constraint.type === 'primary key' ? keyBuildOf(operation, constraint, context) : undefined;
      if (constraint.type !== 'primary key' || build === undefined) return;
      const { catalogBeforeDeploy, report } = context;
      const { advice, deferral, key } = build;
      const data = { constraint: build.constraint, table };
      if (build.isPartitioned)
        return report({ messageId: 'buildsPartitions', at: operation, data: { ...data, key, advice } });
      const fix = keyUsingIndexFix(operation, context);
      const nullable = nullableColumns(build.table, constraint.columns);
      if (build.adoptable !== undefined && nullable === '') {
        const known = { ...data, deferral, index: quoteIdentifier(build.adoptable.name) };
        return report({
          messageId: 'buildsAgain',
          at: operation,
          data: known,
          fix: takeOverIndexFix(operation, build.adoptable.name, context),
        });
      }
      const index = freeNameFor(constraint.name ?? `${table.name}_pkey`, table, catalogBeforeDeploy);
      const known = { ...data, index, deferral, key, advice };
      const column = build.newColumn;
      if (column === undefined)
        return report({ messageId: 'builds', at: operation, data: { ...known, nullable }, fix });
      report({ messageId: 'buildsOnNewColumn', at: operation, data: { ...known, column } });
    },
  },
});

/** A name for the index that becomes the key: the key’s own, unless the old key still has it when the index is built. */
function freeNameFor(name: string, { schema }: ObjectName, before: Catalog): string {
  const isTaken = before.index({ schema, name }) !== undefined;
  return quoteIdentifier(isTaken ? `${name}_new` : name);
}

/** What has to be done to columns that may hold NULLs, as a part of a sentence; nothing where the table is not known. */
function nullableColumns(table: Table | undefined, columns: readonly string[]): string {
  if (table?.certainty !== 'certain') return '';
  const nullable = columns.filter((column) => !provesNotNull(table, column));
  return nullable.length === 0
    ? ''
    : `, prove with a validated CHECK that ${nullable.map((name) => quoteIdentifier(name)).join(', ')} IS NOT NULL`;
}
