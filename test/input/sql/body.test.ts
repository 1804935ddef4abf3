import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parsePlpgsql } from '../../../src/input/sql/parser.ts';
import type { BodyNode, Script } from '../../../src/input/sql/types.ts';
import { outlineOfNodes, outlineOfTree } from './plpgsql-oracle.ts';
import { bodyIn, problemTexts, read, readOne, textAt, withoutLocations } from './read.ts';

beforeAll(loadParser);

/** A word and its place for each node, inner ones indented: what a reader would draw of a body. */
function drawing(script: Script, nodes: readonly BodyNode[], indent = ''): readonly string[] {
  return nodes.flatMap((node) => {
    const inner = (list: readonly BodyNode[]): readonly string[] => drawing(script, list, `${indent}  `);
    const head = `${indent}${node.kind}: ${textAt(script, node.span).replace(/\s+/g, ' ')}`;
    if (node.kind === 'block')
      return [head, ...inner(node.nodes), ...node.handlers.flatMap((one) => inner(one.nodes))];
    if (node.kind === 'loop') return [head, ...inner(node.nodes)];
    if (node.kind === 'if') return [head, ...node.branches.flatMap((branch) => inner(branch.nodes))];
    return [head];
  });
}

/** The nodes of a DO block whose body is `BEGIN … END`. */
const nodesOf = (statements: string, declarations = ''): readonly BodyNode[] =>
  bodyIn(`DO $$ ${declarations} BEGIN ${statements} END $$`).nodes;

const nodeOf = <Kind extends BodyNode['kind']>(
  kind: Kind,
  statement: string,
  declarations = '',
): BodyNode & { kind: Kind } => {
  const node = nodesOf(statement, declarations)[0];
  if (node?.kind !== kind) throw new Error(`${node?.kind} for ${statement}`);
  return node as BodyNode & { kind: Kind };
};

describe('which statements have a body', () => {
  test.each([
    ['SELECT 1', undefined],
    ['DO $$ BEGIN NULL; END $$', 'plpgsql'],
    ['DO LANGUAGE plpgsql $$ BEGIN NULL; END $$', 'plpgsql'],
    ['DO $$ pass $$ LANGUAGE plpython3u', 'other'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'sql'],
    ["CREATE FUNCTION f() RETURNS int AS 'BEGIN RETURN 1; END' LANGUAGE 'plpgsql'", 'plpgsql'],
    ["CREATE FUNCTION f() RETURNS int AS 'lib', 'symbol' LANGUAGE c", 'other'],
    ['CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; END', 'sql'],
    ['CREATE FUNCTION f() RETURNS int RETURN 1', 'sql'],
  ])('%s', (text, language) => {
    expect(readOne(text).body()?.language).toBe(language);
  });

  test('the span is the text between the quotes', () => {
    const text = '-- é\nDO $x$BEGIN NULL; END$x$;';
    const script = read(text);
    expect(script.statements.map((one) => textAt(script, one.body()?.span ?? one.span))).toEqual([
      'BEGIN NULL; END',
    ]);
  });
});

describe('SQL bodies', () => {
  test.each([
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 'é'; DELETE FROM a $$",
      ["SELECT 'é'", 'DELETE FROM a'],
    ],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ' SELECT ''é''; DELETE FROM a'",
      ["SELECT ''é''", 'DELETE FROM a'],
    ],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC UPDATE a SET b = 1; SELECT 2; END',
      ['UPDATE a SET b = 1', 'SELECT 2'],
    ],
  ])('%s', (text, statements) => {
    const script = read(text);
    const body = script.statements[0]?.body();
    expect(body?.nodes.map((node) => [node.kind, textAt(script, node.span)])).toEqual(
      statements.map((statement) => ['sql', statement]),
    );
    expect(body?.problems).toEqual([]);
  });

  test('a mistake in one', () => {
    const script = read('CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELEC 2 $$');
    expect(script.problems).toEqual([]);
    expect(problemTexts(script, script.statements[0]?.body()?.problems)).toEqual([
      ['body', 'SELEC', 'syntax error at or near "SELEC"'],
    ]);
  });
});

