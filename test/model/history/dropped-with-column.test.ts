import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { droppedWithColumn } from '../../../src/model/history/dropped-with-column.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

const TABLES = `
  CREATE TABLE other (x int, y int, UNIQUE (x, y));
  CREATE TABLE t (
    a int, b int, c int, d int, e int,
    CONSTRAINT t_pkey PRIMARY KEY (a),
    CONSTRAINT two UNIQUE (b, c),
    CONSTRAINT one UNIQUE (c),
    CONSTRAINT far FOREIGN KEY (b, c) REFERENCES other (x, y),
    CONSTRAINT both_positive CHECK (b > 0 AND c > 0),
    CONSTRAINT lone CHECK (c > 0),
    CONSTRAINT apart EXCLUDE (b WITH =, c WITH =)
  );
  CREATE INDEX leads ON t (c, d); CREATE INDEX follows ON t (d, c); CREATE INDEX alone ON t (c);
  CREATE UNIQUE INDEX live ON t (d) WHERE c IS NULL; CREATE INDEX covers ON t (d) INCLUDE (c);
  CREATE INDEX sums ON t ((b + c));`;

it.each<[string, readonly string[]]>([
  ['a', ['the primary key t_pkey over a']],
  [
    'c',
    [
      'CHECK both_positive over b, c',
      'UNIQUE two over b, c',
      'the exclusion constraint apart over b, c',
      'the foreign key to other far over b, c',
      'the index follows over d, c',
      'the unique index live over d, c',
      'the index covers over d, c',
      'the index sums over b, c',
    ],
  ],
  ['e', []],
])('%s', (column, texts) => {
  const table = replayed(TABLES).catalog.table(inPublic('t'));
  expect(table && droppedWithColumn(table, column).map(({ text }) => text)).toEqual(texts);
});

it('leaves out what stops the DROP', async () => {
  const sql = 'CREATE TABLE u (b int, c int, EXCLUDE (b WITH =) WHERE (c > 0));';
  const table = replayed(sql).catalog.table(inPublic('u'));
  expect(table && droppedWithColumn(table, 'c')).toEqual([]);
  const database = await emptyDatabase();
  await database.exec(sql);
  await expect(database.exec('ALTER TABLE u DROP COLUMN c;')).rejects.toMatchObject({ code: '2BP01' });
});

it('is what PostgreSQL drops, but for what only served the column', async () => {
  const database = await emptyDatabase();
  await database.exec(TABLES);
  const names = async (): Promise<readonly string[]> => {
    const { rows } = await database.query<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 't'::regclass AND contype <> 'n'
       UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };
  const before = await names();
  await database.exec('ALTER TABLE t DROP COLUMN c;');
  const after = await names();
  const table = replayed(TABLES).catalog.table(inPublic('t'));
  const known = table === undefined ? [] : droppedWithColumn(table, 'c').map(({ name }) => name);
  const onlyServedIt = ['one', 'lone', 'alone', 'leads'];
  expect(before.filter((name) => !after.includes(name))).toEqual([...known, ...onlyServedIt].toSorted());
});
