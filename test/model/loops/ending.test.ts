import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { batchLoopOf, type BatchLoop } from '../../../src/model/loops/batch-loop.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { replayed } from '../history/read.ts';
import { runLoop } from './execute.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});

const DECLARATIONS =
  'batch_size int := 10; n int; going int := 1; last_id int := 0; next_id int; ids int[]; r record; c CURSOR FOR SELECT id FROM f;';

function batchOf(schema: string, body: string, declarations = DECLARATIONS): BatchLoop {
  const { migrations, catalogBefore } = replayed(
    schema,
    `DO $$ DECLARE ${declarations} BEGIN ${body} END $$`,
  );
  const operation = migrations[1]?.operations.find(
    ({ kind, loop }) => loop !== undefined && kind !== 'Select',
  );
  const batch = operation?.loop && batchLoopOf(operation.loop, catalogBefore(operation));
  if (batch === undefined) throw new Error(body);
  return batch;
}

function verdict(schema: string, body: string): string {
  const { ending } = batchOf(schema, body);
  if (ending.verdict === 'endless') return `endless: ${ending.why}`;
  if (ending.verdict !== 'endless with nulls') return ending.verdict;
  const columns = ending.columns.join(ending.together ? ' and ' : ' or ');
  return `endless with ${ending.atLeast} NULL in ${columns}`;
}

/** The loop of document E, as it stands there. */
const LOOP_OF_E = `LOOP
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
    COMMIT;  -- Commit each batch
  END LOOP;`;

/** The loop of document B, with a function that is there. */
const LOOP_OF_B = `LOOP
        UPDATE "Product"
        SET "newField" = calculate_value("oldField")
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
    END LOOP;`;

describe('the loops of the policy documents', () => {
  it.each([
    ['', 'endless with nulls', 'endless'],
    ['NOT NULL', 'ends', 'ends'],
    ['CHECK (currency IS NOT NULL)', 'ends', 'ends'],
    [`CHECK (currency <> '')`, 'endless with nulls', 'endless'],
  ])('E, currency being %s: %s', async (constraint, expected, outcome) => {
    const schema = `CREATE TABLE financials (id int PRIMARY KEY, currency text ${constraint}, currency_code text);`;
    const declarations = 'batch_size INT := 10000; rows_updated INT;';
    const batch = batchOf(schema, LOOP_OF_E, declarations);
    expect(batch.ending).toMatchObject(
      outcome === 'ends' ? { verdict: expected } : { verdict: expected, columns: ['currency'], atLeast: 1 },
    );
    expect(batch).toMatchObject({ batchSize: 10_000, commits: 'each pass', pauses: false, skipping: [] });
    const rows = `INSERT INTO financials SELECT n, 'eur' FROM generate_series(1, 20) AS n;`;
    const withNull = constraint.includes('NOT NULL') ? '' : 'INSERT INTO financials (id) VALUES (21);';
    await database.exec(`DROP TABLE IF EXISTS financials; ${schema} ${rows} ${withNull}`);
    expect(await runLoop(database, declarations, LOOP_OF_E)).toBe(outcome);
  });

  it('B: it ends, and has left out half of the rows', async () => {
    const schema = `CREATE FUNCTION calculate_value(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)';
      CREATE TABLE "Product" ("id" INT PRIMARY KEY, "oldField" TEXT, "newField" TEXT);`;
    const declarations = 'batch_size INT := 10; offset_val INT := 0; rows_affected INT;';
    const batch = batchOf(schema, LOOP_OF_B, declarations);
    expect(batch.ending).toEqual({ verdict: 'ends' });
    expect(batch.skipping).toMatchObject([{ hazard: 'moving offset', columns: ['newField'] }]);
    expect(batch).toMatchObject({ batchSize: 10, commits: 'each pass', pauses: true });
    await database.exec(`DROP TABLE IF EXISTS "Product"; DROP FUNCTION IF EXISTS calculate_value; ${schema}
      INSERT INTO "Product" SELECT n, 'v' FROM generate_series(1, 100) AS n;`);
    expect(await runLoop(database, declarations, LOOP_OF_B)).toBe('ends');
    const { rows } = await database.query(
      'SELECT count(*)::int AS n FROM "Product" WHERE "newField" IS NULL',
    );
    expect(rows).toEqual([{ n: 50 }]);
  });
});

