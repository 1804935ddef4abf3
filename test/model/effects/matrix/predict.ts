import { parseScript } from '../../../../src/input/sql/parse-script.ts';
import { createCatalogBuilder } from '../../../../src/model/catalog/builder.ts';
import { effectsOf } from '../../../../src/model/effects/effects-of.ts';
import type { Effect } from '../../../../src/model/effects/types.ts';
import { operationsOf } from '../../../../src/model/operations/operations-of.ts';
import type { Operation } from '../../../../src/model/operations/types.ts';
import type { Statement } from '../../../../src/input/sql/types.ts';
import type { PredictedEffects } from '../../../../src/verify/trace/compare.ts';
import { factsOf, relationKey, type EffectFacts } from '../../../../src/verify/trace/facts.ts';
import { catalogFacts } from '../../../../src/verify/trace/predictions.ts';
import { keyOfStatement, type Group, type MatrixStatement } from './types.ts';

/** What effects say of a statement, before anybody looks at what PostgreSQL does. */
export interface Prediction extends PredictedEffects {
  /** Relation → the strongest lock. */
  readonly locks: EffectFacts['locks'];
  /** Relation → the slowest work on it. */
  readonly work: Readonly<Record<string, Effect['work']>>;
}

const SLOWNESS: Readonly<Record<Effect['work'], number>> = {
  metadata: 0,
  rows: 1,
  scan: 2,
  'index build': 3,
  rewrite: 4,
};

/**
 * The effects of a statement of the matrix, those of its operations put together. The parser must be loaded.
 *
 * @param version PostgreSQL's major version.
 */
export function predict(group: Group, statement: MatrixStatement, version: number): Prediction {
  const key = `${version}\0${group.fixture}\0${keyOfStatement(statement)}`;
  const known = PREDICTIONS.get(key) ?? predictAnew(group, statement, version);
  PREDICTIONS.set(key, known);
  return known;
}

/** Tests and the page ask for the same ones. */
const PREDICTIONS = new Map<string, Prediction>();

function predictAnew(group: Group, { sql, after }: MatrixStatement, version: number): Prediction {
  const builder = createCatalogBuilder({ postgresVersion: version });
  const run = (text: string): Effect[] => {
    return read(text).flatMap(({ statement, operations }) =>
      operations.flatMap((operation) => {
        const step = builder.apply(operation, { migration: 0, id: '', statement });
        return effectsOf(step.operation, step.before, version);
      }),
    );
  };
  for (const text of [group.fixture, after ?? '']) {
    for (const { statement, operations } of read(text)) {
      for (const operation of operations) builder.apply(operation, { migration: 0, id: '', statement });
    }
  }
  const before = builder.catalog();
  const effects = run(sql);
  const facts = factsOf(effects);
  // Tables have rows here: which keys are looked up, and how, is said in exceptions.ts.
  const comparison = { certain: facts, possible: facts, opaque: false, lookedUp: new Set<string>() };
  return { ...comparison, ...catalogFacts(before), locks: facts.locks, work: slowestWork(effects) };
}

interface ReadStatement {
  readonly statement: Statement;
  readonly operations: readonly Operation[];
}

const READ = new Map<string, readonly ReadStatement[]>();

/** The operations of a text, which are the same for all versions. */
function read(text: string): readonly ReadStatement[] {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const source = { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
  const statements = parseScript(source).statements.map((statement) => ({
    statement,
    operations: operationsOf(statement),
  }));
  READ.set(text, statements);
  return statements;
}

/** Relation → the slowest work on it. */
function slowestWork(effects: readonly Effect[]): Prediction['work'] {
  const work = new Map<string, Effect['work']>();
  for (const effect of effects) {
    const key = relationKey(effect.relation);
    const known = work.get(key);
    if (known === undefined || SLOWNESS[effect.work] > SLOWNESS[known]) work.set(key, effect.work);
  }
  return Object.fromEntries([...work].sort(([a], [b]) => (a < b ? -1 : 1)));
}
