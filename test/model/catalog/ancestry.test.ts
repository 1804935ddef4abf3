import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Catalog } from '../../../src/model/catalog/index.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

/** Every table's columns and parents, after scripts that go from parents to children in many ways. */
function familiesOf(catalog: Catalog): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...catalog.tables()].map((table) => {
      const parents = [
        ...table.inherits,
        ...(table.partitionOf === undefined ? [] : [table.partitionOf.parent]),
      ];
      const columns = table.columns.map((column) => column.name);
      return [table.name.name, `${columns.join()} < ${parents.map((parent) => parent.name).join()}`];
    }),
  );
}

function families(sql: string): Readonly<Record<string, string>> {
  const replay = createReplay();
  replay.run(sql);
  return familiesOf(replay.catalog());
}

describe('a table that would be its own ancestor', () => {
  const twoTables = 'CREATE TABLE ca (a int); CREATE TABLE cb (a int);';

  it('does not come to be with INHERIT', () => {
    const sql = `${twoTables} ALTER TABLE ca INHERIT cb; ALTER TABLE cb INHERIT ca; ALTER TABLE cb INHERIT cb;
      ALTER TABLE ca ADD COLUMN x int; ALTER TABLE cb ADD COLUMN y int`;
    expect(families(sql)).toEqual({ ca: 'a,x,y < cb', cb: 'a,y < ' });
  });

  it('does not come to be through a third table', () => {
    const sql = `${twoTables} CREATE TABLE cc () INHERITS (ca); ALTER TABLE cb INHERIT cc; ALTER TABLE ca INHERIT cb;
      ALTER TABLE ca ADD COLUMN x int`;
    expect(families(sql)).toEqual({ ca: 'a,x < ', cb: 'a,x < cc', cc: 'a,x < ca' });
  });

  it('does not come to be with ATTACH PARTITION', () => {
    const sql = `CREATE TABLE pa (a int) PARTITION BY LIST (a); CREATE TABLE pb (a int) PARTITION BY LIST (a);
      ALTER TABLE pa ATTACH PARTITION pb FOR VALUES IN (1); ALTER TABLE pb ATTACH PARTITION pa FOR VALUES IN (1);
      ALTER TABLE pa ATTACH PARTITION pa FOR VALUES IN (2);
      CREATE INDEX ON pa (a); ALTER TABLE pa ADD COLUMN x int NOT NULL CHECK (x > 0); ALTER TABLE pa ADD PRIMARY KEY (a)`;
    expect(families(sql)).toEqual({ pa: 'a,x < ', pb: 'a,x < pa' });
  });

  it('does not come to be with CREATE TABLE, where a missing parent is created later', () => {
    const changes =
      'ALTER TABLE ca ADD COLUMN x int; ALTER TABLE ca RENAME COLUMN x TO z; DROP TABLE cb CASCADE';
    expect(families(`CREATE TABLE ca () INHERITS (ca); ${changes}`)).toEqual({ ca: 'z < ' });
    expect(families('CREATE TABLE ca PARTITION OF ca DEFAULT; ALTER TABLE ca ADD x int')).toEqual({
      ca: 'x < ',
    });
    expect(
      families(`CREATE TABLE ca () INHERITS (cb); CREATE TABLE cb () INHERITS (ca); ${changes}`),
    ).toEqual({});
  });

  it('does not come to be with a new name or schema', () => {
    const sql = `CREATE TABLE ca () INHERITS (cb); ALTER TABLE ca RENAME TO cb; ALTER TABLE cb ADD COLUMN x int;
      CREATE SCHEMA app; CREATE TABLE app.cc () INHERITS (cc); ALTER TABLE app.cc SET SCHEMA public; ALTER TABLE cc ADD y int`;
    expect(families(sql)).toEqual({ cb: 'x < ', cc: 'y < ' });
  });

  it('may change places with its parent', () => {
    const sql = `${twoTables} ALTER TABLE ca INHERIT cb; ALTER TABLE ca NO INHERIT cb; ALTER TABLE cb INHERIT ca;
      ALTER TABLE ca ADD COLUMN x int`;
    expect(families(sql)).toEqual({ ca: 'a,x < ', cb: 'a,x < ca' });
  });
});

describe('views that read themselves or each other', () => {
  it('can be replaced, renamed, changed and dropped', () => {
    const replay = createReplay();
    replay.run(`CREATE VIEW v AS SELECT 1 AS a; CREATE OR REPLACE VIEW v AS SELECT a FROM v;
      CREATE VIEW w AS SELECT a FROM v; CREATE OR REPLACE VIEW v AS SELECT a FROM w;
      ALTER VIEW v RENAME COLUMN a TO b; ALTER VIEW v RENAME TO u; ALTER VIEW w RENAME TO v;
      CREATE MATERIALIZED VIEW m AS SELECT * FROM m`);
    expect(
      [...replay.catalog().views()].map(({ name, reads }) => [name.name, reads.map((one) => one.name)]),
    ).toEqual(
      expect.arrayContaining([
        ['u', ['v']],
        ['v', ['u']],
      ]),
    );
    replay.run('DROP VIEW u CASCADE; DROP MATERIALIZED VIEW m CASCADE');
    expect([...replay.catalog().views()]).toEqual([]);
  });
});

describe('a sequence that a table owns which takes its values from it', () => {
  it('can move and be dropped', () => {
    const replay = createReplay();
    replay.run(`CREATE SCHEMA app; CREATE SEQUENCE s OWNED BY s.a; CREATE TABLE t (a int DEFAULT nextval('s'));
      ALTER SEQUENCE s OWNED BY t.a; ALTER TABLE t SET SCHEMA app; ALTER SEQUENCE app.s OWNED BY app.s.a;
      ALTER SEQUENCE app.s RENAME TO r; DROP SEQUENCE app.r CASCADE; DROP TABLE app.t CASCADE`);
    expect([...replay.catalog().sequences(), ...replay.catalog().tables()]).toEqual([]);
  });
});
