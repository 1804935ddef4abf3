import { parseScript } from '../../../../src/input/sql/parse-script.ts';
import { createCatalogBuilder } from '../../../../src/model/catalog/builder.ts';
import { effectsOf } from '../../../../src/model/effects/effects-of.ts';
import type { Effect } from '../../../../src/model/effects/types.ts';
import { compareLocks } from '../../../../src/model/operations/lock-modes.ts';
import { operationsOf } from '../../../../src/model/operations/operations-of.ts';
import type { LockMode, Operation } from '../../../../src/model/operations/types.ts';
import type { Statement } from '../../../../src/input/sql/types.ts';
import { keyOfStatement, type Facts, type Group, type MatrixStatement } from './types.ts';

/** What effects say of a statement, before anybody looks at what PostgreSQL does. */
export interface Prediction extends Facts {
  /** Relation → the slowest work on it. */
  readonly work: Readonly<Record<string, Effect['work']>>;
  /** Sequences that belonged to a column before the statement. */
  readonly ownedSequences: ReadonlySet<string>;
  /** Partitioned tables, which have no rows of their own, each with its partitions. */
  readonly partitions: ReadonlyMap<string, readonly string[]>;
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
  const owned = [...before.sequences()].filter(({ ownedBy }) => ownedBy !== undefined);
  const ownedSequences = new Set(owned.map(({ name }) => keyOf(name)));
  const partitioned = [...before.tables()].filter(({ partitionBy }) => partitionBy !== undefined);
  const partitions = new Map(
    partitioned.map(({ name }) => [keyOf(name), before.children(name).map((child) => keyOf(child.name))]),
  );
  return { ...factsOf(run(sql)), ownedSequences, partitions };
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

function factsOf(effects: readonly Effect[]): Facts & Pick<Prediction, 'work'> {
  const locks = new Map<string, LockMode>();
  const work = new Map<string, Effect['work']>();
  for (const effect of effects) {
    const key = keyOf(effect.relation);
    const lock = locks.get(key);
    if (lock === undefined || compareLocks(effect.lock, lock) > 0) locks.set(key, effect.lock);
    const known = work.get(key);
    if (known === undefined || SLOWNESS[effect.work] > SLOWNESS[known]) work.set(key, effect.work);
  }
  const working = (...kinds: readonly Effect['work'][]): readonly string[] =>
    [
      ...new Set(
        effects.filter((effect) => kinds.includes(effect.work)).map(({ relation }) => keyOf(relation)),
      ),
    ].sort();
  return {
    locks: sorted(locks),
    work: sorted(work),
    rewritten: working('rewrite'),
    indexed: working('index build', 'rewrite'),
    scanned: working('scan', 'index build', 'rewrite'),
  };
}

function keyOf({ schema, name }: Effect['relation']): string {
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}

function sorted<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
