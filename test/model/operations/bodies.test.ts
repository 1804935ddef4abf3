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
      variables: { size: '1000', n: undefined, total: '0' },
    });
    expect(loop.operations.map(({ kind }) => kind)).toEqual(['Update', 'BodyTransactionControl', 'Select']);
    expect(loop.steps.map(({ kind }) => kind)).toEqual([
      'statement',
      'diagnostics',
      'branch',
      'leave',
      'assign',
      'commit',
      'statement',
    ]);
    expect(loop.steps).toMatchObject([
      {},
      { variable: 'n', item: 'row_count' },
      { branches: [{ condition: { text: 'n = 0' }, steps: [{ by: 'exit', leaves: 'this loop' }] }] },
      { by: 'exit', condition: { text: 'done' } },
      { variable: 'total', expression: { text: 'total + n' } },
      {},
      {},
    ]);
    expect(loop.assigned).toEqual(
      new Map([
        ['n', 1],
        ['total', 1],
      ]),
    );
    expect(loop.place.source.text.slice(loop.place.span.start, loop.place.span.start + 4)).toBe('LOOP');
  });

  it('knows no pause and no commit where there is none', () => {
    expect(loopOf('LOOP DELETE FROM t; ROLLBACK; EXIT; END LOOP;')).toMatchObject({
      commits: false,
      pauses: false,
      steps: [{ kind: 'statement' }, { kind: 'rollback' }, { kind: 'leave', condition: undefined }],
    });
  });

  it('leaves to an inner loop what is its own', () => {
    const sql = block(
      'WHILE a < b LOOP DELETE FROM t; FOR i IN 1..2 LOOP TRUNCATE u; COMMIT; END LOOP; END LOOP;',
    );
    const [, outer, inner] = operations(sql);
    expect(outer?.loop).toMatchObject({
      form: 'while',
      commits: false,
      condition: { text: 'a < b' },
      steps: [{ kind: 'statement' }, { kind: 'loop', loop: { form: 'for-integer' } }],
    });
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
    expect(loop.steps).toMatchObject([
      { kind: 'statement', into: ['last_id'], strict: false },
      { kind: 'leave', condition: { text: 'NOT FOUND' } },
    ]);
  });

  it('knows the variables that FOR sets, ranges, labels, cursors and what an inner loop leaves', () => {
    const sql = block(
      `<<outer>> FOR i IN REVERSE 10..1 BY 2 LOOP
         FETCH NEXT FROM c INTO r;
         FOREACH x IN ARRAY ids LOOP
           EXIT outer WHEN x = 1;
           CONTINUE;
           DELETE FROM t;
         END LOOP;
         EXECUTE 'DELETE FROM t' INTO Total;
         SELECT a, b INTO STRICT rec.a, rec.b FROM t;
         MOVE c;
       END LOOP;`,
      'DECLARE r record; rec record; ids int[]; x int; Total int;',
    );
    const outer = operations(sql).find((operation) => operation.loop !== undefined)?.loop;
    expect(outer).toMatchObject({
      label: 'outer',
      targets: ['i'],
      range: { lower: { text: '10' }, upper: { text: '1' }, step: { text: '2' }, reverse: true },
      steps: [
        { kind: 'cursor', action: 'FETCH', into: ['r'], takesNext: true },
        {
          kind: 'loop',
          loop: {
            targets: ['x'],
            array: { text: 'ids' },
            steps: [
              { kind: 'leave', by: 'exit', leaves: 'an outer loop' },
              { kind: 'leave', by: 'continue', leaves: 'this loop' },
            ],
          },
        },
        { kind: 'execute', into: ['total'] },
        { kind: 'statement', into: ['rec', 'rec'], strict: true },
        { kind: 'cursor', action: 'MOVE', takesNext: false },
      ],
    });
  });
});
