import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Migration } from '../../../src/lint/project.ts';
import { Replay } from '../../../src/lint/replay.ts';
import { generateRollback } from '../../../src/repair/rollback/generate.ts';
import { RUNNERS, exampleProject } from '../../../src/testing/example-project.ts';
import { withFixed, type FixedProject } from '../../support/fixed-project.ts';
import { emptyDatabase, reset, type Database } from '../../support/pglite.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});
beforeEach(async () => reset(database));

function judged(scripts: readonly string[]): readonly Migration[] {
  const replay = new Replay({ postgresVersion: 18, runner: RUNNERS.plain });
  return exampleProject({ title: '', sql: scripts }).source.migrations.map(
    (one) => replay.judge(one).migration,
  );
}

function rollbackOf(migration: Migration | undefined, changes: { readonly version?: string } = {}): string {
  if (migration === undefined) throw new Error('no migration');
  const by = { runner: RUNNERS.plain, postgresVersion: 18 };
  return generateRollback({ ...migration, ...changes }, by).sql;
}

const rows = async (sql: string): Promise<readonly unknown[]> => (await database.query(sql)).rows;

const setup = 'CREATE TABLE accounts (id int PRIMARY KEY, email text, balance int);';
const fill = "INSERT INTO accounts VALUES (1, 'a', 10), (2, 'b', 20);";

describe('a rollback of a migration that has saved what it drops', () => {
  it('copies the values back by their key, drops the copy, and can be followed by the migration again', async () => {
    const change =
      'CREATE TABLE accounts_saved AS SELECT id, balance FROM accounts; ALTER TABLE accounts DROP COLUMN balance;';
    const down = rollbackOf(judged([setup, change])[1]);
    expect(down).not.toContain('without its values');
    await database.exec(`${setup} ${fill}`);
    for (let run = 0; run < 2; run++) {
      await database.exec(change);
      await database.exec(`INSERT INTO accounts VALUES (${run + 3}, 'new')`);
      await database.exec(down);
    }
    const all = await rows('SELECT id, balance FROM accounts ORDER BY id');
    expect(all).toEqual([
      { id: 1, balance: 10 },
      { id: 2, balance: 20 },
      { id: 3, balance: null },
      { id: 4, balance: null },
    ]);
    expect(await rows("SELECT FROM pg_class WHERE relname LIKE '%saved%'")).toEqual([]);
  });

  it('keeps a copy that has more in it than comes back', async () => {
    const change = 'CREATE TABLE kept AS TABLE accounts; ALTER TABLE accounts DROP COLUMN balance;';
    await database.exec(`${setup} ${fill} ${change}`);
    await database.exec(rollbackOf(judged([setup, change])[1]));
    expect(await rows('SELECT count(*)::int AS n FROM _rollback_20250102000000_kept')).toEqual([{ n: 2 }]);
    expect(await rows('SELECT balance FROM accounts ORDER BY id')).toEqual([
      { balance: 10 },
      { balance: 20 },
    ]);
  });

  it.each([
    ['no key in it', 'CREATE TABLE saved AS SELECT balance FROM accounts'],
    ['only some rows', 'CREATE TABLE saved AS SELECT id, balance FROM accounts WHERE balance > 10'],
  ])('says that the values do not come back from a copy with %s', (_, copy) => {
    const down = rollbackOf(judged([setup, `${copy}; ALTER TABLE accounts DROP COLUMN balance;`])[1]);
    expect(down).toContain('accounts.balance comes back without its values');
    expect(down.includes('saved has them, but no key that tells whose they are')).toBe(
      !copy.includes('WHERE'),
    );
  });
});

