import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createCatalogBuilder } from '../../../src/model/catalog/builder.ts';
import { effectsOf } from '../../../src/model/effects/effects-of.ts';
import type { Effect } from '../../../src/model/effects/types.ts';
import { compareLocks } from '../../../src/model/operations/lock-modes.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import type { LockMode } from '../../../src/model/operations/types.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';

interface Story {
  readonly setup: string;
  /** One statement, or some of one transaction. */
  readonly statements: readonly string[];
}

const PARTITIONED = `CREATE TABLE k (id int PRIMARY KEY);
  CREATE TABLE p (id int NOT NULL, kid int, CONSTRAINT positive CHECK (id > 0)) PARTITION BY RANGE (id);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
  CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
  CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (100) TO (200)`;

const INHERITED = `CREATE TABLE a (id int PRIMARY KEY, n int, CONSTRAINT positive CHECK (n > 0));
  CREATE TABLE b (extra int) INHERITS (a);`;

const VIEWS = `CREATE TABLE t (id int PRIMARY KEY, a int, b int);
  CREATE VIEW v AS SELECT id, a FROM t;
  CREATE VIEW vv AS SELECT a FROM v;
  CREATE MATERIALIZED VIEW mv AS SELECT a, b FROM t;
  CREATE VIEW other AS SELECT b FROM t`;

const KEYS = `CREATE TABLE r (id int PRIMARY KEY, code int UNIQUE, label text);
  CREATE TABLE t (id int PRIMARY KEY, rid int CONSTRAINT t_rid REFERENCES r, code int REFERENCES r (code) ON DELETE CASCADE,
    self int REFERENCES t);
  CREATE TABLE loose (id int PRIMARY KEY, rid int);
  ALTER TABLE loose ADD CONSTRAINT late FOREIGN KEY (rid) REFERENCES r NOT VALID;
  CREATE UNIQUE INDEX r_label ON r (label);
  CREATE TABLE tag (label text REFERENCES r (label));
  INSERT INTO r VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three');
  INSERT INTO t VALUES (1, 1, 1, 1)`;

const SCHEMAS = `CREATE TABLE users (id int PRIMARY KEY);
  CREATE SCHEMA s2;
  CREATE TABLE s2.users (id int PRIMARY KEY, uid int REFERENCES public.users, own int REFERENCES s2.users);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION s2.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE one (id int GENERATED ALWAYS AS IDENTITY, n int);
  CREATE TABLE s2.one (id int GENERATED ALWAYS AS IDENTITY, n int);
  CREATE TRIGGER first BEFORE INSERT ON one FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TRIGGER second BEFORE INSERT ON s2.one FOR EACH ROW EXECUTE FUNCTION s2.touch();
  CREATE VIEW v AS SELECT id FROM users;
  CREATE VIEW s2.v AS SELECT id FROM s2.users;
  CREATE TYPE mood AS ENUM ('ok');
  CREATE TYPE s2.mood AS ENUM ('ok');
  CREATE TABLE felt (m mood);
  CREATE TABLE s2.felt (m s2.mood)`;

