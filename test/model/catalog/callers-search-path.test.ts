import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { settlesSearchPath, usesCallersSearchPath } from '../../../src/model/catalog/callers-search-path.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const FUNCTION = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER';
const ALTERED = `${FUNCTION} SET search_path = '' AS 'SELECT 1';`;

it.each([
  [`${FUNCTION} AS 'SELECT 1';`, true, true],
  [`${FUNCTION} RETURN 1;`, true, false],
  ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", false, false],
  [ALTERED, true, false],
  [`${ALTERED} ALTER FUNCTION f() RESET search_path;`, true, true],
  [`${ALTERED} ALTER FUNCTION f() RESET ALL;`, true, true],
  [`${ALTERED} ALTER FUNCTION f() SECURITY INVOKER;`, true, false],
  [`${FUNCTION} AS 'SELECT 1'; ALTER FUNCTION f() SET work_mem = '1MB' STABLE;`, false, true],
  [`${FUNCTION} AS 'SELECT 1'; ALTER FUNCTION f() SET search_path = '';`, true, false],
])('%s: its last statement settles the path %s, and the caller’s is used %s', (sql, settles, open) => {
  const replay = createReplay(15);
  const operations = replay.run(sql).map(({ operation }) => operation);
  const last = operations.findLast(({ run }) => run === 'now');
  if (last?.kind !== 'CreateFunction' && last?.kind !== 'AlterFunction') throw new Error('no function');
  expect(settlesSearchPath(last)).toBe(settles);
  const routines = replay.catalog().routines({ schema: 'public', name: 'f' });
  expect(routines.map(usesCallersSearchPath)).toEqual([open]);
});
