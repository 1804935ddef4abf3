import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { whyNotReplaceable } from '../../../src/model/history/replaceable-column.ts';
import { Replay } from '../../../src/lint/replay.ts';
import { replaceColumn } from '../../../src/repair/plans/replace-column.ts';
import type { Conversion } from '../../../src/repair/plans/sync-trigger.ts';
import type { PlanStep } from '../../../src/repair/plans/types.ts';
import { generateRollback } from '../../../src/repair/rollback/generate.ts';
import type { GeneratedRollback } from '../../../src/repair/rollback/types.ts';
import type { Runner } from '../../../src/input/runners/types.ts';
import { RUNNERS, exampleProject } from '../../../src/testing/example-project.ts';
import { introspect } from '../../support/introspect.ts';
import { emptyDatabase, reset, type Database } from '../../support/pglite.ts';
import { createReplay, statementsOf } from '../../support/replay.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});
beforeEach(async () => reset(database));

/** The steps that take the place of a direct change of the column `old` of the table `t`. */
function stepsFor(
  setup: string,
  direct: string,
  { conversion, runner = RUNNERS.plain, postgresVersion = 18, column = 'new' }: Wishes = {},
): readonly PlanStep[] {
  const replay = createReplay(postgresVersion);
  replay.run(setup);
  const catalog = replay.catalog();
  const name = { schema: undefined, name: 't' };
  const before = catalog.table(name);
  replay.run(direct);
  const after = replay.catalog().table(name);
  const old = before?.columns.find((one) => one.name === 'old');
  const added = after?.columns.find((one) => one.name === column);
  if (before === undefined || after === undefined || old === undefined || added === undefined)
    throw new Error(direct);
  expect(whyNotReplaceable(before, 'old', catalog)).toBeUndefined();
  const rest = { catalog, old, conversion, runner, postgresVersion, rows: 5 };
  return replaceColumn({ before, after, new: added, ...rest });
}

interface Wishes {
  readonly conversion?: Conversion;
  readonly runner?: Runner;
  readonly postgresVersion?: number;
  readonly column?: string;
}

async function state(columns: string): Promise<unknown> {
  const { tables, routines } = await introspect(database, ['public']);
  const sorted = tables.map((table) => ({
    ...table,
    columns: table.columns.toSorted((a, b) => a.name.localeCompare(b.name)),
  }));
  const { rows } = await database.query(`SELECT ${columns} FROM t ORDER BY id`);
  return { tables: sorted, routines, rows };
}

const rename = 'ALTER TABLE t RENAME COLUMN old TO new;';
const rows = "INSERT INTO t (id, old) SELECT n, 'v' || n FROM generate_series(1, 23) AS n;";
const plans = 'CREATE TABLE plans (name text PRIMARY KEY);';

const renames: readonly (readonly [string, string, string])[] = [
  ['nothing but the column', 'CREATE TABLE t (id int PRIMARY KEY, old text);', rows],
  ['NOT NULL', 'CREATE TABLE t (id int PRIMARY KEY, old text NOT NULL);', rows],
  ['a default', "CREATE TABLE t (id int PRIMARY KEY, old varchar(20) NOT NULL DEFAULT 'x');", rows],
  ['UNIQUE', 'CREATE TABLE t (id int PRIMARY KEY, old text UNIQUE);', rows],
  [
    'indexes of every kind',
    `CREATE TABLE t (id int PRIMARY KEY, old text, o int);
     CREATE UNIQUE INDEX a ON t (lower(old)) WHERE old <> ''; CREATE INDEX "B" ON t (o, old DESC) INCLUDE (id);
     CREATE INDEX c ON t USING hash (old);`,
    rows,
  ],
  [
    'CHECK, foreign key, a key of two columns, deferrable',
    `${plans} CREATE TABLE t (id int PRIMARY KEY, o int, old text NOT NULL CHECK (old <> '' AND o IS DISTINCT FROM 0)
       REFERENCES plans ON DELETE CASCADE, UNIQUE (o, old) DEFERRABLE);`,
    `INSERT INTO plans SELECT 'v' || n FROM generate_series(1, 23) AS n; ${rows}`,
  ],
  [
    'a comment and a CHECK that is not valid',
    `CREATE TABLE t (id int PRIMARY KEY, old text); ALTER TABLE t ADD CHECK (length(old) > 1) NOT VALID; COMMENT ON COLUMN t.old IS 'its';`,
    rows,
  ],
  [
    'json, which has no equality, and a composite key',
    'CREATE TABLE t (a int, id int, old json NOT NULL, PRIMARY KEY (a, id));',
    "INSERT INTO t SELECT n % 2, n, '{}' FROM generate_series(1, 23) AS n;",
  ],
];