it('what rollbacks of one version save of one table does not mix', async () => {
  const parts = [
    'name text',
    'country text, "of the long name that is cut off" int, "of the long name that is cut away" int',
  ];
  const scripts = parts.map((columns) => `ALTER TABLE accounts ADD ${columns.replaceAll(', ', ', ADD ')};`);
  const [, ...migrations] = judged([
    setup,
    ...scripts,
    'ALTER TABLE accounts ADD "of the long name that is cut off too" int',
  ]);
  await database.exec(`${setup} ${scripts.join(' ')} INSERT INTO accounts VALUES (1, 'a', 10, 'Ann', 'DE');`);
  const [first, second] = migrations.map((one) => rollbackOf(one, { version: '7' }));
  await database.exec(`${second} ${first}`);
  expect(await rows('SELECT id, name FROM _rollback_7_accounts__name')).toEqual([{ id: 1, name: 'Ann' }]);
  const [other] = await rows(
    "SELECT relname AS name FROM pg_class WHERE relname LIKE '\\_rollback\\_7\\_accounts\\_\\_country%'",
  );
  const { name } = other as { name: string };
  expect(Buffer.byteLength(name)).toBe(63);
  expect(await rows(`SELECT country FROM "${name}"`)).toEqual([{ country: 'DE' }]);
  const copies = migrations.map(
    (one) => /CREATE TABLE IF NOT EXISTS (\S+|".*") AS/.exec(rollbackOf(one))?.[1],
  );
  expect(new Set(copies).size).toBe(3);
});

/** Mends a project whose second migration is pending. */
async function mended(
  files: Readonly<Record<string, string>>,
  use: (project: FixedProject, textOf: (name: string) => string) => void | Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'saved-'));
  try {
    mkdirSync(join(folder, 'migrations'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'migrations', name), text);
    await withFixed(folder, { unsafe: true, appliedThrough: '001_init' }, async (project) =>
      use(project, (name) => readFileSync(join(project.cwd, 'migrations', name), 'utf8')),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the fix that saves a column first', () => {
  const init = { '001_init.up.sql': setup, '001_init.down.sql': 'DROP TABLE accounts;\n' };
  const drop = 'UPDATE accounts SET email = email WHERE id = 1;\nALTER TABLE accounts DROP COLUMN balance;\n';

  it.each([
    ['a rollback that is written', 'ALTER TABLE accounts ADD COLUMN balance int;\n'],
    ['a rollback that the same run writes', undefined],
  ])('goes together with %s: the values come back, and both run again', async (_, down) => {
    const second = {
      '002_drop_balance.up.sql': drop,
      ...(down !== undefined && { '002_drop_balance.down.sql': down }),
    };
    await mended({ ...init, ...second }, async ({ second: again }, textOf) => {
      expect(again.fixed).toEqual([]);
      const [up, back] = [textOf('002_drop_balance.up.sql'), textOf('002_drop_balance.down.sql')];
      expect(up).toContain('CREATE TABLE accounts_balance_saved AS SELECT id, balance FROM accounts;');
      await database.exec(`${setup} ${fill}`);
      for (let run = 0; run < 2; run++) {
        await database.exec(up);
        await database.exec(back);
      }
      expect(await rows('SELECT balance FROM accounts ORDER BY id')).toEqual([
        { balance: 10 },
        { balance: 20 },
      ]);
    });
  });
});

describe('a column that goes beside one that comes', () => {
  const init = 'CREATE TABLE accounts (id int PRIMARY KEY, fax text, user_name text);\n';

  it.each([
    ['DROP COLUMN fax, ADD COLUMN country text', 'display-only'],
    ['DROP COLUMN fax, ADD COLUMN fax_number text', 'unsafe'],
    ['DROP COLUMN user_name, ADD COLUMN display_name text', 'unsafe'],
    ['DROP COLUMN user_name, ADD COLUMN title text', 'display-only'],
  ])('%s: the fix is %s', async (change, safety) => {
    const files = { '001_init.sql': init, '002_columns.sql': `ALTER TABLE accounts ${change};\n` };
    await mended(files, ({ before, drafts, cwd }) => {
      const found = before.find(({ rule }) => rule === 'no-disguised-rename');
      expect(found?.fix?.safety).toBe(safety);
      const folder = join(cwd, 'migrations');
      const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      const written = [...texts, ...drafts].join('\n');
      expect(written.includes('CREATE FUNCTION')).toBe(safety === 'unsafe');
      expect(written.includes('is a guess from their names')).toBe(safety === 'unsafe');
    });
  });
});
