import { beforeAll, expect, it } from 'vitest';
import { combinableWith } from '../../../src/model/effects/combinable.ts';
import { operationsOfStatement } from '../../../src/model/history/deploy-operations.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { probe } from '../../support/probe.ts';

const TABLE =
  "CREATE TABLE users (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, b text, c int, CONSTRAINT k CHECK (c > 0), CONSTRAINT u UNIQUE (b)); INSERT INTO users VALUES (1, 1, 'x', 1);";

const ACTIONS = [
  'ADD COLUMN n int DEFAULT 3',
  'ADD COLUMN m text',
  'ADD COLUMN d int CHECK (d > 0)',
  'DROP COLUMN c',
  'DROP COLUMN b',
  'ALTER COLUMN a SET DEFAULT 2',
  'ALTER COLUMN a DROP DEFAULT',
  'ALTER COLUMN a DROP NOT NULL',
  'ALTER COLUMN a TYPE bigint',
  'ALTER COLUMN c SET NOT NULL',
  'ADD CONSTRAINT ck CHECK (a > 0)',
  'ADD CONSTRAINT uq UNIQUE (c)',
  'DROP CONSTRAINT k',
  'DROP CONSTRAINT u',
] as const;

let database: Database;

beforeAll(async () => {
  database = await emptyDatabase();
});

/** What the table is like afterwards; the SQLSTATE if PostgreSQL refuses. */
async function tableAfter(...statements: readonly string[]): Promise<unknown> {
  await database.exec(`BEGIN; ${TABLE}`);
  try {
    await database.exec(statements.join(';'));
    const { rows } = await database.query(
      `SELECT attname, attnum, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) AS value
       FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    );
    const constraints = await database.query(
      "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'users'::regclass ORDER BY 1",
    );
    const data = await database.query('SELECT * FROM users');
    return { columns: rows, constraints: constraints.rows, data: data.rows };
  } catch (error) {
    return (error as { readonly code?: string }).code;
  } finally {
    await database.exec('ROLLBACK');
  }
}

async function gainOf(one: string, other: string): Promise<string | undefined> {
  const sql = `ALTER TABLE users ${one};\nALTER TABLE users ${other};`;
  const [gain] = await probe({ history: [TABLE], sql, runner: 'prisma-7.4' }, ({ script }, context) => {
    const [first = [], second = []] = (script?.statements ?? []).map((statement) =>
      operationsOfStatement(statement, context.deploy),
    );
    return combinableWith(first, second, context);
  });
  return gain;
}

/** Every ninth of all ordered pairs: each action comes first and second. */
const pairs = ACTIONS.flatMap((one) => ACTIONS.map((other) => [one, other] as const)).filter(
  (_, index) => index % 9 === 1,
);

it('what can be one means the same as one', async () => {
  let combined = 0;
  for (const [one, other] of pairs) {
    // eslint-disable-next-line no-await-in-loop -- one database
    if ((await gainOf(one, other)) === undefined) continue;
    combined += 1;
    // eslint-disable-next-line no-await-in-loop -- one database
    const apart = await tableAfter(`ALTER TABLE users ${one}`, `ALTER TABLE users ${other}`);
    // eslint-disable-next-line no-await-in-loop -- one database
    expect(await tableAfter(`ALTER TABLE users ${one}, ${other}`), `${one}, ${other}`).toEqual(apart);
  }
  expect(combined).toBeGreaterThan(10);
}, 30_000);

it.each([
  ['ADD COLUMN n int', 'ALTER COLUMN n SET DEFAULT 1'],
  ['ADD CONSTRAINT v CHECK (a > 0) NOT VALID', 'VALIDATE CONSTRAINT v'],
  ['DROP COLUMN b', 'ADD COLUMN b int'],
  ['ALTER COLUMN a SET STATISTICS 100', 'ADD COLUMN n int'],
])('%s and %s stay apart', async (one, other) => {
  expect(await gainOf(one, other)).toBeUndefined();
});
