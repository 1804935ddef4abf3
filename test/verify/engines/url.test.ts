import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../src/verify/engines/choose-engine.ts';
import { scratchName, isLeftBehind } from '../../../src/verify/engines/scratch-names.ts';
import { signsOfUse, unusable, type ServerFacts } from '../../../src/verify/engines/server-facts.ts';
import { startServer, type Connection, type Server } from '../../../src/verify/engines/server.ts';
import type { Engine } from '../../../src/verify/engines/types.ts';
import { createUrlEngine } from '../../../src/verify/engines/url-engine.ts';
import { onServer, programs } from './servers.ts';

describe.skipIf(programs === undefined)(`a user's server${onServer}`, { timeout: 120_000 }, () => {
  let server: Server;
  let session: Connection;

  beforeAll(async () => {
    server = await startServer(programs ?? '');
    session = await server.connect();
    // The test's own session is none of somebody else.
    await session.execute("SET application_name = 'migration-lint'");
  }, 120_000);

  afterAll(async () => {
    await session.close();
    await server.stop();
  });

  const databases = async (): Promise<string[]> =>
    (await session.rows<{ name: string }>('SELECT datname::text AS name FROM pg_database ORDER BY 1')).map(
      ({ name }) => name,
    );

  const refusal = async (url: string): Promise<{ message: string; help: string }> => {
    const engine: Engine | Error = await createUrlEngine({ url }).catch((error: unknown) => error as Error);
    expect(engine).toMatchObject({ name: 'EngineUnavailable' });
    return engine as unknown as { message: string; help: string };
  };

  it('is used in databases of its own, which are gone afterwards', async () => {
    const before = await databases();
    const engine = await chooseEngine({
      url: server.url,
      cacheFolder: '/nowhere',
      extensions: ['hstore', 'none'],
    });
    expect(engine).toMatchObject({
      kind: 'url',
      major: 15,
      label: `PostgreSQL ${engine.version} at a socket`,
    });
    expect(engine.abilities.ownCluster).toBe(false);
    expect(engine.extensions.missing).toEqual(['none']);
    expect(engine.notes).toEqual([expect.stringContaining('superuser')]);
    const database = await engine.open();
    await database.execute('CREATE TABLE kept (a int); INSERT INTO kept VALUES (1)');
    const snapshot = await database.save();
    await database.execute('DROP TABLE kept');
    const other = await engine.open(snapshot);
    expect(await other.rows('SELECT a FROM kept')).toEqual([{ a: 1 }]);
    const loop = other.execute('DO $$ BEGIN LOOP END LOOP; END $$', { seconds: 0.5 });
    await expect(loop).rejects.toMatchObject({ name: 'EngineDied', reason: 'time' });
    await other.close();
    expect(await databases()).toHaveLength(before.length + 2);
    await engine.close();
    expect(await databases()).toEqual(before);
    expect(await session.rows("SELECT FROM pg_class WHERE relname = 'kept'")).toEqual([]);
  });

  it('is swept of what an earlier run left, but not of what is younger than a day, or named alike', async () => {
    const old = scratchName(new Date('2024-02-29T12:00:00Z'), 'abc');
    const young = scratchName(new Date('2024-03-01T11:00:00Z'), 'abc');
    for (const name of [old, young, 'migration_lint_mine']) await session.execute(`CREATE DATABASE ${name}`);
    const engine = await createUrlEngine({ url: server.url, now: new Date('2024-03-01T12:00:01Z') });
    await engine.close();
    const left = await databases();
    expect(left).toEqual(expect.arrayContaining([young, 'migration_lint_mine']));
    expect(left).not.toContain(old);
    for (const name of [young, 'migration_lint_mine']) await session.execute(`DROP DATABASE ${name}`);
  });

  it('is refused while somebody else may need it', async () => {
    const user = await server.connect();
    await session.execute('CREATE DATABASE shop');
    await session.execute('CREATE TABLE customers (a int)');
    const { message, help } = await refusal(server.url);
    expect(message).toBe(
      'Nothing was run, since somebody may need this server: the database that the URL names has 1 table; it has 1 other database (shop); 1 other session (a client as postgres).',
    );
    expect(help).toContain('--i-know-this-is-disposable');
    const engine = await createUrlEngine({ url: server.url, disposable: true });
    await engine.close();
    await session.execute('DROP TABLE customers');
    await session.execute('DROP DATABASE shop');
    await user.close();
  });

  it('is refused without the right to create databases, whatever anybody says', async () => {
    await session.execute('CREATE ROLE guest LOGIN');
    const { message, help } = await refusal(server.url.replace('postgres@', 'guest@'));
    expect(message).toBe('The user may not create databases: it needs CREATEDB.');
    expect(help).not.toContain('disposable');
    await session.execute('DROP ROLE guest');
  });
});

describe('what a server tells of itself', () => {
  let facts: ServerFacts;
  beforeEach(() => {
    facts = {
      version: '15.18',
      number: 150_018,
      recovering: false,
      followers: 0,
      superuser: false,
      creates: true,
      tables: 0,
      databases: [],
      sessions: [],
    };
  });

  it('is fine', () => {
    expect(unusable(facts)).toBeUndefined();
    for (const host of ['', '/run/postgresql', 'localhost', '127.0.0.1', '127.1.2.3', '::1'])
      expect(signsOfUse(facts, host)).toEqual([]);
  });

  it.each(['db.example.org', '10.0.0.5', '127.0.0.1.example.org', 'localhost.example.org'])(
    'is elsewhere: %s',
    (host) => {
      expect(signsOfUse(facts, host)).toEqual([`it is not on this machine (${host})`]);
    },
  );

  it('is a standby', () => {
    expect(unusable({ ...facts, recovering: true })).toMatch(/standby/u);
  });

  it('has others that follow it, and more than can be named', () => {
    expect(signsOfUse({ ...facts, followers: 1, databases: ['a', 'b', 'c', 'd'] }, '')).toEqual([
      'others replicate from it',
      'it has 4 other databases (a, b, c, …)',
    ]);
  });
});

describe('the name of a scratch database', () => {
  const now = new Date('2024-03-01T12:00:00Z');

  it('carries the time', () => {
    expect(scratchName(new Date('2024-02-29T12:00:00.123Z'), 'k3x9')).toBe(
      'migration_lint_20240229120000_k3x9',
    );
  });

  it.each([
    ['migration_lint_20240229115959_k3x9', true],
    ['migration_lint_20240229120000_k3x9', false],
    ['migration_lint_20240301115959_k3x9', false],
    ['migration_lint_20240229115959', false],
    ['migration_lint_99999999999999_k3x9', false],
    ['my_migration_lint_20240101000000_k3x9', false],
    ['migration_lint_notes', false],
  ])('%s is left behind: %s', (name, expected) => {
    expect(isLeftBehind(name, now)).toBe(expected);
  });
});
