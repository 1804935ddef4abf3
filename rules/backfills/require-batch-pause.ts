import { batchLoopOf, batchPauseFix, defineRule, passesAtMost, runsInDeploy } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-batch-pause',
    summary: 'Require a pause between the batches of a loop',
    rationale:
      'A loop that commits one batch after the other without a pause takes all the disk and write-ahead log that it can get: other ' +
      'queries slow down, replicas fall behind, and autovacuum does not catch up with the dead rows. A short sleep after each COMMIT ' +
      'leaves them room. Before the COMMIT it would only keep the batch’s rows locked for longer.',
    instead: 'Sleep after the COMMIT:\n\n```sql\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n```',
    whenNotToUse:
      'Where nothing else uses the database while migrations run. A loop that does not commit is left to require-batch-commit: a pause in ' +
      'it does harm.',
    policy: ['BF2'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    messages: {
      noPause: {
        what: 'This loop writes batches of {{table}} one after the other without a pause: other queries, replicas and autovacuum get no room.',
        help: 'Sleep after each COMMIT: PERFORM pg_sleep(0.1);',
      },
    },
    examples: {
      bad: [
        {
          title: 'a COMMIT and no pause',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
          reports: ['noPause'],
          fixed:
            "DO $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE plan IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'a procedure that the migration calls',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: [
            "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
            'CALL fill();',
          ],
          reports: ['noPause'],
          fixed: {
            scripts: [
              "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;",
              'CALL fill();',
            ],
          },
        },
      ],
      good: [
        {
          title: 'pg_sleep after the COMMIT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.001);\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE plan IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'a loop that does not commit',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: 'DO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
        },
        {
          title: 'two passes',
          history: ['CREATE TABLE plans (name text PRIMARY KEY, price int);'],
          sql: "DO $$\nDECLARE p text;\nBEGIN\n  FOREACH p IN ARRAY ARRAY['free', 'pro'] LOOP\n    UPDATE plans SET price = 0 WHERE name = p;\n    COMMIT;\n  END LOOP;\nEND $$;",
        },
      ],
    },
  },
  on: {
    Loop(loop, { catalog, deploy, existedBeforeDeploy, report }) {
      const batch = batchLoopOf(loop, catalog);
      if (batch === undefined || batch.pauses || batch.commits === 'never') return;
      if ((passesAtMost(loop) ?? Infinity) <= 10 || !runsInDeploy(loop, deploy)) return;
      const change = batch.changes.find(({ table }) => existedBeforeDeploy(table) !== undefined);
      if (change === undefined) return;
      report({ messageId: 'noPause', at: loop, data: { table: change.table }, fix: batchPauseFix(loop) });
    },
  },
});
