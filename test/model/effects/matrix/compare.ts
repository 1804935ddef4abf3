import { parseScript } from '../../../../src/input/sql/parse-script.ts';
import { effectDifferences } from '../../../../src/verify/trace/compare.ts';
import type { EffectFacts } from '../../../../src/verify/trace/facts.ts';
import type { Observation } from '../../../../src/verify/trace/observation.ts';
import { exceptions } from './exceptions.ts';
import type { Prediction } from './predict.ts';
import { keyOfStatement, type MatrixStatement } from './types.ts';

/** One fact on which prediction and observation differ, both as text. */
export interface Difference {
  readonly fact: keyof EffectFacts;
  readonly predicted: string;
  readonly observed: string;
}

/** The facts on which a statement's effects say something else on purpose. */
export function exceptedFacts(statement: MatrixStatement): readonly (keyof EffectFacts)[] {
  const key = keyOfStatement(statement);
  return exceptions.flatMap(({ facts, statements }) => (statements.includes(key) ? facts : []));
}

/**
 * Compares what was predicted of a statement of the matrix with what was observed. The parser must be loaded.
 *
 * @param locksSeen false where the engine cannot show the locks of a statement that runs alone.
 */
export function differences(
  { sql, alone }: MatrixStatement,
  prediction: Prediction,
  observation: Observation,
  locksSeen: boolean,
): readonly Difference[] {
  const source = { path: 'a.sql', text: sql, encoding: 'utf-8', byteOrderMark: false } as const;
  const tree = parseScript(source).statements[0]?.tree;
  if (tree === undefined) throw new Error(`no statement: ${sql}`);
  const visibility = { locks: locksSeen, scans: alone !== true, filled: true };
  return effectDifferences(tree, prediction, observation, visibility).map((difference) => {
    const { fact, relation } = difference;
    return fact === 'locks'
      ? {
          fact,
          predicted: lockText(relation, difference.predicted),
          observed: lockText(relation, difference.observed),
        }
      : {
          fact,
          predicted: difference.predicted ? relation : '',
          observed: difference.observed ? relation : '',
        };
  });
}

function lockText(relation: string, lock: string | undefined): string {
  return lock === undefined ? '' : `${relation}: ${lock}`;
}
