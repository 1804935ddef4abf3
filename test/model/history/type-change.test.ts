import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { typeChangeOf, type TypeChange } from '../../../src/model/history/type-change.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

const TYPES = `
  CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TYPE mood_new AS ENUM ('ok', 'glad');
  CREATE DOMAIN plain AS text; CREATE DOMAIN positive AS int CHECK (VALUE > 0);`;

/** The change of `t.c` as the model sees it. */
function changeOf(history: string, sql: string): TypeChange | undefined {
  const migrations = replayed(...history.split('-- next'), sql);
  const operation = migrations.last('AlterColumnType');
  const catalog = migrations.catalogBefore(operation);
  const table = catalog.table(inPublic('t'));
  const column = table?.columns.find(({ name }) => name === operation.column);
  if (table === undefined || column === undefined) throw new Error('there is no t.c');
  return typeChangeOf(operation, table, column, catalog);
}

const NAMES = [
  'text',
  'varchar(10)',
  'int',
  'bigint',
  'numeric(10,2)',
  'boolean',
  'uuid',
  'timestamp',
  'json',
  'jsonb',
  'mood',
  'mood_new',
  'plain',
  'positive',
  'int[]',
];

/** What PostgreSQL does with each pair: all in one call, which is much faster than thousands. */
const PROBE = `
  CREATE FUNCTION attempt(sql text) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN EXECUTE sql; RETURN 'ok'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $$;
  CREATE FUNCTION probe(old text, new text, OUT outcome text, OUT rewrites bool, OUT fails bool, OUT unwritable bool) LANGUAGE plpgsql AS $$
  DECLARE file oid;
  BEGIN
    EXECUTE format('CREATE TABLE t (c %s)', old);
    file := pg_relation_filenode('t');
    outcome := attempt(format('ALTER TABLE t ALTER COLUMN c TYPE %s', new));
    rewrites := pg_relation_filenode('t') <> file;
    IF outcome <> 'ok' THEN EXECUTE format('ALTER TABLE t DROP COLUMN c, ADD COLUMN c %s', new); END IF;
    unwritable := attempt(format('PREPARE w(%s) AS UPDATE t SET c = $1', old)) <> 'ok';
    fails := unwritable
      -- Nothing compares two json: no code does it before either.
      OR old <> 'json' AND new <> 'json' AND attempt(format('PREPARE r(%s) AS SELECT FROM t WHERE c = $1', old)) <> 'ok';
    DEALLOCATE ALL;
    DROP TABLE t;
  END $$;`;

interface Seen {
  readonly old: string;
  readonly new: string;
  readonly outcome: string;
  readonly rewrites: boolean;
  readonly fails: boolean;
  readonly unwritable: boolean;
}

