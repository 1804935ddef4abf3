import {
  allowsCommitInBody,
  batchCommitFix,
  batchLoopOf,
  defineRule,
  isAloneInFile,
  isBoundedWrite,
  outsideTransactionAdvice,
  passesAtMost,
  routineOf,
  runsInDeploy,
} from 'migration-lint';

/** So many rows are a batch, not a backfill. */
const ONE_BATCH = 10_000;

export default defineRule({
  meta: {
    name: 'require-batch-commit',
    summary: 'Require that a loop which changes rows commits its batches',
    rationale:
      'A row that is updated or deleted stays locked until the transaction ends. A loop that never commits is one transaction, however ' +
      'small its batches are: at its end it holds every row that it has touched, writers of those rows wait all that time, no dead row can ' +
      'be cleaned up, replicas lag behind, and an error undoes everything. The batches gain nothing over one large UPDATE.',
    instead:
      'COMMIT at the end of each pass. It needs a DO block or a procedure, and no transaction around it; what the key range or the ' +
      'condition has done is done, so that the migration can be started again after an error:\n\n' +
      '```sql\nDO $$\nBEGIN\n  LOOP\n    UPDATE users SET plan = ' +
      "'free'\n    WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 5000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;\n```",
    whenNotToUse:
      'Where tables are small, or a backfill must be done as a whole or not at all. Loops in functions and procedures are judged only if ' +
      'a migration of the same deploy calls them: a maintenance function that somebody calls for a few rows is no backfill.',
    policy: ['BF2'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    yieldsTo: ['no-unbatched-write'],
    messages: {
      neverCommits: {
        what: 'This loop changes rows of {{table}} and never commits: all of it is one transaction, which keeps every row locked that it has touched.',
        help: 'COMMIT at the end of each pass.',
      },
      inTransaction: {
        what: 'This loop changes rows of {{table}} and never commits: all of it is one transaction, which keeps every row locked that it has touched.',
        help: 'COMMIT at the end of each pass; in the transaction that this file runs in, it would fail with 2D000. {{advice}}',
      },
      inFunction: {
        what: 'This loop changes rows of {{table}} in a function, which cannot commit: all of it is one transaction, which keeps every row locked that it has touched.',
        help: 'Make a procedure of it and CALL it, or write a DO block, alone in its migration, and COMMIT at the end of each pass.',
      },
    },
    examples: {
      bad: [
        {
          title: 'batches without COMMIT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
BEGIN
  LOOP
    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;`,
          reports: ['neverCommits'],
          fixed:
            "DO $$\nBEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 35) AS n;',
            lock: { users: 'ROW EXCLUSIVE' },
            query: { sql: "SELECT count(DISTINCT xmin::text) FROM users WHERE plan = 'free'", rows: [['1']] },
          },
        },
        {
          title: 'row by row',
          history: ['CREATE TABLE users (id int PRIMARY KEY, slug text);'],
          sql: "DO $$\nDECLARE u record;\nBEGIN\n  FOR u IN SELECT id FROM users WHERE slug IS NULL LOOP\n    UPDATE users SET slug = 'u' || u.id WHERE id = u.id;\n  END LOOP;\nEND $$;",
          reports: ['neverCommits'],
          fixed:
            "DO $$\nDECLARE u record;\nBEGIN\n  FOR u IN SELECT id FROM users WHERE slug IS NULL LOOP\n    UPDATE users SET slug = 'u' || u.id WHERE id = u.id;\n    COMMIT;\n  END LOOP;\nEND $$;",
        },
        {
          title: 'a runner that wraps the file',
          runner: 'wrapping',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: 'DO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
          reports: ['inTransaction'],
        },
        {
          title: 'a function that the migration calls',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;
SELECT fill();`,
          reports: ['inFunction'],
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: "SELECT count(DISTINCT xmin::text) FROM users WHERE plan = 'free'", rows: [['1']] },
          },
        },
      ],
      good: [
        {
          title: 'a COMMIT in each pass',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "DO $$ BEGIN\n  LOOP\n    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: "SELECT count(DISTINCT xmin::text) FROM users WHERE plan = 'free'", rows: [['4']] },
          },
        },
        {
          title: 'a COMMIT every thousand rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY, slug text);'],
          sql: "DO $$\nDECLARE\n  u record;\n  done int := 0;\nBEGIN\n  FOR u IN SELECT id FROM users LOOP\n    UPDATE users SET slug = 'u' || u.id WHERE id = u.id;\n    done := done + 1;\n    IF done % 1000 = 0 THEN COMMIT; END IF;\n  END LOOP;\nEND $$;",
        },
        {
          title: 'a handful of rows',
          history: ['CREATE TABLE plans (name text PRIMARY KEY, price int);'],
          sql: "DO $$\nDECLARE p text;\nBEGIN\n  FOREACH p IN ARRAY ARRAY['free', 'pro'] LOOP\n    UPDATE plans SET price = 0 WHERE name = p;\n  END LOOP;\nEND $$;",
        },
        {
          title: 'a function that the migration only makes',
          history: ['CREATE TABLE jobs (id int PRIMARY KEY, state text);'],
          sql: "CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n  LOOP\n    DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'done' LIMIT 100);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;",
        },
        {
          title: 'a table that the same deploy creates',
          sql: 'CREATE TABLE users (id int PRIMARY KEY, plan text);\nDO $$ BEGIN\n  LOOP\n    DELETE FROM users WHERE id IN (SELECT id FROM users LIMIT 10);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
        },
        {
          title: 'a loop that only inserts: nobody waits for new rows',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE settings (user_id int, name text);',
          ],
          sql: "DO $$\nDECLARE u int;\nBEGIN\n  FOR u IN SELECT id FROM users LOOP\n    INSERT INTO settings SELECT u, name FROM (VALUES ('a'), ('b')) AS v (name);\n  END LOOP;\nEND $$;",
        },
      ],
    },
  },
  on: {
    Loop(loop, context) {
      const { catalog, deploy, existedBeforeDeploy, migration, project, report, transactionOf } = context;
      const batch = batchLoopOf(loop, catalog);
      if (batch === undefined || batch.commits !== 'never' || !runsInDeploy(loop, deploy)) return;
      const changes = batch.changes.filter(
        ({ kind, table }) => kind !== 'Insert' && existedBeforeDeploy(table) !== undefined,
      );
      const isUnbounded = (change: (typeof changes)[number]): boolean =>
        change.kind === 'Merge' || (change.kind !== 'Insert' && !isBoundedWrite(change, catalog));
      const unbounded = changes.find(isUnbounded);
      const passes = passesAtMost(loop);
      if (unbounded === undefined && passes !== undefined && passes * (batch.batchSize ?? 1) <= ONE_BATCH)
        return;
      const change = unbounded ?? changes[0];
      if (change === undefined) return;
      const data = { table: change.table };
      const routine = routineOf(loop);
      if (routine?.isProcedure === false) return report({ messageId: 'inFunction', at: change, data });
      const isAllowed =
        loop.run === 'called' || allowsCommitInBody(transactionOf(change), project.postgresVersion);
      if (isAllowed) report({ messageId: 'neverCommits', at: change, data, fix: batchCommitFix(loop) });
      else {
        const advice = outsideTransactionAdvice(project.runner, {
          subject: 'the DO block',
          transaction: transactionOf(change),
          alone: isAloneInFile(migration.script),
        });
        report({ messageId: 'inTransaction', at: change, data: { ...data, advice } });
      }
    },
  },
});
