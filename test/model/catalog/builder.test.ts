import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createCatalogBuilder } from '../../../src/model/catalog/index.ts';
import type { Catalog } from '../../../src/model/catalog/index.ts';
import type { ObjectName, OperationKind, OperationOf } from '../../../src/model/operations/types.ts';
import { describeCatalog } from '../../support/describe-catalog.ts';
import { createReplay } from '../../support/replay.ts';

const named = (name: string, schema?: string): ObjectName => ({ schema, name });

function replayed(...scripts: readonly string[]): Catalog {
  const replay = createReplay(15);
  for (const script of scripts) replay.run(script);
  return replay.catalog();
}

/** The last operation of a kind, as it is after the replay of a script. */
function resolved<Kind extends OperationKind>(kind: Kind, ...scripts: readonly string[]): OperationOf<Kind> {
  const replay = createReplay(15);
  const applied = scripts.flatMap((script) => replay.run(script));
  const operation = applied.map((one) => one.operation).findLast((one) => one.kind === kind);
  if (operation === undefined) throw new Error(`no ${kind}`);
  return operation as OperationOf<Kind>;
}

function columnNames(catalog: Catalog, table: string): readonly string[] {
  return catalog.table(named(table))?.columns.map((column) => column.name) ?? [];
}

beforeAll(loadParser);

describe('a catalog handed out', () => {
  it('keeps answering for its own point', () => {
    const replay = createReplay();
    const applied = replay.run(
      `CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int; ALTER TABLE t DROP COLUMN a; DROP TABLE t`,
    );
    expect(applied.map(({ before }) => columnNames(before, 't'))).toEqual([[], ['a'], ['a', 'b'], ['b']]);
    expect(applied.map(({ after }) => columnNames(after, 't'))).toEqual([['a'], ['a', 'b'], ['b'], []]);
    expect(applied.map(({ after }) => [...after.tables()].length)).toEqual([1, 1, 1, 0]);
  });

  it('is the same object while nothing changes', () => {
    const [, first, second] = createReplay().run('CREATE TABLE t (a int); UPDATE t SET a = 1; DELETE FROM t');
    expect(first?.before).toBe(first?.after);
    expect(second?.after).toBe(first?.after);
  });

  it('knows the search_path of its point', () => {
    const applied = createReplay().run('CREATE SCHEMA app; SET search_path TO app; RESET search_path');
    expect(applied.map(({ after }) => after.searchPath)).toEqual([['public'], ['app'], ['public']]);
  });

  it('finds foreign keys, children and indexes of its point', () => {
    const replay = createReplay();
    const applied = replay.run(
      `CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int REFERENCES t); CREATE TABLE c () INHERITS (t); ALTER TABLE u DROP CONSTRAINT u_a_fkey`,
    );
    const references = applied.map(({ after }) =>
      after.referencing(named('t')).map(({ constraint }) => constraint.name),
    );
    expect(references).toEqual([[], ['u_a_fkey'], ['u_a_fkey'], []]);
    expect(
      replay
        .catalog()
        .children(named('t'))
        .map(({ name }) => name.name),
    ).toEqual(['c']);
    expect(replay.catalog().index(named('t_pkey'))?.on.name.name).toBe('t');
    expect(replay.catalog().index(named('t'))).toBeUndefined();
  });
});

describe('a builder that forgets the past', () => {
  it('goes on as if it had not', () => {
    const scripts = [
      'CREATE TABLE t (a int)',
      'ALTER TABLE t ADD b int; BEGIN; ALTER TABLE t DROP a; ROLLBACK',
      'CREATE INDEX ON t (b)',
    ];
    const replay = createReplay(15);
    for (const script of scripts) {
      replay.run(script);
      replay.builder.forgetPast();
    }
    expect(describeCatalog(replay.catalog())).toEqual(describeCatalog(replayed(...scripts)));
    const [applied] = replay.run('DROP TABLE t');
    expect(applied?.before.index(named('t_b_idx'))).toBeDefined();
    expect(applied?.after.index(named('t_b_idx'))).toBeUndefined();
  });
});

