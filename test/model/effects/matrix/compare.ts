import type { Observation } from '../../../../src/testing/observation.ts';
import type { Prediction } from './predict.ts';
import { exceptions } from './exceptions.ts';
import { keyOfStatement, type Facts, type MatrixStatement } from './types.ts';

/** Statements on rows: how they find them is the planner's. */
const PLANNED = /^(?:insert|update|delete|select|merge|with|do|copy|explain|declare)\b/iu;

/** These lock an index as nobody uses it any more. */
const CONCURRENT = /\bconcurrently\b/iu;

/** One fact on which prediction and observation differ, both as text. */
export interface Difference {
  readonly fact: keyof Facts;
  readonly predicted: string;
  readonly observed: string;
}

/** The facts on which a statement's effects say something else on purpose. */
export function exceptedFacts(statement: MatrixStatement): readonly (keyof Facts)[] {
  const key = keyOfStatement(statement);
  return exceptions.flatMap(({ facts, statements }) => (statements.includes(key) ? facts : []));
}

/**
 * Compares what was predicted with what was observed.
 *
 * - An index that is locked with ACCESS EXCLUSIVE stops every reader of its table, so that it counts as the table's lock.
 * - A sequence that belongs to a column shares its table's fate: its lock is compared only where one is predicted.
 * - A partitioned table has no rows: the work predicted on it is that on its partitions.
 * - A rewrite reads its table and builds its indexes, if there are any.
 * - Scans are not compared where the planner chooses them, nor outside a transaction, where they are not counted.
 *
 * @param locksSeen false where the engine cannot show the locks of a statement that runs alone.
 */
export function differences(
  statement: MatrixStatement,
  prediction: Prediction,
  observation: Observation,
  locksSeen: boolean,
): readonly Difference[] {
  const facts = factsToCompare(statement, locksSeen);
  return facts.flatMap((fact) => {
    const predicted = textOf(predictedFact(fact, prediction, observation));
    const observed = textOf(observedFact(fact, statement, prediction, observation));
    return predicted === observed ? [] : [{ fact, predicted, observed }];
  });
}

function factsToCompare(statement: MatrixStatement, locksSeen: boolean): (keyof Facts)[] {
  const facts: (keyof Facts)[] = ['rewritten', 'indexed'];
  if (locksSeen) facts.push('locks');
  if (!PLANNED.test(statement.sql) && statement.alone !== true) facts.push('scanned');
  return facts;
}

function predictedFact(
  fact: keyof Facts,
  prediction: Prediction,
  observation: Observation,
): Facts[keyof Facts] {
  if (fact === 'locks') return prediction.locks;
  const seen = observation[fact];
  const isBorneOut = (name: string): boolean => {
    const below = prediction.partitions.get(name);
    return below?.some((partition) => seen.includes(partition) || isBorneOut(partition)) === true;
  };
  const named = prediction[fact].filter((name) => !isBorneOut(name));
  return fact === 'rewritten' ? named : named.filter((name) => !prediction.rewritten.includes(name));
}

function observedFact(
  fact: keyof Facts,
  { sql }: MatrixStatement,
  prediction: Prediction,
  observation: Observation,
): Facts[keyof Facts] {
  if (fact === 'rewritten') return observation.rewritten;
  if (fact !== 'locks') return observation[fact].filter((name) => !observation.rewritten.includes(name));
  const locks = new Map(Object.entries(observation.locks));
  for (const { table, lock } of Object.values(observation.indexLocks)) {
    if (lock === 'ACCESS EXCLUSIVE' && !CONCURRENT.test(sql)) locks.set(table, lock);
  }
  for (const name of prediction.ownedSequences) if (prediction.locks[name] === undefined) locks.delete(name);
  return Object.fromEntries(locks);
}

function textOf(fact: Facts[keyof Facts]): string {
  if (isList(fact)) return [...fact].sort().join(', ');
  return Object.entries(fact)
    .map(([name, lock]) => `${name}: ${lock}`)
    .sort()
    .join(', ');
}

const isList = (fact: Facts[keyof Facts]): fact is readonly string[] => Array.isArray(fact);
