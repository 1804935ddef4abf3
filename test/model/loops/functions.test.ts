import { beforeAll, describe, expect, it } from 'vitest';
import { IDEMPOTENT, NEVER_NULL, STRICT, STRICT_AT_LEAST } from '../../../src/model/loops/functions.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';

let database: Database;
beforeAll(async () => {
  database = await emptyDatabase();
});

/** One call of each function with arguments that are not NULL, and how many arguments it has. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  abs: ['-1'],
  array_length: ["'{1,2}'::int[]", '1'],
  ascii: ["'x'"],
  btrim: ["' x '"],
  ceil: ['1.5'],
  ceiling: ['1.5'],
  char_length: ["''"],
  character_length: ["'x'"],
  chr: ['65'],
  floor: ['1.5'],
  initcap: ["''"],
  left: ["'abc'", '-5'],
  length: ["''"],
  lower: ["''"],
  lpad: ["''", '3'],
  ltrim: ["''"],
  md5: ["''"],
  mod: ['5', '3'],
  octet_length: ["''"],
  power: ['2', '3'],
  quote_ident: ["''"],
  regexp_replace: ["'abc'", "'x'", "''"],
  repeat: ["'x'", '-1'],
  replace: ["''", "''", "''"],
  reverse: ["''"],
  right: ["'abc'", '9'],
  round: ['1.5'],
  rpad: ["''", '3'],
  rtrim: ["''"],
  sign: ['0'],
  split_part: ["'a-b'", "'-'", '9'],
  sqrt: ['4'],
  starts_with: ["'a'", "'b'"],
  strpos: ["'a'", "'b'"],
  substr: ["'abc'", '9'],
  substring: ["'abc'", '2'],
  to_char: ["timestamp '2025-01-01'", "'YYYY'"],
  to_date: ["'2025'", "'YYYY'"],
  translate: ["'abc'", "'a'", "''"],
  trunc: ['1.5'],
  upper: ["''"],
};

async function isNull(expression: string): Promise<boolean> {
  const { rows } = await database.query<{ is: boolean }>(`SELECT (${expression}) IS NULL AS is`);
  return rows[0]?.is === true;
}

describe('what PostgreSQL’s functions make of NULL', () => {
  it.each([...STRICT, ...STRICT_AT_LEAST])('%s: NULL for NULL', async (name) => {
    const args = CALLS[name];
    if (args === undefined) throw new Error(`no call of ${name}`);
    expect(await isNull(`${name}(${args.join(', ')})`)).toBe(false);
    for (const index of args.keys()) {
      const types = await database.query<{ type: string }>(`SELECT pg_typeof(${args[index]})::text AS type`);
      const type = types.rows[0]?.type === 'unknown' ? 'text' : types.rows[0]?.type;
      const nulled = args.with(index, `NULL::${type}`);
      expect(await isNull(`${name}(${nulled.join(', ')})`), nulled.join(', ')).toBe(true);
    }
  });

  it('all of them are declared strict, in every form', async () => {
    const { rows } = await database.query<{ name: string }>(
      `SELECT DISTINCT proname AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND NOT proisstrict AND proname = ANY ($1)`,
      [[...STRICT, ...STRICT_AT_LEAST]],
    );
    expect(rows).toEqual([]);
  });

  it.each([...NEVER_NULL].filter((name) => name !== 'uuid_generate_v4'))('%s: never NULL', async (name) => {
    const args =
      name.startsWith('json') && name.endsWith('object')
        ? "'k', NULL::text"
        : /^(?:concat|json)/.test(name)
          ? 'NULL::text'
          : '';
    expect(await isNull(`${name}(${args})`)).toBe(false);
  });

  it.each([...IDEMPOTENT])('%s: twice is once', async (name) => {
    const { rows } = await database.query<{ same: boolean }>(
      `SELECT bool_and(${name}(${name}(x)) = ${name}(x)) AS same FROM unnest(ARRAY['', ' a ', 'Straße', 'İı', 'ǆ']) AS x`,
    );
    expect(rows[0]?.same).toBe(true);
  });
});