describe('operations after the replay', () => {
  it('have full names, found along the search_path', () => {
    const history =
      'CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE TABLE u (a int); SET search_path TO app, public;';
    expect(resolved('AddColumn', `${history} ALTER TABLE t ADD COLUMN b int`).table).toEqual(
      named('t', 'app'),
    );
    expect(resolved('Update', `${history} UPDATE u SET a = 1`).table).toEqual(named('u', 'public'));
    expect(resolved('CreateTable', `${history} CREATE TABLE u (a int)`).table).toEqual(named('u', 'app'));
    expect(resolved('DropTable', `${history} DROP TABLE IF EXISTS nowhere`).table).toEqual(
      named('nowhere', 'app'),
    );
  });

  it('have the default names', () => {
    expect(resolved('CreateIndex', 'CREATE TABLE t (a int); CREATE INDEX ON t (a)').name).toBe('t_a_idx');
    const { constraint } = resolved(
      'AddConstraint',
      'CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0)',
    );
    expect(constraint.name).toBe('t_a_check');
    const { columns, constraints } = resolved(
      'CreateTable',
      'CREATE TABLE t (a int UNIQUE, b int, PRIMARY KEY (a, b))',
    );
    expect([...(columns[0]?.constraints ?? []), ...constraints].map(({ name }) => name)).toEqual([
      't_a_key',
      't_pkey',
    ]);
    const { column } = resolved(
      'AddColumn',
      'CREATE TABLE t (a int); ALTER TABLE t ADD b int REFERENCES t (a) CHECK (b > 0)',
    );
    expect(column.constraints.map(({ name }) => name).toSorted()).toEqual(['t_b_check', 't_b_fkey']);
  });

  it('have the columns that they take from elsewhere', () => {
    const key = `CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (a int, b int); CREATE UNIQUE INDEX i ON u (b, a);`;
    expect(
      resolved('AddConstraint', `${key} ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t`).constraint,
    ).toMatchObject({
      references: named('t', 'public'),
      referencedColumns: ['a'],
    });
    expect(
      resolved('AddConstraint', `${key} ALTER TABLE u ADD PRIMARY KEY USING INDEX i`).constraint,
    ).toMatchObject({
      name: 'i',
      columns: ['b', 'a'],
    });
  });

  it("have the schema of a type of the user, and none for PostgreSQL's own", () => {
    const { columns } = resolved(
      'CreateTable',
      `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e, b text, c citext)`,
    );
    expect(columns.map(({ type }) => type.schema)).toEqual(['public', undefined, undefined]);
  });
});

describe('transactions', () => {
  it('that are rolled back did not happen', () => {
    const catalog = replayed(
      'CREATE TABLE t (a int); BEGIN; ALTER TABLE t ADD COLUMN b int; CREATE TABLE u (); DROP TABLE t; ROLLBACK',
    );
    expect(describeCatalog(catalog)).toEqual(['table t', '  a integer']);
  });

  it('are rolled back to a savepoint', () => {
    const catalog =
      replayed(`CREATE TABLE t (a int); BEGIN; ALTER TABLE t ADD b int; SAVEPOINT s; ALTER TABLE t ADD c int; SAVEPOINT r; ALTER TABLE t ADD d int;
      ROLLBACK TO s; ALTER TABLE t ADD e int; RELEASE s; COMMIT`);
    expect(columnNames(catalog, 't')).toEqual(['a', 'b', 'e']);
  });

  it("that the script's runner opened can be rolled back too", () => {
    const replay = createReplay();
    replay.builder.startScript({ inTransaction: true });
    replay.run('CREATE TABLE t (a int); ROLLBACK; CREATE TABLE u (a int)');
    replay.builder.endScript();
    expect([...replay.catalog().tables()].map(({ name }) => name.name)).toEqual(['u']);
  });

  it('leave the points before a ROLLBACK as they were', () => {
    const applied = createReplay().run('BEGIN; CREATE TABLE t (a int); ROLLBACK');
    expect(applied.map(({ after }) => [...after.tables()].length)).toEqual([0, 1, 0]);
  });

  it('end SET LOCAL, and take SET back if they are rolled back', () => {
    const applied = createReplay().run(
      `BEGIN; SET LOCAL search_path TO a; COMMIT; BEGIN; SET search_path TO b; ROLLBACK; BEGIN; SET search_path TO c; COMMIT`,
    );
    const paths = applied.map(({ after }) => after.searchPath.join());
    expect(paths).toEqual(['public', 'a', 'public', 'public', 'b', 'public', 'public', 'c', 'c']);
  });
});

