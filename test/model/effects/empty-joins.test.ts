import { describe, expect, it } from 'vitest';
import { joinsEmptyTable } from '../../../src/model/effects/empty-joins.ts';
import { probe } from '../../support/probe.ts';

const HISTORY = [
  'CREATE TABLE users (id int); CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE VIEW old_view AS SELECT id FROM users;',
];
const NEW = 'CREATE TABLE notes (id int);';

/** Whether the materialized view of a deploy joins an empty table. */
async function isEmpty(sql: string): Promise<boolean> {
  const found = await probe({ history: HISTORY, sql: [sql] }, ({ operations }, context) =>
    operations.flatMap((operation) =>
      operation.kind === 'CreateMaterializedView'
        ? [joinsEmptyTable(operation.query, operation, context)]
        : [],
    ),
  );
  const [answer, ...more] = found.flat();
  if (answer === undefined || more.length > 0) throw new Error('not one materialized view');
  return answer;
}

const view = (query: string): string => `CREATE MATERIALIZED VIEW m AS ${query};`;

describe('joinsEmptyTable', () => {
  it.each<[boolean, string]>([
    [true, `${NEW} ${view('SELECT * FROM notes')}`],
    [true, `${NEW} ${view('SELECT users.id FROM users JOIN notes ON users.id > 0 AND users.id = notes.id')}`],
    [false, `${NEW} ${view('SELECT users.id FROM notes, users')}`],
    [false, `${NEW} ${view('SELECT users.id FROM notes JOIN users ON notes.id < users.id')}`],
    [false, `${NEW} ${view('SELECT users.id FROM notes JOIN users ON users.id = 1')}`],
    [true, `${NEW} ${view('SELECT * FROM public.notes JOIN users USING (id)')}`],
    [true, `${NEW} ${view('SELECT * FROM notes LEFT JOIN users USING (id)')}`],
    [true, `${NEW} ${view('SELECT * FROM users RIGHT JOIN notes USING (id)')}`],
    [true, `${NEW} CREATE VIEW v AS SELECT id FROM notes; ${view('SELECT * FROM v JOIN users USING (id)')}`],
    [false, view('SELECT * FROM users')],
    [false, `${NEW} ${view('SELECT * FROM users LEFT JOIN notes USING (id)')}`],
    [false, `${NEW} ${view('SELECT * FROM notes RIGHT JOIN users USING (id)')}`],
    [false, `${NEW} ${view('SELECT * FROM notes FULL JOIN users USING (id)')}`],
    [false, `${NEW} ${view('SELECT id FROM notes UNION ALL SELECT id FROM users')}`],
    [false, `${NEW} ${view('SELECT id, (SELECT count(*) FROM users) FROM notes')}`],
    [
      false,
      `${NEW} ${view('WITH u AS MATERIALIZED (SELECT id FROM users) SELECT id FROM notes JOIN u USING (id)')}`,
    ],
    [false, `${NEW} ${view('SELECT * FROM old_view')}`],
    [
      false,
      `${NEW} INSERT INTO notes SELECT id FROM users; ${view('SELECT * FROM notes JOIN users USING (id)')}`,
    ],
    [
      false,
      `CREATE TABLE notes AS SELECT id FROM users; ${view('SELECT * FROM notes JOIN users USING (id)')}`,
    ],
    [
      false,
      `${NEW} CREATE VIEW v AS SELECT id FROM notes; INSERT INTO notes VALUES (1); ${view('SELECT * FROM v JOIN users USING (id)')}`,
    ],
    [
      false,
      `${NEW} CREATE TABLE child () INHERITS (notes); INSERT INTO child VALUES (1); ${view('SELECT * FROM notes JOIN users USING (id)')}`,
    ],
    [
      false,
      `CREATE TABLE notes PARTITION OF parted FOR VALUES IN (1); INSERT INTO parted VALUES (1); ${view('SELECT * FROM notes JOIN users USING (id)')}`,
    ],
    [
      false,
      `DO $$ BEGIN IF random() > 0.5 THEN ${NEW} END IF; END $$; ${view('SELECT * FROM notes JOIN users USING (id)')}`,
    ],
  ])('is %s of %s', async (expected, sql) => {
    expect(await isEmpty(sql)).toBe(expected);
  });
});
