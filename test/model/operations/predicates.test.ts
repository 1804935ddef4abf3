import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/model/operations/types.ts';
import { first } from './read.ts';

function conditions(where: string): readonly Condition[] {
  return first('Update', `UPDATE t SET x = 1 WHERE ${where}`).where.conditions;
}

function only(where: string): Condition {
  const [condition, ...rest] = conditions(where);
  if (condition === undefined || rest.length > 0) throw new Error(where);
  return condition;
}

describe('the ends of a range', () => {
  it.each([
    ['a > 5', 'lower'],
    ['a >= 5', 'lower'],
    ['5 < a', 'lower'],
    ['a < 5', 'upper'],
    ['5 >= a', 'upper'],
    ['a BETWEEN 1 AND 10', 'both'],
    ["a BETWEEN SYMMETRIC 'between' AND 'x'", 'both'],
    ["a > 'in between'", 'lower'],
    ['a = 5', undefined],
    ['(a, b) >= ($1, $2)', 'lower'],
    ['(1, 2) > (a, b)', 'upper'],
    ['(a, b) = (1, 2)', undefined],
    ['(a, b) > (c, d)', undefined],
  ])('%s: %s', (where, bounds) => {
    expect(only(where).bounds).toBe(bounds);
  });
});

describe('conditions', () => {
  it.each<[string, Condition['form'], string | undefined, string | undefined]>([
    ['a IS NULL', 'is null', 'a', undefined],
    ['t.a IS NOT NULL', 'is not null', 'a', undefined],
    ['NOT (a IS NULL)', 'is not null', 'a', undefined],
    ['a IS NOT DISTINCT FROM NULL', 'is null', 'a', undefined],
    ['a IS DISTINCT FROM NULL', 'is not null', 'a', undefined],
    ["a = 'x'", 'equals', 'a', 'x'],
    ['5 = a', 'equals', 'a', '5'],
    ['a = $1', 'equals', 'a', '$1'],
    ['a = -1', 'equals', 'a', '-1'],
    ["a = 'x'::text", 'equals', 'a', 'x'],
    ['a IS NOT DISTINCT FROM 1', 'equals', 'a', '1'],
    ['a = true', 'equals', 'a', 'true'],
    ['active', 'equals', 'active', 'true'],
    ['NOT active', 'equals', 'active', 'false'],
    ['active IS FALSE', 'equals', 'active', 'false'],
    ['a > 5', 'range', 'a', '5'],
    ['5 >= a', 'range', 'a', '5'],
    ["a < now() - interval '1 day'", 'range', 'a', "now() - interval '1 day'"],
    ['a BETWEEN 1 AND 10', 'range', 'a', '1 AND 10'],
    ['a IN (1, 2)', 'in list', 'a', undefined],
    ["a = ANY ('{1,2}')", 'in list', 'a', undefined],
    ['a = ANY (ARRAY[1, 2])', 'in list', 'a', undefined],
    ['a = ANY ($1)', 'in list', 'a', undefined],
    ['true', 'tautology', undefined, undefined],
    ['1 = 1', 'tautology', undefined, undefined],
    ["'a' = 'a'", 'tautology', undefined, undefined],
    ['NOT false', 'tautology', undefined, undefined],
    ['a = 1 OR true', 'tautology', undefined, undefined],
    ['a IS NULL OR a IS NOT NULL', 'tautology', undefined, undefined],
    ['2 > 1', 'tautology', undefined, undefined],
    ['false', 'contradiction', undefined, undefined],
    ['NULL', 'contradiction', undefined, undefined],
    ['1 = 2', 'contradiction', undefined, undefined],
    ['a = NULL', 'contradiction', undefined, undefined],
    ['NOT (a = NULL)', 'other', undefined, undefined],
    ['a = a', 'other', undefined, undefined],
    ['a <> 5', 'other', undefined, undefined],
    ['a NOT IN (1, 2)', 'other', undefined, undefined],
    ["a LIKE 'x%'", 'other', undefined, undefined],
    ['a = 1 OR b = 2', 'other', undefined, undefined],
    ['CURRENT OF rows', 'current of', undefined, undefined],
    ["a LIKE '%current of%'", 'other', undefined, undefined],
    ['lower(a) = 5::text', 'other', undefined, undefined],
    ['a = b', 'other', undefined, undefined],
    ['u.a = 5', 'other', undefined, undefined],
    ['NOT EXISTS (SELECT 1)', 'other', undefined, undefined],
    ["'a' < 'b'", 'other', undefined, undefined],
  ])('%s is %s', (where, form, column, value) => {
    expect(only(where)).toMatchObject({ form, column, value, text: where });
  });

  it('takes ANDs apart, each with its text', () => {
    const found = conditions('(a = 1 AND (b BETWEEN 1 AND 2)) AND c IS NOT NULL');
    expect(found.map(({ text }) => text)).toEqual(['a = 1', 'b BETWEEN 1 AND 2', 'c IS NOT NULL']);
  });

  it('counts as many conditions as are joined, however they are grouped', () => {
    const tree = fc.letrec<{ node: { sql: string; count: number } }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('a = 1', 'b IS NULL', 'c IN (1, 2)').map((sql) => ({ sql, count: 1 })),
        fc.tuple(tie('node'), tie('node')).map(([left, right]) => ({
          sql: `(${left.sql}) AND (${right.sql})`,
          count: left.count + right.count,
        })),
      ),
    })).node;
    fc.assert(
      fc.property(tree, ({ sql, count }) => {
        const found = conditions(sql);
        expect(found).toHaveLength(count);
        for (const { text } of found) expect(sql).toContain(text);
      }),
      { numRuns: 60 },
    );
  });

  it('has no conditions and no text without a clause', () => {
    expect(first('Delete', 'DELETE FROM t').where).toEqual({ text: undefined, conditions: [] });
    expect(first('Delete', 'DELETE FROM t WHERE a = 1 RETURNING a').where.text).toBe('a = 1');
  });

  it('knows columns by the alias of the table', () => {
    const { where } = first(
      'Update',
      'UPDATE t AS x SET a = 1 FROM u WHERE x.id = 5 AND u.id = 6 AND t.id = 7',
    );
    expect(where.conditions.map(({ form }) => form)).toEqual(['equals', 'other', 'other']);
  });
});

