import {
  defineRule,
  keyBuildOf,
  keyUsingIndexFix,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  takeOverIndexFix,
  type AddConstraint,
  type DeployOperations,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-unique-using-index',
    summary: 'Require `USING INDEX` for a UNIQUE constraint on an existing table',
    rationale:
      'ADD CONSTRAINT … UNIQUE builds its index under ACCESS EXCLUSIVE: nobody can read or write the table until all of it was ' +
      'read and sorted. CREATE UNIQUE INDEX CONCURRENTLY does the same work while everybody goes on, and UNIQUE USING INDEX ' +
      'then makes that index the constraint’s in a moment. NOT VALID is no way out: PostgreSQL refuses it here.',
    instead:
      'Build the index first, in a migration of its own, then make it a constraint:\n\n```sql\n-- migration 1, alone in its file\n' +
      'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;\n```\n\n' +
      'A partitioned table takes no USING INDEX: `ALTER TABLE ONLY … ADD CONSTRAINT` on the parent, the two steps above on each ' +
      'partition, then `ALTER INDEX … ATTACH PARTITION`.',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      builds: {
        what: 'Adding UNIQUE {{constraint}} builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until all of it was read and sorted.',
        help: 'CREATE UNIQUE INDEX CONCURRENTLY {{constraint}} ON {{table}} {{key}}, then ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} UNIQUE USING INDEX {{constraint}}{{deferral}}. {{advice}}',
      },
      buildsOnNewColumn: {
        what: 'Adding UNIQUE {{constraint}} in the deployment that adds {{column}} builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until all of it was read and sorted.',
        help: 'Add {{column}} in a migration before. Then CREATE UNIQUE INDEX CONCURRENTLY {{constraint}} ON {{table}} {{key}}, then ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} UNIQUE USING INDEX {{constraint}}{{deferral}}. {{advice}}',
      },
      buildsAgain: {
        what: 'Adding UNIQUE {{constraint}} builds a second index under ACCESS EXCLUSIVE, while nobody can read or write {{table}}: {{index}} is unique over the same columns.',
        help: 'ALTER TABLE {{table}} ADD CONSTRAINT {{constraint}} UNIQUE USING INDEX {{index}}{{deferral}}: nothing is built, and the index takes the name of the constraint.',
      },
      buildsPartitions: {
        what: 'Adding UNIQUE {{constraint}} builds an index on every partition of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until all of them are done.',
        help: 'ALTER TABLE ONLY {{table}} ADD CONSTRAINT {{constraint}} UNIQUE {{key}}. Then for each partition CREATE UNIQUE INDEX CONCURRENTLY, ADD CONSTRAINT … UNIQUE USING INDEX, and ALTER INDEX {{constraint}} ATTACH PARTITION. {{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a UNIQUE on a table of an earlier migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
              'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
            ],
          },
          proof: {
            rows: "INSERT INTO users VALUES (1, 'e');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'over several columns, where no two NULLs may be',
          history: ['CREATE TABLE "Member" ("teamId" int, email text, role text);'],
          sql: 'ALTER TABLE "Member" ADD UNIQUE NULLS NOT DISTINCT ("teamId", email) INCLUDE (role);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'CREATE UNIQUE INDEX CONCURRENTLY "Member_teamId_email_role_key" ON "Member" ("teamId", email) INCLUDE (role) NULLS NOT DISTINCT;',
              'ALTER TABLE "Member" ADD CONSTRAINT "Member_teamId_email_role_key" UNIQUE USING INDEX "Member_teamId_email_role_key";',
            ],
          },
          proof: {
            rows: `INSERT INTO "Member" VALUES (1, 'e', 'r');`,
            lock: { Member: 'ACCESS EXCLUSIVE' },
            scans: ['Member'],
          },
        },
        {
          title: 'over a column of the same ALTER TABLE: before it, no index can be built',
          history: ['CREATE TABLE crons (parent int, cron text);'],
          sql: 'ALTER TABLE crons ADD COLUMN name text, ADD CONSTRAINT crons_name_key UNIQUE (parent, cron, name);',
          reports: ['buildsOnNewColumn'],
          fixed: {
            scripts: [
              'ALTER TABLE crons ADD COLUMN name text;',
              'CREATE UNIQUE INDEX CONCURRENTLY crons_name_key ON crons (parent, cron, name);',
              'ALTER TABLE crons ADD CONSTRAINT crons_name_key UNIQUE USING INDEX crons_name_key;',
            ],
          },
          proof: {
            rows: "INSERT INTO crons VALUES (1, '* * * * *');",
            lock: { crons: 'ACCESS EXCLUSIVE' },
            scans: ['crons'],
          },
        },
        {
          title: 'where a unique index is already there',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE UNIQUE INDEX users_email_idx ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
          reports: ['buildsAgain'],
          fixed: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: ['users'] },
        },
        {
          title: 'a deferrable one: the index can become that, too',
          history: [
            'CREATE TABLE items (id int PRIMARY KEY, position int); CREATE UNIQUE INDEX items_position ON items (position);',
          ],
          sql: 'ALTER TABLE items ADD CONSTRAINT items_position_key UNIQUE (position) DEFERRABLE INITIALLY DEFERRED;',
          reports: ['buildsAgain'],
          proof: { scans: ['items'], rows: 'INSERT INTO items VALUES (1, 1);' },
        },
        {
          title: 'a partitioned table',
          history: [
            'CREATE TABLE events (n int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_n_at_key UNIQUE (n, at);',
          reports: ['buildsPartitions'],
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05');",
            lock: { events: 'ACCESS EXCLUSIVE' },
            scans: ['events_2024'],
          },
        },
        {
          title: 'where the runner commits each statement',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
          reports: ['builds'],
          fixed: {
            scripts: [
              'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
              'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
            ],
          },
        },
      ],
      good: [
        {
          title: 'an index that was built before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: [] },
        },
        {
          title: 'a deferrable one, with an index that was built before',
          history: [
            'CREATE TABLE items (id int PRIMARY KEY, position int);',
            'CREATE UNIQUE INDEX CONCURRENTLY items_position_key ON items (position);',
          ],
          sql: 'ALTER TABLE items ADD CONSTRAINT items_position_key UNIQUE USING INDEX items_position_key DEFERRABLE INITIALLY DEFERRED;',
          proof: { rows: 'INSERT INTO items VALUES (1, 1);', scans: [] },
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE users (id int PRIMARY KEY, email text);\nALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
        },
        {
          title: 'the parent of partitions alone',
          history: [
            'CREATE TABLE events (n int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE ONLY events ADD CONSTRAINT events_n_at_key UNIQUE (n, at);',
          proof: { rows: "INSERT INTO events VALUES (1, '2024-05-05');", scans: [] },
        },
        {
          title: 'a partition, whose index is then attached',
          history: [
            "CREATE TABLE events (n int, at date) PARTITION BY RANGE (at); CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
            'ALTER TABLE ONLY events ADD CONSTRAINT events_n_at_key UNIQUE (n, at);',
            'CREATE UNIQUE INDEX CONCURRENTLY events_2024_key ON events_2024 (n, at);',
          ],
          sql: 'ALTER TABLE events_2024 ADD CONSTRAINT events_2024_key UNIQUE USING INDEX events_2024_key;\nALTER INDEX events_n_at_key ATTACH PARTITION events_2024_key;',
          proof: { rows: "INSERT INTO events VALUES (1, '2024-05-05');", scans: [] },
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE chosen (id int);\nALTER TABLE chosen ADD UNIQUE (id);',
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE cache (key text);'],
          sql: 'TRUNCATE cache;\nALTER TABLE cache ADD CONSTRAINT cache_key_key UNIQUE (key);',
        },
        {
          title: 'a table that has no rows, or the migration fails',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE plans ADD COLUMN code text NOT NULL;\nALTER TABLE plans ADD CONSTRAINT plans_code_key UNIQUE (code);',
        },
        {
          title: 'a constraint that the same deploy drops again',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);\nALTER TABLE users DROP CONSTRAINT users_email_key;',
        },
        {
          title: 'a table of the same name in another schema',
          history: ['CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.users (id int);'],
          sql: 'CREATE TABLE b.users (id int);\nALTER TABLE b.users ADD UNIQUE (id);',
        },
      ],
    },
  },
  on: {
    AddConstraint(operation, context) {
      const { constraint, table } = operation;
      const build = constraint.type === 'unique' ? keyBuildOf(operation, constraint, context) : undefined;
      if (build === undefined || isDroppedAgain(operation, context.deploy)) return;
      const { advice, deferral, key } = build;
      const { report } = context;
      const data = { constraint: build.constraint, table };
      if (build.isPartitioned)
        return report({ messageId: 'buildsPartitions', at: operation, data: { ...data, key, advice } });
      const fix = keyUsingIndexFix(operation, context);
      if (build.adoptable !== undefined) {
        const known = { ...data, deferral, index: quoteIdentifier(build.adoptable.name) };
        return report({
          messageId: 'buildsAgain',
          at: operation,
          data: known,
          fix: takeOverIndexFix(operation, build.adoptable.name, context),
        });
      }
      const known = { ...data, deferral, key, advice };
      const column = build.newColumn;
      if (column === undefined) return report({ messageId: 'builds', at: operation, data: known, fix });
      report({ messageId: 'buildsOnNewColumn', at: operation, data: { ...known, column }, fix });
    },
  },
});

/** Whether the deploy drops the constraint again: an index that is built for it beforehand would go with it. */
function isDroppedAgain(added: AddConstraint, deploy: DeployOperations): boolean {
  const { name } = added.constraint;
  return operationsOn(added.table, deploy).some(
    (other) =>
      other.kind === 'DropConstraint' &&
      other.run === 'now' &&
      other.constraint === name &&
      runsBefore(added, other, deploy),
  );
}
