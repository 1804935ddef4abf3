import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { Replay } from '../../../src/lint/replay.ts';
import { generateRollback } from '../../../src/repair/rollback/generate.ts';
import type { GeneratedRollback } from '../../../src/repair/rollback/types.ts';
import { emptyDatabase, type Database } from '../../../src/testing/embedded-postgres.ts';
import { RUNNERS, exampleProject } from '../../../src/testing/example-project.ts';

beforeAll(loadParser);

const TYPES = `CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE other_mood AS ENUM ('ok'); CREATE DOMAIN plain AS text;
  CREATE DOMAIN short AS varchar(5); CREATE DOMAIN positive AS int CHECK (VALUE > 0);`;

const NAMES: readonly string[] = [
  'smallint; integer; bigint; numeric; numeric(10,2); real; double precision; oid; money',
  'text; varchar(5); char(5); name; uuid; boolean; json; jsonb; bytea',
  'date; timestamp(0); timestamp; timestamptz; time; timetz; interval',
  'inet; cidr; macaddr; bit(3); varbit(3); mood; other_mood; plain; short; positive',
  'integer[]; text[]; varchar(5)[]; mood[]; short[]',
].flatMap((line) => line.split('; '));

/** The rollback of the second script. */
function rollbackOf(before: string, change: string): GeneratedRollback {
  const replay = new Replay({ postgresVersion: 18, runner: RUNNERS.plain });
  const judged = exampleProject({ title: '', sql: [before, change] }).source.migrations.map(
    (one) => replay.judge(one).migration,
  );
  const last = judged.at(-1);
  if (last === undefined) throw new Error('no migration');
  return generateRollback(last, { runner: RUNNERS.plain, postgresVersion: 18 });
}

/** Runs each statement, and takes it back. */
const PROBE = `
  CREATE FUNCTION probe(statement text) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'ML000';
  EXCEPTION WHEN OTHERS THEN RETURN CASE SQLSTATE WHEN 'ML000' THEN 'runs' ELSE SQLSTATE END;
  END $$;`;

async function probe(database: Database, statements: readonly string[]): Promise<readonly string[]> {
  const { rows } = await database.query<{ outcome: string }>(
    'SELECT probe(statement) AS outcome FROM unnest($1::text[]) WITH ORDINALITY AS s (statement, n) ORDER BY n',
    [statements],
  );
  return rows.map(({ outcome }) => outcome);
}

/** The statements with which columns of all types come back that have another type now. */
function waysBack(now: string): readonly string[] {
  const columns = NAMES.map((name, index) => `c${index} ${name}`).join(', ');
  const changes = NAMES.map((_, index) => `ALTER c${index} TYPE ${now} USING NULL::${now}`).join(', ');
  const { sql } = rollbackOf(`${TYPES} CREATE TABLE t (${columns});`, `ALTER TABLE t ${changes};`);
  return [...sql.matchAll(/^ALTER TABLE .* TYPE .*(?=;$)/gm)].map(([statement]) => statement);
}

