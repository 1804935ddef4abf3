import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import {
  functionsNewerThan,
  newerFunctions,
  newerSyntaxes,
  newerSyntaxKinds,
  syntaxNewerThan,
} from '../../../src/model/operations/newer-syntax.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import type { Operation } from '../../../src/model/operations/types.ts';
import { functionExamples, syntaxExamples } from './newer-syntax/examples.ts';
import { readSyntaxRecord } from './newer-syntax/record.ts';

const VERSIONS = [13, 14, 15, 16, 17, 18];
const record = readSyntaxRecord();

beforeAll(loadParser);

function operations(sql: string): readonly Operation[] {
  const source = { path: 'a.sql', text: sql, encoding: 'utf-8', byteOrderMark: false } as const;
  return parseScript(source).statements.flatMap((statement) => operationsOf(statement));
}

/** The versions on which servers were seen to run an example. */
const runsOn = (what: string): readonly number[] =>
  VERSIONS.filter((version) => record[what]?.[version] === 'runs');

const from = (since: number): readonly number[] => VERSIONS.filter((version) => version >= since);

describe('what only newer versions understand', () => {
  it.each(newerSyntaxes)('$what: the servers agree that it came with $since', ({ what, since }) => {
    expect(runsOn(what)).toEqual(from(since));
  });

  it.each(newerSyntaxes)('$what is found for every version before $since', ({ what, since }) => {
    const found = operations(syntaxExamples[what]?.sql ?? '');
    const without = VERSIONS.filter((version) =>
      found.some((operation) => syntaxNewerThan(operation, version).some((one) => one.what === what)),
    );
    expect(without).toEqual(VERSIONS.filter((version) => version < since));
    expect(found.some(({ kind }) => newerSyntaxKinds.includes(kind))).toBe(true);
  });

  it.each(newerFunctions)('$name(): the servers agree that it came with $since', ({ name, since }) => {
    expect(runsOn(`${name}()`)).toEqual(from(since));
    const [call] = operations(functionExamples[name] ?? '');
    const without = VERSIONS.filter(
      (version) => call !== undefined && functionsNewerThan(call, version).length > 0,
    );
    expect(without).toEqual(VERSIONS.filter((version) => version < since));
  });

  it.each([
    'CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int GENERATED ALWAYS AS (id * 2) STORED, UNIQUE (a))',
    'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'ALTER TABLE p DETACH PARTITION p1',
    'CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES t (id) ON DELETE SET NULL NOT VALID',
    'CREATE VIEW v WITH (security_barrier) AS SELECT * FROM (SELECT 1 AS a) AS s',
    'SELECT json_build_object(1, 2), gen_random_uuid(), my.uuidv7()',
    'GRANT SELECT, TRIGGER ON t TO u',
    'CREATE SEQUENCE s',
    'CREATE PUBLICATION pub FOR TABLE t',
    'CREATE STATISTICS s ON a, b FROM t',
  ])('finds nothing in what PostgreSQL 13 understands: %s', (sql) => {
    for (const operation of operations(sql)) {
      expect(syntaxNewerThan(operation, 13)).toEqual([]);
      expect(functionsNewerThan(operation, 13)).toEqual([]);
    }
  });
});
