import { batchLoopOf, changedTables, defineRule, endlessAround, quoteIdentifier } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-endless-batch-loop',
    summary: 'Disallow batch loops that never end',
    rationale:
      'A batch loop goes on until a batch finds no row. It never does if a row that was written fulfils the condition as before: ' +
      '`SET currency_code = upper(currency) WHERE currency_code IS NULL` writes NULL where currency is NULL, finds the row again, and ' +
      'writes it again, for ever. Each pass leaves dead rows behind, the table and the write-ahead log grow until the disk is full, and the ' +
      'deployment hangs without an error. The same happens without an EXIT, or with one that is never true: FOUND is always true ' +
      'after a SELECT of an aggregate and after PERFORM, and nothing is `= NULL`.',
    instead:
      'Let the condition leave out the rows that the update cannot change, and ask right after it how many it has changed:\n\n' +
      '```sql\nDO $$\nDECLARE changed int;\nBEGIN\n  LOOP\n    UPDATE invoices SET currency_code = upper(currency)\n    WHERE id IN (\n' +
      '      SELECT id FROM invoices WHERE currency_code IS NULL AND currency IS NOT NULL LIMIT 5000\n    );\n' +
      '    GET DIAGNOSTICS changed = ROW_COUNT;\n    EXIT WHEN changed = 0;\n    COMMIT;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND $$;\n```',
    whenNotToUse:
      'For a procedure that is meant to work for ever. What triggers make of a row is not read: nothing is said of a table that has one on UPDATE.',
    policy: ['BF2', 'BF3'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      noExit: {
        what: 'This loop over {{table}} never ends: there is no EXIT and no RETURN in it.',
        help: 'Leave it when a batch finds no row: GET DIAGNOSTICS changed = ROW_COUNT; EXIT WHEN changed = 0;',
      },
      unreachableExit: {
        what: 'This loop over {{table}} never ends: the condition of its exit is never true.',
        help: 'Ask right after the UPDATE or DELETE: GET DIAGNOSTICS changed = ROW_COUNT; EXIT WHEN changed = 0; FOUND tells of the last statement, and a SELECT of an aggregate and PERFORM always find a row; a comparison with NULL is never true.',
      },
      emptyTable: {
        what: 'This loop has no end where {{table}} is empty, as in a new database: {{variable}} is NULL then, and a comparison with NULL is never true.',
        help: 'Give {{variable}} a value for that case: COALESCE({{aggregate}}, 0).',
      },
      sameRows: {
        what: 'This loop over {{table}} never ends once it finds a row: the UPDATE leaves its own condition true, so that each pass writes the same rows again.',
        help: 'Pick rows by a condition that the UPDATE makes false, or go along a key: WHERE id > last_id ORDER BY id LIMIT n.',
      },
      nullsRemain: {
        what: 'This loop never ends if a row of {{table}} holds NULL in {{columns}}: what it sets is NULL as well, the condition stays true, and each pass writes the row again.',
        help: 'Leave such rows out with AND {{condition}}, or give them a value with COALESCE.',
      },
      unmatchedRemain: {
        what: 'This loop never ends if the subquery over {{source}} finds nothing for a row of {{table}}: it gives NULL, the condition stays true, and each pass writes the row again.',
        help: 'Leave rows without a match out with AND EXISTS (SELECT 1 FROM {{source}} …), or give them a value with COALESCE.',
      },
      unmatchedFillBatch: {
        what: 'This loop never ends if the subquery over {{source}} finds nothing for {{rows}} rows of {{table}}: it gives NULL, the condition stays true, and these rows fill each batch again.',
        help: 'Leave rows without a match out with AND EXISTS (SELECT 1 FROM {{source}} …), or give them a value with COALESCE.',
      },
      nullsFillBatch: {
        what: 'This loop never ends if {{rows}} rows of {{table}} hold NULL in {{columns}}: what it sets is NULL as well, the condition stays true, and these rows fill each batch again.',
        help: 'Leave such rows out with AND {{condition}}, or give them a value with COALESCE.',
      },
    },
    examples: {
      bad: [
        {
          title: 'upper(NULL) is NULL',
          history: ['CREATE TABLE financials (id int PRIMARY KEY, currency text, currency_code text);'],
          sql: `DO $$
DECLARE
  batch_size INT := 10000;
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

    RAISE NOTICE 'Updated % rows', rows_updated;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['nullsRemain'],
        },
        {
          title: 'no way out',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
BEGIN
  LOOP
    UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 1000);
    COMMIT;
    PERFORM pg_sleep(0.1);
  END LOOP;
END $$;`,
          reports: ['noExit'],
        },
        {
          title: 'FOUND after an aggregate, and after a pause',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: `DO $$
DECLARE
  last_id int := 0;
  next_id int;
BEGIN
  LOOP
    SELECT max(id) INTO next_id FROM (SELECT id FROM users WHERE id > last_id ORDER BY id LIMIT 1000) AS batch;
    EXIT WHEN NOT FOUND;
    UPDATE users SET points = score WHERE id > last_id AND id <= next_id;
    last_id := next_id;
    COMMIT;
  END LOOP;
  LOOP
    DELETE FROM users WHERE id IN (SELECT id FROM users WHERE score < 0 LIMIT 1000);
    COMMIT;
    PERFORM pg_sleep(0.1);
    IF NOT FOUND THEN
      EXIT;
    END IF;
  END LOOP;
END $$;`,
          reports: ['unreachableExit', 'unreachableExit'],
        },
        {
          title: 'a condition on another column than the one that is set',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, verified boolean, checked boolean);',
          ],
          sql: `DO $$
DECLARE n int := 1;
BEGIN
  WHILE n > 0 LOOP
    WITH batch AS (SELECT id FROM users WHERE verified IS NULL ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
    UPDATE users AS u SET checked = true FROM batch WHERE batch.id = u.id;
    GET DIAGNOSTICS n = ROW_COUNT;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['sameRows'],
        },
        {
          title: 'a loop that ends on a batch that is not full, two columns and a procedure',
          history: ['CREATE TABLE users (id int PRIMARY KEY, first text, last text, full_name text);'],
          sql: `CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
  LOOP
    UPDATE users SET full_name = first || ' ' || last WHERE id IN (SELECT id FROM users WHERE full_name IS NULL LIMIT 500);
    GET DIAGNOSTICS n = ROW_COUNT;
    COMMIT;
    EXIT WHEN n < 500;
  END LOOP;
END $$;`,
          reports: ['nullsFillBatch'],
        },
        {
          title: 'a value that is looked up, without a match for each row',
          history: [
            'CREATE TABLE authors (id int PRIMARY KEY, name text); CREATE TABLE posts (id int PRIMARY KEY, author_name text, uid int);',
          ],
          sql: `DO $$
BEGIN
  LOOP
    UPDATE posts p SET uid = (SELECT id FROM authors a WHERE a.name = p.author_name)
    WHERE p.id IN (SELECT id FROM posts WHERE uid IS NULL LIMIT 100);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['unmatchedRemain'],
        },
        {
          title: 'a loop that ends on a batch that is not full of them',
          history: [
            'CREATE TABLE authors (id int PRIMARY KEY, name text); CREATE TABLE posts (id int PRIMARY KEY, author_name text, uid int);',
          ],
          sql: `DO $$
DECLARE n int;
BEGIN
  LOOP
    UPDATE posts p SET uid = (SELECT id FROM authors a WHERE a.name = p.author_name)
    WHERE p.id IN (SELECT id FROM posts WHERE uid IS NULL LIMIT 100);
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n < 100;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['unmatchedFillBatch'],
        },
        {
          title: 'the greatest key of a table that can be empty',
          history: ['CREATE TABLE users (id int PRIMARY KEY, a text);'],
          sql: `DO $$
DECLARE
  mx int;
  last int := 0;
BEGIN
  SELECT max(id) INTO mx FROM users;
  LOOP
    UPDATE users SET a = 'x' WHERE id > last AND id <= last + 1000;
    last := last + 1000;
    COMMIT;
    EXIT WHEN last >= mx;
  END LOOP;
END $$;`,
          reports: ['emptyTable'],
        },
        {
          title: 'a loop without an exit around one that ends',
          history: ['CREATE TABLE users (id int PRIMARY KEY, a text);'],
          sql: `DO $$
DECLARE r record;
BEGIN
  LOOP
    FOR r IN SELECT id FROM users WHERE a IS NULL LIMIT 100 LOOP
      UPDATE users SET a = 'x' WHERE id = r.id;
    END LOOP;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['noExit'],
        },
        {
          title: 'a condition that asks for what is left',
          history: ['CREATE TABLE users (id int PRIMARY KEY, a text, b text);'],
          sql: `DO $$
BEGIN
  WHILE EXISTS (SELECT 1 FROM users WHERE a IS NULL) LOOP
    UPDATE users SET a = upper(b) WHERE id IN (SELECT id FROM users WHERE a IS NULL LIMIT 100);
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['nullsRemain'],
        },
      ],
      good: [
        {
          title: 'the rows with NULL left out',
          history: ['CREATE TABLE financials (id int PRIMARY KEY, currency text, currency_code text);'],
          sql: `DO $$
DECLARE n int;
BEGIN
  LOOP
    UPDATE financials SET currency_code = upper(currency)
    WHERE id IN (SELECT id FROM financials WHERE currency_code IS NULL AND currency IS NOT NULL LIMIT 10);
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n = 0;
    COMMIT;
  END LOOP;
END $$;`,
          proof: {
            rows: "INSERT INTO financials SELECT n, CASE WHEN n % 5 > 0 THEN 'eur' END FROM generate_series(1, 35) AS n;",
            query: { sql: 'SELECT count(*) FROM financials WHERE currency_code IS NULL', rows: [['7']] },
          },
        },
        {
          title: 'a column that is NOT NULL, by itself or by a CHECK',
          history: [
            'CREATE TABLE financials (id int PRIMARY KEY, currency text NOT NULL, country text CHECK (country IS NOT NULL), code text);',
          ],
          sql: `DO $$
BEGIN
  LOOP
    UPDATE financials SET code = lower(country) || upper(currency) WHERE id IN (SELECT id FROM financials WHERE code IS NULL LIMIT 10);
    IF NOT FOUND THEN EXIT; END IF;
    COMMIT;
  END LOOP;
END $$;`,
          proof: {
            rows: "INSERT INTO financials SELECT n, 'eur', 'AT' FROM generate_series(1, 35) AS n;",
            query: { sql: 'SELECT count(*) FROM financials WHERE code IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'COALESCE, a flag, a state and a comparison with the value itself',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a text, b text, done boolean, state text, email text);',
          ],
          sql: `DO $$
DECLARE n int;
BEGIN
  LOOP
    UPDATE users SET b = coalesce(a, '') WHERE id IN (SELECT id FROM users WHERE b IS NULL LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
  LOOP
    UPDATE users SET done = true WHERE id IN (SELECT id FROM users WHERE done IS DISTINCT FROM true LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
  LOOP
    UPDATE users SET state = 'active' WHERE ctid = ANY (ARRAY(SELECT ctid FROM users WHERE state = 'new' LIMIT 10));
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n < 10;
  END LOOP;
  LOOP
    UPDATE users SET email = lower(email) WHERE id IN (SELECT id FROM users WHERE email <> lower(email) LIMIT 10);
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;`,
          proof: {
            rows: "INSERT INTO users SELECT n, CASE WHEN n % 3 > 0 THEN 'x' END, NULL, NULL, 'new', 'X' || n FROM generate_series(1, 35) AS n;",
            query: {
              sql: "SELECT count(*) FROM users WHERE b IS NULL OR done IS NOT TRUE OR state = 'new' OR email <> lower(email)",
              rows: [['0']],
            },
          },
        },
        {
          title: 'a function of the team’s own: who knows when it gives NULL',
          history: [
            "CREATE FUNCTION code_of(text) RETURNS text LANGUAGE sql AS $$ SELECT coalesce(upper($1), '?') $$; CREATE TABLE f (id int PRIMARY KEY, currency text, code text);",
          ],
          sql: 'DO $$ BEGIN\n  LOOP\n    UPDATE f SET code = code_of(currency) WHERE id IN (SELECT id FROM f WHERE code IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
        },
        {
          title: 'a trigger can fill the column',
          history: [
            "CREATE TABLE f (id int PRIMARY KEY, currency text, code text); CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := coalesce(NEW.code, '?'); RETURN NEW; END $$; CREATE TRIGGER fill BEFORE UPDATE ON f FOR EACH ROW EXECUTE FUNCTION fill();",
          ],
          sql: 'DO $$ BEGIN\n  LOOP\n    UPDATE f SET code = upper(currency) WHERE id IN (SELECT id FROM f WHERE code IS NULL LIMIT 10);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
          proof: {
            rows: 'INSERT INTO f SELECT n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM f WHERE code IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'along a key; and a loop that an error ends, which undoes it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, points int);'],
          sql: `DO $$
DECLARE
  last_id int := 0;
  n int;
BEGIN
  LOOP
    WITH done AS (
      UPDATE users SET points = score WHERE id IN (SELECT id FROM users WHERE id > last_id ORDER BY id LIMIT 10) RETURNING id
    )
    SELECT max(id), count(*) INTO last_id, n FROM done;
    EXIT WHEN n = 0;
  END LOOP;
  BEGIN
    LOOP
      SELECT id INTO STRICT last_id FROM users WHERE points IS NOT NULL ORDER BY id LIMIT 1;
      UPDATE users SET points = NULL WHERE id = last_id;
    END LOOP;
  EXCEPTION WHEN no_data_found THEN
    RAISE NOTICE 'done';
  END;
END $$;`,
          proof: {
            rows: 'INSERT INTO users SELECT n, n FROM generate_series(1, 35) AS n;',
            query: { sql: 'SELECT count(*) FROM users WHERE points IS NULL', rows: [['0']] },
          },
        },
        {
          title: 'a table that the same deploy creates',
          sql: 'CREATE TABLE f (id int PRIMARY KEY, currency text, code text);\nDO $$ BEGIN\n  LOOP\n    UPDATE f SET code = upper(currency) WHERE code IS NULL;\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND $$;',
        },
      ],
    },
  },
  on: {
    Loop(loop, { catalog, existedBeforeDeploy, report }) {
      const batch = batchLoopOf(loop, catalog);
      const around = batch === undefined ? endlessAround(loop, catalog) : undefined;
      const tables = (batch === undefined ? (around?.tables ?? []) : changedTables(batch)).filter(
        (table) => existedBeforeDeploy(table) !== undefined,
      );
      if (around !== undefined && tables.length > 0) {
        const messageId = around.why === 'no exit' ? 'noExit' : 'unreachableExit';
        return report({ messageId, at: loop, data: { table: tables } });
      }
      if (batch === undefined) return;
      const { ending } = batch;
      if (tables.length === 0 || ending.verdict === 'ends' || ending.verdict === 'unknown') return;
      if (ending.verdict === 'endless' && ending.why !== 'same rows') {
        const messageId = ending.why === 'no exit' ? 'noExit' : 'unreachableExit';
        return report({ messageId, at: loop, data: { table: tables } });
      }
      if (ending.verdict === 'endless when empty') {
        const { table, variable, aggregate } = ending;
        return report({ messageId: 'emptyTable', at: loop, data: { table, variable, aggregate } });
      }
      const { write } = ending;
      const at = { operation: write, part: 'where' } as const;
      if (ending.verdict === 'endless')
        return report({ messageId: 'sameRows', at, data: { table: write.table } });
      const { atLeast } = ending;
      if (ending.verdict === 'endless without match') {
        const data = { table: write.table, source: ending.tables };
        if (atLeast <= 1) report({ messageId: 'unmatchedRemain', at, data });
        else report({ messageId: 'unmatchedFillBatch', at, data: { ...data, rows: atLeast } });
        return;
      }
      const { together } = ending;
      const names = ending.columns.map(quoteIdentifier);
      const columns = names.join(together ? ' and ' : ' or ');
      const all = names.map((name) => `${name} IS NOT NULL`);
      const condition = together ? `(${all.join(' OR ')})` : all.join(' AND ');
      const data = { table: write.table, columns, condition };
      if (atLeast <= 1) report({ messageId: 'nullsRemain', at, data });
      else report({ messageId: 'nullsFillBatch', at, data: { ...data, rows: atLeast } });
    },
  },
});
