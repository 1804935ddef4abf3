import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { sessionOf } from '../../../src/testing/embedded-postgres.ts';
import { databaseWithExtensions } from '../../support/pglite.ts';
import { differences, exceptedFacts } from './matrix/compare.ts';
import { predict } from './matrix/predict.ts';
import { readRecord } from './matrix/read-record.ts';
import { recorded } from './matrix/record.ts';
import { matrixStatements, runMatrix, type Run } from './matrix/run-matrix.ts';
import { keyOfStatement } from './matrix/types.ts';

/** The major version of the embedded PostgreSQL. */
const VERSION = 18;

describe('what an embedded PostgreSQL does now', () => {
  const runs = new Map<string, Run>();
  const known = recorded(readRecord());

  beforeAll(async () => {
    await loadParser();
    const database = await databaseWithExtensions();
    const session = sessionOf(database);
    for await (const run of runMatrix(session, VERSION)) {
      runs.set(`${run.group.title}: ${keyOfStatement(run.statement)}`, run);
    }
    await database.close();
  }, 120_000);

  const cases = matrixStatements(VERSION).map(
    ({ group, statement }) => [`${group.title}: ${keyOfStatement(statement)}`, group, statement] as const,
  );

  // Locks of a statement that runs alone are not to be seen from inside.
  it.each(cases)('%s', (name, group, statement) => {
    const run = runs.get(name);
    expect(run?.error).toBeUndefined();
    if (run?.observation === undefined) throw new Error('the statement was not run');
    const isAlone = statement.alone === true;
    const excepted = exceptedFacts(statement);
    const found = differences(statement, predict(group, statement, VERSION), run.observation, !isAlone);
    expect(found.filter(({ fact }) => !excepted.includes(fact))).toEqual([]);
    const { rewritten, indexed } = run.observation;
    const server = known(group.title, statement, VERSION);
    expect({ rewritten, indexed }).toEqual({ rewritten: server?.rewritten, indexed: server?.indexed });
  });
});
