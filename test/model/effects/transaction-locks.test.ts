import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { deployTransactions } from '../../../src/input/runners/deploy-transactions.ts';
import { transactionsOf } from '../../../src/input/runners/transactions.ts';
import type { SendMode, Transaction } from '../../../src/input/runners/types.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createCatalogBuilder } from '../../../src/model/catalog/builder.ts';
import { effectsOf } from '../../../src/model/effects/effects-of.ts';
import type { HeldLock } from '../../../src/model/effects/held-locks.ts';
import { TransactionLocks, type LockStep } from '../../../src/model/effects/transaction-locks.ts';
import { displayName } from '../../../src/model/operations/display-name.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import type { LockMode } from '../../../src/model/operations/types.ts';
import { compareLocks } from '../../../src/model/operations/lock-modes.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';

const SETUP = `CREATE SCHEMA app;
  CREATE TABLE users (id int PRIMARY KEY, email text, age int);
  CREATE TABLE posts (id int PRIMARY KEY, author int, title text);
  CREATE TABLE tags (id int PRIMARY KEY, label text, CONSTRAINT labelled CHECK (label <> ''));
  CREATE TABLE app.users (id int PRIMARY KEY, email text);
  CREATE VIEW titles AS SELECT title FROM posts;`;

interface Script {
  readonly transactions: readonly Transaction[];
  readonly steps: readonly LockStep[];
}

interface Replayed {
  readonly locks: TransactionLocks;
  readonly scripts: readonly Script[];
}

/** Replays a setup, and then scripts of one deploy. */
function replay(
  scripts: readonly string[],
  mode: SendMode = 'one query',
  oneTransactionPerDeploy = false,
): Replayed {
  const builder = createCatalogBuilder({ postgresVersion: 18 });
  const run = (text: string, migration: number): Script => {
    const script = parseScript({ path: `${migration}.sql`, text, encoding: 'utf-8', byteOrderMark: false });
    const transactions = transactionsOf(mode, script.statements);
    builder.startScript({ inTransaction: true });
    const steps = script.statements.flatMap((statement) =>
      operationsOf(statement).map((raw) => {
        const origin = { migration, id: String(migration), statement };
        const { operation, before } = builder.apply(raw, origin);
        return { operation, statement, before };
      }),
    );
    builder.endScript();
    return { transactions, steps };
  };
  run(SETUP, 0);
  const replayed = scripts.map((text, index) => run(text, index + 1));
  const transactions = deployTransactions(
    replayed.map((script) => script.transactions),
    oneTransactionPerDeploy,
  );
  const known = new Map(transactions.flatMap((one) => one.statements.map((statement) => [statement, one])));
  const locks = new TransactionLocks(
    replayed.flatMap(({ steps }) => steps),
    (statement) => known.get(statement),
    ({ operation, before }) => effectsOf(operation, before, 18),
  );
  return { locks, scripts: replayed };
}

const words = (held: readonly HeldLock[]): string[] =>
  held.map(({ relation, lock }) => `${displayName(relation)} ${lock}`);

/** What is held before each statement of a script, and at its end. */
function held(script: string, mode?: SendMode): string[][] {
  const { locks, scripts } = replay([script], mode);
  const steps = scripts.flatMap((one) => one.steps);
  const last = steps.at(-1);
  const firsts = steps.filter(({ statement }, index) => steps[index - 1]?.statement !== statement);
  const before = firsts.map(({ operation }) => words(locks.before(operation)));
  return last === undefined ? [] : [...before, words(locks.after(last.operation))];
}

beforeAll(loadParser);

