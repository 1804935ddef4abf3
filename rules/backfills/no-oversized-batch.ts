import { batchLoopOf, batchSizeFix, defineRule, runsInDeploy } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-oversized-batch',
    summary: 'Disallow batches of too many rows',
    rationale:
      'All rows of a batch stay locked until it commits, and are written to the log in one go. Between 1,000 and 10,000 rows a batch takes ' +
      'well under a second; a hundred thousand take long enough for requests to time out behind them.',
    instead:
      'Take 1,000 to 10,000 rows at a time:\n\n```sql\nSELECT id FROM users WHERE plan IS NULL LIMIT 5000\n```',
    whenNotToUse:
      'Raise `max` where rows are narrow and have few indexes. Sizes are read from constants and from variables that keep their default; ' +
      'others are not judged.',
    policy: ['BF1', 'BF2'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    options: {
      max: {
        type: 'integer',
        default: 10_000,
        minimum: 1,
        convention: 'batchRows',
        description: 'The most rows that a batch may have.',
      },
    },
    messages: {
      tooLarge: {
        what: 'A batch of {{rows}} rows of {{table}} at a time is large: they stay locked together until it commits.',
        help: 'Take at most {{max}} rows at a time.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a LIMIT in a variable',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$\nDECLARE batch_size CONSTANT int := 100000;\nBEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT batch_size);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;",
          reports: ['tooLarge'],
          fixed:
            "DO $$\nDECLARE batch_size CONSTANT int := 10000;\nBEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT batch_size);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 11000) AS n;',
            query: {
              sql: 'SELECT max(n) FROM (SELECT count(*) AS n FROM users GROUP BY xmin::text) AS batch',
              rows: [['11000']],
            },
          },
        },
        {
          title: 'numbers in other forms',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: 'DO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 1e5);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\n  LOOP\n    DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT 100000::bigint);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
          reports: ['tooLarge', 'tooLarge'],
        },
        {
          title: 'a range of keys',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$ BEGIN\n  FOR first IN 1..1000000 BY 50000 LOOP\n    UPDATE users SET plan = 'free' WHERE id BETWEEN first AND first + 49999;\n    COMMIT;\n  END LOOP;\nEND $$;",
          reports: ['tooLarge'],
        },
        {
          title: 'an option',
          options: { max: 1000 },
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: 'DO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE ctid IN (SELECT ctid FROM users WHERE plan IS NULL LIMIT 5000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
          reports: ['tooLarge'],
          fixed:
            'DO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE ctid IN (SELECT ctid FROM users WHERE plan IS NULL LIMIT 1000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
        },
      ],
      good: [
        {
          title: 'ten thousand at a time',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$\nDECLARE batch_size int := 10000;\nBEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT batch_size);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 25000) AS n;',
            query: {
              sql: 'SELECT max(n) FROM (SELECT count(*) AS n FROM users GROUP BY xmin::text) AS batch',
              rows: [['10000']],
            },
          },
        },
        {
          title: 'a size that something computes',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$\nDECLARE batch_size int := 50000;\nBEGIN\n  batch_size := least(batch_size, 5000);\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT batch_size);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
        },
      ],
    },
  },
  on: {
    Loop(loop, { catalog, deploy, existedBeforeDeploy, options, report }) {
      const batch = batchLoopOf(loop, catalog);
      const rows = batch?.batchSize;
      if (batch === undefined || rows === undefined || rows <= options.max || !runsInDeploy(loop, deploy))
        return;
      const change = batch.changes.find(({ table }) => existedBeforeDeploy(table) !== undefined);
      if (change === undefined) return;
      const at = { operation: change, part: 'where' } as const;
      const fix = batchSizeFix(loop, rows, options.max);
      report({ messageId: 'tooLarge', at, data: { rows, max: options.max, table: change.table }, fix });
    },
  },
});
