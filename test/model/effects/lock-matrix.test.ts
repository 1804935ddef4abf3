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
}

const file = fileURLToPath(new URL('lock-matrix.json', import.meta.url));
const matrix = JSON.parse(readFileSync(file, 'utf8')) as { fixture: string; statements: readonly Measured[] };

beforeAll(loadParser);

/** Where we say something else than what was measured, and why. */
const EXCEPTIONS: Readonly<Record<string, Partial<Measured> & { readonly because: string }>> = {
  'timestamp-to-timestamptz': {
    rewritten: ['t'],
    because: 'only with the time zone UTC is nothing rewritten',
  },
  'timestamp-to-timestamptz-utc': { rewritten: ['t'], because: 'the session’s time zone is not known' },
  'timestamptz-to-timestamp-utc': { rewritten: ['t'], because: 'the session’s time zone is not known' },
  'reindex-index': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'every reader waits for the index’s lock' },
  'reindex-table': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'every reader waits for the indexes’ locks' },
  truncate: { rewritten: [], because: 'an empty file is no rewrite' },
  'truncate-cascade': { rewritten: [], because: 'an empty file is no rewrite' },
  'alter-sequence-restart': { rewritten: [], because: 'a sequence has one row' },
  'set-access-method': { rewritten: ['t'], because: 'measured from heap to heap, another method rewrites' },
  'set-tablespace': {
    rewritten: ['t'],
    because: 'measured to the same tablespace, another one copies the table',
  },
  'create-policy-subselect': { locks: { t: 'ACCESS EXCLUSIVE' }, because: 'ACCESS SHARE blocks nobody here' },
  'create-function': {
    locks: {},
    because: 'the body is checked under ACCESS SHARE, which blocks nobody here',
  },
};

/** What we predict for each relation that the statement touches, by name. */
function predict({ sql, setup }: Measured, postgresVersion: number): Map<string, Effect> {
  const builder = createCatalogBuilder({ postgresVersion });
  const run = (text: string): Map<string, Effect> => {
    const found = new Map<string, Effect>();
    const source = { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
    for (const statement of parseScript(source).statements) {
      for (const operation of operationsOf(statement)) {
        const step = builder.apply(operation, { migration: 0, id: '', statement });
        for (const effect of effectsOf(step.operation, step.before)) {
          const { schema, name } = effect.relation;
          const key = schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
          const known = found.get(key);
          if (known === undefined || compareLocks(effect.lock, known.lock) >= 0) found.set(key, effect);
        }
      }
    }
    return found;
  };
  run(matrix.fixture);
  if (setup !== undefined) run(setup);
  return run(sql);
}

const describeLocks = (locks: Iterable<readonly [string, string]>): string[] =>
  [...locks].map(([name, lock]) => `${name}: ${lock}`).sort();

describe('effects agree with what PostgreSQL was seen to do', () => {
  it.each(matrix.statements.map((measured) => [measured.id, measured] as const))('%s', (_, measured) => {
    const predicted = predict(measured, Math.max(15, measured.since));
    const exception = EXCEPTIONS[measured.id];
    const locks = describeLocks([...predicted].map(([name, { lock }]) => [name, lock] as const));
    expect(locks).toEqual(describeLocks(Object.entries(exception?.locks ?? measured.locks)));
    const working = (work: Effect['work']): string[] =>
      [...predicted].flatMap(([name, effect]) => (effect.work === work ? [name] : [])).sort();
    expect(working('rewrite')).toEqual(exception?.rewritten ?? measured.rewritten ?? []);
  });
});
