import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { sameConstraintIn, sameIndexIn, sameTableIn } from '../../../src/model/catalog/same-object-in.ts';
import type { Catalog, Constraint, Index, Table } from '../../../src/model/catalog/types.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const TABLE = `CREATE TABLE a (id int); CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY, x int, y int);
  CREATE INDEX i ON t (x); CREATE INDEX j ON t (y);`;

function around(sql: string): { readonly before: Table; readonly after: Catalog } {
  const replay = createReplay();
  replay.run(TABLE);
  const before = replay.catalog().table({ schema: 'public', name: 't' });
  if (before === undefined) throw new Error('there is no table');
  replay.run(sql);
  return { before, after: replay.catalog() };
}

it.each([
  ['ALTER TABLE t ADD COLUMN z int;', 't'],
  ['ALTER TABLE t RENAME TO u;', 'u'],
  ['ALTER TABLE t RENAME TO u; ALTER TABLE a RENAME TO t;', 'u'],
  ['DROP TABLE t;', undefined],
  ['DROP TABLE t; CREATE TABLE t (id int);', undefined],
])('a table after %s', (sql, name) => {
  const { before, after } = around(sql);
  expect(sameTableIn(before, after)?.name.name).toBe(name);
});

it.each([
  ['', 'i', 'pk'],
  ['ALTER INDEX i RENAME TO k; ALTER TABLE t RENAME CONSTRAINT pk TO t_pkey;', 'k', 't_pkey'],
  ['ALTER INDEX i RENAME TO k; ALTER INDEX j RENAME TO i;', 'k', 'pk'],
  ['DROP INDEX i; CREATE INDEX i ON t (x); ALTER TABLE t DROP CONSTRAINT pk;', undefined, undefined],
])('an index and a constraint after %j', (sql, index, constraint) => {
  const { before, after } = around(sql);
  const table = after.table({ schema: 'public', name: 't' }) as Table;
  const i = before.indexes.find(({ name }) => name === 'i') as Index;
  expect(sameIndexIn(i, table)?.name).toBe(index);
  expect(sameConstraintIn(before.constraints[0] as Constraint, table)?.name).toBe(constraint);
});