describe('a rename in steps', () => {
  it.each(renames)('%s: ends where RENAME COLUMN does', async (_, setup, fill) => {
    await database.exec(`${setup} ${fill} ${rename}`);
    const direct = await state('id, new::text');
    await reset(database);
    await database.exec(`${setup} ${fill}`);
    for (const step of stepsFor(setup, rename)) await database.exec(step.sql);
    expect(await state('id, new::text')).toEqual(direct);
  });

  it.each(renames)('%s: on PostgreSQL 15 as well, but for the name of a NOT NULL', async (_, setup, fill) => {
    await database.exec(`${setup} ${fill} ${rename}`);
    const direct = JSON.stringify(await state('id, new::text')).replaceAll(
      't_old_not_null',
      't_new_not_null',
    );
    await reset(database);
    await database.exec(`${setup} ${fill}`);
    for (const step of stepsFor(setup, rename, { postgresVersion: 15 })) await database.exec(step.sql);
    expect(await state('id, new::text')).toEqual(JSON.parse(direct));
  });

  it('keeps what code of both releases writes, at every step', async () => {
    const setup = "CREATE TABLE t (id int PRIMARY KEY, old text NOT NULL DEFAULT 'd', o int);";
    await database.exec(
      `${setup} INSERT INTO t (id, old) SELECT n, 'v' || n FROM generate_series(1, 40) AS n`,
    );
    const steps = stepsFor(setup, rename);
    let id = 100;
    for (const step of steps.slice(0, -1)) {
      await database.exec(step.sql);
      await database.exec(`
        INSERT INTO t (id, old) VALUES (${id}, 'by old');
        INSERT INTO t (id, new) VALUES (${id + 1}, 'by new');
        INSERT INTO t (id) VALUES (${id + 2});
        UPDATE t SET old = 'changed by old' WHERE id = ${id - 100 + 1};
        UPDATE t SET new = 'changed by new' WHERE id = ${id - 100 + 2};
        UPDATE t SET o = 1 WHERE id = ${id - 100 + 3};`);
      id += 10;
    }
    const last = await database.query('SELECT id FROM t WHERE old IS DISTINCT FROM new');
    expect(last.rows).toEqual([]);
    const { rows: some } = await database.query(
      'SELECT new FROM t WHERE id IN (1, 2, 3, 100, 101, 102) ORDER BY id',
    );
    expect(some.map((row) => (row as { new: string }).new)).toEqual([
      'changed by old',
      'changed by new',
      'v3',
      'by old',
      'by new',
      'd',
    ]);
  });
});

describe('a change of type in steps', () => {
  it.each<[string, string, string, string, Conversion]>([
    [
      'a wider integer, with all that belongs to it',
      'CREATE TABLE t (id int PRIMARY KEY, old int NOT NULL DEFAULT 7 CHECK (old > 0)); CREATE INDEX i ON t (old);',
      'ALTER TABLE t ALTER COLUMN old TYPE bigint;',
      'INSERT INTO t SELECT n, n FROM generate_series(1, 23) AS n;',
      { using: undefined, mayFail: false },
    ],
    [
      'with USING that may fail',
      'CREATE TABLE t (id int PRIMARY KEY, old text NOT NULL UNIQUE);',
      'ALTER TABLE t ALTER COLUMN old TYPE int USING (trim(t.old)::int + 1);',
      "INSERT INTO t SELECT n, n || ' ' FROM generate_series(1, 23) AS n;",
      { using: '(trim(t.old)::int + 1)', mayFail: true },
    ],
    [
      'an enum',
      `CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE t (id int PRIMARY KEY, old text DEFAULT 'ok');`,
      'ALTER TABLE t ALTER COLUMN old DROP DEFAULT, ALTER COLUMN old TYPE mood USING old::mood;',
      "INSERT INTO t SELECT n, CASE WHEN n % 3 > 0 THEN 'sad' END FROM generate_series(1, 23) AS n;",
      { using: 'old::mood', mayFail: true },
    ],
  ])('%s: ends where ALTER COLUMN TYPE does', async (_, setup, direct, fill, conversion) => {
    await database.exec(`${setup} ${fill} ${direct}`);
    const wanted = await state('id, old');
    await reset(database);
    await database.exec(`${setup} ${fill}`);
    for (const step of stepsFor(setup, direct, { conversion, column: 'old' })) await database.exec(step.sql);
    expect(await state('id, old')).toEqual(wanted);
  });

  it('lets running code go on with a value that has no counterpart, and stops before it would be lost', async () => {
    const setup = 'CREATE TABLE t (id int PRIMARY KEY, old text);';
    const steps = stepsFor(setup, 'ALTER TABLE t ALTER COLUMN old TYPE int USING old::int;', {
      conversion: { using: 'old::int', mayFail: true },
      column: 'old',
    });
    await database.exec(`${setup} INSERT INTO t VALUES (1, '5')`);
    for (const step of steps.slice(0, -1)) await database.exec(step.sql);
    await database.exec("INSERT INTO t VALUES (2, 'six')");
    await expect(database.exec(steps.at(-1)?.sql ?? '')).rejects.toThrow('no counterpart');
  });
});

