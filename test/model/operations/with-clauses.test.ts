import { beforeAll, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';

beforeAll(loadParser);

it('takes the names of a WITH clause for no tables, also in the statements inside it that change rows', () => {
  const text = `WITH old AS (SELECT id FROM t),
    gone AS (DELETE FROM t USING old WHERE t.id = old.id RETURNING t.id),
    kept AS (INSERT INTO u SELECT id FROM gone RETURNING id),
    seen AS (UPDATE v SET a = 1 FROM kept WHERE kept.id = v.id RETURNING v.id)
    UPDATE t SET n = 1 FROM seen, w WHERE t.id = seen.id`;
  const { statements } = parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });
  const read = statements
    .flatMap((statement) => operationsOf(statement))
    .map((operation) => {
      if (operation.kind === 'Delete') return operation.using;
      if (operation.kind === 'Update') return operation.from;
      return operation.kind === 'Insert' ? (operation.query?.reads ?? []) : undefined;
    });
  const w = { schema: undefined, name: 'w' };
  // What the names of the clause stand for is read with an INSERT's own query.
  const t = { schema: undefined, name: 't' };
  expect(read).toEqual([[], [t], [], [w]]);
});