const SCHEMA =
  'CREATE TABLE f (id int PRIMARY KEY, code text, a text, b text, k int, at date); CREATE TABLE g (id int PRIMARY KEY, x text);';
const fill = (where = 'code IS NULL'): string =>
  `UPDATE f SET code = upper(a) WHERE id IN (SELECT id FROM f WHERE ${where} LIMIT batch_size);`;

describe('endingOf', () => {
  it.each([
    // Ways out.
    [`LOOP ${fill()} END LOOP;`, 'endless: no exit'],
    [`LOOP ${fill()} CONTINUE; EXIT; END LOOP;`, 'endless: no exit'],
    [`LOOP ${fill()} EXIT WHEN n = NULL; END LOOP;`, 'endless: unreachable exit'],
    [`LOOP ${fill()} EXIT WHEN false; END LOOP;`, 'endless: unreachable exit'],
    [`LOOP ${fill()} GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n < 0; END LOOP;`, 'endless: unreachable exit'],
    [`LOOP ${fill()} IF n IS NULL THEN RETURN; END IF; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} EXIT; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} RAISE EXCEPTION 'x'; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} ASSERT n > 0; END LOOP;`, 'unknown'],
    [`BEGIN LOOP ${fill()} END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END;`, 'unknown'],
    [`<<o>> LOOP LOOP ${fill()} EXIT o WHEN NOT FOUND; END LOOP; END LOOP;`, 'endless with 1 NULL in a'],
    [`WHILE true LOOP ${fill()} END LOOP;`, 'endless: unreachable exit'],
    [
      `WHILE going > 0 LOOP ${fill()} GET DIAGNOSTICS going = ROW_COUNT; END LOOP;`,
      'endless with 1 NULL in a',
    ],
    [
      `LOOP ${fill()} GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n < batch_size; END LOOP;`,
      'endless with 10 NULL in a',
    ],
    [`LOOP ${fill()} EXIT WHEN NOT FOUND OR n = 1; END LOOP;`, 'unknown'],
    [
      `LOOP ${fill()} CASE WHEN FOUND THEN COMMIT; ELSE EXIT; END CASE; END LOOP;`,
      'endless with 1 NULL in a',
    ],
    [`LOOP ${fill()} CASE n WHEN 0 THEN EXIT; ELSE COMMIT; END CASE; END LOOP;`, 'unknown'],
    // What else happens.
    [`LOOP ${fill('code IS NULL AND a IS NOT NULL')} EXIT WHEN NOT FOUND; END LOOP;`, 'ends'],
    [`LOOP ${fill(`code IS NULL AND a <> ''`)} EXIT WHEN NOT FOUND; END LOOP;`, 'ends'],
    [`LOOP ${fill()} EXECUTE 'SELECT 1'; EXIT WHEN NOT FOUND; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} PERFORM heal(); EXIT WHEN n = 0; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} EXIT WHEN NOT FOUND; UPDATE f SET a = '' WHERE a IS NULL; END LOOP;`, 'unknown'],
    [`LOOP ${fill()} EXIT WHEN NOT FOUND; ROLLBACK; END LOOP;`, 'unknown'],
    [
      `LOOP ${fill()} EXIT WHEN NOT FOUND; INSERT INTO g SELECT 1, 'x'; END LOOP;`,
      'endless with 1 NULL in a',
    ],
    [`LOOP ${fill('code IS NULL AND at < now()')} EXIT WHEN NOT FOUND; END LOOP;`, 'unknown'],
    [`LOOP ${fill('code IS NULL AND random() < 0.5')} EXIT WHEN NOT FOUND; END LOOP;`, 'unknown'],
    [
      `LOOP ${fill('code IS NULL AND EXISTS (SELECT FROM g WHERE g.id = f.id)')} EXIT WHEN NOT FOUND; END LOOP;`,
      'endless with 1 NULL in a',
    ],
    [
      `LOOP UPDATE f SET code = g.x FROM g WHERE g.id = f.id AND code IS NULL; EXIT WHEN NOT FOUND; END LOOP;`,
      'unknown',
    ],
    [
      `LOOP UPDATE f SET code = coalesce(a, b) WHERE code IS NULL; EXIT WHEN NOT FOUND; END LOOP;`,
      'endless with 1 NULL in a and b',
    ],
    [
      `LOOP UPDATE f SET code = a || b WHERE code IS NULL; EXIT WHEN NOT FOUND; END LOOP;`,
      'endless with 1 NULL in a or b',
    ],
    [`LOOP UPDATE f SET a = 'x' WHERE code IS NULL; EXIT WHEN NOT FOUND; END LOOP;`, 'endless: same rows'],
    [`LOOP UPDATE nowhere SET a = 'x' WHERE code IS NULL; EXIT WHEN NOT FOUND; END LOOP;`, 'unknown'],
    // Progress of other kinds.
    [`LOOP FETCH c INTO r; EXIT WHEN NOT FOUND; UPDATE f SET a = 'x' WHERE CURRENT OF c; END LOOP;`, 'ends'],
    [
      `LOOP FETCH FIRST FROM c INTO r; EXIT WHEN NOT FOUND; UPDATE f SET a = 'x' WHERE CURRENT OF c; END LOOP;`,
      'unknown',
    ],
    [`FOR r IN SELECT id FROM f LOOP UPDATE f SET a = 'x' WHERE id = r.id; END LOOP;`, 'ends'],
    [`FOR i IN 1..3 LOOP UPDATE f SET a = 'x' WHERE id = i; LOOP NULL; END LOOP; END LOOP;`, 'unknown'],
    [
      `WHILE last_id < 100 LOOP UPDATE f SET a = 'x' WHERE id >= last_id AND id < last_id + 10; last_id := last_id + 10; END LOOP;`,
      'ends',
    ],
    [
      `LOOP UPDATE f SET a = 'x' WHERE id >= last_id AND id < last_id + 10; last_id := last_id + 10; EXIT WHEN last_id > next_id; END LOOP;`,
      'unknown',
    ],
    [
      `LOOP DELETE FROM f WHERE id IN (SELECT id FROM f WHERE k = 1 LIMIT 10); EXIT WHEN NOT FOUND; END LOOP;`,
      'ends',
    ],
    [
      `LOOP SELECT max(id) INTO next_id FROM (SELECT id FROM f WHERE id > last_id ORDER BY id LIMIT 10) AS p; EXIT WHEN next_id IS NULL; UPDATE f SET a = 'x' WHERE id > last_id AND id <= next_id; END LOOP;`,
      'unknown',
    ],
    [
      `LOOP SELECT max(id) INTO next_id FROM (SELECT id FROM f WHERE id > last_id ORDER BY id LIMIT 10) AS p; EXIT WHEN next_id IS NULL; last_id := next_id; UPDATE f SET a = 'x' WHERE id > last_id AND id <= next_id; END LOOP;`,
      'unknown',
    ],
    [
      `LOOP ids := ARRAY(SELECT id FROM f WHERE code IS NULL LIMIT 10); ids := ARRAY[1]; UPDATE f SET code = 'x' WHERE id = ANY (ids); EXIT WHEN NOT FOUND; END LOOP;`,
      'unknown',
    ],
    [`LOOP UPDATE f SET code = 'X' WHERE code = 'x'; EXIT WHEN NOT FOUND; END LOOP;`, 'unknown'],
    [`LOOP UPDATE f SET code = 'y' WHERE code = 'x'; EXIT WHEN NOT FOUND; END LOOP;`, 'ends'],
    [
      `LOOP DECLARE n int := 1; BEGIN ${fill('code IS NULL AND a IS NOT NULL')} GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n = 0; END; END LOOP;`,
      'unknown',
    ],
  ])('%s: %s', (body, expected) => {
    expect(verdict(SCHEMA, body)).toBe(expected);
  });

  it.each([
    ['a trigger on UPDATE', 'CREATE TRIGGER t BEFORE UPDATE ON f FOR EACH ROW EXECUTE FUNCTION x();'],
    ['a rule', 'CREATE RULE r AS ON UPDATE TO f DO ALSO NOTIFY x;'],
    [
      'a function of the same name',
      'CREATE FUNCTION upper(text) RETURNS text LANGUAGE sql AS $f$ SELECT 1 $f$;',
    ],
    [
      'a column of which nobody knows',
      'DO $d$ BEGIN IF x THEN ALTER TABLE f ALTER COLUMN a SET NOT NULL; END IF; END $d$;',
    ],
    [
      'a generated column',
      `ALTER TABLE f DROP COLUMN a; ALTER TABLE f ADD COLUMN a text GENERATED ALWAYS AS (b) STORED;`,
    ],
    [
      'a domain',
      'CREATE DOMAIN name AS text NOT NULL; ALTER TABLE f DROP COLUMN a; ALTER TABLE f ADD COLUMN a name;',
    ],
  ])('claims nothing with %s', (_, more) => {
    expect(verdict(SCHEMA + more, `LOOP ${fill()} EXIT WHEN NOT FOUND; END LOOP;`)).toBe('unknown');
  });
});

