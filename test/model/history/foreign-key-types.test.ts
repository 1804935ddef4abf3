import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { keyTypeMatch, type KeyTypeMatch } from '../../../src/model/history/foreign-key-types.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

const TYPES = `
  CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE other_mood AS ENUM ('ok');
  CREATE DOMAIN plain AS text; CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN small AS positive;`;

const NAMES: readonly string[] = [
  'smallint; integer; bigint; numeric; numeric(10,2); real; double precision; oid; money',
  'text; varchar; varchar(20); char(10); name; uuid; boolean; jsonb; bytea',
  'date; timestamp; timestamp(3); timestamptz; time; timetz; interval',
  'inet; cidr; macaddr; bit(3); varbit(3); mood; other_mood; plain; positive; small',
  'integer[]; bigint[]; text[]; varchar[]',
].flatMap((line) => line.split('; '));

/** What PostgreSQL does with each pair of columns; a key that it takes is taken back. */
const PROBE = `
  CREATE FUNCTION probe(own int, referenced int) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE format('ALTER TABLE f ADD FOREIGN KEY (c%s) REFERENCES p (c%s)', own, referenced);
    RAISE EXCEPTION USING ERRCODE = 'ML000';
  EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
  END $$;`;

/** How a column of one type stands to one of another, as the model sees it. */
function matches(
  own: readonly string[],
  referenced: readonly string[],
): readonly (KeyTypeMatch | undefined)[] {
  const columns = (types: readonly string[]): string =>
    types.map((type, index) => `c${index} ${type}`).join(', ');
  const { catalog } = replayed(
    TYPES,
    `CREATE TABLE f (${columns(own)}); CREATE TABLE p (${columns(referenced)});`,
  );
  const [f, p] = [catalog.table(inPublic('f')), catalog.table(inPublic('p'))];
  return own.map((_, index) => {
    const [from, to] = [f?.columns[index], p?.columns[index]];
    if (from === undefined || to === undefined) throw new Error(`there is no column ${index}`);
    return keyTypeMatch(from.type, to.type, catalog);
  });
}

describe('keyTypeMatch', () => {
  it('says which pairs PostgreSQL refuses, and no others', async () => {
    const database = await emptyDatabase();
    const columns = (more: string): string =>
      NAMES.map((name, index) => `c${index} ${name}${more}`).join(', ');
    await database.exec(
      `${TYPES} CREATE TABLE f (${columns('')}); CREATE TABLE p (${columns(' UNIQUE')}); ${PROBE}`,
    );
    const last = NAMES.length - 1;
    const { rows } = await database.query<{ own: number; referenced: number; outcome: string }>(
      `SELECT own, referenced, probe(own, referenced) AS outcome
       FROM generate_series(0, ${last}) AS own, generate_series(0, ${last}) AS referenced`,
    );
    const nameOf = (index: number): string => NAMES[index] ?? '';
    const found = matches(
      rows.map(({ own }) => nameOf(own)),
      rows.map(({ referenced }) => nameOf(referenced)),
    );
    const pair = (own: number, referenced: number): string => `${nameOf(own)} → ${nameOf(referenced)}`;
    const expected = rows.map(({ outcome, own, referenced }) => `${pair(own, referenced)}: ${outcome}`);
    const modelled = rows.map(
      ({ own, referenced }, index) =>
        `${pair(own, referenced)}: ${found[index] === 'incomparable' ? '42804' : 'ML000'}`,
    );
    expect(modelled).toEqual(expected);
  });

  it.each<[string, string, KeyTypeMatch | undefined]>([
    ['int', 'serial', 'same'],
    ['varchar(10)', 'text', 'same'],
    ['numeric(10,2)', 'numeric', 'same'],
    ['positive', 'int', 'same'],
    ['mood', 'mood', 'same'],
    ['text[]', 'text[]', 'same'],
    ['extensions.citext', 'citext', 'same'],
    ['text', 'citext', 'incomparable'],
    ['own.uuid', 'uuid', undefined],
    ['int', 'bigint', 'narrower'],
    ['smallint', 'small', 'narrower'],
    ['bigint', 'int', 'different'],
    ['char(10)', 'text', 'different'],
    ['timestamp', 'timestamptz', 'different'],
    ['uuid', 'text', 'incomparable'],
    ['geometry', 'text', undefined],
    ['uuid', 'ltree', undefined],
  ])('%s → %s: %s', (own, referenced, match) => {
    expect(matches([own], [referenced])).toEqual([match]);
  });
});