describe('sessions', () => {
  it('end with the script: SET and temporary tables are gone', () => {
    const replay = createReplay();
    replay.builder.startScript({ inTransaction: false });
    replay.run(
      'CREATE TABLE t (a int); CREATE TEMP TABLE t (b int); ALTER TABLE t ADD COLUMN c int; SET search_path TO app',
    );
    expect(columnNames(replay.catalog(), 't')).toEqual(['b', 'c']);
    replay.builder.endScript();
    expect(columnNames(replay.catalog(), 't')).toEqual(['a']);
    expect(replay.catalog().searchPath).toEqual(['public']);
  });

  it('follow set_config as dumps write it', () => {
    const replay = createReplay();
    replay.run(`SELECT pg_catalog.set_config('search_path', 'app, "My Schema"', false)`);
    expect(replay.catalog().searchPath).toEqual(['app', 'My Schema']);
    replay.run(`SELECT pg_catalog.set_config('search_path', '', false)`);
    expect(replay.catalog().searchPath).toEqual([]);
  });

  it('begin with the search_path of the connection', () => {
    const builder = createCatalogBuilder({ postgresVersion: 15, searchPath: ['app'] });
    expect(builder.catalog().searchPath).toEqual(['app']);
    expect(builder.catalog().schema('app')).toBeDefined();
  });
});

describe('certainty', () => {
  it('of what is added in a branch: it is there, uncertain, and the rest of the table is not touched', () => {
    const catalog = replayed(`CREATE TABLE t (a int); DO $$ BEGIN IF now() > '2020-01-01' THEN
      ALTER TABLE t ADD COLUMN b int; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); CREATE INDEX i ON t (a); CREATE TABLE u (a int); END IF; END $$`);
    expect(describeCatalog(catalog)).toEqual([
      'table t',
      '  a integer',
      '  b integer (uncertain)',
      '  c check (a > 0) (uncertain)',
      '  index i (a) (uncertain)',
      'table u (uncertain)',
      '  a integer (uncertain)',
    ]);
  });

  it('of a table that loses a part in a branch', () => {
    const catalog = replayed(
      `CREATE TABLE t (a int, b int); DO $$ BEGIN IF now() > '2020-01-01' THEN ALTER TABLE t DROP COLUMN b; END IF; END $$`,
    );
    expect(describeCatalog(catalog)).toEqual(['table t (uncertain)', '  a integer']);
  });

  it('of a changed column', () => {
    const catalog = replayed(
      `CREATE TABLE t (a int, b int); DO $$ BEGIN IF now() > '2020-01-01' THEN ALTER TABLE t ALTER a SET NOT NULL; END IF; END $$`,
    );
    expect(describeCatalog(catalog)).toEqual(['table t', '  a integer not null (uncertain)', '  b integer']);
  });

  it('of a table that the history never created: it was there before', () => {
    const table = replayed('ALTER TABLE legacy ADD COLUMN a int').table(named('legacy'));
    expect(table).toMatchObject({
      certainty: 'uncertain',
      name: named('legacy', 'public'),
      origin: { migration: -1 },
    });
    expect(table?.columns).toMatchObject([{ name: 'a', certainty: 'certain', origin: { migration: 0 } }]);
  });

  it('of a table that is created twice', () => {
    const catalog = replayed('CREATE TABLE t (a int); CREATE TABLE t (b int)');
    expect(describeCatalog(catalog)).toEqual(['table t (uncertain)', '  a integer']);
  });

  it('of a computed column of CREATE TABLE AS', () => {
    const catalog = replayed('CREATE TABLE t (a int); CREATE TABLE u AS SELECT a, a + 1 AS b FROM t');
    expect(catalog.table(named('u'))?.columns).toMatchObject([
      { name: 'a', certainty: 'certain', type: { name: 'integer' } },
      { name: 'b', certainty: 'uncertain', type: { name: 'unknown' } },
    ]);
  });

  it('of the whole catalog ends with SQL that cannot be read', () => {
    const applied = createReplay().run(
      `CREATE TABLE t (a int); DO $$ BEGIN EXECUTE (SELECT string_agg(sql, ';') FROM later); END $$; CREATE TABLE u (a int)`,
    );
    expect(applied[0]?.after.complete).toBe(true);
    expect(applied.at(-1)?.before.complete).toBe(false);
    const replay = createReplay();
    replay.builder.markIncomplete();
    expect(replay.catalog().complete).toBe(false);
  });
});