const STORIES: readonly Story[] = [
  {
    setup: PARTITIONED,
    statements: [
      'DROP TABLE p',
      'DROP TABLE p1',
      'DROP TABLE p2',
      'TRUNCATE p',
      'TRUNCATE ONLY p1',
      'ALTER TABLE p ADD FOREIGN KEY (kid) REFERENCES k',
      'ALTER TABLE p1 ADD FOREIGN KEY (kid) REFERENCES k',
      'ALTER TABLE p ADD PRIMARY KEY (id)',
      'ALTER TABLE p ADD CHECK (id > 0)',
      'ALTER TABLE p ADD COLUMN kind int REFERENCES k',
      'ALTER TABLE p DROP COLUMN kid',
      'ALTER TABLE p RENAME TO q',
      'ALTER TABLE p RENAME COLUMN kid TO kind',
      'ALTER TABLE p ALTER COLUMN kid SET NOT NULL',
      'ALTER TABLE p ALTER COLUMN kid TYPE bigint',
      'ALTER TABLE p ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE p OWNER TO CURRENT_USER',
      'CREATE INDEX ON p (kid)',
      'CREATE INDEX ON ONLY p (kid)',
      'UPDATE p SET kid = 1',
      'DELETE FROM p',
      'SELECT * FROM p',
      'SELECT * FROM p FOR UPDATE',
      'LOCK TABLE p IN SHARE MODE',
      'ANALYZE p',
      'ALTER TABLE p RENAME CONSTRAINT positive TO above_zero',
      'ALTER TABLE p DROP CONSTRAINT positive',
      'ALTER TABLE p VALIDATE CONSTRAINT positive',
      'ALTER TABLE p DETACH PARTITION p1',
      'CREATE VIEW seen AS SELECT * FROM p',
      'CREATE TABLE copied AS SELECT * FROM p',
    ],
  },
  {
    setup: INHERITED,
    statements: [
      'DROP TABLE a CASCADE',
      'DROP TABLE b',
      'TRUNCATE a',
      'UPDATE a SET n = 2',
      'DELETE FROM a',
      'SELECT * FROM a',
      'ALTER TABLE a ADD COLUMN more int',
      'ALTER TABLE a DROP COLUMN n',
      'ALTER TABLE a DROP CONSTRAINT positive',
      'ALTER TABLE a RENAME CONSTRAINT positive TO above_zero',
      'ALTER TABLE a RENAME COLUMN n TO m',
      'CREATE INDEX ON a (n)',
      'ALTER TABLE a ADD UNIQUE (n)',
      'ALTER TABLE a ADD FOREIGN KEY (n) REFERENCES a',
      'ALTER TABLE a ALTER COLUMN n SET DEFAULT 1',
      'ALTER TABLE a ALTER COLUMN n SET NOT NULL',
      'ALTER TABLE a ALTER COLUMN n TYPE bigint',
      'ALTER TABLE a RENAME CONSTRAINT a_pkey TO a_key',
      'ALTER TABLE a ADD COLUMN m int UNIQUE',
      'ALTER TABLE b NO INHERIT a',
      'CREATE TABLE c () INHERITS (a)',
    ],
  },
  {
    setup: VIEWS,
    statements: [
      'DROP TABLE t CASCADE',
      'ALTER TABLE t DROP COLUMN a CASCADE',
      'ALTER TABLE t DROP COLUMN b CASCADE',
      'DROP VIEW v CASCADE',
      'DROP MATERIALIZED VIEW mv',
      'DROP VIEW other',
      'CREATE OR REPLACE VIEW v AS SELECT id, a FROM t WHERE a > 0',
      'ALTER VIEW v RENAME TO w',
      'ALTER VIEW v RENAME COLUMN a TO c',
      'ALTER VIEW v OWNER TO CURRENT_USER',
      'ALTER MATERIALIZED VIEW mv RENAME TO mw',
      "COMMENT ON VIEW v IS 'x'",
      "COMMENT ON MATERIALIZED VIEW mv IS 'x'",
      "COMMENT ON COLUMN v.a IS 'x'",
      "COMMENT ON COLUMN t.a IS 'x'",
      "COMMENT ON TABLE t IS 'x'",
      'REFRESH MATERIALIZED VIEW mv',
      'REFRESH MATERIALIZED VIEW mv WITH NO DATA',
      'SELECT * FROM vv',
      'SELECT * FROM v, t WHERE v.id = t.id FOR UPDATE OF t',
      'SELECT * FROM t FOR UPDATE',
      'SELECT * FROM t WHERE id IN (SELECT a FROM mv) FOR UPDATE',
      'WITH chosen AS (SELECT id FROM t) SELECT * FROM chosen',
      'WITH chosen AS (SELECT id FROM t) UPDATE t SET a = (SELECT max(id) FROM chosen)',
      'WITH chosen AS (SELECT id FROM t) UPDATE t SET a = 1 FROM chosen WHERE t.id = chosen.id',
      'UPDATE t SET a = mv.a FROM mv WHERE t.b = mv.b',
      'UPDATE t SET a = (SELECT max(a) FROM mv)',
      'DELETE FROM t WHERE id IN (SELECT a FROM mv)',
      'DELETE FROM t USING mv WHERE t.b = mv.b',
      'INSERT INTO t SELECT a + 1000, a, b FROM mv',
      'MERGE INTO t USING mv ON t.b = mv.b WHEN MATCHED THEN DO NOTHING',
      'INSERT INTO v VALUES (1, 2)',
      'UPDATE v SET a = 1',
    ],
  },
  {
    setup: KEYS,
    statements: [
      'DROP TABLE t',
      'DROP TABLE r CASCADE',
      'TRUNCATE t',
      'TRUNCATE r CASCADE',
      'ALTER TABLE r DROP COLUMN id CASCADE',
      'ALTER TABLE r DROP COLUMN label CASCADE',
      'ALTER TABLE r DROP CONSTRAINT r_pkey CASCADE',
      'ALTER TABLE r DROP CONSTRAINT r_code_key CASCADE',
      'ALTER TABLE t DROP COLUMN rid',
      'ALTER TABLE t DROP COLUMN self',
      'ALTER TABLE t DROP CONSTRAINT t_rid',
      'ALTER TABLE t VALIDATE CONSTRAINT t_rid',
      'ALTER TABLE loose VALIDATE CONSTRAINT late',
      'ALTER TABLE t ALTER CONSTRAINT t_rid DEFERRABLE',
      'ALTER TABLE t ALTER COLUMN rid TYPE bigint',
      'ALTER TABLE r ALTER COLUMN id TYPE bigint',
      'ALTER TABLE t RENAME CONSTRAINT t_rid TO t_key',
      'ALTER TABLE r RENAME TO s',
      'INSERT INTO t VALUES (2, 1, 1, 1)',
      'UPDATE t SET rid = 2',
      'UPDATE t SET rid = 2 WHERE id IN (SELECT id FROM t)',
      'DELETE FROM r WHERE id = 3',
      'DELETE FROM t',
      'UPDATE r SET id = 4 WHERE id = 3',
      'DROP INDEX r_label CASCADE',
      'CREATE TABLE more (id int REFERENCES r, own int PRIMARY KEY, up int REFERENCES more)',
      'CREATE TABLE more (LIKE t INCLUDING ALL)',
    ],
  },
  {
    setup: SCHEMAS,
    statements: [
      'ALTER TABLE s2.users DROP COLUMN uid',
      'ALTER TABLE s2.users DROP COLUMN own',
      'DROP TABLE s2.users CASCADE',
      'DROP TABLE users CASCADE',
      'DROP FUNCTION touch() CASCADE',
      'DROP FUNCTION s2.touch() CASCADE',
      'DROP VIEW v CASCADE',
      'DROP TYPE mood CASCADE',
      'DROP TYPE s2.mood CASCADE',
      'ALTER TABLE one ALTER COLUMN id DROP IDENTITY',
      'ALTER TABLE s2.one ALTER COLUMN id DROP IDENTITY',
      'CREATE SCHEMA s3; CREATE TABLE s3.users (id int PRIMARY KEY, uid int REFERENCES users)',
      'DROP SCHEMA s2 CASCADE',
    ],
  },
  {
    setup: `CREATE TABLE t (id serial PRIMARY KEY, a int, b varchar(10), c char(10)); CREATE UNLOGGED TABLE u (id int);
      CREATE SEQUENCE sq; CREATE SEQUENCE owned OWNED BY t.a`,
    statements: [
      'ALTER TABLE IF EXISTS nope ADD COLUMN a int',
      'ALTER TABLE IF EXISTS nope RENAME TO yes',
      'ALTER TABLE IF EXISTS nope ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE IF EXISTS nope DROP CONSTRAINT c',
      'ALTER SEQUENCE IF EXISTS nope RESTART',
      'ALTER VIEW IF EXISTS nope RENAME TO yes',
      'DROP TABLE IF EXISTS nope',
      'DROP VIEW IF EXISTS nope',
      'DROP MATERIALIZED VIEW IF EXISTS nope CASCADE',
      'DROP SEQUENCE IF EXISTS nope',
      'DROP INDEX IF EXISTS nope',
      'DROP TRIGGER IF EXISTS nope ON t',
      'DROP TRIGGER IF EXISTS nope ON nope',
      'DROP POLICY IF EXISTS nope ON nope',
      'DROP POLICY IF EXISTS nope ON t',
      'DROP RULE IF EXISTS nope ON t',
      'CREATE TABLE IF NOT EXISTS t (id int REFERENCES t)',
      'CREATE TABLE IF NOT EXISTS t AS SELECT * FROM u',
      'CREATE TABLE IF NOT EXISTS u (id int REFERENCES t)',
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int NOT NULL',
      'ALTER TABLE t DROP COLUMN IF EXISTS nope',
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS nope',
      'ALTER TABLE t SET LOGGED',
      'ALTER TABLE u SET LOGGED',
      'ALTER SEQUENCE sq RENAME TO sr',
      'ALTER SEQUENCE sq OWNER TO CURRENT_USER',
      'ALTER SEQUENCE sq OWNED BY t.id',
      'ALTER SEQUENCE sq OWNED BY NONE',
      'ALTER TABLE t RENAME TO tt',
      "COMMENT ON SEQUENCE sq IS 'x'",
      'DROP SEQUENCE sq',
      'DROP TABLE t',
      'ALTER TABLE t DROP COLUMN id',
      'ALTER TABLE t DROP COLUMN a',
      'TRUNCATE t',
      'TRUNCATE t RESTART IDENTITY',
      'ALTER TABLE t ALTER COLUMN id TYPE bigint',
      'ALTER TABLE t OWNER TO CURRENT_USER',
      'ALTER TABLE t ALTER COLUMN a SET STATISTICS 100',
      'ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)',
      'ALTER TABLE t ALTER COLUMN b SET STORAGE plain',
      'ALTER TABLE t SET (fillfactor = 50)',
      'CREATE SEQUENCE sr OWNED BY t.a',
      'CREATE INDEX ON t (a)',
      'CREATE INDEX IF NOT EXISTS t_pkey ON t (a)',
    ],
  },
];