/** The rollbacks of migrations that run after a setup, in the order in which they run: the last first. */
function rollbacksOf(setup: string, scripts: readonly string[]): readonly GeneratedRollback[] {
  const replay = new Replay({ postgresVersion: 18, runner: RUNNERS.plain });
  const judged = exampleProject({ title: '', sql: [setup, ...scripts] }).source.migrations.map(
    (one) => replay.judge(one).migration,
  );
  const by = { runner: RUNNERS.plain, postgresVersion: 18 };
  return judged
    .slice(1)
    .map((migration) => generateRollback(migration, by))
    .toReversed();
}

describe('the way back of the contract', () => {
  const touch = 'UPDATE t SET id = id + 0;';
  const back = async (setup: string, fill: string, steps: readonly PlanStep[]): Promise<void> => {
    await database.exec(`${setup} ${fill}`);
    const wanted = await database.query('SELECT id, old::text FROM t ORDER BY id');
    const scripts = steps.map(({ sql }) => sql);
    for (const sql of scripts) await database.exec(sql);
    const [contract, ...generated] = rollbacksOf(setup, scripts);
    const others = steps
      .toReversed()
      .slice(1)
      .map(({ rollback }, index) => rollback ?? generated[index]?.sql ?? '');
    expect(contract?.sql).not.toContain('without its values');
    await database.exec(`${contract?.sql} ${touch}`);
    const kept = await database.query('SELECT id, old::text FROM t ORDER BY id');
    expect(kept.rows).toEqual(wanted.rows);
    const interim = await database.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 't'::regclass AND attname IN ('new', 'old_new') AND NOT attisdropped",
    );
    const empty = `SELECT id FROM t WHERE old IS NOT NULL AND ${interim.rows[0]?.name} IS NULL`;
    expect((await database.query(empty)).rows).toEqual([]);
    // CONCURRENTLY refuses to run with others.
    for (const text of others)
      for (const { source, span } of statementsOf(`${text} ${touch}`))
        await database.exec(source.text.slice(span.start, span.end));
    const last = await database.query('SELECT id, old::text FROM t ORDER BY id');
    expect(last.rows).toEqual(wanted.rows);
  };

  it.each(renames)('%s: every value is there, and the ways back before it run', async (_, setup, fill) => {
    await back(setup, fill, stepsFor(setup, rename));
  });

  it.each<[string, string, string, string, Conversion]>([
    [
      'a wider integer',
      'CREATE TABLE t (id int PRIMARY KEY, old int NOT NULL DEFAULT 7);',
      'ALTER TABLE t ALTER COLUMN old TYPE bigint;',
      'INSERT INTO t SELECT n, n FROM generate_series(1, 23) AS n;',
      { using: undefined, mayFail: false },
    ],
    [
      'a cast',
      "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE t (id int PRIMARY KEY, old text);",
      'ALTER TABLE t ALTER COLUMN old TYPE mood USING old::public.mood;',
      "INSERT INTO t SELECT n, CASE WHEN n % 3 > 0 THEN 'sad' END FROM generate_series(1, 23) AS n;",
      { using: 'old::public.mood', mayFail: true },
    ],
    [
      'a time zone',
      'CREATE TABLE t (id int PRIMARY KEY, old timestamp);',
      "ALTER TABLE t ALTER COLUMN old TYPE timestamptz USING old AT TIME ZONE 'Asia/Tokyo';",
      "INSERT INTO t SELECT n, '2024-01-01 00:00' FROM generate_series(1, 23) AS n;",
      { using: "old AT TIME ZONE 'Asia/Tokyo'", mayFail: true },
    ],
  ])('%s: every value is there', async (_, setup, direct, fill, conversion) => {
    await back(setup, fill, stepsFor(setup, direct, { conversion, column: 'old' }));
  });

  it('is none where nothing turns the values back: an empty column would empty the new one by the trigger', async () => {
    const setup = 'CREATE TABLE t (id int PRIMARY KEY, old int);';
    const steps = stepsFor(setup, 'ALTER TABLE t ALTER COLUMN old TYPE bigint USING old * 100;', {
      conversion: { using: 'old * 100', mayFail: true },
      column: 'old',
    });
    await database.exec(`${setup} INSERT INTO t VALUES (1, 5)`);
    for (const { sql } of steps) await database.exec(sql);
    const [contract] = rollbacksOf(
      setup,
      steps.map(({ sql }) => sql),
    );
    expect(contract?.irreversible).toBe(true);
    await expect(database.exec(contract?.sql ?? '')).rejects.toThrow('nothing turns that back');
    expect((await database.query('SELECT id, old FROM t')).rows).toEqual([{ id: 1, old: 500 }]);
  });

  it('says nothing of a trigger that does more than keep two columns in step', () => {
    const setup = 'CREATE TABLE t (id int PRIMARY KEY, old text, new text);';
    const body = (more: string): string => `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.new := NEW.old;${more}
  RETURN NEW;
END
$$; CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();`;
    const contract = 'DROP TRIGGER f ON t; DROP FUNCTION f(); ALTER TABLE t DROP COLUMN old;';
    const way = (more: string): string => rollbacksOf(`${setup} ${body(more)}`, [contract])[0]?.sql ?? '';
    expect(way('')).toContain('UPDATE t SET old = new WHERE new IS NOT NULL;');
    expect(way('\n  PERFORM 1;')).toContain('t.old comes back without its values');
  });
});

