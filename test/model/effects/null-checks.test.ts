import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { hasNullCheck } from '../../../src/model/effects/not-null.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

it.each([
  ['num_nonnulls(a, b) = 1', ['a', 'b']],
  ['pg_catalog.num_nulls(a, b) < 2', ['a', 'b']],
  ['a IS NOT NULL OR b IS NOT NULL', ['a', 'b']],
  ["c = 'x' AND a IS NULL OR c = 'y'", ['a']],
  ['coalesce(a, b) IS NOT NULL', ['a', 'b']],
  ['a > 0', []],
  ['a <> b', []],
  ['num_nonnulls(a) = length(c)', ['a']],
])('CHECK (%s) says when these are NULL: %j', (check, expected) => {
  const replay = createReplay(15);
  replay.run(`CREATE TABLE t (a int, b int, c text, CHECK (${check}));`);
  const table = replay.catalog().table({ schema: 'public', name: 't' });
  if (table === undefined) throw new Error('no table');
  expect(['a', 'b', 'c'].filter((column) => hasNullCheck(table, column))).toEqual(expected);
});