describe('typeChangeOf', () => {
  it('agrees with PostgreSQL on each pair of types: what is refused, what is rewritten, what code can go on doing', async () => {
    const db = await emptyDatabase();
    await db.exec(TYPES + PROBE);
    const names = `unnest('{${NAMES.map((name) => `"${name}"`).join(',')}}'::text[])`;
    const { rows } = await db.query<Seen>(
      `SELECT * FROM ${names} AS old, ${names} AS new, LATERAL probe(old, new)`,
    );
    expect(rows).toHaveLength(NAMES.length ** 2);
    const wrong = rows.flatMap((seen) => {
      const change = changeOf(
        `${TYPES} CREATE TABLE t (c ${seen.old})`,
        `ALTER TABLE t ALTER COLUMN c TYPE ${seen.new}`,
      );
      const predicted = {
        outcome: change?.refusal === undefined ? 'ok' : '42804',
        // Of a change that is refused nobody sees whether it would rewrite.
        rewrites: seen.outcome === 'ok' ? change?.work === 'rewrite' : seen.rewrites,
        fails: change?.failsRunningCode,
        unwritable: change?.failsWrites,
      };
      const said = { old: seen.old, new: seen.new, ...predicted };
      return JSON.stringify(said) === JSON.stringify(seen) ? [] : [{ seen, predicted }];
    });
    expect(wrong).toEqual([]);
  });

  const B = 'CREATE TABLE t (c varchar(10));';
  it.each([
    ['a view', `${B} CREATE VIEW v AS SELECT c FROM t;`, ['the view v']],
    ['a view of all columns', `${B} CREATE VIEW v AS SELECT * FROM t;`, ['the view v']],
    [
      'a view that asks for it',
      `${B} ALTER TABLE t ADD d int; CREATE VIEW v AS SELECT d FROM t WHERE c = 'a';`,
      ['the view v'],
    ],
    [
      'a materialized view',
      `${B} CREATE MATERIALIZED VIEW v AS SELECT c FROM t;`,
      ['the materialized view v'],
    ],
    ['a policy', `${B} CREATE POLICY p ON t USING (c = 'a');`, ['the policy p']],
    [
      'a generated column',
      "CREATE TABLE t (c varchar(10), d text GENERATED ALWAYS AS (c || 'a') STORED);",
      ['the generated column d'],
    ],
    [
      'a trigger of the column',
      `${B} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER g BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f();`,
      ['the trigger g'],
    ],
    [
      'a view of two tables that names it',
      `${B} CREATE TABLE u (d int, e int); -- next\n CREATE VIEW v AS SELECT c, d FROM t, u;`,
      ['the view v'],
    ],
    [
      'a view whose * is of another table',
      `${B} CREATE TABLE u (d int); -- next\n CREATE VIEW v AS SELECT *, (SELECT count(*) FROM t) FROM u; ALTER TABLE u ADD e int;`,
      undefined,
    ],
    [
      'a view that names another table’s',
      `${B} CREATE TABLE u (c int, e int); -- next\n CREATE VIEW v AS SELECT c, (SELECT count(*) FROM t) FROM u;`,
      undefined,
    ],
    [
      'a view of another column',
      `${B} ALTER TABLE t ADD d int; CREATE VIEW v AS SELECT d FROM t;`,
      undefined,
    ],
    [
      'a trigger of every column',
      `${B} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();`,
      undefined,
    ],
  ] as const)('knows what %s on the column means, as PostgreSQL does', async (_, history, dependants) => {
    const sql = 'ALTER TABLE t ALTER COLUMN c TYPE text';
    const change = changeOf(history, sql);
    expect(change?.refusal).toEqual(dependants && { why: 'dependants', dependants });
    const db = await emptyDatabase();
    await db.exec(history);
    const code = await db.exec(sql).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    expect(code).toBe(dependants && '0A000');
  });

  it.each([
    ['CREATE TABLE t (c text)', 'varchar(5)', '22001'],
    ['CREATE TABLE t (c varchar(10))', 'varchar(5)', '22001'],
    ['CREATE TABLE t (c varchar(5))', 'varchar(10)', undefined],
    ['CREATE TABLE t (c bigint)', 'int', '22003'],
    ['CREATE TABLE t (c int)', 'bigint', undefined],
    ['CREATE TABLE t (c numeric(10, 2))', 'numeric(8, 2)', '22003'],
    ['CREATE TABLE t (c numeric(10, 2))', 'numeric(12, 2)', undefined],
  ] as const)('%s: to %s a value can fail with %s', (history, type, misfit) => {
    expect(changeOf(history, `ALTER TABLE t ALTER COLUMN c TYPE ${type}`)?.misfit).toBe(misfit);
  });

  it('names the values that a new enum lacks, unless USING maps them', () => {
    const history = `${TYPES} CREATE TABLE t (c mood)`;
    const swap = (using: string): TypeChange['enumSwap'] =>
      changeOf(history, `ALTER TABLE t ALTER COLUMN c TYPE mood_new USING ${using}`)?.enumSwap;
    expect(swap('c::text::mood_new')).toEqual({ removed: ['sad'], missing: ['sad'], keepsAll: false });
    expect(swap("(CASE c WHEN 'sad' THEN 'ok' ELSE 'glad' END)::mood_new")).toEqual({
      removed: ['sad'],
      keepsAll: false,
      missing: [],
    });
  });

  it('says nothing of types that no migration explains', () => {
    expect(
      changeOf('CREATE TABLE t (c vector(3))', 'ALTER TABLE t ALTER COLUMN c TYPE text'),
    ).toBeUndefined();
    expect(changeOf('CREATE TABLE t (c text)', 'ALTER TABLE t ALTER COLUMN c TYPE geometry')).toBeUndefined();
  });
});
