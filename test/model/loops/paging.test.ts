import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { skippingPages } from '../../../src/model/loops/paging.ts';
import { replayed } from '../history/read.ts';

beforeAll(loadParser);

const SCHEMA = 'CREATE TABLE users (id int PRIMARY KEY, plan text, score int, at date);';

function hazards(body: string): string[] {
  const { migrations } = replayed(
    SCHEMA,
    `DO $$ DECLARE n int := 0; ids int[]; BEGIN LOOP ${body} EXIT WHEN NOT FOUND; n := n + 10; END LOOP; END $$`,
  );
  const loops = new Set((migrations[1]?.operations ?? []).flatMap(({ loop }) => loop ?? []));
  return [...loops].flatMap((loop) =>
    skippingPages(loop).map(({ hazard, columns }) => [hazard, ...columns].join(' ')),
  );
}

const fill = (page: string): string =>
  `UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users ${page});`;

describe('skippingPages', () => {
  it.each([
    [
      'a moving OFFSET over what is filled',
      fill('WHERE plan IS NULL ORDER BY id LIMIT 10 OFFSET n'),
      ['moving offset plan'],
    ],
    ['without a LIMIT, too', fill('WHERE plan IS NULL ORDER BY id OFFSET n'), ['moving offset plan']],
    [
      'a condition that only mentions the column',
      fill("WHERE coalesce(plan, '') = '' LIMIT 10 OFFSET n"),
      ['moving offset plan'],
    ],
    [
      'ids that a SELECT gathers before',
      `SELECT array_agg(id) INTO ids FROM (SELECT id FROM users WHERE plan IS NULL ORDER BY id LIMIT 10 OFFSET n) AS p; UPDATE users SET plan = 'x' WHERE id = ANY (ids);`,
      ['moving offset plan'],
    ],
    [
      'ids that an assignment gathers before',
      `ids := ARRAY(SELECT id FROM users WHERE plan IS NULL LIMIT 10 OFFSET n); UPDATE users SET plan = 'x' WHERE id = ANY (ids);`,
      ['moving offset plan'],
    ],
    [
      'rows that are deleted',
      'DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 10 OFFSET n);',
      ['moving offset'],
    ],
    [
      'a LIMIT that nothing orders or shrinks',
      'UPDATE users SET score = 1 WHERE id IN (SELECT id FROM users LIMIT 10);',
      ['unordered'],
    ],
    [
      'a key range without an order',
      'UPDATE users SET score = 1 WHERE id IN (SELECT id FROM users WHERE id > n LIMIT 10);',
      ['unordered'],
    ],
  ])('finds %s', (_, body, expected) => {
    expect(hazards(body)).toEqual(expected);
  });

  it.each([
    ['a shrinking condition without OFFSET', fill('WHERE plan IS NULL LIMIT 10')],
    [
      'OFFSET in order over rows that stay',
      'UPDATE users SET score = 1 WHERE id IN (SELECT id FROM users ORDER BY id LIMIT 10 OFFSET n);',
    ],
    ['a constant OFFSET', fill('WHERE plan IS NULL ORDER BY id OFFSET 10')],
    ['LIMIT NULL and LIMIT ALL', fill('LIMIT ALL') + fill('LIMIT NULL')],
    [
      'a page of another table',
      "UPDATE users SET plan = 'x' WHERE id = (SELECT max(o.id) FROM pg_class AS c, (SELECT 1 AS id OFFSET n) AS o);",
    ],
    ['a loop that writes nothing', 'PERFORM id FROM users WHERE plan IS NULL LIMIT 10 OFFSET n;'],
  ])('passes %s', (_, body) => {
    expect(hazards(body)).toEqual([]);
  });
});