describe('subqueries', () => {
  it.each([
    'id IN (SELECT id FROM t WHERE a IS NULL ORDER BY id LIMIT 100 OFFSET 5 FOR UPDATE SKIP LOCKED)',
    'id = ANY (SELECT id FROM t WHERE a IS NULL ORDER BY id LIMIT 100 OFFSET 5 FOR UPDATE SKIP LOCKED)',
    'id = ANY (ARRAY(SELECT id FROM t WHERE a IS NULL ORDER BY id LIMIT 100 OFFSET 5 FOR UPDATE SKIP LOCKED))',
    'id IN (SELECT id FROM (SELECT id FROM t WHERE a IS NULL ORDER BY id LIMIT 100 OFFSET 5 FOR UPDATE SKIP LOCKED) AS b)',
  ])('%s has the bounds of its SELECT', (where) => {
    expect(only(where)).toMatchObject({
      form: 'subquery',
      column: 'id',
      subquery: {
        from: [{ schema: undefined, name: 't' }],
        columns: ['id'],
        where: { conditions: [{ form: 'is null', column: 'a' }] },
        limit: '100',
        offset: '5',
        ordered: true,
        locking: true,
        skipLocked: true,
      },
    });
  });

  it.each([
    'WITH b AS (SELECT id FROM t WHERE a IS NULL LIMIT 100) UPDATE t SET a = 1 FROM b WHERE t.id = b.id',
    'WITH b AS (SELECT id FROM t WHERE a IS NULL LIMIT 100) UPDATE t SET a = 1 WHERE id IN (SELECT id FROM b)',
    'WITH b AS (SELECT id FROM t WHERE a IS NULL LIMIT 100) UPDATE t SET a = 1 FROM b AS x WHERE x.id = t.id',
    'UPDATE t SET a = 1 FROM (SELECT id FROM t WHERE a IS NULL LIMIT 100) AS b WHERE t.id = b.id',
  ])('%s is bounded by the batch that it joins', (sql) => {
    const { where, from } = first('Update', sql);
    expect(where.conditions).toMatchObject([
      { form: 'subquery', column: 'id', subquery: { limit: '100', from: [{ name: 't' }], ordered: false } },
    ]);
    expect(from).toEqual([]);
  });

  it('has no column for EXISTS, and no limit for LIMIT ALL', () => {
    expect(only('EXISTS (SELECT 1 FROM u WHERE u.a = t.a LIMIT ALL)')).toMatchObject({
      form: 'subquery',
      column: undefined,
      subquery: { limit: undefined, columns: [undefined], where: { conditions: [{ form: 'other' }] } },
    });
  });

  it('ends at a CTE that reads itself', () => {
    const sql = 'WITH RECURSIVE b AS (SELECT id FROM b) DELETE FROM t WHERE id IN (SELECT id FROM b)';
    expect(first('Delete', sql).where.conditions[0]).toMatchObject({ form: 'subquery' });
  });
});

