import {
  concurrentBuildAdvice,
  defineRule,
  hasUsers,
  isIndexThere,
  partitionedIndexFix,
  quoteIdentifier,
  takesOverIndexes,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-partitioned-index-steps',
    summary: 'Require an index on an existing partitioned table to be built partition by partition',
    rationale:
      'CREATE INDEX on a partitioned table takes SHARE on it and on all its partitions and keeps these locks until the last one is ' +
      'indexed: writes to all of them wait for all that time. With CONCURRENTLY, PostgreSQL refuses it (0A000). The way around is ' +
      'an index on the parent alone, which is invalid at first and takes no time, then an index on each partition, built ' +
      'concurrently, then ATTACH PARTITION for each; with the last one the parent’s index becomes valid. Where each partition has such ' +
      'an index already, CREATE INDEX on the parent takes these over and builds nothing.',
    instead:
      'Create the index on the parent alone, then on each partition concurrently, and attach them:\n\n```sql\nCREATE INDEX events_at_idx ON ONLY events (at);\n```\n\n' +
      '```sql\n-- each in a migration of its own\nCREATE INDEX CONCURRENTLY events_2024_at_idx ON events_2024 (at);\n```\n\n' +
      '```sql\nALTER INDEX events_at_idx ATTACH PARTITION events_2024_at_idx;\n```',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX1'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      blocksWrites: {
        what: 'Creating {{index}} blocks every write to {{table}} and all its partitions until each of them is indexed.',
        help: 'A partitioned table cannot be indexed concurrently as a whole: CREATE INDEX … ON ONLY {{table}}, then CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION. {{place}}',
      },
      refused: {
        what: '{{table}} is partitioned, and PostgreSQL cannot index a partitioned table concurrently: the migration fails with 0A000.',
        help: 'CREATE INDEX … ON ONLY {{table}} without CONCURRENTLY, then CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION. {{place}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a partitioned table',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'CREATE INDEX events_at_idx ON events (at);',
          reports: ['blocksWrites'],
          fixed: {
            scripts: [
              'CREATE INDEX events_at_idx ON ONLY events (at);',
              'CREATE INDEX CONCURRENTLY events_2024_at_idx ON events_2024 (at);',
              'ALTER INDEX events_at_idx ATTACH PARTITION events_2024_at_idx;',
            ],
          },
          proof: { lock: { events: 'SHARE', events_2024: 'SHARE' }, scans: ['events_2024'] },
        },
        {
          title: 'one of two partitions has the index',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY LIST (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);',
            'CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2); CREATE INDEX events_1_at_idx ON events_1 (at);',
          ],
          sql: 'CREATE INDEX events_at_idx ON events (at);',
          reports: ['blocksWrites'],
          fixed: {
            scripts: [
              'CREATE INDEX events_at_idx ON ONLY events (at);',
              'CREATE INDEX CONCURRENTLY events_2_at_idx ON events_2 (at);',
              'ALTER INDEX events_at_idx ATTACH PARTITION events_1_at_idx;\nALTER INDEX events_at_idx ATTACH PARTITION events_2_at_idx;',
            ],
          },
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05'), (2, '2024-05-05');",
            scans: ['events_2'],
          },
        },
        {
          title: 'in a schema, under a name of its own choice, in a transaction',
          runner: 'goose',
          history: [
            'CREATE SCHEMA app; CREATE TABLE app."Event" (id int, at date) PARTITION BY LIST (id); CREATE TABLE app."Event1" PARTITION OF app."Event" FOR VALUES IN (1);',
          ],
          sql: 'CREATE UNIQUE INDEX ON app."Event" (id, at);',
          reports: ['blocksWrites'],
          fixed: {
            scripts: [
              'CREATE UNIQUE INDEX "Event_id_at_idx" ON ONLY app."Event" (id, at);',
              'CREATE UNIQUE INDEX CONCURRENTLY "Event1_id_at_idx" ON app."Event1" (id, at);',
              'ALTER INDEX app."Event_id_at_idx" ATTACH PARTITION app."Event1_id_at_idx";',
            ],
          },
          proof: { lock: { 'app.Event': 'SHARE', 'app.Event1': 'SHARE' }, scans: ['app.Event1'] },
        },
        {
          title: 'concurrently',
          history: ['CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);'],
          sql: 'CREATE INDEX CONCURRENTLY events_at_idx ON events (at);',
          reports: ['refused'],
          proof: { error: '0A000' },
        },
        {
          title: 'concurrently, on the parent alone, of the same deploy',
          sql: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            'CREATE INDEX CONCURRENTLY events_at_idx ON ONLY events (at);',
          ],
          reports: ['refused'],
          proof: { error: '0A000' },
        },
      ],
      good: [
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD COLUMN kind text NOT NULL;\nCREATE INDEX events_kind ON events (kind);',
          proof: { rows: "INSERT INTO events VALUES (1, '2024-05-05');", error: '23502' },
        },
        {
          title: 'the steps',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: [
            'CREATE INDEX events_at_idx ON ONLY events (at);',
            'CREATE INDEX CONCURRENTLY events_2024_at_idx ON events_2024 (at);',
            'ALTER INDEX events_at_idx ATTACH PARTITION events_2024_at_idx;',
          ],
          proof: {
            query: {
              sql: "SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_at_idx'::regclass",
              rows: [['true']],
            },
          },
        },
        {
          title: 'the partitions first: the parent takes their indexes over, and builds nothing',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
            'CREATE INDEX CONCURRENTLY events_2024_at_idx ON events_2024 (at);',
          ],
          sql: 'CREATE INDEX events_at_idx ON events (at);',
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05');",
            scans: [],
            query: {
              sql: "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events_at_idx'::regclass",
              rows: [['events_2024_at_idx']],
            },
          },
        },
        {
          title: 'the same of partitions that a function has made',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY HASH (id);',
            "DO $$ BEGIN FOR n IN 0..1 LOOP EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER %s)', n, n); END LOOP; END $$;",
            'CREATE INDEX CONCURRENTLY events_0_at_idx ON events_0 (at);',
            'CREATE INDEX CONCURRENTLY events_1_at_idx ON events_1 (at);',
          ],
          sql: 'CREATE INDEX IF NOT EXISTS events_at_idx ON events (at);',
          proof: { rows: "INSERT INTO events VALUES (1, '2024-05-05'), (2, '2024-05-05');", scans: [] },
        },
        {
          title: 'the parent alone',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'CREATE INDEX events_at_idx ON ONLY events (at);',
          proof: { scans: [] },
        },
        {
          title: 'a partitioned table of the same deploy',
          sql: [
            "CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
            'CREATE INDEX events_at_idx ON events (at);',
          ],
        },
        {
          title: 'IF NOT EXISTS on an index that is there: nothing is built',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); CREATE INDEX events_at_idx ON events (at);',
          ],
          sql: 'CREATE INDEX IF NOT EXISTS events_at_idx ON events (at);',
          proof: { scans: [] },
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE cache (id int, at date) PARTITION BY RANGE (at);'],
          sql: 'TRUNCATE cache;\nCREATE INDEX cache_at_idx ON cache (at);',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      const {
        catalog,
        project: { runner },
        report,
        transactionOf,
      } = context;
      const table = catalog.table(op.table);
      if (table?.partitionBy === undefined || op.run === 'called') return;
      if (isIndexThere(op, catalog)) return;
      const place = concurrentBuildAdvice(runner, transactionOf(op), 'each build on a partition');
      const data = { table: op.table, place };
      if (op.concurrently)
        return report({ messageId: 'refused', at: { operation: op, part: 'concurrently' }, data });
      if (op.only || takesOverIndexes(op, catalog) || !hasUsers(op.table, op, context)) return;
      const index = op.name === undefined ? 'an index' : quoteIdentifier(op.name);
      report({
        messageId: 'blocksWrites',
        at: op,
        data: { ...data, index },
        fix: partitionedIndexFix(op, context),
      });
    },
  },
});