describe('the way back of a type', () => {
  it('has a USING where PostgreSQL refuses the change without one, and nowhere else, and then runs', async () => {
    const database = await emptyDatabase();
    await database.exec(`${TYPES} ${PROBE}`);
    const wrong: string[] = [];
    let seen = 0;
    for (const now of NAMES) {
      const columns = NAMES.map((_, index) => `c${index} ${now}`).join(', ');
      await database.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (${columns})`);
      const written = waysBack(now);
      const bare = written
        .filter((statement) => statement.includes(' USING '))
        .map((statement) => statement.replace(/ USING .*/, ''));
      seen += written.length;
      for (const [statements, expected] of [
        [written, 'runs'],
        [bare, '42804'],
      ] as const) {
        const outcomes = await probe(database, statements);
        wrong.push(
          ...statements
            .map((statement, index) => [statement, outcomes[index]] as const)
            .filter(([, outcome]) => outcome !== expected)
            .map(([statement, outcome]) => `${now}: ${statement}: ${outcome}`),
        );
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBe(NAMES.length * (NAMES.length - 1));
  }, 120_000);
});

/** Former type, type now, a value written since, what the rollback makes of it (or the SQLSTATE that stops it), what it says. */
const ROWS: readonly (readonly [string, string, string, string, string])[] = [
  ['varchar(5)', 'text', 'longer than five', '22001', '; any other value that does not fit stops'],
  ['varchar(5)', 'text', 'five    ', 'five ', 'blanks at the end'],
  ['char(5)', 'text', 'longer than five', '22001', 'any other value that does not fit stops'],
  ['short', 'text', 'longer than five', '22001', 'any other value that does not fit stops'],
  ['varchar(5)', 'integer', '123456', '22001', '; a value that does not fit stops'],
  ['varchar(5)[]', 'text', '{longer}', '22001', 'that does not fit stops'],
  ['varchar(1)', 'mood', 'ok', '22001', '; a value that does not fit stops'],
  ['varchar(1)[]', 'mood[]', '{ok}', '22001', '; a value that does not fit stops'],
  ['varbit(3)', 'varbit', '10101', '22001', '; a value that does not fit stops'],
  ['bit(3)', 'varbit', '10101', '22026', '; a value that does not fit stops'],
  ['varbit(3)', 'text', '10101', '22001', '; a value that does not fit stops'],
  ['bit(3)', 'integer', '10', '010', 'bits that do not fit into bit(3) are cut off'],
  ['integer', 'bigint', '3000000000', '22003', '; a value that does not fit stops'],
  ['integer', 'numeric', '1.5', '2', 'rounded to whole numbers'],
  ['integer', 'text', '1.5', '22P02', '; a value that does not fit stops'],
  ['numeric(10,2)', 'numeric(10,4)', '1.2345', '1.23', 'behind the point beyond 2 are rounded off'],
  ['numeric(4,2)', 'numeric(10,2)', '123.45', '22003', '; a value that does not fit stops'],
  ['numeric', 'double precision', '0.12345678901234567', '0.123456789012346', 'rounded to 15 digits'],
  ['real', 'double precision', '0.123456789012', '0.12345679', 'those that real keeps are rounded off'],
  ['real', 'double precision', '1e200', '22003', 'any other value that does not fit stops'],
  ['numeric(10,2)', 'json', '1.2345', '1.23', 'behind the point beyond 2 are rounded off'],
  ['timestamp(0)', 'timestamp(3)', '2026-01-01 10:00:00.567', '2026-01-01 10:00:01', 'rounded to 0 digits'],
  ['time(0)', 'time', '10:00:00.567', '10:00:01', 'rounded to 0 digits'],
  ['date', 'timestamp', '2026-01-01 10:00', '2026-01-01', 'the time of day is cut off'],
  ['date', 'text', '2026-01-01 10:00', '2026-01-01', 'the time of day is cut off'],
  ['time', 'timestamp', '2026-01-01 10:00', '10:00:00', 'the date or the days are cut off'],
  ['timestamp', 'timestamptz', '2026-01-01 10:00+03', '2026-01-01 07:00:00', 'time zone of the session'],
  ['boolean', 'integer', '2', 'true', 'every number but 0 becomes true'],
  ['cidr', 'inet', '10.0.0.1/8', '10.0.0.0/8', 'right of the netmask'],
  ['mood', 'text', 'sad', '22P02', '; a value that does not fit stops'],
  ['text', 'varchar(5)', 'five', 'five', 'stays so.'],
  ['text', 'char(5)', 'five', 'five', 'blanks at the end of a value are cut off'],
];

describe('values written since a type changed', () => {
  it.each(ROWS)('back to %s from %s: %s is %s', async (former, now, value, expected, said) => {
    const before = `${TYPES} CREATE TABLE t (a ${former});`;
    const change = `ALTER TABLE t ALTER a TYPE ${now} USING NULL::${now};`;
    const { sql, losses } = rollbackOf(before, change);
    const database = await emptyDatabase();
    await database.exec(`SET TIME ZONE 'UTC'; ${before} ${change}`);
    await database.query(`INSERT INTO t VALUES ($1::text::${now})`, [value]);
    const outcome = await database.exec(sql).then(
      () => 'runs',
      (error: unknown) => (error as { readonly code: string }).code,
    );
    const { rows } = await database.query<{ a: string }>('SELECT format($$%s$$, a) AS a FROM t');
    const shown = rows[0]?.a === 't' ? 'true' : rows[0]?.a;
    expect(outcome === 'runs' ? shown : outcome).toBe(expected);
    expect(losses.map(({ sentence }) => sentence).join('\n')).toContain(said);
    expect(sql.replaceAll(/\n-- +/g, ' ')).toContain(said.replace(/^; /, ''));
  });
});