it.each([
  'WITH b AS (SELECT u.id FROM u, b WHERE u.id = b.id AND u.k = 1) UPDATE t SET x = 1 FROM b WHERE t.id = b.id',
  'WITH b AS (SELECT u.id FROM u, b AS c WHERE u.id = c.id AND u.k = 1) UPDATE t SET x = 1 FROM b WHERE t.id = b.id',
  'WITH a AS (SELECT id FROM b WHERE b.id = a.id), b AS (SELECT u.id FROM u, a WHERE u.id = a.id) UPDATE t SET x = 1 FROM b WHERE t.id = b.id',
])('ends where a CTE is compared with what has its name: %s', (sql) => {
  expect(first('Update', sql).where.conditions).toMatchObject([{ form: 'subquery', column: 'id' }]);
});

it.each([
  ['a IS NULL OR b IS NULL', ['a', 'b']],
  ["a = 1 OR (t.b IS NULL OR c = 'x')", ['b']],
  ['a IS NOT NULL OR (a IS NULL AND b = 1)', undefined],
  ['a = 1 OR u.b IS NULL', undefined],
])('NULLs that meet %s', (where, nulls) => {
  const condition = only(where);
  expect([condition.form, condition.nulls]).toEqual(['other', nulls]);
});

describe('assignments', () => {
  it.each([
    ['a = 1', 'constant', [], '1'],
    ["a = 'x'::text", 'constant', [], "'x'::text"],
    ['a = $1', 'constant', [], '$1'],
    ['a = NULL', 'null', [], 'NULL'],
    ['a = NULL::int', 'null', [], 'NULL::int'],
    ['a = b', 'column', ['b'], 'b'],
    ['a = t.b', 'column', ['b'], 't.b'],
    ['a = u.b', 'column', [], 'u.b'],
    ['a = upper(b) || c', 'expression', ['b', 'c'], 'upper(b) || c'],
    ['a = (SELECT b FROM u WHERE u.id = t.c)', 'expression', ['c'], '(SELECT b FROM u WHERE u.id = t.c)'],
    ['a = DEFAULT', 'expression', [], undefined],
    ['(a, b) = (1, c)', 'constant', [], '1'],
    ['(a, b) = (SELECT 1, 2)', 'expression', [], undefined],
    ['a[1] = 5', 'expression', [], '5'],
  ])('%s', (assignment, form, reads, text) => {
    const [found] = first('Update', `UPDATE t SET ${assignment} FROM u WHERE true`).assignments;
    expect(found).toMatchObject({ column: 'a', form, reads });
    expect(found?.expression?.text).toBe(text);
  });
});
