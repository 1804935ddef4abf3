import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../../../src/lint/examples.ts';
import { createPgliteEngine } from '../../../src/verify/engines/pglite-engine.ts';
import type { Engine } from '../../../src/verify/engines/types.ts';
import { tracesEffects } from '../../../src/verify/trace/effects-check.ts';
import type { Verdict } from '../../../src/verify/types.ts';
import { askCheck } from '../ask-check.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await createPgliteEngine();
}, 120_000);

afterAll(() => engine.close());

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email varchar(50));',
  'CREATE TABLE orders (id serial PRIMARY KEY, total numeric, user_id int REFERENCES users);',
];

const traced = (
  sql: string,
  example: Partial<Example> = {},
  major = engine.major,
): Promise<readonly Verdict[]> =>
  askCheck(
    { ...engine, major, open: (from) => engine.open(from) },
    { history: HISTORY, sql, ...example },
    (migrations) => tracesEffects(migrations),
  );

const nothing = { rewritten: [], indexed: [], scanned: [] };

describe('what statements do, beside what lint predicts', () => {
  it('is measured statement by statement; a lock that is held already is not taken anew', async () => {
    const [verdict] = await traced(`
      ALTER TABLE orders ADD COLUMN note text;
      CREATE INDEX ON orders (note);
      ALTER TABLE orders ALTER COLUMN total TYPE int;
      CREATE TABLE notes (id int PRIMARY KEY, order_id int REFERENCES orders);
      ALTER TABLE notes ADD COLUMN body text;`);
    expect(verdict).toMatchObject({ outcome: 'proven', reason: undefined, findings: [] });
    expect(verdict?.trace?.map(({ measured }) => measured)).toEqual([
      { ...nothing, locks: { orders: 'ACCESS EXCLUSIVE' } },
      { ...nothing, locks: {}, indexed: ['orders'], scanned: ['orders'] },
      { locks: {}, rewritten: ['orders'], indexed: ['orders'], scanned: ['orders'] },
      // What the migration creates is nobody's yet, and lint says nothing of it.
      { ...nothing, locks: {} },
      { ...nothing, locks: {} },
    ]);
    expect(verdict?.trace?.[1]?.predicted).toEqual({
      locks: { orders: 'SHARE' },
      rewritten: [],
      indexed: ['orders'],
      scanned: ['orders'],
    });
  }, 60_000);

  it('is refuted where the two differ, at the statement, with both sides', async () => {
    // PostgreSQL 18 locks the table of a GRANT; lint is told that this is 15.
    const sql = 'ALTER TABLE orders ADD COLUMN note text;\nGRANT SELECT ON users TO PUBLIC;';
    const [verdict] = await traced(sql, {}, 15);
    expect(verdict?.outcome).toBe('refuted');
    expect(verdict?.findings).toMatchObject([
      {
        id: 'unpredicted-effect',
        severity: 'warning',
        message: 'PostgreSQL took ACCESS SHARE on users, of which lint says nothing.',
        place: { span: { start: sql.indexOf('GRANT') } },
      },
    ]);
    expect((await traced(sql))[0]?.outcome).toBe('proven');
  }, 60_000);

  it('misses nothing that only may happen: under an IF, in a loop, for rows that are not there', async () => {
    const [verdict] = await traced(`
      DO $$ BEGIN IF false THEN ALTER TABLE orders ADD COLUMN note text; END IF; END $$;
      DO $$ BEGIN FOR i IN 1..0 LOOP UPDATE users SET email = ''; END LOOP; END $$;
      INSERT INTO orders (total, user_id) SELECT 1, id FROM users;
      DELETE FROM users;`);
    expect(verdict).toMatchObject({ outcome: 'proven', findings: [] });
  }, 60_000);

  it('leaves the database as it was', async () => {
    const verdicts = await traced('', {
      sql: [
        'PREPARE one AS SELECT 1; ALTER TABLE users ADD COLUMN a int;',
        'ALTER TABLE users ADD COLUMN b int;',
      ],
    });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['proven', 'proven']);
  }, 60_000);

  it('comes from a copy where statements refuse a transaction, which are not observed', async () => {
    const [verdict] = await traced(
      'CREATE INDEX CONCURRENTLY orders_total ON orders (total);\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;',
      { runner: 'prisma-7.4' },
    );
    expect(verdict).toMatchObject({
      outcome: 'proven',
      reason: 'The locks of CREATE INDEX CONCURRENTLY could not be seen: it runs in no transaction.',
    });
    expect(verdict?.trace?.map(({ alone, measured }) => [alone, measured])).toEqual([
      ['CREATE INDEX CONCURRENTLY', { ...nothing, locks: {}, indexed: ['orders'] }],
      [undefined, { ...nothing, locks: { orders: 'ACCESS EXCLUSIVE' }, scanned: ['orders'] }],
    ]);
  }, 60_000);

  it('comes from a copy where one transaction would make of several what fails', async () => {
    const [verdict] = await traced(
      "ALTER TYPE mood ADD VALUE 'fine';\nALTER TABLE users ADD COLUMN mood mood DEFAULT 'fine';",
      { runner: 'prisma-7.4', history: [...HISTORY, "CREATE TYPE mood AS ENUM ('ok');"] },
    );
    expect(verdict?.outcome).toBe('proven');
    expect(verdict?.trace?.[1]?.measured.locks).toEqual({ users: 'ACCESS EXCLUSIVE' });
  }, 60_000);

  it('is not told where nothing can be seen, or PostgreSQL stops', async () => {
    const [alone] = await traced('VACUUM users;');
    expect(alone).toMatchObject({
      outcome: 'not run',
      reason: 'The locks of VACUUM could not be seen: it runs in no transaction.',
    });
    const [stopped] = await traced(
      'ALTER TABLE users ADD COLUMN a int; ALTER TABLE nobody ADD COLUMN a int;',
    );
    expect(stopped).toMatchObject({
      outcome: 'not run',
      reason: 'PostgreSQL stopped: relation "nobody" does not exist.',
    });
    expect(stopped?.trace).toHaveLength(1);
  }, 60_000);
});
