import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { differences, exceptedFacts } from './matrix/compare.ts';
import { exceptions } from './matrix/exceptions.ts';
import { predict } from './matrix/predict.ts';
import { readRecord } from './matrix/read-record.ts';
import { recorded } from './matrix/record.ts';
import { matrixStatements } from './matrix/run-matrix.ts';
import type { EffectFacts } from '../../../src/verify/trace/facts.ts';
import { keyOfStatement } from './matrix/types.ts';

const record = readRecord();
const known = recorded(record);
const versions = [13, 14, 15, 16, 17, 18];
/** Statements and facts on which prediction and observation differ on some version. */
const differing = new Map<string, Set<keyof EffectFacts>>();

beforeAll(loadParser);

describe('effects agree with what PostgreSQL was seen to do', () => {
  it.each(versions)('PostgreSQL %i', (version) => {
    expect(record.servers[version]).toMatch(new RegExp(`^${version}\\.`, 'u'));
    const unexpected = matrixStatements(version).flatMap(({ group, statement }) => {
      const key = keyOfStatement(statement);
      const observation = known(group.title, statement, version);
      if (observation === undefined) return [`${key}: never observed`];
      const excepted = exceptedFacts(statement);
      return differences(statement, predict(group, statement, version), observation, true)
        .filter(({ fact }) => {
          differing.set(key, (differing.get(key) ?? new Set()).add(fact));
          return !excepted.includes(fact);
        })
        .map(({ fact, predicted, observed }) => `${key}: ${fact}: ${predicted} / ${observed}`);
    });
    expect(unexpected).toEqual([]);
  });

  it.each(exceptions.map((exception) => [exception.because, exception] as const))(
    'the exception is needed: %s',
    (_, { facts, statements }) => {
      for (const statement of statements) {
        expect([...(differing.get(statement) ?? [])], statement).toEqual(expect.arrayContaining([...facts]));
      }
    },
  );

  it('each statement stands once in its group', () => {
    const keys = matrixStatements().map(
      ({ group, statement }) => `${group.title}: ${keyOfStatement(statement)}`,
    );
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});