describe('a write of another table', () => {
  const body = `LOOP ${fill()} EXIT WHEN NOT FOUND; UPDATE g SET x = 'y' WHERE id = 1; END LOOP;`;
  it.each([
    ['alone', '', 'endless with 1 NULL in a'],
    ['with a trigger', 'CREATE TRIGGER t AFTER UPDATE ON g FOR EACH ROW EXECUTE FUNCTION x();', 'unknown'],
    ['with a rule', `CREATE RULE r AS ON UPDATE TO g DO ALSO UPDATE f SET a = '';`, 'unknown'],
    ['with a foreign key', 'ALTER TABLE f ADD FOREIGN KEY (k) REFERENCES g ON UPDATE CASCADE;', 'unknown'],
  ])('%s', (_, more, expected) => {
    expect(verdict(SCHEMA + more, body)).toBe(expected);
  });
});

describe('batch sizes and commits', () => {
  const size = (body: string): number | undefined => batchOf(SCHEMA, body).batchSize;
  it.each([
    [`LOOP ${fill()} EXIT; END LOOP;`, 10],
    [`LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT 500); EXIT; END LOOP;`, 500],
    [`LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT 1e5); EXIT; END LOOP;`, 100_000],
    [`LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT 1e2::bigint); EXIT; END LOOP;`, 100],
    [`LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT 10.5); EXIT; END LOOP;`, undefined],
    [
      `LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT CAST('9' AS text)::int); EXIT; END LOOP;`,
      undefined,
    ],
    [`LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT n); EXIT; END LOOP;`, undefined],
    [`n := 7; LOOP UPDATE f SET a = 'x' WHERE id IN (SELECT id FROM f LIMIT n); EXIT; END LOOP;`, undefined],
    [`LOOP UPDATE f SET a = 'x' WHERE a IS NULL; EXIT; END LOOP;`, undefined],
    [`LOOP UPDATE f SET a = 'x' WHERE id > last_id AND id <= last_id + batch_size; EXIT; END LOOP;`, 10],
    [`LOOP UPDATE f SET a = 'x' WHERE id >= last_id AND id < last_id + 300; EXIT; END LOOP;`, 300],
    [`FOR i IN 1..9 LOOP UPDATE f SET a = 'x' WHERE id BETWEEN i AND i + 99; END LOOP;`, 100],
    [
      `LOOP SELECT max(id) INTO next_id FROM (SELECT id FROM f WHERE id > last_id LIMIT 250) AS p; UPDATE f SET a = 'x' WHERE id > last_id AND id <= next_id; EXIT; END LOOP;`,
      250,
    ],
  ])('%s: %s', (body, expected) => {
    expect(size(body)).toBe(expected);
  });

  it.each([
    [`LOOP ${fill()} EXIT; COMMIT; END LOOP;`, 'never', false],
    [`LOOP ${fill()} COMMIT; EXIT WHEN n = 0; PERFORM pg_sleep(1); END LOOP;`, 'each pass', true],
    [`LOOP ${fill()} IF n = 3 THEN COMMIT; END IF; EXIT WHEN n = 0; END LOOP;`, 'some passes', false],
    [
      `FOR i IN 1..2 LOOP FOR r IN SELECT 1 LOOP ${fill()} END LOOP; COMMIT; n := pg_sleep(1); END LOOP;`,
      'some passes',
      true,
    ],
  ])('%s: %s', (body, commits, pauses) => {
    expect(batchOf(SCHEMA, body)).toMatchObject({ commits, pauses });
  });
});
