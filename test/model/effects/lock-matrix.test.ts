import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createCatalogBuilder } from '../../../src/model/catalog/builder.ts';
import { effectsOf } from '../../../src/model/effects/effects-of.ts';
import type { Effect } from '../../../src/model/effects/types.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import { compareLocks } from '../../../src/model/operations/lock-modes.ts';
import type { LockMode } from '../../../src/model/operations/types.ts';

interface Measured {
  readonly id: string;
  readonly sql: string;
  readonly setup?: string;
  readonly since: number;
  readonly locks: Readonly<Record<string, LockMode>>;
  readonly indexLocks?: Readonly<Record<string, LockMode>>;
  readonly rewritten?: readonly string[];
  readonly rebuilt?: readonly string[];
  readonly scans?: readonly string[];
  /** Measured without a transaction, where scans cannot be counted. */
  readonly outsideTransaction?: boolean;
}

type Facts = Pick<Measured, 'locks' | 'rewritten' | 'rebuilt' | 'scans'>;

const file = fileURLToPath(new URL('lock-matrix.json', import.meta.url));
const matrix = JSON.parse(readFileSync(file, 'utf8')) as { fixture: string; statements: readonly Measured[] };

beforeAll(loadParser);

/** Where we say something else than what was measured, and why. */
const EXCEPTIONS: Readonly<Record<string, Partial<Facts> & { readonly because: string }>> = {
  'timestamp-to-timestamptz': {
    rewritten: ['t'],
    scans: ['t'],
    rebuilt: ['t_a_idx'],
    because: 'only with the time zone UTC is nothing rewritten',
  },
  'timestamp-to-timestamptz-utc': {
    rewritten: ['t'],
    scans: ['t'],
    rebuilt: ['t_a_idx'],
    because: 'the session’s time zone is not known',
  },
  'timestamptz-to-timestamp-utc': {
    rewritten: ['t'],
    scans: ['t'],
    rebuilt: ['t_a_idx'],
    because: 'the session’s time zone is not known',
  },
  'reindex-index': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'every reader waits for the index’s lock' },
  'reindex-table': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'every reader waits for the indexes’ locks' },
  truncate: { rewritten: [], rebuilt: [], scans: [], because: 'an empty file is no rewrite' },
  'truncate-cascade': { rewritten: [], rebuilt: [], scans: [], because: 'an empty file is no rewrite' },
  'alter-sequence-restart': { rewritten: [], because: 'a sequence has one row' },
  'set-access-method': {
    rewritten: ['t'],
    scans: ['t'],
    because: 'measured from heap to heap, another method rewrites',
  },
  'set-tablespace': {
    rewritten: ['t'],
    scans: ['t'],
    because: 'measured to the same tablespace, another one copies the table',
  },
  'attach-partition-with-check': {
    scans: ['p2'],
    because: 'whether a CHECK constraint implies the bound is not worked out',
  },
  'create-index-on-partitioned': {
    scans: ['p', 'p1'],
    because:
      'the work on a partitioned table is that on its partitions, some of which the history may not know',
  },
  'create-policy-subselect': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'ACCESS SHARE blocks nobody here' },
  'create-function': {
    locks: {},
    because: 'the body is checked under ACCESS SHARE, which blocks nobody here',
  },
};

/** How these find their rows is the planner's. */
const ROW_STATEMENT = /^(?:insert|update|delete|select|do)\b/iu;

/** These build indexes anew that were there before; other statements that build an index build a new one. */
const REBUILDS = /^reindex\b|\btype\b/iu;

interface Prediction {
  readonly locks: ReadonlyMap<string, LockMode>;
  /** The tables with one of these kinds of work, in the order of the alphabet. */
  working(...kinds: readonly Effect['work'][]): readonly string[];
  /** The tables of indexes that were there before the statement. */
  tablesOf(indexes: readonly string[]): readonly string[];
}

/** What we predict for each relation that the statement touches, by name. */
function predict({ sql, setup }: Measured, postgresVersion: number): Prediction {
  const builder = createCatalogBuilder({ postgresVersion });
  const run = (text: string): Effect[] => {
    const source = { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
    return parseScript(source).statements.flatMap((statement) =>
      operationsOf(statement).flatMap((operation) => {
        const step = builder.apply(operation, { migration: 0, id: '', statement });
        return effectsOf(step.operation, step.before);
      }),
    );
  };
  const owners = new Map<string, string>();
  run(`${matrix.fixture}; ${setup ?? ''}`);
  const before = builder.catalog();
  for (const { name, indexes } of [...before.tables(), ...before.views()]) {
    for (const index of indexes) owners.set(index.name, name.name);
  }
  const effects = run(sql);
  const locks = new Map<string, LockMode>();
  for (const effect of effects) {
    const known = locks.get(keyOf(effect));
    if (known === undefined || compareLocks(effect.lock, known) > 0) locks.set(keyOf(effect), effect.lock);
  }
  const names = (found: readonly string[]): readonly string[] => [...new Set(found)].sort();
  return {
    locks,
    working: (...kinds) => names(effects.filter(({ work }) => kinds.includes(work)).map(keyOf)),
    tablesOf: (indexes) => names(indexes.map((index) => owners.get(index) ?? `owner of ${index}`)),
  };
}

function keyOf({ relation: { schema, name } }: Effect): string {
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}

const describeLocks = (locks: Iterable<readonly [string, string]>): string[] =>
  [...locks].map(([name, lock]) => `${name}: ${lock}`).sort();

function factsOf({ locks, rewritten = [], rebuilt = [], scans = [] }: Measured): Required<Facts> {
  return { locks, rewritten, rebuilt, scans };
}

describe('effects agree with what PostgreSQL was seen to do', () => {
  it.each(matrix.statements.map((measured) => [measured.id, measured] as const))('%s', (_, measured) => {
    const predicted = predict(measured, Math.max(15, measured.since));
    const facts = { ...factsOf(measured), ...EXCEPTIONS[measured.id] };
    expect(describeLocks(predicted.locks)).toEqual(describeLocks(Object.entries(facts.locks)));
    expect(predicted.working('rewrite')).toEqual(facts.rewritten);
    const builds = predicted.working('index build', 'rewrite');
    const rebuilt = predicted.tablesOf(facts.rebuilt);
    expect(builds).toEqual(REBUILDS.test(measured.sql) ? rebuilt : expect.arrayContaining([...rebuilt]));
    if (ROW_STATEMENT.test(measured.sql) || measured.outsideTransaction === true) return;
    expect(predicted.working('scan', 'index build', 'rewrite')).toEqual(facts.scans);
  });

  it.each(Object.entries(EXCEPTIONS))('the exception %s is needed', (id, { because, ...exception }) => {
    const measured = matrix.statements.find((one) => one.id === id);
    if (measured === undefined) throw new Error(`${id} is not in the matrix (${because})`);
    const facts = factsOf(measured);
    for (const [fact, value] of Object.entries(exception)) {
      expect(value, fact).not.toEqual(facts[fact as keyof Facts]);
    }
  });
});
