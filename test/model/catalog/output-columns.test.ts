import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';

const TABLES = 'CREATE TABLE t (a int, b text, c int); CREATE TABLE u (a int, d text)';

beforeAll(async () => {
  await loadParser();
  await emptyDatabase();
}, 120_000);

describe('the columns of a view', () => {
  it.each([
    'SELECT * FROM (SELECT b, a AS e FROM t) s',
    'SELECT s.*, t.b FROM t, (SELECT d FROM u) s',
    'SELECT * FROM (SELECT a, b FROM t) s (x)',
    'WITH w AS (SELECT * FROM t) SELECT w.*, u.d FROM w CROSS JOIN u',
    'WITH w (x, y) AS (SELECT * FROM t) SELECT * FROM w',
    'WITH w AS (SELECT a FROM t), v AS (SELECT *, 1 AS n FROM w) SELECT * FROM v',
    'WITH w AS (SELECT a, d FROM u) SELECT w.*, 1 AS one FROM w UNION ALL SELECT w.*, 2 FROM w',
    'WITH t AS (SELECT d FROM u) SELECT * FROM t',
    'WITH t AS (SELECT * FROM t) SELECT * FROM t',
    'SELECT * FROM (WITH w AS (SELECT d FROM u) SELECT * FROM w) s',
    'SELECT * FROM t x (k) WHERE k > 0',
    'SELECT t.* FROM t JOIN u USING (a)',
    'SELECT * FROM (VALUES (1, 2)) s (k)',
    'SELECT u.* FROM u, generate_series(1, 2) n',
  ])('are PostgreSQL’s: %s', async (query) => {
    const database = await emptyDatabase();
    await database.exec(`${TABLES}; CREATE VIEW v AS ${query}`);
    const { rows } = await database.query<{ names: string }>(
      "SELECT string_agg(attname, ',' ORDER BY attnum) AS names FROM pg_attribute WHERE attrelid = 'v'::regclass",
    );
    const replay = createReplay();
    replay.run(`${TABLES}; CREATE VIEW v AS ${query}`);
    const view = replay.catalog().view({ schema: undefined, name: 'v' });
    expect(view?.columnNames.join()).toBe(rows[0]?.names);
    expect(view?.certainty).toBe('certain');
  });

  it.each([
    'SELECT * FROM generate_series(1, 2)',
    'SELECT * FROM t JOIN u USING (a)',
    'SELECT * FROM t NATURAL JOIN u',
    'SELECT * FROM (t CROSS JOIN u) j',
    'SELECT (x).* FROM (SELECT t AS x FROM t) s',
    'WITH RECURSIVE w AS (SELECT * FROM w) SELECT * FROM w',
  ])('are not known: %s', (query) => {
    const replay = createReplay();
    replay.run(`${TABLES}; CREATE VIEW v AS ${query}`);
    expect(replay.catalog().view({ schema: undefined, name: 'v' })?.certainty).toBe('uncertain');
  });

  it('are worked out once for each WITH query, however often it is read', () => {
    const steps = Array.from({ length: 40 }, (_, at) => `w${at + 1} AS (SELECT x.* FROM w${at} x, w${at} y)`);
    const replay = createReplay();
    replay.run(
      `${TABLES}; CREATE VIEW v AS WITH w0 AS (SELECT * FROM t), ${steps.join(', ')} SELECT * FROM w40`,
    );
    const view = replay.catalog().view({ schema: undefined, name: 'v' });
    expect(view?.columnNames).toEqual(['a', 'b', 'c']);
  });
});
