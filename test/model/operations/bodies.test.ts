import { describe, expect, it } from 'vitest';
import type { Loop, Operation } from '../../../src/model/operations/types.ts';
import { operations } from './read.ts';

const block = (body: string, declare = ''): string => `DO $$ ${declare} BEGIN ${body} END $$`;
const runs = (found: readonly Operation[]): string[] =>
  found.slice(1).map(({ kind, run }) => `${kind} ${run}`);

describe('what a body does', () => {
  it.each([
    ['DELETE FROM a; DELETE FROM b;', ['Delete now', 'Delete now']],
    ['BEGIN DELETE FROM a; END; DELETE FROM b;', ['Delete now', 'Delete now']],
    [
      'IF x THEN DELETE FROM a; ELSE TRUNCATE a; END IF; DELETE FROM b;',
      ['Delete perhaps', 'Truncate perhaps', 'Delete now'],
    ],
    ['CASE x WHEN 1 THEN DELETE FROM a; END CASE; DELETE FROM b;', ['Delete perhaps', 'Delete now']],
    ['IF x THEN RETURN; END IF; DELETE FROM a;', ['Delete perhaps']],
    ['RETURN; DELETE FROM a;', []],
    ["IF x THEN RAISE EXCEPTION 'no'; END IF; DELETE FROM a;", ['Raise perhaps', 'Delete now']],
    ["RAISE EXCEPTION 'no'; DELETE FROM a;", ['Raise now']],
    ["IF x THEN RETURN; ELSE RAISE EXCEPTION 'no'; END IF; DELETE FROM a;", ['Raise perhaps']],
    ["RAISE NOTICE 'yes'; DELETE FROM a;", ['Raise now', 'Delete now']],
    [
      'BEGIN DELETE FROM a; EXCEPTION WHEN OTHERS THEN TRUNCATE a; END; DELETE FROM b;',
      ['Delete perhaps', 'Truncate perhaps', 'Delete now'],
    ],
    [
      "BEGIN RAISE EXCEPTION 'no'; EXCEPTION WHEN OTHERS THEN NULL; END; DELETE FROM b;",
      ['Raise perhaps', 'Delete now'],
    ],
    ['FOR i IN 1..3 LOOP DELETE FROM a; END LOOP; DELETE FROM b;', ['Delete perhaps', 'Delete now']],
    ['LOOP DELETE FROM a; EXIT; DELETE FROM b; END LOOP; DELETE FROM c;', ['Delete perhaps', 'Delete now']],
    ['LOOP IF x THEN RETURN; END IF; END LOOP; DELETE FROM c;', ['Delete perhaps']],
    ['PERFORM f();', ['Select now']],
    ["EXECUTE 'DELETE FROM a';", ['Delete now']],
    ["EXECUTE 'DELETE FROM ' || x;", ['Opaque now']],
    ['FOR r IN SELECT * FROM a LOOP DELETE FROM b; END LOOP;', ['Select now', 'Delete perhaps']],
    ["FOR r IN EXECUTE 'x' || y LOOP DELETE FROM b; END LOOP;", ['Opaque now', 'Delete perhaps']],
    ['COMMIT; ROLLBACK;', ['BodyTransactionControl now', 'BodyTransactionControl now']],
    ['ALTER TABLE t ADD a int, DROP b;', ['DropColumn now', 'AddColumn now']],
  ])('%s', (body, expected) => {
    expect(runs(operations(block(body, 'DECLARE r record;')))).toEqual(expected);
  });

  it('happens when called in a function, also inside branches', () => {
    const sql = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN DELETE FROM a; IF x THEN RETURN; END IF; LOOP DELETE FROM b; END LOOP; END $$`;
    expect(runs(operations(sql))).toEqual(['Delete called', 'Delete called']);
    expect(runs(operations(sql, { bodies: 'do-only' }))).toEqual([]);
    expect(runs(operations(block('DELETE FROM a;'), { bodies: 'do-only' }))).toEqual(['Delete now']);
  });

  it('is opaque where it cannot be read', () => {
    const sql = 'DO $$ BEGIN THIS IS NOT SQL; END $$';
    expect(operations(sql)).toMatchObject([{ kind: 'Do' }, { kind: 'Opaque', reason: 'unparsed body' }]);
  });

  it('takes variables for constants, not for columns', () => {
    const [, update] = operations(
      block(
        'UPDATE t SET a = v, b = c WHERE id > last_id AND id <= last_id + size AND x = r.id;',
        'DECLARE v int; last_id int; size int; r record;',
      ),
    );
    expect(update).toMatchObject({
      kind: 'Update',
      assignments: [
        { form: 'constant', reads: [] },
        { form: 'column', reads: ['c'] },
      ],
      where: {
        conditions: [
          { form: 'range', column: 'id', value: 'last_id' },
          { form: 'range', column: 'id', value: 'last_id + size' },
          { form: 'equals', column: 'x', value: 'r.id' },
        ],
      },
    });
  });
});

function loopOf(body: string, declare = ''): Loop {
  const loop = operations(block(body, declare)).find((operation) => operation.loop !== undefined)?.loop;
  if (loop === undefined) throw new Error(body);
  return loop;
}

describe('loops', () => {
  it('knows what batches need', () => {
    const loop = loopOf(
      `LOOP
         UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT size);
         GET DIAGNOSTICS n = ROW_COUNT;
         IF n = 0 THEN EXIT; END IF;
         EXIT WHEN done;
         total := total + n;
         COMMIT;
         PERFORM pg_sleep(0.1);
       END LOOP;`,
      'DECLARE size int := 1000; n int; total int := 0;',
    );
    expect(loop).toMatchObject({
      form: 'loop',
      parent: undefined,
      run: 'now',
      commits: true,
      pauses: true,
      exits: ['n = 0', 'done'],
      variables: { size: '1000', n: undefined, total: '0' },
    });
    expect(loop.operations.map(({ kind }) => kind)).toEqual(['Update', 'BodyTransactionControl', 'Select']);
    expect(loop.assignments.map(({ variable }) => variable)).toEqual(['n', 'total']);
    expect(loop.assignments[1]?.expression).toBe('total + n');
    expect(loop.place.source.text.slice(loop.place.span.start, loop.place.span.start + 4)).toBe('LOOP');
  });

  it('knows no pause and no commit where there is none', () => {
    expect(loopOf('LOOP DELETE FROM t; ROLLBACK; EXIT; END LOOP;')).toMatchObject({
      commits: false,
      pauses: false,
      exits: [undefined],
    });
  });

  it('leaves to an inner loop what is its own', () => {
    const sql = block(
      'WHILE a < b LOOP DELETE FROM t; FOR i IN 1..2 LOOP TRUNCATE u; COMMIT; END LOOP; END LOOP;',
    );
    const [, outer, inner] = operations(sql);
    expect(outer?.loop).toMatchObject({ form: 'while', commits: false, exits: ['NOT (a < b)'] });
    expect(outer?.loop?.operations).toEqual([outer]);
    expect(inner?.loop).toMatchObject({ form: 'for-integer', commits: true, run: 'perhaps' });
    expect(inner?.loop?.parent).toBe(outer?.loop);
  });

  it('puts the query of a FOR loop in front of it', () => {
    const [, select, update] = operations(
      block(
        'FOR r IN SELECT id FROM t LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP;',
        'DECLARE r record;',
      ),
    );
    expect(select).toMatchObject({ kind: 'Select', loop: undefined, run: 'now' });
    expect(update?.loop).toMatchObject({ form: 'for-query' });
    expect(update).toMatchObject({
      where: { conditions: [{ form: 'equals', column: 'id', value: 'r.id' }] },
    });
  });

  it('notes what INTO assigns', () => {
    const loop = loopOf(
      'LOOP SELECT max(id) INTO last_id FROM t; EXIT WHEN NOT FOUND; END LOOP;',
      'DECLARE last_id int;',
    );
    expect(loop.assignments).toEqual([
      { variable: 'last_id', expression: 'SELECT max(id) INTO last_id FROM t' },
    ]);
    expect(loop.exits).toEqual(['NOT FOUND']);
  });
});
