import { batchLoopOf, defineRule, quoteIdentifier, withoutOffsetFix } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-skipped-rows',
    summary: 'Disallow batch loops that pass rows over',
    rationale:
      'A loop that asks for rows with `WHERE x IS NULL LIMIT 1000 OFFSET n` and fills x changes the list that it pages through: after the ' +
      'first batch the second page has become the first, and the OFFSET jumps over it. Half of the rows stay as they were, the loop ends ' +
      'without an error, and a later SET NOT NULL fails with 23502. A LIMIT without ORDER BY over rows that the loop does not take out ' +
      'of its condition gives any rows, the same ones again or never some.',
    instead:
      'Leave the OFFSET out: what is done drops out of the condition by itself. Or go along a key:\n\n' +
      '```sql\nDO $$\nDECLARE rows_affected int;\nBEGIN\n  LOOP\n    UPDATE "Product" SET "newField" = upper("oldField")\n    WHERE "id" IN (\n' +
      '      SELECT "id" FROM "Product" WHERE "newField" IS NULL AND "oldField" IS NOT NULL ORDER BY "id" LIMIT 1000\n    );\n' +
      '    GET DIAGNOSTICS rows_affected = ROW_COUNT;\n    EXIT WHEN rows_affected = 0;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;\n```',
    policy: ['BF3'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      gap: {
        what: 'This loop stops at the first {{width}} values of {{column}} that no row of {{table}} has, such as those of deleted rows: all rows behind that gap are left.',
        help: 'Ask for the end of the keys instead of for rows: EXIT WHEN {{variable}} >= (SELECT COALESCE(max({{column}}), 0) FROM {{table}}).',
      },
      movingOffset: {
        what: 'This loop skips rows of {{table}}: it fills {{columns}}, by which it also picks its rows, so that each OFFSET jumps over rows that have moved up. About half of them are left.',
        help: 'Remove the OFFSET: rows that are done drop out of the condition by themselves. Or page by key: WHERE id > last_id ORDER BY id LIMIT n.',
      },
      movingOffsetOfDeleted: {
        what: 'This loop skips rows of {{table}}: it deletes what it finds, so that each OFFSET jumps over rows that have moved up. About half of them are left.',
        help: 'Remove the OFFSET: deleted rows are gone from the next page by themselves.',
      },
      unordered: {
        what: 'This loop takes LIMIT rows of {{table}} without ORDER BY, and nothing marks them as done: PostgreSQL may give the same rows again, and never give others.',
        help: 'Page by key: WHERE id > last_id ORDER BY id LIMIT n. Or pick rows by a condition that the update makes false.',
      },
    },
    examples: {
      bad: [
        {
          title: 'OFFSET over a condition that the loop’s own UPDATE empties',
          history: ['CREATE TABLE "Product" ("id" INT PRIMARY KEY, "oldField" TEXT, "newField" TEXT);'],
          sql: `DO $$
DECLARE
    batch_size INT := 10;
    offset_val INT := 0;
    rows_affected INT;
BEGIN
    LOOP
        UPDATE "Product"
        SET "newField" = upper("oldField")
        WHERE "id" IN (
            SELECT "id" FROM "Product"
            WHERE "newField" IS NULL
            LIMIT batch_size
            OFFSET offset_val
        );
        GET DIAGNOSTICS rows_affected = ROW_COUNT;
        EXIT WHEN rows_affected = 0;
        offset_val := offset_val + batch_size;
        COMMIT;
        PERFORM pg_sleep(0.001);
    END LOOP;
END $$;`,
          reports: ['movingOffset'],
          proof: {
            rows: `INSERT INTO "Product" SELECT n, 'v' FROM generate_series(1, 100) AS n;`,
            query: { sql: 'SELECT count(*) FROM "Product" WHERE "newField" IS NULL', rows: [['50']] },
            afterwards: { sql: 'ALTER TABLE "Product" ALTER COLUMN "newField" SET NOT NULL', error: '23502' },
          },
        },
        {
          title: 'ordered, and in a common table expression: the same',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
BEGIN
  FOR page IN 0..9 LOOP
    WITH batch AS (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 10 OFFSET page * 10)
    UPDATE users AS u SET plan = 'free' FROM batch WHERE batch.id = u.id;
  END LOOP;
END $$;`,
          reports: ['movingOffset'],
          fixed:
            "DO $$\nBEGIN\n  FOR page IN 0..9 LOOP\n    WITH batch AS (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 10)\n    UPDATE users AS u SET plan = 'free' FROM batch WHERE batch.id = u.id;\n  END LOOP;\nEND $$;",
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 100) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE plan IS NULL', rows: [['50']] },
          },
        },
        {
          title: 'a loop that deletes',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at date);'],
          sql: `DO $$
DECLARE done int := 0;
BEGIN
  WHILE done < 100 LOOP
    DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT 10 OFFSET done);
    done := done + 10;
  END LOOP;
END $$;`,
          reports: ['movingOffsetOfDeleted'],
          fixed:
            'DO $$\nDECLARE done int := 0;\nBEGIN\n  WHILE done < 100 LOOP\n    DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT 10);\n    done := done + 10;\n  END LOOP;\nEND $$;',
          proof: {
            rows: 'INSERT INTO events SELECT n FROM generate_series(1, 100) AS n;',
            query: { sql: 'SELECT count(*) FROM events', rows: [['50']] },
          },
        },
        {
          title: 'a LIMIT without ORDER BY, and nothing says which rows are done',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: `CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$
BEGIN
  FOR page IN 0..9 LOOP
    UPDATE users SET points = score WHERE id IN (SELECT id FROM users LIMIT 10 OFFSET page * 10);
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['unordered'],
        },
        {
          title: 'ranges of keys, up to the first that is empty',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
DECLARE last int := 0;
BEGIN
  LOOP
    UPDATE users SET plan = 'free' WHERE id > last AND id <= last + 10;
    EXIT WHEN NOT FOUND;
    last := last + 10;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['gap'],
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 100) AS n WHERE n NOT BETWEEN 31 AND 40;',
            query: { sql: 'SELECT count(*) FROM users WHERE plan IS NULL', rows: [['60']] },
          },
        },
      ],
      good: [
        {
          title: 'ranges of keys, up to the last key',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
DECLARE last int := 0;
BEGIN
  LOOP
    UPDATE users SET plan = 'free' WHERE id > last AND id <= last + 10;
    last := last + 10;
    COMMIT;
    EXIT WHEN last >= (SELECT COALESCE(max(id), 0) FROM users);
  END LOOP;
END $$;`,
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 100) AS n WHERE n NOT BETWEEN 31 AND 40;',
            query: { sql: 'SELECT count(*) FROM users WHERE plan IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'no OFFSET: what is done drops out',
          history: [
            'CREATE TABLE financials (id int PRIMARY KEY, currency text NOT NULL, currency_code text);',
          ],
          sql: `DO $$
DECLARE
  batch_size INT := 10;
  rows_updated INT;
BEGIN
  LOOP
    UPDATE financials
    SET currency_code = UPPER(currency)
    WHERE id IN (
      SELECT id FROM financials
      WHERE currency_code IS NULL
      LIMIT batch_size
    );
    GET DIAGNOSTICS rows_updated = ROW_COUNT;
    EXIT WHEN rows_updated = 0;
    COMMIT;
  END LOOP;
END $$;`,
          proof: {
            rows: "INSERT INTO financials SELECT n, 'eur' FROM generate_series(1, 35) AS n;",
            query: { sql: 'SELECT count(*) FROM financials WHERE currency_code IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'an OFFSET in a fixed order over rows that stay in the list',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: `DO $$
BEGIN
  FOR page IN 0..9 LOOP
    UPDATE users SET points = score WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 10 OFFSET page * 10);
  END LOOP;
END $$;`,
          proof: {
            rows: 'INSERT INTO users SELECT n, n FROM generate_series(1, 100) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE points IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'along a key',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: `DO $$
DECLARE
  last_id int := 0;
  next_id int;
BEGIN
  LOOP
    SELECT max(id) INTO next_id FROM (SELECT id FROM users WHERE id > last_id ORDER BY id LIMIT 10) AS batch;
    EXIT WHEN next_id IS NULL;
    UPDATE users SET points = score WHERE id > last_id AND id <= next_id;
    last_id := next_id;
  END LOOP;
END $$;`,
          proof: {
            rows: 'INSERT INTO users SELECT n, n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE points IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'deleting batches from the front',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at date);'],
          sql: `DO $$
BEGIN
  LOOP
    DELETE FROM events WHERE id IN (SELECT id FROM events LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;`,
          proof: {
            rows: 'INSERT INTO events SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM events', rows: [['0']] },
          },
        },
        {
          title: 'a constant OFFSET keeps the newest rows',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logins (id int PRIMARY KEY, user_id int);',
          ],
          sql: `DO $$
DECLARE u record;
BEGIN
  FOR u IN SELECT id FROM users LOOP
    DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE user_id = u.id ORDER BY id DESC OFFSET 3);
  END LOOP;
END $$;`,
        },
        {
          title: 'a single batch outside of a loop',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: 'UPDATE users SET points = score WHERE id IN (SELECT id FROM users LIMIT 10);',
        },
      ],
    },
  },
  on: {
    Loop(loop, { catalog, report }) {
      const batch = batchLoopOf(loop, catalog);
      for (const { write, column, variable, width } of batch?.gaps ?? []) {
        const at = { operation: write, part: 'where' } as const;
        const data = { table: write.table, column: quoteIdentifier(column), variable, width };
        report({ messageId: 'gap', at, data });
      }
      for (const { hazard, operation, table, columns } of batch?.skipping ?? []) {
        // A loop that finds the same rows for ever is no-endless-batch-loop's.
        if (hazard === 'unordered' && batch?.ending.verdict === 'endless') continue;
        const at = { operation, part: 'where' } as const;
        const fix = withoutOffsetFix(operation, loop, columns);
        if (hazard === 'unordered') report({ messageId: 'unordered', at, data: { table } });
        else if (columns.length === 0)
          report({ messageId: 'movingOffsetOfDeleted', at, data: { table }, fix });
        else
          report({
            messageId: 'movingOffset',
            at,
            data: { table, columns: columns.map(quoteIdentifier) },
            fix,
          });
      }
    },
  },
});
