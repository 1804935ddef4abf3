import { describe, expect, it } from 'vitest';
import { first } from './read.ts';

const name = (text: string, schema?: string) => ({ schema, name: text });

describe('queries', () => {
  it.each([
    ['SELECT 1', []],
    ['SELECT * FROM a, s.b JOIN a AS c ON true', [name('a'), name('b', 's')]],
    [
      'SELECT (SELECT x FROM a) FROM b WHERE EXISTS (SELECT 1 FROM c) ORDER BY (SELECT 1 FROM d)',
      [name('a'), name('b'), name('c'), name('d')],
    ],
    ['SELECT * FROM a UNION SELECT * FROM (SELECT * FROM b) AS x', [name('a'), name('b')]],
    ['WITH a AS (SELECT * FROM b) SELECT * FROM a, s.a', [name('b'), name('a', 's')]],
    ['WITH a AS (SELECT * FROM a) SELECT * FROM a', [name('a')]],
    ['WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) SELECT * FROM a', []],
    [
      'SELECT * FROM a WHERE x IN (WITH b AS (SELECT 1) SELECT * FROM b) AND y IN (SELECT * FROM b)',
      [name('a'), name('b')],
    ],
    ['SELECT * FROM a AS x FOR UPDATE OF x', [name('a')]],
    ['SELECT * FROM a TABLESAMPLE system (1), f(2) AS g', [name('a')]],
    ['VALUES ((SELECT x FROM a))', [name('a')]],
  ])('%s reads %j', (sql, reads) => {
    expect(first('Select', sql).query.reads).toEqual(reads);
  });

  it.each([
    [
      'SELECT a, b AS c, a + 1 FROM t',
      [
        ['a', 't', 'a'],
        ['c', 't', 'b'],
      ],
    ],
    ['SELECT * FROM t', [[undefined, 't', undefined]]],
    [
      'SELECT x.a, u.b, c, x.* FROM t AS x JOIN u ON true',
      [
        ['a', 't', 'a'],
        ['b', 'u', 'b'],
        [undefined, 't', undefined],
      ],
    ],
    [
      'SELECT * FROM t, u',
      [
        [undefined, 't', undefined],
        [undefined, 'u', undefined],
      ],
    ],
    ['WITH t AS (SELECT 1 AS a) SELECT a FROM t', []],
    ['SELECT a FROM (SELECT 1 AS a) AS t', []],
  ])('%s copies %j', (sql, copies) => {
    const actual = first('Select', sql).query.copies;
    expect(actual.map(({ output, source, column }) => [output, source.name, column])).toEqual(copies);
  });

  it('names what a query fills by the columns of the statement around it', () => {
    const insert = first('Insert', 'INSERT INTO t (x, y) SELECT a, 1 FROM u');
    expect(insert.query?.copies).toEqual([{ output: 'x', source: name('u'), column: 'a' }]);
    const view = first('CreateView', 'CREATE VIEW v (x) AS SELECT a FROM u');
    expect(view.query.copies).toEqual([{ output: 'x', source: name('u'), column: 'a' }]);
  });

  it.each([
    ['INSERT INTO t SELECT a FROM b WHERE c ON CONFLICT (a) DO NOTHING', 'SELECT a FROM b WHERE c'],
    ['INSERT INTO t (x) (SELECT a FROM b) RETURNING x', 'SELECT a FROM b'],
    [
      'INSERT INTO t (SELECT a FROM b) UNION ALL (SELECT c FROM d) LIMIT 5',
      '(SELECT a FROM b) UNION ALL (SELECT c FROM d) LIMIT 5',
    ],
    ['INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x', 'WITH x AS (SELECT 1) SELECT * FROM x'],
    ['INSERT INTO t TABLE u', 'TABLE u'],
    [
      "INSERT INTO t SELECT 'ON CONFLICT', b FROM c JOIN d ON c.x = d.x",
      "SELECT 'ON CONFLICT', b FROM c JOIN d ON c.x = d.x",
    ],
  ])('%s: the query is %s', (sql, text) => {
    expect(first('Insert', sql).query?.text).toBe(text);
  });
});
