import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { isInBody } from '../../../src/model/operations/in-body.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';

beforeAll(loadParser);

it('tells statements of bodies from statements of the script', () => {
  const text = `
    CREATE TABLE t (id int);
    DO $$ BEGIN
      CREATE INDEX a ON t (id);
      EXECUTE 'CREATE INDEX b ON t (id)';
    END $$;
    CREATE INDEX c ON t (id);
    DROP TABLE t;`;
  const script = parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });
  const operations = script.statements.flatMap((statement) => operationsOf(statement));
  const inBodies = operations.filter((operation) => isInBody(operation, script));
  expect(
    inBodies.map((operation) => (operation.kind === 'CreateIndex' ? operation.name : operation.kind)),
  ).toEqual(['a', 'b']);
  expect(operations.some((operation) => isInBody(operation, undefined))).toBe(false);
});