describe('the body of a function', () => {
  it('changes nothing until it is called', () => {
    const replay = createReplay();
    const applied = replay.run(
      `CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE t; END $$`,
    );
    const drop = applied.at(-1);
    expect(drop?.operation).toMatchObject({ kind: 'DropTable', run: 'called', table: named('t', 'public') });
    expect(drop?.after.table(named('t'))).toBeDefined();
  });
});

describe('versions', () => {
  it('before 18 have no NOT NULL constraints', () => {
    expect(
      replayed('CREATE TABLE t (a int NOT NULL)').table(named('t'))?.columns[0]?.notNullConstraint,
    ).toBeUndefined();
    const replay = createReplay(18);
    replay.run('CREATE TABLE t (a int NOT NULL); ALTER TABLE t DROP CONSTRAINT t_a_not_null');
    expect(describeCatalog(replay.catalog())).toEqual(['table t', '  a integer']);
  });

  it('before 18 make a column nullable in every table that inherits it', () => {
    const history =
      'CREATE TABLE p (a int NOT NULL); CREATE TABLE c (a int NOT NULL) INHERITS (p); ALTER TABLE p ALTER a DROP NOT NULL';
    const isNotNull = (version: number): boolean | undefined => {
      const replay = createReplay(version);
      replay.run(history);
      return replay.catalog().table(named('c'))?.columns[0]?.notNull;
    };
    expect([isNotNull(15), isNotNull(18)]).toEqual([false, true]);
  });
});

