import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/verify/engines/types.ts';
import { prefixCacheOf } from '../../src/verify/prefix-cache-files.ts';
import type { Progress } from '../../src/verify/verify-project.ts';
import { applies, sharedEngine, verifyFiles, type Project } from './project.ts';

const TIMEOUT = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'migration-lint-prefixes-'));
let engine: Engine;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ engine, end } = await sharedEngine());
}, TIMEOUT);
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

const scripts = {
  'migrations/0001_a.sql': 'CREATE TABLE a (id int); ALTER TABLE gone ADD x int; SET search_path = nowhere;',
  'migrations/0002_b.sql': 'CREATE TABLE b (id int);',
  'migrations/0003_c.sql': 'ALTER TABLE a ADD x int; ALTER TABLE b ADD x int;',
};

function projectOf(changes: Readonly<Record<string, string>> = {}): Project {
  const cache = prefixCacheOf({ folder, project: '/somewhere', runner: 'plain', least: 1 });
  return { files: { ...scripts, ...changes }, folder: 'migrations', appliedThrough: '0002_b', cache };
}

const files = (): readonly string[] =>
  readdirSync(join(folder, 'prefixes'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.prefix'),
  );

it(
  'goes on from the database of an earlier run, as long as everything in it is the same',
  async () => {
    const first = await verifyFiles(engine, projectOf());
    expect(first.prefix).toEqual({ applied: 2, cached: 0 });
    const second = await verifyFiles(engine, projectOf());
    expect(second).toMatchObject({ prefix: { applied: 2, cached: 2 }, notes: first.notes });
    expect(applies(second)).toEqual({ '0003_c': 'proven' });
    expect(first.notes).toHaveLength(1);
    expect(files()).toHaveLength(1);

    const later = {
      ...projectOf({ 'migrations/0004_d.sql': 'ALTER TABLE b ADD y int;' }),
      appliedThrough: '0003_c',
    };
    expect((await verifyFiles(engine, later)).prefix).toEqual({ applied: 3, cached: 2 });

    const edited = projectOf({ 'migrations/0001_a.sql': 'CREATE TABLE a (id int, x int);' });
    const after = await verifyFiles(engine, edited);
    expect(after.prefix).toEqual({ applied: 2, cached: 0 });
    expect(applies(after)).toEqual({ '0003_c': 'refuted' });

    const prelude = [{ path: 'prelude.sql', sql: 'CREATE SCHEMA extra;' }];
    expect((await verifyFiles(engine, { ...projectOf(), prelude })).prefix).toEqual({
      applied: 2,
      cached: 0,
    });
  },
  TIMEOUT,
);

it(
  'proves a history once, and then only what is new in it',
  async () => {
    const whole = {
      files: {
        'migrations/0001_a.sql': 'CREATE TABLE a (id int);',
        'migrations/0002_b.sql': 'CREATE TABLE b (id int);',
      },
      folder: 'migrations',
      onlyApplies: true,
      cache: prefixCacheOf({ folder, project: '/whole', runner: 'plain', least: 1 }),
    };
    const cold = await verifyFiles(engine, whole);
    expect(cold.notes).toEqual([]);
    const cached = await verifyFiles(engine, whole);
    expect(applies(cached)).toEqual({ '0001_a': 'proven', '0002_b': 'proven' });
    expect(cached.notes).toEqual([expect.stringContaining('The first 2 migrations were proven')]);

    const files = {
      ...whole.files,
      'migrations/0003_c.sql': 'ALTER TABLE a ADD x int; ALTER TABLE gone ADD x int;',
    };
    const seen: string[] = [];
    const onProgress = ({ id }: Progress): void => void seen.push(id);
    expect(applies(await verifyFiles(engine, { ...whole, files, onProgress }))).toEqual({
      '0001_a': 'proven',
      '0002_b': 'proven',
      '0003_c': 'refuted',
    });
    expect(seen).toEqual(['0003_c']);
    // What is not proven is asked each time.
    expect(applies(await verifyFiles(engine, { ...whole, files }))['0003_c']).toBe('refuted');
    const edited = { ...files, 'migrations/0001_a.sql': 'CREATE TABLE a (id int, x int);' };
    expect((await verifyFiles(engine, { ...whole, files: edited })).notes).toEqual([]);
  },
  TIMEOUT,
);

it(
  'throws a broken file away',
  async () => {
    await verifyFiles(engine, projectOf());
    for (const name of files()) truncateSync(join(folder, 'prefixes', name), 1000);
    const found = await verifyFiles(engine, projectOf());
    expect(found.prefix).toEqual({ applied: 2, cached: 0 });
    expect((await verifyFiles(engine, projectOf())).prefix).toEqual({ applied: 2, cached: 2 });
  },
  TIMEOUT,
);