describe('TransactionLocks', () => {
  it('keeps each lock until the transaction ends, the strongest', () => {
    expect(
      held(`UPDATE users SET age = 1;
        ALTER TABLE users ADD COLUMN x int;
        UPDATE users SET age = 2;
        CREATE INDEX ON posts (title);`),
    ).toEqual([
      [],
      ['users ROW EXCLUSIVE'],
      ['users ACCESS EXCLUSIVE'],
      ['users ACCESS EXCLUSIVE'],
      ['users ACCESS EXCLUSIVE', 'posts SHARE'],
    ]);
  });

  it('says which operation took the lock first', () => {
    const { locks, scripts } = replay([
      'LOCK TABLE users IN SHARE MODE; ALTER TABLE users ADD x int; ALTER TABLE users ADD y int; SELECT 1;',
    ]);
    const [, first, , last] = scripts[0]?.steps ?? [];
    if (first === undefined || last === undefined) throw new Error('four statements');
    expect(locks.before(last.operation).map(({ since }) => since)).toEqual([first.operation]);
  });

  it('prefers an operation that is sure to run to one that runs perhaps', () => {
    const { locks, scripts } = replay([
      'DO $$ BEGIN IF true THEN ALTER TABLE users ADD x int; END IF; END $$; ALTER TABLE users ADD y int; SELECT 1;',
    ]);
    const last = scripts[0]?.steps.at(-1)?.operation;
    if (last === undefined) throw new Error('a statement');
    expect(locks.before(last).map(({ since }) => since.run)).toEqual(['now']);
  });

  it('answers in any order', () => {
    const { locks, scripts } = replay([
      'ALTER TABLE users ADD x int; ALTER TABLE posts ADD x int; SELECT 1;',
    ]);
    const operations = (scripts[0]?.steps ?? []).map(({ operation }) => operation);
    const forwards = operations.map((operation) => words(locks.before(operation)));
    const backwards = operations.toReversed().map((operation) => words(locks.before(operation)));
    expect(backwards.toReversed()).toEqual(forwards);
    expect(forwards.map(({ length }) => length)).toEqual([0, 1, 2]);
  });

  it('holds nothing over where each statement commits', () => {
    expect(held('ALTER TABLE users ADD x int; SELECT 1;', 'statement by statement')).toEqual([[], [], []]);
  });

  it('begins anew after COMMIT and ROLLBACK', () => {
    const script = (end: string): string =>
      `BEGIN; ALTER TABLE users ADD x int; ${end}; ALTER TABLE posts ADD x int;`;
    for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT AND CHAIN'])
      expect(held(script(end)).at(-1)).toEqual(['posts ACCESS EXCLUSIVE']);
  });

  it('releases all at a COMMIT in a DO block that runs by itself, and there only', () => {
    const block = 'DO $$ BEGIN ALTER TABLE users ADD x int; COMMIT; ALTER TABLE posts ADD x int; END $$;';
    expect(held(block).at(-1)).toEqual(['posts ACCESS EXCLUSIVE']);
    expect(held(`${block} SELECT 1;`).at(-1)).toEqual(['users ACCESS EXCLUSIVE', 'posts ACCESS EXCLUSIVE']);
  });

  it('takes nothing from a function’s body', () => {
    const script = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$; SELECT 1;`;
    expect(held(script).at(-1)).toEqual([]);
  });

  it('is one transaction over the scripts of a deploy where the runner wraps them together', () => {
    const after = (together: boolean): string[] => {
      const { locks, scripts } = replay(
        ['ALTER TABLE users ADD x int;', 'ALTER TABLE posts ADD x int;'],
        'one transaction',
        together,
      );
      const last = scripts[1]?.steps[0];
      return last === undefined ? [] : words(locks.before(last.operation));
    };
    expect(after(true)).toEqual(['users ACCESS EXCLUSIVE']);
    expect(after(false)).toEqual([]);
  });

  it('leaves out CONCURRENTLY', () => {
    expect(held('CREATE INDEX CONCURRENTLY ON users (age);').at(-1)).toEqual([]);
  });

  it('keeps the lock on a dropped table apart from a new one of its name', () => {
    expect(
      held(`DROP TABLE tags; CREATE TABLE tags (id int); ALTER TABLE tags RENAME TO labels; SELECT 1;`).at(
        -1,
      ),
    ).toEqual(['tags ACCESS EXCLUSIVE']);
  });
});

const ROWS = `INSERT INTO users VALUES (1, 'a', 1); INSERT INTO posts VALUES (1, 1, 't'); INSERT INTO tags VALUES (1, 'l');
  INSERT INTO app.users VALUES (1, 'a');
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`;

const NAMES = `SELECT c.oid::int AS oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('public', 'app', 'moved') AND c.relkind IN ('r', 'v')`;

const LOCKS = `SELECT relation::int AS oid, mode FROM pg_locks
  WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted`;

/** A transaction on PostgreSQL in which statements that fail are taken back and left out. */
class Observed {
  readonly #database: Database;
  /** What was there before the transaction, under its newest name. */
  readonly #names = new Map<number, string>();
  readonly statements: string[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(): Promise<void> {
    for (const { oid, name } of await this.#named()) this.#names.set(oid, name);
    await this.#database.exec('BEGIN');
  }

  /** @returns the relations that are locked, each with its strongest lock; undefined if the statement failed. */
  async run(sql: string): Promise<string[] | undefined> {
    try {
      await this.#database.exec(`SAVEPOINT guard; ${sql}`);
      if (!sql.includes('SAVEPOINT')) await this.#database.exec('RELEASE SAVEPOINT guard');
    } catch {
      await this.#database.exec('ROLLBACK TO SAVEPOINT guard; RELEASE SAVEPOINT guard');
      return undefined;
    }
    this.statements.push(sql);
    for (const { oid, name } of await this.#named()) if (this.#names.has(oid)) this.#names.set(oid, name);
    const { rows } = await this.#database.query<{ oid: number; mode: string }>(LOCKS);
    const locks = new Map<string, LockMode>();
    for (const { oid, mode } of rows) {
      const name = this.#names.get(oid);
      if (name === undefined) continue;
      const lock = mode
        .replace(/Lock$/u, '')
        .replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ')
        .toUpperCase() as LockMode;
      const known = locks.get(`${oid} ${name}`);
      if (known === undefined || compareLocks(lock, known) > 0) locks.set(`${oid} ${name}`, lock);
    }
    return [...locks].map(([key, lock]) => `${key.replace(/^\d+ public\.|^\d+ /u, '')} ${lock}`).sort();
  }

  async #named(): Promise<{ oid: number; name: string }[]> {
    return (await this.#database.query<{ oid: number; name: string }>(NAMES)).rows;
  }
}

/** Runs statements in one transaction; what was seen after each, and what the model says. */
async function compare(database: Database, statements: readonly string[]): Promise<void> {
  const observed = new Observed(database);
  const seen: (readonly string[])[] = [];
  await observed.begin();
  try {
    for (const statement of statements) {
      const locks = await observed.run(statement);
      if (locks !== undefined) seen.push(locks);
    }
  } finally {
    await database.exec('ROLLBACK');
  }
  const { statements: ran } = observed;
  const { locks, scripts } = replay([ran.join(';\n')], 'one transaction');
  const steps = scripts.flatMap((one) => one.steps);
  const lasts = steps.filter(({ statement }, index) => steps[index + 1]?.statement !== statement);
  const said = lasts.map(({ operation }) => words(locks.after(operation)).toSorted());
  expect(ran.map((sql, index) => [sql, said[index]])).toEqual(ran.map((sql, index) => [sql, seen[index]]));
}

describe('on PostgreSQL', () => {
  let database: Database;

  beforeAll(async () => {
    database = await emptyDatabase();
    await database.exec(SETUP);
    await database.exec(ROWS);
  });

  it.each<[string, string[]]>([
    [
      'a column, then its index',
      ['ALTER TABLE users ADD COLUMN v bool', 'CREATE INDEX ON users (v)', 'UPDATE posts SET title = title'],
    ],
    [
      'a key, unchecked and checked',
      [
        'ALTER TABLE posts ADD CONSTRAINT fk FOREIGN KEY (author) REFERENCES users NOT VALID',
        'ALTER TABLE posts VALIDATE CONSTRAINT fk',
        'ALTER TABLE posts DROP CONSTRAINT fk',
      ],
    ],
    [
      'a swap of names',
      [
        'CREATE TABLE users_v2 (id int PRIMARY KEY)',
        'INSERT INTO users_v2 SELECT id FROM users',
        'ALTER TABLE users RENAME TO users_old',
        'ALTER TABLE users_v2 RENAME TO users',
        'ALTER TABLE users ADD COLUMN more int',
        'DROP TABLE users_old',
      ],
    ],
    [
      'savepoints',
      [
        'UPDATE users SET age = 2',
        'SAVEPOINT a',
        'ALTER TABLE users ADD COLUMN v bool',
        'ALTER TABLE posts RENAME TO articles',
        'SAVEPOINT b',
        'LOCK TABLE tags IN SHARE MODE',
        'ROLLBACK TO SAVEPOINT a',
        'ALTER TABLE posts ADD COLUMN x int',
        'RELEASE SAVEPOINT a',
      ],
    ],
    [
      'schemas',
      [
        'ALTER TABLE app.users ADD COLUMN x int',
        'ALTER TABLE posts SET SCHEMA app',
        'ALTER SCHEMA app RENAME TO moved',
        'UPDATE moved.users SET email = NULL',
        'UPDATE users SET email = NULL',
      ],
    ],
    [
      'a schema renamed after a dropped table’s name was taken',
      [
        'ALTER TABLE posts ADD COLUMN x int',
        'DROP TABLE app.users',
        'ALTER TABLE posts SET SCHEMA app',
        'ALTER TABLE app.posts RENAME TO users',
        'ALTER SCHEMA app RENAME TO moved',
        'ALTER TABLE moved.users RENAME TO posts',
      ],
    ],
    [
      'a DO block',
      ['DO $$ BEGIN ALTER TABLE users ADD x int; UPDATE posts SET title = title; END $$', 'SELECT 1'],
    ],
  ])('%s', async (_, statements) => {
    await compare(database, statements);
  });

  const table = fc.constantFrom('users', 'posts', 'tags', 'app.users', 'spare', 'app.tags');
  const bare = fc.constantFrom('users', 'posts', 'tags', 'spare');
  const mode = fc.constantFrom<LockMode>(
    'ACCESS SHARE',
    'ROW SHARE',
    'SHARE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  );
  const point = fc.constantFrom('a', 'b');
  const statement = fc.oneof(
    fc.tuple(table, fc.nat(3)).map(([name, n]) => `ALTER TABLE ${name} ADD COLUMN c${n} int`),
    fc
      .tuple(table, fc.nat(3))
      .map(([name, n]) => `ALTER TABLE ${name} DROP COLUMN c${n}, ADD CHECK (id > ${n})`),
    table.map((name) => `CREATE INDEX ON ${name} (id)`),
    fc
      .tuple(table, table)
      .map(([name, other]) => `ALTER TABLE ${name} ADD FOREIGN KEY (id) REFERENCES ${other} NOT VALID`),
    table.map(
      (name) => `CREATE TRIGGER touched BEFORE UPDATE ON ${name} FOR EACH ROW EXECUTE FUNCTION touch()`,
    ),
    table.map((name) => `ALTER TABLE ${name} ALTER COLUMN id SET STATISTICS 5`),
    table.map((name) => `COMMENT ON TABLE ${name} IS 'x'`),
    table.map((name) => `SELECT id FROM ${name}`),
    fc.tuple(table, mode).map(([name, lock]) => `LOCK TABLE ${name} IN ${lock} MODE`),
    fc.tuple(table, bare).map(([name, other]) => `ALTER TABLE ${name} RENAME TO ${other}`),
    fc
      .tuple(table, fc.constantFrom('app', 'public'))
      .map(([name, to]) => `ALTER TABLE ${name} SET SCHEMA ${to}`),
    table.map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY)`),
    table.map((name) => `DROP TABLE ${name}`),
    table.map((name) => `CREATE VIEW seen AS SELECT id FROM ${name}`),
    fc.constantFrom('DROP VIEW seen', 'DROP VIEW titles', 'ALTER VIEW titles RENAME TO seen'),
    point.map((name) => `SAVEPOINT ${name}`),
    point.map((name) => `ROLLBACK TO SAVEPOINT ${name}`),
    point.map((name) => `RELEASE SAVEPOINT ${name}`),
  );

  it('holds what PostgreSQL holds, whatever the transaction does', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 3, maxLength: 14, size: 'max' }), (statements) =>
        compare(database, statements),
      ),
      { numRuns: 60 },
    );
  });
});