/** Relations, without the sequences that belong to a column: they share its table's fate. */
const NAMES = `SELECT oid, nspname || '.' || relname AS name FROM (
  SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND NOT (relkind = 'S' AND EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i')))) AS found`;

/** The strongest lock that the statement leaves on each relation that was there before, as `schema.name: MODE`. */
async function observe(
  database: Database,
  names: ReadonlyMap<number, string>,
  sql: string,
): Promise<string[]> {
  await database.exec('BEGIN');
  try {
    await database.exec(sql);
    const { rows } = await database.query<{ relation: number; mode: string }>(
      "SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid()",
    );
    const locks = new Map<string, LockMode>();
    for (const { relation, mode } of rows) {
      const name = names.get(relation);
      if (name !== undefined) keepStronger(locks, name, lockMode(mode));
    }
    return lines(locks);
  } finally {
    await database.exec('ROLLBACK');
  }
}

/** `AccessExclusiveLock` of pg_locks is ACCESS EXCLUSIVE. */
function lockMode(mode: string): LockMode {
  const words = mode.replace(/Lock$/u, '').match(/[A-Z][a-z]+/gu) ?? [];
  return words.join(' ').toUpperCase() as LockMode;
}

function keepStronger(locks: Map<string, LockMode>, name: string, lock: LockMode): void {
  const known = locks.get(name);
  if (known === undefined || compareLocks(lock, known) > 0) locks.set(name, lock);
}