describe('variables', () => {
  test('of DECLARE', () => {
    const body = bodyIn(`DO $$
      DECLARE
        n CONSTANT numeric(10, 2) NOT NULL := (1 + 2);
        "Row" users%ROWTYPE;
        É text COLLATE "C" DEFAULT 'a;b';
        c NO SCROLL CURSOR (k int) FOR SELECT 1;
        alias ALIAS FOR $1;
      BEGIN DECLARE inner_one int[]; BEGIN FOR i IN 1..2 LOOP NULL; END LOOP; END; END $$`);
    expect(body.variables).toEqual([
      { name: 'n', type: 'numeric(10, 2)', defaultText: '(1 + 2)' },
      { name: 'Row', type: 'users%ROWTYPE', defaultText: undefined },
      { name: 'É', type: 'text', defaultText: "'a;b'" },
      { name: 'c', type: 'CURSOR', defaultText: 'SELECT 1' },
      { name: 'alias', type: 'ALIAS', defaultText: '$1' },
      { name: 'inner_one', type: 'int[]', defaultText: undefined, inner: true },
      { name: 'i', type: 'integer', defaultText: undefined },
    ]);
  });

  test('of a function’s parameters', () => {
    const text = `CREATE FUNCTION s.f(a int, IN "B" double precision DEFAULT 1.5, numeric(10, 2) = f(1, 2), OUT c users.id%TYPE,
      VARIADIC d text[], timestamp with time zone, interval) AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql`;
    const parameter = true;
    expect(bodyIn(text).variables).toEqual([
      { name: 'a', type: 'int', defaultText: undefined, parameter },
      { name: 'B', type: 'double precision', defaultText: '1.5', parameter },
      { name: '$3', type: 'numeric(10, 2)', defaultText: 'f(1, 2)', parameter },
      { name: 'c', type: 'users.id%TYPE', defaultText: undefined, parameter },
      { name: 'd', type: 'text[]', defaultText: undefined, parameter },
      { name: '$6', type: 'timestamp with time zone', defaultText: undefined, parameter },
      { name: '$7', type: 'interval', defaultText: undefined, parameter },
    ]);
  });

  test('of RETURNS TABLE', () => {
    const text =
      'CREATE FUNCTION f() RETURNS TABLE (x int, y text) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$';
    expect(bodyIn(text).variables.map(({ name, type }) => [name, type])).toEqual([
      ['x', 'int'],
      ['y', 'text'],
    ]);
  });
});

