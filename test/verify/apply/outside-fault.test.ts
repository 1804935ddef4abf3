import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Statement } from '../../../src/input/sql/types.ts';
import { namesOf, type IncompleteMigration } from '../../../src/verify/apply/incomplete.ts';
import { outsideFault, type Fidelity } from '../../../src/verify/apply/outside-fault.ts';
import { postgresError } from '../../../src/verify/engines/errors.ts';
import { OutsideNameCollector } from '../../../src/verify/environment/outside-names.ts';
import { extensionNotes } from '../../../src/verify/environment/stand-ins.ts';

beforeAll(() => loadParser());

function statementsOf(sql: string): readonly Statement[] {
  return parseScript({ path: 'a.sql', text: sql, encoding: 'utf-8', byteOrderMark: false }, []).statements;
}

interface World {
  /** What the scripts of the project have. */
  readonly history?: string;
  /** What an earlier migration has that did not run. */
  readonly unrun?: string;
  readonly stubbed?: readonly string[];
  readonly schemas?: readonly string[];
  /** The statement that fails. */
  readonly statement?: string;
  /** Functions that are there. */
  readonly functions?: readonly string[];
}

/** Why an error is not held against a migration. */
function fault(code: string, message: string, world: World = {}): Promise<string | undefined> {
  const { history = '', unrun, stubbed = [], schemas = [], statement, functions = [] } = world;
  const names = new OutsideNameCollector();
  for (const one of statementsOf(history)) names.add(one);
  const incomplete: readonly IncompleteMigration[] =
    unrun === undefined ? [] : [{ id: '001_unrun', names: namesOf(statementsOf(unrun), unrun) }];
  const fidelity: Fidelity = {
    names,
    incomplete,
    standIns: { extensions: { stubbed, missing: [] }, schemas },
  };
  const database = {
    rows: <Row>(sql: string) =>
      Promise.resolve(functions.filter((name) => sql.includes(`'${name}'`)).map((name) => ({ name }) as Row)),
  };
  const fields = { code, message, position: undefined, detail: undefined, hint: undefined, where: undefined };
  const [failing] = statement === undefined ? [] : statementsOf(statement);
  return outsideFault(database, { error: postgresError(fields), statement: failing }, fidelity);
}

describe('an error that an empty stand-in for an extension may cause', () => {
  const stubbed = ['postgis'];
  it.each([
    ['42704', 'type "geometry" does not exist'],
    ['42704', 'operator class "gist_geometry_ops_2d" does not exist for access method "gist"'],
    ['42883', 'function st_makepoint(double precision, double precision) does not exist'],
    ['42883', 'operator does not exist: point && box'],
    ['42P01', 'relation "spatial_ref_sys" does not exist'],
    ['22023', 'extension "postgis" has no installation script nor update path for version "3.4"'],
  ])('%s %s', async (code, message) => {
    expect(await fault(code, message, { stubbed })).toContain('the extension postgis');
    expect((await fault(code, message)) ?? '').not.toContain('postgis');
  });

  it.each<[string, string, World]>([
    ['42P01', 'relation "usrs" does not exist', {}],
    ['42704', 'constraint "c" of relation "t" does not exist', {}],
    ['42883', 'operator does not exist: integer = uuid', {}],
    ['42704', 'type "mood" does not exist', { history: "CREATE TYPE mood AS ENUM ('ok');" }],
    [
      '42883',
      'function f(integer) does not exist',
      { history: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';" },
    ],
    ['42883', 'function lower(integer) does not exist', { functions: ['lower'] }],
    ['42601', 'syntax error at or near "TABEL"', {}],
  ])('and one that it cannot: %s %s', async (code, message, world) => {
    expect(await fault(code, message, { stubbed, ...world })).toBeUndefined();
  });

  it('is said to be one', () => {
    expect(extensionNotes({ stubbed, missing: [] })).toEqual([
      expect.stringContaining('The extension postgis is a stand-in that is empty'),
    ]);
    expect(extensionNotes({ stubbed: [], missing: ['postgis', 'age'] })).toEqual([
      expect.stringContaining('The extensions postgis, age are not installed'),
    ]);
    expect(extensionNotes({ stubbed: ['vector'], missing: [] })[0]).toContain('compute nothing');
    expect(extensionNotes({ stubbed: [], missing: [] })).toEqual([]);
  });
});

describe('an error that a stand-in for a schema of the platform may cause', () => {
  const schemas = ['auth', 'storage'];
  it('where the statement names the schema', async () => {
    const missing = 'column "phone" of relation "users" does not exist';
    const statement = 'UPDATE auth.users SET phone = NULL;';
    expect(await fault('42703', missing, { schemas, statement })).toContain('The schema auth is a stand-in');
    expect(await fault('42703', missing, { statement })).toBeUndefined();
    expect(
      await fault('42703', missing, { schemas, statement: 'UPDATE users SET phone = NULL;' }),
    ).toBeUndefined();
    const body = "DO $$ BEGIN INSERT INTO storage.buckets (type) VALUES ('x'); END $$;";
    expect(await fault('42703', 'column "type" does not exist', { schemas, statement: body })).toContain(
      'storage',
    );
  });

  it('where it misses a function', async () => {
    const history = 'SELECT auth.email();';
    expect(await fault('42883', 'function auth.email() does not exist', { schemas, history })).toContain(
      'what it wants of the schema auth, which is a stand-in here',
    );
  });
});

describe('a function that no migration makes', () => {
  it('may be in the database, unless PostgreSQL has one of its name', async () => {
    expect(await fault('42883', 'function nanoid() does not exist')).toContain(
      'No migration creates the function nanoid',
    );
    const functions = ['lower'];
    expect(await fault('42883', 'function lower(uuid) does not exist', { functions })).toBeUndefined();
  });
});

describe('an error after a migration that did not run whole', () => {
  const unrun = 'CREATE TABLE places (id int, at geometry UNIQUE);';
  it.each([
    ['42P01', 'relation "places" does not exist'],
    ['42P01', 'relation "public.places" does not exist'],
    ['42704', 'index "places_at_key" does not exist'],
    ['42830', 'there is no unique constraint matching given keys for referenced table "places"'],
  ])('%s %s', async (code, message) => {
    expect(await fault(code, message, { unrun })).toMatch(
      /^001_unrun, which comes before it and has to do with places(?:_at_key)?, did not run whole here\./u,
    );
  });

  it.each([
    ['42P01', 'relation "persons" does not exist', unrun],
    ['42703', 'column "nme" of relation "places" does not exist', unrun],
    ['42601', 'syntax error at or near "places"', unrun],
    ['23502', 'column "at" of relation "places" contains null values', unrun],
    ['42704', 'index "persons_at_key" does not exist', unrun],
  ])('that has nothing to do with it: %s %s', async (code, message, script) => {
    expect(await fault(code, message, { unrun: script })).toBeUndefined();
  });

  it.each(['CALL make_tables();', "SELECT partman.create_parent('public.t');", 'CREATE EXTENSION age;'])(
    'whose doing nobody can tell: %s',
    async (script) => {
      expect(await fault('42P01', 'relation "t_p2024" does not exist', { unrun: script })).toContain(
        'nobody can tell what it makes',
      );
      expect(await fault('42804', 'column "x" is of type integer', { unrun: script })).toBeUndefined();
    },
  );
});
