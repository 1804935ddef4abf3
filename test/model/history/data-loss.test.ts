import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import {
  columnExistedBefore,
  dataLossOf,
  isDestructive,
  valueLossOf,
} from '../../../src/model/history/data-loss.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

/** Type changes with a value that has everything its type can hold. */
const changes: readonly (readonly [from: string, to: string, value: string, using?: string])[] = [
  ['numeric(10, 4)', 'numeric(10, 2)', '1.2345'],
  ['numeric(10, 2)', 'numeric(12, 4)', '1.23'],
  ['numeric(10, 2)', 'integer', '1.23'],
  ['numeric(10, 2)', 'double precision', '1.23'],
  ['numeric(30, 20)', 'double precision', '1.23456789012345678901'],
  ['numeric', 'numeric(20, 2)', '1.234567'],
  ['double precision', 'real', '1.23456789'],
  ['double precision', 'integer', '1.5'],
  ['integer', 'bigint', '7'],
  ['integer', 'numeric(12, 0)', '7'],
  ['bigint', 'integer', '7'],
  ['timestamp', 'date', '2024-01-02 03:04:05'],
  ['date', 'timestamp', '2024-01-02'],
  ['timestamp', 'timestamp(3)', '2024-01-02 03:04:05.123456'],
  ['timestamp(3)', 'timestamp', '2024-01-02 03:04:05.123'],
  ['timestamptz(3)', 'timestamptz(6)', '2024-01-02 03:04:05.123+00'],
  ['timestamptz', 'date', '2024-01-02 03:04:05.123456+00'],
  ['varchar(20)', 'varchar(50)', 'abc'],
  ['varchar(50)', 'text', 'abc'],
  ['text', 'varchar(10)', 'abc'],
  ['integer', 'text', '7'],
  ['text', 'integer', '7', 'v::integer'],
  ['text', 'integer', '7', '0'],
  ['integer[]', 'bigint[]', '{1,2}'],
  ['varchar(20)', 'varchar(5)', 'abcdefgh', 'v::varchar(5)'],
  ['text', 'char(3)', 'abcdefgh', 'v::char(3)'],
  ['text', 'text', 'abcdefgh', 'v::varchar(3)'],
  ['text', 'varchar(5)', 'abcdefgh', 'CAST(v::varchar(5) AS text)'],
  ['text', 'varchar(5)', 'abcdefgh', 'v::varchar(5)'],
  ['varchar(5)', 'varchar(8)', 'abcde', 'v::varchar(8)'],
  ['varchar(5)', 'text', 'abcde', 'v::varchar(5)::text'],
  ['integer', 'varchar(5)', '-2147483648', 'v::varchar(5)'],
  ['integer', 'varchar(11)', '-2147483648', 'v::varchar(11)'],
  ['smallint', 'varchar(6)', '-32768', 'v::varchar(6)'],
  ['bigint', 'varchar(19)', '-9223372036854775808', 'v::varchar(19)'],
  ['bigint', 'varchar(20)', '-9223372036854775808', 'v::varchar(20)'],
  ['bit(5)', 'bit(3)', '10101', 'v::bit(3)'],
  ['text[]', 'varchar(3)[]', '{abcdef}', 'v::varchar(3)[]'],
  ['smallint', 'real', '32767'],
  ['integer', 'double precision', '2147483647'],
  ['numeric(6, 2)', 'real', '1234.56'],
  ['numeric(10, 0)', 'real', '1234567890'],
  ['numeric(15, 2)', 'double precision', '1234567890123.45'],
  ['numeric(20, 0)', 'double precision', '12345678901234567891'],
  ['real', 'double precision', '1.1'],
  ['real', 'numeric', '1.23456789'],
  ['double precision', 'numeric(30, 20)', '1.2345678901234567'],
  ['double precision', 'double precision', '1.2345678901234567'],
  ['numeric(10, 2)', 'integer', '1.00', '(v * 100 / 100)::integer'],
  ['json', 'jsonb', '{"a": 1}'],
];