describe('nodes', () => {
  test('loops', () => {
    const forms = (statement: string): unknown => {
      const { form, label, condition, query, nodes } = nodeOf(
        'loop',
        statement,
        'DECLARE c CURSOR FOR SELECT 1; r record;',
      );
      return [form, label, condition?.text, query && Object.keys(query.tree)[0], nodes.length];
    };
    expect(forms('LOOP EXIT; END LOOP;')).toEqual(['loop', undefined, undefined, undefined, 1]);
    expect(forms('<<"L">> WHILE a < 1 LOOP NULL; END LOOP "L";')).toEqual([
      'while',
      'L',
      'a < 1',
      undefined,
      1,
    ]);
    expect(forms('FOR i IN REVERSE 1..n+1 BY 2 LOOP END LOOP;')).toEqual([
      'for-integer',
      undefined,
      undefined,
      undefined,
      0,
    ]);
    expect(forms('FOR r IN SELECT 1 LOOP END LOOP;')).toEqual([
      'for-query',
      undefined,
      undefined,
      'SelectStmt',
      0,
    ]);
    expect(forms('FOR a, b IN DELETE FROM t RETURNING x, y LOOP END LOOP;')).toEqual([
      'for-query',
      undefined,
      undefined,
      'DeleteStmt',
      0,
    ]);
    expect(forms('FOR r IN c LOOP END LOOP;')).toEqual(['for-cursor', undefined, undefined, undefined, 0]);
    expect(forms('FOR r IN c(k := 1) LOOP END LOOP;')).toEqual([
      'for-cursor',
      undefined,
      undefined,
      undefined,
      0,
    ]);
    expect(forms("FOR r IN EXECUTE 'SELECT 1' USING 2 LOOP END LOOP;")).toEqual([
      'for-execute',
      undefined,
      undefined,
      'SelectStmt',
      0,
    ]);
    expect(forms('FOR r IN EXECUTE q LOOP END LOOP;')).toEqual([
      'for-execute',
      undefined,
      undefined,
      undefined,
      0,
    ]);
    expect(forms('FOREACH x SLICE 1 IN ARRAY a[1:2] LOOP END LOOP;')).toEqual([
      'foreach',
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });

  test('IF and CASE', () => {
    const branches = (statement: string): unknown =>
      nodeOf('if', statement).branches.map(({ condition, nodes }) => [
        condition?.text,
        condition?.tree && Object.keys(condition.tree)[0],
        nodes.map((node) => node.kind),
      ]);
    expect(
      branches(
        'IF (CASE WHEN a THEN b END) THEN PERFORM 1; ELSIF c THEN ELSEIF d THEN RETURN; ELSE COMMIT; END IF;',
      ),
    ).toEqual([
      ['(CASE WHEN a THEN b END)', 'SelectStmt', ['perform']],
      ['c', 'SelectStmt', []],
      ['d', 'SelectStmt', ['return']],
      [undefined, undefined, ['commit']],
    ]);
    expect(branches('CASE x WHEN 1, 2 THEN ROLLBACK; ELSE NULL; END CASE;')).toEqual([
      ['1, 2', 'SelectStmt', ['rollback']],
      [undefined, undefined, ['other']],
    ]);
    expect(branches('CASE WHEN x > 1 THEN NULL; END CASE;')).toEqual([['x > 1', 'SelectStmt', ['other']]]);
  });

  test('blocks and their handlers', () => {
    const block = nodeOf(
      'block',
      "<<b>> DECLARE a int; BEGIN CREATE TYPE t AS ENUM (); EXCEPTION WHEN duplicate_object OR SQLSTATE '42P07' THEN NULL; WHEN OTHERS THEN RAISE; END b;",
    );
    expect(block.nodes.map((node) => node.kind)).toEqual(['sql']);
    expect(
      block.handlers.map(({ conditions, nodes }) => [conditions, nodes.map((node) => node.kind)]),
    ).toEqual([
      [['duplicate_object', "sqlstate '42p07'"], ['other']],
      [['others'], ['raise']],
    ]);
  });

  test('the outermost block shows only if it has handlers', () => {
    expect(nodesOf('NULL;').map((node) => node.kind)).toEqual(['other']);
    expect(nodesOf('NULL; EXCEPTION WHEN OTHERS THEN NULL;').map((node) => node.kind)).toEqual(['block']);
  });

  test('INTO is taken out of the SQL and told', () => {
    const into = (statement: string): unknown => {
      const node = nodeOf('sql', statement);
      return [node.into, withoutLocations(node.statement.tree)];
    };
    const tree = (text: string): unknown => withoutLocations(readOne(text).tree);
    expect(into('SELECT count(*) INTO STRICT n FROM t;')).toEqual([['n'], tree('SELECT count(*) FROM t')]);
    expect(into('SELECT INTO r.a, "B" x, y FROM t;')).toEqual([['r.a', 'B'], tree('SELECT x, y FROM t')]);
    expect(into('INSERT INTO t VALUES (1) RETURNING a INTO b;')).toEqual([
      ['b'],
      tree('INSERT INTO t VALUES (1) RETURNING a'),
    ]);
    expect(into('WITH x AS (INSERT INTO t SELECT 1 RETURNING 1) SELECT * INTO r FROM x;')).toEqual([
      ['r'],
      tree('WITH x AS (INSERT INTO t SELECT 1 RETURNING 1) SELECT * FROM x'),
    ]);
    expect(into('MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE;')).toEqual([
      [],
      tree('MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE'),
    ]);
  });

  test('PERFORM is the SELECT that PL/pgSQL makes of it', () => {
    const { statement } = nodeOf('perform', 'PERFORM f(a) FROM t;');
    expect(withoutLocations(statement.tree)).toEqual(withoutLocations(readOne('SELECT f(a) FROM t').tree));
  });

  test('EXECUTE of constants is known', () => {
    const trees = (statement: string): unknown =>
      nodesOf(statement).map(
        (node) => node.kind === 'execute' && node.statement && Object.keys(node.statement.tree)[0],
      );
    expect(trees("EXECUTE 'DROP TABLE a';")).toEqual(['DropStmt']);
    expect(trees("EXECUTE 'ALTER TABLE a ' || E'ADD b int' USING 1;")).toEqual(['AlterTableStmt']);
    expect(trees("EXECUTE 'DROP TABLE a; CREATE TABLE a ()';")).toEqual(['DropStmt', 'CreateStmt']);
    expect(trees("EXECUTE format('DROP TABLE %I', a) INTO b;")).toEqual([undefined]);
    expect(trees("EXECUTE 'DROP TABLE ' || a;")).toEqual([undefined]);
    expect(trees("EXECUTE 'DROP TABLE %';")).toEqual([undefined]);
    expect(trees("RETURN QUERY EXECUTE 'SELECT 1';")).toEqual(['SelectStmt']);
  });

  test('the rest', () => {
    expect(nodeOf('assign', 'a.b[1] := 2 + 3;')).toMatchObject({
      variable: 'a.b[1]',
      expression: { text: '2 + 3' },
    });
    expect(nodeOf('assign', 'count = 1;')).toMatchObject({ variable: 'count', expression: { text: '1' } });
    expect(nodeOf('exit', 'CONTINUE l WHEN a = 1;')).toMatchObject({
      continues: true,
      label: 'l',
      condition: { text: 'a = 1' },
    });
    expect(nodeOf('exit', 'EXIT;')).toMatchObject({
      continues: false,
      label: undefined,
      condition: undefined,
    });
    expect(
      nodeOf('get-diagnostics', 'GET STACKED DIAGNOSTICS a = ROW_COUNT, b := MESSAGE_TEXT;').items,
    ).toEqual([
      { item: 'row_count', variable: 'a' },
      { item: 'message_text', variable: 'b' },
    ]);
    expect(nodeOf('raise', "RAISE NOTICE 'it''s %', 1;")).toMatchObject({
      level: 'NOTICE',
      message: "it's %",
    });
    expect(nodeOf('raise', "RAISE USING ERRCODE = 'P0001', MESSAGE = 'no';")).toMatchObject({
      level: 'EXCEPTION',
      message: 'no',
    });
    expect(nodeOf('raise', 'RAISE division_by_zero;')).toMatchObject({
      level: 'EXCEPTION',
      message: undefined,
    });
    expect(nodeOf('assert', "ASSERT a > 1, 'why';")).toMatchObject({ condition: { text: 'a > 1' } });
    expect(nodeOf('return', 'RETURN a + 1;')).toMatchObject({ expression: { text: 'a + 1' } });
    expect(nodeOf('return', 'RETURN;')).toMatchObject({ expression: undefined });
    expect(nodeOf('sql', 'RETURN QUERY SELECT 1;').statement.tree).toHaveProperty('SelectStmt');
    expect(nodeOf('sql', 'CALL p();').statement.tree).toHaveProperty('CallStmt');
    expect(nodeOf('cursor', 'FETCH NEXT FROM c INTO a;')).toMatchObject({ action: 'FETCH' });
    expect(nodeOf('commit', 'COMMIT AND CHAIN;')).toMatchObject({ kind: 'commit' });
    expect(nodeOf('rollback', 'ROLLBACK;')).toMatchObject({ kind: 'rollback' });
    expect(nodeOf('other', 'RETURN NEXT a;')).toMatchObject({ tag: 'RETURN NEXT' });
  });
});

describe('places', () => {
  const body = `
    -- é 😀
    FOR r IN SELECT 'a' AS "é" LOOP
      IF r.x THEN UPDATE t SET a = 'ü' WHERE b IS NULL; END IF;
      PERFORM g('x');
    END LOOP;
    BEGIN SELECT 1 INTO n; EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no'; END;
    EXECUTE 'DROP TABLE "é"';`;
  const expected = [
    'loop: FOR r IN SELECT Qa',
    '  if: IF r.x THEN UPDATE',
    '    sql: UPDATE t SET a = ',
    '  perform: PERFORM g(Qx',
    'block: BEGIN SELECT 1 IN',
    '  sql: SELECT 1 INTO n',
    '  raise: RAISE NOTICE Qno',
    'execute: EXECUTE QDROP TAB',
  ];

  test.each([
    ['dollar quotes', `$tag$DECLARE r record; BEGIN${body} END$tag$`],
    ['quotes', `'DECLARE r record; BEGIN${body.replaceAll("'", "''")} END'`],
    ['E quotes', `E'DECLARE r record; BEGIN${body.replaceAll("'", "\\'")} END'`],
    ['a constant over several lines', `'DECLARE r record; '\n 'BEGIN${body.replaceAll("'", "''")} END'`],
  ])('in %s', (_, constant) => {
    const script = read(`SELECT 'é😀'; DO ${constant};`);
    const found = script.statements[1]?.body();
    expect(found?.problems).toEqual([]);
    const lines = drawing(script, found?.nodes ?? []).map((line) => line.replace(/''|\\'|'/g, 'Q'));
    expect(lines.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
  });

  test('statements, tokens and locations of the tree in a quoted body', () => {
    const text = "DO 'BEGIN UPDATE t SET a = ''é😀'', b = c; END'";
    const script = read(text);
    const node = script.statements[0]?.body()?.nodes[0];
    if (node?.kind !== 'sql' || !('UpdateStmt' in node.statement.tree)) throw new Error('no update');
    const { statement } = node;
    expect(textAt(script, statement.span)).toBe("UPDATE t SET a = ''é😀'', b = c");
    expect(statement.tokens().map((token) => textAt(script, token.span))).toEqual([
      'UPDATE',
      't',
      'SET',
      'a',
      '=',
      "''é😀''",
      ',',
      'b',
      '=',
      'c',
    ]);
    const targets = node.statement.tree.UpdateStmt.targetList?.map((target) =>
      'ResTarget' in target ? statement.offsetOf(target.ResTarget.location ?? 0) : undefined,
    );
    expect(targets).toEqual([text.indexOf('a ='), text.indexOf('b =')]);
  });
});

describe('problems', () => {
  test.each([
    ['DO $$ BEGIN\n  SELEC 1;\nEND $$', 'SELEC', 'syntax error at or near "SELEC"'],
    ['DO $$ BEGIN IF a b c THEN NULL; END IF; END $$', 'c', 'syntax error at or near "c"'],
    ["DO 'BEGIN x := ''é'' 1; END'", '1', 'is not a known variable'],
    ['DO $$ BEGIN UPDATE t SET a = 1 END $$', 'END', 'unexpected end of function definition'],
    ['DO $$ BEGIN IF true THEN NULL; END; END $$', ';', 'syntax error at or near ";"'],
    ['DO $$ BEGIN LOOP NULL; $$', ';', 'syntax error at end of input'],
    ['DO $$$$', '', 'syntax error at end of input'],
  ])('%s', (text, where, message) => {
    const script = read(text);
    expect(script.problems).toEqual([]);
    const problems = problemTexts(script, script.statements[0]?.body()?.problems);
    if (message === 'is not a known variable') expect(problems).toEqual([]);
    else expect(problems).toEqual([['body', where, expect.stringContaining(message)]]);
  });

  test('what only a catalog can know is no problem', () => {
    const text = 'DO $$ DECLARE r app.type; BEGIN SELECT 1 INTO unknown_variable; r.x := other.y; END $$';
    expect(bodyIn(text).problems).toEqual([]);
  });

  test('templates in a body are names', () => {
    const script = read('DO $$ BEGIN ALTER TABLE ${é} ADD a int; END $$');
    const body = script.statements[0]?.body();
    expect(problemTexts(script, body?.problems)).toEqual([
      ['template', '${é}', 'The template placeholder ${é} is read as a name'],
    ]);
    expect(body?.nodes.map((node) => [node.kind, textAt(script, node.span)])).toEqual([
      ['sql', 'ALTER TABLE ${é} ADD a int'],
    ]);
  });

  test.each([
    ['a deep expression', `DELETE FROM b WHERE c = ${'1+'.repeat(12_000)}1;`],
    ['an endless operator', `PERFORM 1 ${'+'.repeat(50_000)} 1;`],
  ])('%s is told, and the rest is read', (_, statement) => {
    const body = bodyIn(`DO $$ BEGIN ${statement} DROP TABLE a; END $$`);
    expect(body.problems.map((problem) => problem.kind)).toEqual(['nesting']);
    expect(body.nodes.at(-1)?.kind).toBe('sql');
  });

  test('deep nesting ends', () => {
    const body = bodyIn(`DO $$ BEGIN ${'IF a THEN '.repeat(3000)} NULL; ${'END IF; '.repeat(3000)} END $$`);
    expect(body.nodes).toHaveLength(1);
  });
});

describe('the structure agrees with PostgreSQL’s own PL/pgSQL parser', () => {
  const simple = fc.constantFrom(
    'NULL',
    'n := n + 1',
    'UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END',
    'SELECT count(*) INTO n FROM t',
    'INSERT INTO t VALUES (1) RETURNING a INTO n',
    'PERFORM f(1)',
    "EXECUTE 'DROP TABLE a'",
    "RAISE NOTICE 'a; b %', n",
    'ASSERT n > 1',
    'GET DIAGNOSTICS n = ROW_COUNT',
    'COMMIT',
    'ROLLBACK',
    'CALL p()',
    'RETURN',
    'OPEN c',
    'FETCH c INTO n',
    'CLOSE c',
    'CREATE TABLE x (a int DEFAULT 1, b text)',
  );
  const { statement } = fc.letrec<{ statement: string; list: string }>((tie) => ({
    list: fc
      .array(tie('statement'), { minLength: 1, maxLength: 3 })
      .map((statements) => statements.map((one) => `${one};`).join('\n')),
    statement: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      simple,
      tie('list').map((list) => `BEGIN ${list} END`),
      tie('list').map((list) => `DECLARE k int; BEGIN ${list}\nEXCEPTION WHEN OTHERS THEN ${list} END`),
      fc
        .tuple(tie('list'), tie('list'))
        .map(([a, b]) => `IF n > 1 THEN\n${a} ELSIF n = 2 THEN ${b}\nELSE ${a} END IF`),
      tie('list').map((list) => `CASE n WHEN 1, 2 THEN ${list} ELSE\n${list} END CASE`),
      tie('list').map((list) => `LOOP ${list} EXIT WHEN n = 1; END LOOP`),
      tie('list').map((list) => `<<l>> WHILE n < 2 LOOP ${list} CONTINUE l; END LOOP l`),
      tie('list').map((list) => `FOR i IN REVERSE 2..1 LOOP ${list} END LOOP`),
      tie('list').map((list) => `FOR r IN SELECT 1 -- ; LOOP\n LOOP ${list} END LOOP`),
      tie('list').map((list) => `FOR r IN EXECUTE 'SELECT 1' LOOP ${list} END LOOP`),
      tie('list').map((list) => `FOR r IN c LOOP ${list} END LOOP`),
      tie('list').map((list) => `FOREACH n IN ARRAY a LOOP ${list} END LOOP`),
    ),
  }));

  test('in kinds and lines', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), (statements) => {
        const declarations = 'DECLARE n int; r record; a int[]; c CURSOR FOR SELECT 1;';
        const text = `DO $$${declarations}\nBEGIN\n${statements.map((one) => `${one};`).join('\n')}\nEND$$`;
        const outcome = parsePlpgsql(text);
        if (outcome.kind !== 'parsed') throw new Error(outcome.kind === 'error' ? outcome.message : 'crash');
        const line = (offset: number): number => text.slice(0, offset).split('\n').length;
        const [, ...expected] = outlineOfTree(outcome.result).toSorted((a, b) =>
          a[0] === 'block' && a[1] === 2 ? -1 : b[0] === 'block' && b[1] === 2 ? 1 : 0,
        );
        const body = bodyIn(text);
        expect(outlineOfNodes(body.nodes, line)).toEqual(expected);
        expect(body.problems).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

test('a body is read once', () => {
  const one = readOne('DO $$ BEGIN NULL; END $$');
  expect(one.body()).toBe(one.body());
});
