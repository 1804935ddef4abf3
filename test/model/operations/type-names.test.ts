import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalTypeName, formatType, isBuiltInType } from '../../../src/model/operations/type-names.ts';
import type { TypeName } from '../../../src/model/operations/types.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import type { Database } from '../../support/pglite.ts';
import { first } from './read.ts';

function typeOf(written: string): TypeName {
  const [column] = first('CreateTable', `CREATE TABLE t (c ${written})`).columns;
  if (column === undefined) throw new Error(written);
  return column.type;
}

const spellings = [
  'int',
  'int2',
  'int4',
  'int8',
  'integer',
  'smallint',
  'bigint',
  'real',
  'float',
  'float(10)',
  'float(30)',
  'float4',
  'float8',
  'double precision',
  'numeric',
  'numeric(10, 2)',
  'decimal(5)',
  'dec',
  'bool',
  'boolean',
  'char',
  'char(3)',
  'character',
  'character(3)',
  'nchar',
  'national char varying(5)',
  'varchar',
  'varchar(20)',
  'character varying(20)',
  'bpchar',
  'bpchar(3)',
  '"char"',
  'text',
  'name',
  'bytea',
  'bit',
  'bit(3)',
  'pg_catalog.bit',
  'varbit',
  'bit varying(3)',
  'date',
  'time',
  'time(3)',
  'timetz',
  'time with time zone',
  'time(3) with time zone',
  'timestamp',
  'timestamp(3)',
  'timestamp without time zone',
  'timestamptz',
  'timestamptz(3)',
  'timestamp(0) with time zone',
  'interval',
  'interval(3)',
  'interval year',
  'interval month',
  'interval day',
  'interval hour',
  'interval minute',
  'interval second',
  'interval second(3)',
  'interval year to month',
  'interval day to hour',
  'interval day to minute',
  'interval day to second(3)',
  'interval hour to minute',
  'interval hour to second',
  'interval minute to second',
  'int[]',
  'int[3][3]',
  'text array',
  'text array[4]',
  '_int4',
  '_timestamptz',
  'varchar(20)[]',
  'timestamp(3)[]',
  'interval day[]',
  'pg_catalog.int4',
  'pg_catalog.varchar(3)',
  'json',
  'jsonb',
  'jsonpath',
  'uuid',
  'xml',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'money',
  'oid',
  'regclass',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
  'tsvector',
  'tsquery',
  'int4range',
  'nummultirange',
  'tstzrange',
  'pg_lsn',
  'xid8',
  'oidvector',
  'INT',
  'Timestamp(3)',
] as const;

describe('type names', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
  });

  it.each(spellings)('%s is printed as PostgreSQL prints it', async (written) => {
    await database.exec(`CREATE TEMP TABLE typed (c ${written})`);
    const { rows } = await database.query<{ printed: string; dimensions: number }>(
      `SELECT format_type(atttypid, atttypmod) AS printed, attndims AS dimensions
       FROM pg_attribute WHERE attrelid = 'typed'::regclass AND attnum = 1`,
    );
    await database.exec('DROP TABLE typed');
    const type = typeOf(written);
    expect(formatType(type)).toBe(rows[0]?.printed);
    expect(isBuiltInType(type)).toBe(true);
  });

  it.each([
    ['smallserial', 'smallint'],
    ['serial', 'integer'],
    ['serial4', 'integer'],
    ['bigserial', 'bigint'],
    ['serial8', 'bigint'],
  ])('%s stands for %s', (written, integer) => {
    expect(typeOf(written)).toMatchObject({ name: integer, serial: true, schema: undefined });
  });

  it('knows every type that PostgreSQL lets a column have', async () => {
    const { rows } = await database.query<{ name: string; printed: string }>(
      `SELECT typname AS name, format_type(oid, -1) AS printed FROM pg_type
       WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typname !~ '^_|^pg_'`,
    );
    const unknown = rows.filter(({ name }) => !isBuiltInType(typeOf(`pg_catalog."${name}"`)));
    expect(unknown).toEqual([]);
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each<[string, Partial<TypeName>]>([
    ['mood', { schema: undefined, name: 'mood' }],
    ['"Mood"', { schema: undefined, name: 'Mood' }],
    ['app."Mood"[]', { schema: 'app', name: 'Mood', arrayDimensions: 1 }],
    ['geometry(Point, 4326)', { name: 'geometry', modifiers: ['point', '4326'] }],
    ['app.int4', { schema: 'app', name: 'int4' }],
  ])('%s is a type of the schema', (written, expected) => {
    expect(typeOf(written)).toMatchObject(expected);
    expect(isBuiltInType(typeOf(written))).toBe(false);
  });

  it('keeps %TYPE and SETOF of functions', () => {
    const { routine, returns } = first(
      'CreateFunction',
      "CREATE FUNCTION f(t.c%TYPE) RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'",
    );
    expect(routine.argumentTypes?.[0]?.name).toBe('t.c%TYPE');
    expect(returns).toMatchObject({ name: 't', setOf: true });
  });
});

describe('the canonical name of a type', () => {
  it.each(['int', 'int4', 'bigint', 'decimal', 'varchar', 'char', 'timestamptz', 'time', 'float', 'text'])(
    'is that of a column of type %s',
    (written) => {
      expect(canonicalTypeName(written)).toBe(typeOf(written).name);
    },
  );

  it('is as it is written for other types', () => {
    expect(['hstore', 'app.State', ' VARCHAR '].map(canonicalTypeName)).toEqual([
      'hstore',
      'app.State',
      'character varying',
    ]);
  });
});