describe('valueLossOf', () => {
  it.each(changes)(
    '%s to %s, value %s, using %s: PostgreSQL loses what we say it loses',
    async (from, to, value, using) => {
      const clause = using === undefined ? '' : ` USING ${using}`;
      const create = `CREATE TABLE t (v ${from});`;
      const alter = `ALTER TABLE t ALTER COLUMN v TYPE ${to}${clause};`;
      const { last, catalogBefore } = replayed(create, alter);
      const change = last('AlterColumnType');
      const column = catalogBefore(change).table(inPublic('t'))?.columns[0];
      if (column === undefined) throw new Error('no column');

      const db = await emptyDatabase();
      await db.exec(`${create} INSERT INTO t VALUES ('${value}');`);
      await db.exec(`CREATE TABLE before AS SELECT v FROM t; ${alter}`);
      const { rows } = await db.query<{ same: boolean }>(
        `SELECT (t.v::text)::${from}::text = before.v::text AS same FROM t, before`,
      );
      expect(valueLossOf(column.type, change) === undefined).toBe(rows[0]?.same);
    },
  );

  it.each([
    ['integer', 'real', '16777217'],
    ['bigint', 'double precision', '9007199254740993'],
    ['bigint', 'real', '9007199254740993'],
  ])('%s to %s rounds %s, as PostgreSQL does', async (from, to, value) => {
    const alter = `ALTER TABLE t ALTER COLUMN v TYPE ${to};`;
    const { last, catalogBefore } = replayed(`CREATE TABLE t (v ${from});`, alter);
    const change = last('AlterColumnType');
    const column = catalogBefore(change).table(inPublic('t'))?.columns[0];
    expect(column && valueLossOf(column.type, change)).toBe('rounds numbers');
    const db = await emptyDatabase();
    await db.exec(`CREATE TABLE t (v ${from}); INSERT INTO t VALUES (${value}); ${alter}`);
    const { rows } = await db.query<{ v: string }>(`SELECT v::${from}::text AS v FROM t`);
    expect(rows[0]?.v).not.toBe(value);
  });

  it.each(['toString', 'valueOf', 'constructor', '__proto__'])(
    'knows nothing of a type called %s',
    (name) => {
      const { migrations, catalogBefore } = replayed(
        `CREATE TYPE "${name}" AS ENUM ('a'); CREATE TABLE t (v date, w "${name}");`,
        `ALTER TABLE t ALTER COLUMN v TYPE "${name}" USING v::text::"${name}", ALTER COLUMN w TYPE date USING w::text::date;`,
      );
      const losses = (migrations[1]?.operations ?? []).map((change) => {
        if (change.kind !== 'AlterColumnType') throw new Error(change.kind);
        const table = catalogBefore(change).table(inPublic('t'));
        const column = table?.columns.find((one) => one.name === change.column);
        return column && valueLossOf(column.type, change);
      });
      expect(losses).toEqual([undefined, undefined]);
    },
  );

  it('does not call a chosen time zone the session’s', () => {
    const { last, catalogBefore } = replayed(
      'CREATE TABLE t (v timestamptz);',
      "ALTER TABLE t ALTER COLUMN v TYPE timestamp USING v AT TIME ZONE 'UTC';",
    );
    const change = last('AlterColumnType');
    const column = catalogBefore(change).table(inPublic('t'))?.columns[0];
    expect(column && valueLossOf(column.type, change)).toBeUndefined();
  });

  it('calls a session’s wall clock a loss of the time zone', () => {
    const { last, catalogBefore } = replayed(
      'CREATE TABLE t (v timestamptz);',
      'ALTER TABLE t ALTER COLUMN v TYPE timestamp;',
    );
    const change = last('AlterColumnType');
    const column = catalogBefore(change).table(inPublic('t'))?.columns[0];
    expect(column && valueLossOf(column.type, change)).toBe('drops the time zone');
  });
});

describe('dataLossOf', () => {
  const HISTORY =
    'CREATE TABLE users (id int PRIMARY KEY, name text, twice int GENERATED ALWAYS AS (id * 2) STORED);';
  const lossOf = (sql: string): string | undefined => {
    const { migrations, catalogBefore } = replayed(HISTORY, sql);
    const operation = migrations[1]?.operations.at(-1);
    const first = migrations[1]?.operations[0];
    if (operation === undefined || first === undefined) throw new Error('no operation');
    const table = inPublic('users');
    if (!isDestructive(operation) || operation.kind === 'DropObject') return undefined;
    return dataLossOf(operation, catalogBefore(first).table(table), catalogBefore(operation).table(table))
      ?.what;
  };

  it.each([
    ['DROP TABLE users', 'table'],
    ['TRUNCATE users', 'rows'],
    ['DELETE FROM users', 'rows'],
    ['DELETE FROM users WHERE 1 = 1', 'rows'],
    ['DELETE FROM users WHERE id > 0', undefined],
    ['DELETE FROM users USING users AS other', undefined],
    ['ALTER TABLE users DROP COLUMN name', 'column'],
    ['ALTER TABLE users RENAME COLUMN name TO login; ALTER TABLE users DROP COLUMN login', 'column'],
    ['ALTER TABLE users DROP COLUMN twice', undefined],
    ['ALTER TABLE users ADD COLUMN nick text; ALTER TABLE users DROP COLUMN nick', undefined],
    ['ALTER TABLE users ALTER COLUMN name TYPE varchar(10)', undefined],
    ['ALTER TABLE users ALTER COLUMN name TYPE int USING 0', 'values'],
    ['CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$', undefined],
    ['UPDATE users SET name = NULL', undefined],
  ])('%s: %s', (sql, expected) => {
    expect(lossOf(sql)).toBe(expected);
  });

  it('takes nothing from a table of the deploy', () => {
    const { last } = replayed('DROP TABLE users;');
    expect(dataLossOf(last('DropTable'), undefined, undefined)).toBeUndefined();
  });
});

describe('columnExistedBefore', () => {
  it('follows renames, and takes an unknown column for an old one only where the table is not wholly known', () => {
    const { catalog, migrations, catalogBefore } = replayed(
      'CREATE TABLE t (a int, b int);',
      'ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t ADD COLUMN a int;',
    );
    const [first] = migrations[1]?.operations ?? [];
    const before = first && catalogBefore(first).table(inPublic('t'));
    const now = catalog.table(inPublic('t'));
    if (before === undefined) throw new Error('no table');
    expect(columnExistedBefore(before, now, 'c')).toBe(true);
    expect(columnExistedBefore(before, now, 'b')).toBe(true);
    expect(columnExistedBefore(before, now, 'a')).toBe(false);
    expect(columnExistedBefore(before, now, 'unknown')).toBe(false);
    const stub = now && ({ ...now, certainty: 'uncertain' } as const);
    expect(columnExistedBefore(before, stub, 'unknown')).toBe(true);
  });
});