const lines = (locks: ReadonlyMap<string, LockMode>): string[] =>
  [...locks].map(([name, lock]) => `${name}: ${lock}`).sort();

/** The effects of a statement after a setup, one after the other. */
function effects(setup: string, sql: string): Effect[] {
  const builder = createCatalogBuilder({ postgresVersion: 18 });
  const apply = (text: string): Effect[] => {
    const source = { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
    return parseScript(source).statements.flatMap((statement) =>
      operationsOf(statement).flatMap((operation) => {
        const step = builder.apply(operation, { migration: 0, id: '', statement });
        return effectsOf(step.operation, step.before);
      }),
    );
  };
  apply(setup);
  return apply(sql);
}

/** Locks as predicted, as {@link observe} gives them; the sequences of identity columns left out here too. */
function predict(setup: string, sql: string): string[] {
  const locks = new Map<string, LockMode>();
  for (const { relation, lock } of effects(setup, sql)) {
    if (relation.name.endsWith('_id_seq')) continue;
    keepStronger(locks, `${relation.schema ?? 'public'}.${relation.name}`, lock);
  }
  return lines(locks);
}

beforeAll(loadParser);

describe.each(STORIES.map((story) => [story.setup, story] as const))('%s', (_, { setup, statements }) => {
  let database: Database;
  let names: ReadonlyMap<number, string>;

  beforeAll(async () => {
    database = await emptyDatabase();
    await database.exec(setup);
    const { rows } = await database.query<{ oid: number; name: string }>(NAMES);
    names = new Map(rows.map(({ oid, name }) => [oid, name]));
  });

  it.each(statements)('%s', async (sql) => {
    expect(predict(setup, sql)).toEqual(await observe(database, names, sql));
  });
});

const FILES = `CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c char(10), d text);
  CREATE UNLOGGED TABLE u (id int);
  INSERT INTO t VALUES (1, 1, 'b', 'c', 'd')`;

describe('rewrites', () => {
  let database: Database;

  beforeAll(async () => {
    database = await emptyDatabase();
    await database.exec(FILES);
  });

  it.each([
    'ALTER TABLE t ADD COLUMN IF NOT EXISTS a uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE t ADD COLUMN IF NOT EXISTS e uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE t SET LOGGED',
    'ALTER TABLE t SET UNLOGGED',
    'ALTER TABLE u SET LOGGED',
    'ALTER TABLE u SET UNLOGGED',
    'ALTER TABLE t ALTER COLUMN b TYPE char(10)',
    'ALTER TABLE t ALTER COLUMN b TYPE varchar(20)',
    'ALTER TABLE t ALTER COLUMN c TYPE varchar(10)',
    'ALTER TABLE t ALTER COLUMN d TYPE varchar',
  ])('%s', async (sql) => {
    const predicted = effects(FILES, sql).filter(({ work }) => work === 'rewrite');
    expect(predicted.map(({ relation }) => relation.name)).toEqual(await rewrittenBy(database, sql));
  });
});

/** The tables whose file is another one after the statement. */
async function rewrittenBy(database: Database, sql: string): Promise<string[]> {
  const files = "SELECT relname, pg_relation_filenode(oid) AS file FROM pg_class WHERE relname IN ('t', 'u')";
  await database.exec('BEGIN');
  try {
    const before = await database.query<{ relname: string; file: number }>(files);
    await database.exec(sql);
    const after = await database.query<{ relname: string; file: number }>(files);
    const known = new Map(before.rows.map(({ relname, file }) => [relname, file]));
    return after.rows
      .filter(({ relname, file }) => known.get(relname) !== file)
      .map(({ relname }) => relname);
  } finally {
    await database.exec('ROLLBACK');
  }
}