describe('the trigger', () => {
  it('leaves a new value alone when the old column has come back empty', async () => {
    const setup = 'CREATE TABLE t (id int PRIMARY KEY, old text);';
    await database.exec(`${setup} INSERT INTO t VALUES (1, 'v')`);
    const [expand] = stepsFor(setup, rename);
    await database.exec(expand?.sql ?? '');
    await database.exec(
      'UPDATE t SET new = old; ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET old = NULL',
    );
    await database.exec('ALTER TABLE t ENABLE TRIGGER USER; UPDATE t SET id = 2');
    expect((await database.query('SELECT new FROM t')).rows).toEqual([{ new: 'v' }]);
  });
});

it('a runner that wraps everything gets its backfill as a draft', () => {
  const setup = 'CREATE TABLE t (id int PRIMARY KEY, old text NOT NULL);';
  const byHand = stepsFor(setup, rename, { runner: RUNNERS.drizzle });
  expect(byHand.map(({ after }) => after)).toEqual(['nothing', 'release', 'commit', 'release']);
  const inPlace = stepsFor(setup, rename, { runner: RUNNERS.supabase });
  expect(inPlace.map(({ after }) => after)).toEqual(['nothing', 'commit', 'commit', 'release']);
});

describe('why not', () => {
  it.each([
    [
      'CREATE TABLE t (id int, old text);',
      't has no primary key or other unique key to go through its rows by.',
    ],
    ['CREATE TABLE t (old int PRIMARY KEY);', 't.old is part of the primary key.'],
    ['CREATE TABLE t (id int PRIMARY KEY, old serial);', 'The sequence t_old_seq belongs to t.old.'],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int GENERATED ALWAYS AS IDENTITY);',
      't.old is an identity column.',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int, twice int GENERATED ALWAYS AS (old * 2) STORED);',
      'The generated column twice is built on t.old.',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int); CREATE VIEW v AS SELECT old FROM t; CREATE VIEW w AS SELECT id, old FROM t;',
      'The view v is built on t.old, and so is the view w.',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int UNIQUE); CREATE TABLE o (t int REFERENCES t (old));',
      'The foreign key o_t_fkey of o points at t.old.',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int) PARTITION BY RANGE (id);',
      't is partitioned: its indexes want other steps.',
    ],
    [
      'CREATE TABLE t (id int PRIMARY KEY, old int); GRANT SELECT (old) ON t TO PUBLIC;',
      't has privileges on single columns.',
    ],
  ])('%s', (setup, reason) => {
    const replay = createReplay();
    replay.run(setup);
    const table = replay.catalog().table({ schema: undefined, name: 't' });
    expect(table && whyNotReplaceable(table, 'old', replay.catalog())).toBe(reason);
  });
});
