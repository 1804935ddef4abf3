import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { noTimeouts, timeoutMilliseconds, type TimeoutName } from '../../../src/model/catalog/timeouts.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { createReplay, type Replay } from '../../support/replay.ts';

let database: Database;

beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});

afterAll(async () => {
  await fresh();
});

const names: readonly TimeoutName[] = ['lock_timeout', 'statement_timeout', 'transaction_timeout'];
const texts = ['5s', '5000', '1min', '90 s', '2000000us', '1.5h', '0', '1d', '0x1F40', '010000', '1e4'];

/** What PostgreSQL has in force, in milliseconds; ours are 0 where nobody set them, which is what it begins with. */
async function inForce(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`).join()}) ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]));
}

/** What a statement that comes now finds. */
function predicted(replay: Replay): Readonly<Record<string, number | undefined>> {
  const [next] = replay.run('SELECT 1');
  const timeouts = next?.before.timeouts ?? noTimeouts;
  return Object.fromEntries(
    names.map((name) => [name, timeouts[name] === undefined ? 0 : timeouts[name].milliseconds]),
  );
}

type Choice = { readonly name: TimeoutName; readonly text: string; readonly savepoint: 'a' | 'b' };
type Word = keyof typeof statements;

const statements = {
  set: ({ name, text }) => `SET ${name} = '${text}'`,
  setLocal: ({ name, text }) => `SET LOCAL ${name} TO '${text}'`,
  setDefault: ({ name }) => `SET ${name} TO DEFAULT`,
  setLocalDefault: ({ name }) => `SET LOCAL ${name} TO DEFAULT`,
  config: ({ name, text }) => `SELECT set_config('${name}', '${text}', false)`,
  configLocal: ({ name, text }) => `SELECT pg_catalog.set_config('${name}', '${text}', true)`,
  configNull: ({ name }) => `SELECT set_config('${name}', NULL, false)`,
  reset: ({ name }) => `RESET ${name}`,
  resetAll: () => 'RESET ALL',
  discard: () => 'DISCARD ALL',
  block: ({ name, text }) => `DO $$ BEGIN SET ${name} = '${text}'; END $$`,
  blockLocal: ({ name, text }) => `DO $$ BEGIN SET LOCAL ${name} = '${text}'; END $$`,
  begin: () => 'BEGIN',
  commit: () => 'COMMIT',
  chain: () => 'COMMIT AND CHAIN',
  rollback: () => 'ROLLBACK',
  savepoint: ({ savepoint }) => `SAVEPOINT ${savepoint}`,
  rollbackTo: ({ savepoint }) => `ROLLBACK TO ${savepoint}`,
  release: ({ savepoint }) => `RELEASE ${savepoint}`,
} satisfies Readonly<Record<string, (choice: Choice) => string>>;

const steps = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(statements) as Word[])),
    fc.record({
      name: fc.constantFrom(...names),
      text: fc.constantFrom(...texts),
      savepoint: fc.constantFrom('a' as const, 'b' as const),
    }),
  ),
  { minLength: 4, maxLength: 25 },
);

describe('the timeouts in force', () => {
  it('are those of PostgreSQL after every statement', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await fresh();
        const open = new OpenTransaction();
        const replay = createReplay();
        const done: string[] = [];
        for (const [word, choice] of history) {
          const sql = statements[word](choice);
          // What PostgreSQL refuses would spoil the transaction.
          if (!open.takes(word, choice.savepoint)) continue;
          await database.exec(sql);
          replay.run(sql);
          done.push(sql);
          expect(predicted(replay), done.join(';\n')).toEqual(await inForce());
          compared += 1;
        }
      }),
      { numRuns: 60, seed: 17 },
    );
    expect(compared).toBeGreaterThan(500);
  }, 60_000);
});

/** What PostgreSQL takes in the transaction that is open, if one is. */
class OpenTransaction {
  #savepoints: string[] | undefined;

  takes(word: Word, savepoint: string): boolean {
    const points = this.#savepoints;
    const at = points?.lastIndexOf(savepoint) ?? -1;
    switch (word) {
      case 'begin':
        this.#savepoints ??= [];
        return true;
      case 'commit':
      case 'rollback':
        this.#savepoints = undefined;
        return true;
      case 'chain':
        this.#savepoints = points && [];
        return points !== undefined;
      case 'savepoint':
        points?.push(savepoint);
        return points !== undefined;
      case 'rollbackTo':
      case 'release':
        points?.splice(at + (word === 'release' ? 0 : 1));
        return at >= 0;
      case 'discard':
        return points === undefined;
      default:
        return true;
    }
  }
}

async function fresh(): Promise<void> {
  await database.exec('ROLLBACK');
  await database.exec('DISCARD ALL');
}

describe('a value', () => {
  it.each(texts)('%s is what PostgreSQL makes of it', async (text) => {
    await fresh();
    await database.exec(`SET lock_timeout = '${text}'`);
    expect(timeoutMilliseconds(text)).toBe((await inForce())['lock_timeout']);
  });

  it.each(['five', '5 S', '-1', '5 weeks', '', '99999999999', '1..5', '5 5'])(
    '%s is refused',
    async (text) => {
      expect(timeoutMilliseconds(text)).toBeUndefined();
      await expect(database.exec(`SET lock_timeout = '${text}'`)).rejects.toThrow(
        /invalid value|outside the valid range/u,
      );
    },
  );
});

describe('later sessions', () => {
  const after = (sql: string): Replay => {
    const replay = createReplay();
    replay.run(sql);
    replay.builder.endScript();
    return replay;
  };

  it('begin with what ALTER DATABASE and ALTER ROLE ALL set, and go back to it', () => {
    const replay = after(
      "ALTER DATABASE app SET lock_timeout = '5s'; ALTER ROLE ALL SET statement_timeout = 60000;",
    );
    expect(predicted(replay)).toEqual({ lock_timeout: 0, statement_timeout: 0, transaction_timeout: 0 });
    replay.builder.endSession();
    expect(predicted(replay)).toMatchObject({ lock_timeout: 5000, statement_timeout: 60_000 });
    replay.run("SET lock_timeout = '1s'");
    expect(predicted(replay)).toMatchObject({ lock_timeout: 1000 });
    replay.run('RESET lock_timeout');
    expect(predicted(replay)).toMatchObject({ lock_timeout: 5000 });
    replay.run('ALTER DATABASE app RESET ALL');
    replay.builder.endSession();
    expect(predicted(replay)).toMatchObject({ lock_timeout: 0, statement_timeout: 0 });
  });

  it('perhaps begin with what a role gets that has a name: who runs migrations is not known', () => {
    const replay = after("ALTER ROLE migrator SET lock_timeout = '5s'");
    replay.builder.endSession();
    expect(predicted(replay)).toMatchObject({ lock_timeout: undefined });
  });

  it('do not have what the one before has set, which the scripts of one session share', () => {
    const replay = after(
      "SET lock_timeout = '5s'; SET search_path = app; SET LOCAL statement_timeout = '9s'",
    );
    expect(predicted(replay)).toMatchObject({ lock_timeout: 5000, statement_timeout: 0 });
    expect(replay.catalog().searchPath).toEqual(['public']);
    replay.builder.endSession();
    expect(predicted(replay)).toMatchObject({ lock_timeout: 0 });
  });
});

it('what a branch of a DO block sets is not known', () => {
  const replay = createReplay();
  replay.run("DO $$ BEGIN IF random() < 2 THEN SET lock_timeout = '5s'; END IF; END $$");
  expect(predicted(replay)).toMatchObject({ lock_timeout: undefined });
});