describe('objects beside tables', () => {
  const catalog = (): Catalog =>
    replayed(`
      CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
      CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 3'; DROP FUNCTION f(text);
      CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO me USING (a > 0); ALTER POLICY p ON t RENAME TO q;
      ALTER TABLE t RENAME a TO b; COMMENT ON TABLE t IS 'about t'; COMMENT ON COLUMN t.b IS 'about b'; ALTER TABLE t OWNER TO joe;
      GRANT ALL ON t TO ann; REVOKE INSERT ON t FROM ann; GRANT SELECT ON ALL TABLES IN SCHEMA public TO bob WITH GRANT OPTION;
      CREATE TABLE l (m text); CREATE TRIGGER x AFTER INSERT ON l FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE l DISABLE TRIGGER x;
      CREATE EXTENSION citext; CREATE DOMAIN d AS text CHECK (VALUE <> ''); ALTER DOMAIN d SET NOT NULL;
      CREATE TYPE c AS (x int); ALTER TYPE c ADD ATTRIBUTE y text; ALTER TYPE c RENAME ATTRIBUTE x TO z`);

  it('are kept: routines by their arguments', () => {
    expect(catalog().routines(named('f'))).toMatchObject([
      { volatility: 'immutable', name: { argumentTypes: [{ name: 'integer' }] } },
    ]);
  });

  it('are kept: what ALTER FUNCTION says of security and settings', () => {
    const after = replayed(`
      CREATE FUNCTION f() RETURNS int LANGUAGE sql SET work_mem = '1MB' SET search_path = a AS 'SELECT 1';
      CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER SET work_mem = '1MB' AS 'SELECT 1';
      ALTER FUNCTION f() SECURITY DEFINER RESET work_mem; ALTER FUNCTION f(int) SECURITY INVOKER SET search_path = '';
      CREATE FUNCTION g() RETURNS int LANGUAGE sql SET search_path = a AS 'SELECT 1'; ALTER ROUTINE g RESET ALL;`);
    expect(after.routines(named('f'))).toMatchObject([
      { securityDefiner: true, settings: { search_path: 'a' } },
      { securityDefiner: false, settings: { search_path: '', work_mem: '1MB' } },
    ]);
    expect(after.routines(named('g')).map(({ settings }) => settings)).toEqual([{}]);
  });

  it('are kept: policies, row security, comments, owners and privileges', () => {
    const table = catalog().table(named('t'));
    expect(table?.rowSecurity).toEqual({ enabled: true, forced: false });
    expect(table?.policies).toMatchObject([
      { name: 'q', command: 'select', roles: ['me'], using: { text: 'b > 0' } },
    ]);
    expect([table?.comment, table?.columns[0]?.comment, table?.owner]).toEqual(['about t', 'about b', 'joe']);
    const privileges = table?.privileges
      .filter(({ grantee }) => grantee === 'ann')
      .map(({ privilege }) => privilege);
    expect(privileges).toContain('SELECT');
    expect(privileges).not.toContain('INSERT');
    expect(table?.privileges).toContainEqual({ grantee: 'bob', privilege: 'SELECT', withGrantOption: true });
  });

  it('are kept: triggers and their state, extensions, domains, composite types', () => {
    expect(catalog().table(named('l'))?.triggers).toMatchObject([
      { name: 'x', state: 'disabled', function: named('f', 'public') },
    ]);
    expect(catalog().extension('citext')).toBeDefined();
    expect(catalog().type(named('d'))).toMatchObject({ notNull: true, constraints: [{ name: 'd_check' }] });
    expect(catalog().type(named('c'))).toMatchObject({ attributes: [{ name: 'z' }, { name: 'y' }] });
  });
});

describe('nonsense', () => {
  it('is survived', () => {
    const replay = createReplay();
    expect(() =>
      replay.run(`DROP TABLE nowhere; ALTER TABLE nowhere2 DROP COLUMN a, ALTER b SET NOT NULL; DROP INDEX i; ALTER INDEX i RENAME TO j; ALTER TYPE e ADD VALUE 'a';
        ALTER TABLE nowhere2 RENAME a TO b; ALTER TABLE x RENAME TO y; CREATE INDEX i ON nowhere3 (a); ALTER TABLE nowhere3 ADD FOREIGN KEY (a) REFERENCES nowhere4;
        ROLLBACK TO s; RELEASE s; COMMIT; DROP SCHEMA x CASCADE; DROP TYPE e CASCADE; ALTER TABLE a ATTACH PARTITION b DEFAULT; ALTER TABLE a DETACH PARTITION c;
        CREATE TABLE p PARTITION OF p FOR VALUES IN (1); CREATE TABLE q () INHERITS (q); ALTER TABLE q INHERIT q; ALTER TABLE q ADD COLUMN a int; ALTER SEQUENCE s OWNED BY q.a;
        ALTER VIEW v RENAME TO w; DROP FUNCTION f CASCADE; CREATE TRIGGER x AFTER INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); GRANT ALL ON nowhere5 TO a`),
    ).not.toThrow();
  });
});
