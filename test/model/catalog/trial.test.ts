import { array, assert, boolean, constantFrom, property, tuple } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { catalogDifferences } from '../../../src/model/catalog/differences.ts';
import type { Catalog } from '../../../src/model/catalog/types.ts';
import { describeCatalog } from '../../support/describe-catalog.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import { createReplay, statementsOf, type Replay } from '../../support/replay.ts';

const STATEMENTS = [
  'CREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 1)',
  'CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a)',
  'CREATE TABLE a (x text)',
  'CREATE TEMPORARY TABLE a (y int)',
  'DROP TABLE a CASCADE',
  'DROP TABLE IF EXISTS b',
  'ALTER TABLE a RENAME TO c',
  'ALTER TABLE c RENAME TO a',
  'ALTER TABLE a ADD COLUMN m text',
  'ALTER TABLE a DROP COLUMN n',
  'CREATE INDEX ON a (n)',
  'CREATE VIEW v AS SELECT id FROM a',
  'DROP VIEW IF EXISTS v',
  "CREATE TYPE e AS ENUM ('x')",
  "ALTER TYPE e ADD VALUE 'y'",
  'DROP TYPE IF EXISTS e',
  'CREATE SCHEMA s',
  'SET search_path TO s, public',
  "SET LOCAL TIME ZONE 'UTC'",
  "SET lock_timeout = '5s'",
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT p',
  'ROLLBACK TO p',
  'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$',
  'SELECT f()',
  "DO $$ BEGIN IF random() > 0.5 THEN DROP TABLE a; END IF; EXECUTE 'x' || 'y'; END $$",
] as const;

const scripts = array(constantFrom(...STATEMENTS), { maxLength: 12 });

/** All that a catalog says of itself. */
function told(catalog: Catalog): unknown {
  const { searchPath, timeZone, timeouts, complete, lastUnseen, fromEmpty } = catalog;
  const schemas = [...catalog.schemas()].map(({ name }) => name);
  const routines = [...catalog.allRoutines()].map(({ name }) => name.name);
  return [
    describeCatalog(catalog).toSorted(),
    schemas,
    routines,
    searchPath,
    timeZone,
    timeouts,
    complete,
    lastUnseen,
    fromEmpty,
  ];
}

function run(replay: Replay, statements: readonly string[]): void {
  for (const statement of statements) replay.run(statement);
}

beforeAll(loadParser);

describe('a trial', () => {
  it('leaves everything as it was, also for what comes after it', () => {
    assert(
      property(scripts, scripts, scripts, (before, tried, after) => {
        const [plain, trying] = [createReplay(), createReplay()];
        run(plain, before);
        run(trying, before);
        const start = told(trying.catalog());
        trying.builder.trial(() => {
          run(trying, tried);
          trying.builder.trial(() => {
            trying.builder.startScript({ inTransaction: true });
            run(trying, after);
          });
          trying.builder.endScript();
          trying.builder.endSession();
        });
        expect(told(trying.catalog())).toEqual(start);
        run(plain, after);
        run(trying, after);
        expect(told(trying.catalog())).toEqual(withoutNumbers(told(plain.catalog()), told(trying.catalog())));
      }),
      { numRuns: 150 },
    );
  });

  it('hands out catalogs that keep answering', () => {
    const replay = createReplay();
    replay.run('CREATE TABLE t (a int)');
    const tried = replay.builder.trial(() => {
      replay.run('ALTER TABLE t ADD COLUMN b int');
      return replay.catalog();
    });
    replay.run('DROP TABLE t');
    expect(describeCatalog(tried)).toEqual(['table t', '  a integer', '  b integer']);
  });

  it('takes all back when it throws', () => {
    const replay = createReplay();
    const fail = (): never => {
      replay.run('CREATE TABLE t (a int)');
      throw new Error('stop');
    };
    expect(() => replay.builder.trial(fail)).toThrow('stop');
    expect(describeCatalog(replay.catalog())).toEqual([]);
  });
});

describe('an operation that is refused', () => {
  it('is as if it had not been; one that is not is applied', () => {
    assert(
      property(array(tuple(constantFrom(...STATEMENTS), boolean()), { maxLength: 14 }), (steps) => {
        const [plain, refusing] = [createReplay(), createReplay()];
        for (const [at, [sql, isRefused]] of steps.entries()) {
          for (const statement of statementsOf(sql)) {
            const origin = { migration: at, id: String(at), statement };
            // A statement is refused as a whole.
            for (const operation of operationsOf(statement)) {
              refusing.builder.applyUnless(operation, origin, () => isRefused);
              if (!isRefused) plain.builder.apply(operation, origin);
            }
          }
        }
        expect(told(refusing.catalog())).toEqual(told(plain.catalog()));
      }),
      { numRuns: 200 },
    );
  });
});

/** The number of the last unseen migration counts the tried ones too, here, since each statement is one. */
function withoutNumbers(wanted: unknown, actual: unknown): unknown {
  const [list, from] = [wanted as unknown[], actual as unknown[]];
  return list.map((value, at) => (at === 7 ? from[7] : value));
}

describe('the differences between catalogs of one replay', () => {
  it('are those of two replays, where all names are compared', () => {
    assert(
      property(scripts, scripts, (before, after) => {
        const [one, other] = [createReplay(), createReplay()];
        run(one, before);
        run(other, before);
        const start = one.catalog();
        run(one, after);
        const texts = (from: Catalog): readonly string[] =>
          catalogDifferences(from, one.catalog(), 'all')
            .map((difference) => JSON.stringify(difference))
            .toSorted();
        expect(texts(start)).toEqual(texts(other.catalog()));
      }),
      { numRuns: 100 },
    );
  });
});
