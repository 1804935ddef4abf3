import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ReadFile } from '../../../src/input/project/types.ts';
import { namesCacheOf, type NamesCache } from '../../../src/verify/environment/names-cache.ts';

function file(text: string, within?: ReadFile['within']): ReadFile {
  return {
    source: { path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false },
    problems: [],
    ...(within !== undefined && { within }),
  };
}

async function cacheFolder(): Promise<{ readonly folder: string; readonly open: () => Promise<NamesCache> }> {
  const folder = await mkdtemp(join(tmpdir(), 'migration-lint-names-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, open: () => namesCacheOf({ folder, project: '/project' }) };
}

it('keeps what scripts name, by their text', async () => {
  const { folder, open } = await cacheFolder();
  const cache = await open();
  expect(cache.find(file('GRANT'))).toBeUndefined();
  cache.keep(file('GRANT'), { roles: ['app'] });
  cache.keep(file('up -- down', { start: 0, end: 2 }), { schemas: ['auth'] });
  await cache.finish();
  const again = await open();
  expect(again.find(file('GRANT'))).toEqual({ roles: ['app'] });
  expect(again.find(file('up'))).toEqual({ schemas: ['auth'] });
  expect(again.find(file('GRANT more'))).toBeUndefined();
  const other = await namesCacheOf({ folder, project: '/other' });
  expect(other.find(file('GRANT'))).toBeUndefined();
});

it('forgets what no script has any more, once there is something new', async () => {
  const { open } = await cacheFolder();
  const cache = await open();
  for (const text of ['old', 'kept']) cache.keep(file(text), { roles: [text] });
  await cache.finish();
  const second = await open();
  second.find(file('kept'));
  second.keep(file('new'), {});
  await second.finish();
  const third = await open();
  expect(['old', 'kept', 'new'].map((text) => third.find(file(text)))).toEqual([
    undefined,
    { roles: ['kept'] },
    {},
  ]);
});

it.each(['no JSON', '{ "format": 0, "scripts": {} }', '{ "scripts": null }', '[]'])(
  'is empty if its file is broken: %s',
  async (text) => {
    const { folder, open } = await cacheFolder();
    const cache = await open();
    cache.keep(file('a'), { roles: ['app'] });
    await cache.finish();
    const [name = ''] = await readdir(join(folder, 'names'));
    await writeFile(join(folder, 'names', name), text);
    expect((await open()).find(file('a'))).toBeUndefined();
  },
);

it('leaves out what is no list of names', async () => {
  const { folder, open } = await cacheFolder();
  const cache = await open();
  for (const text of ['a', 'b']) cache.keep(file(text), { roles: [text] });
  await cache.finish();
  const [name = ''] = await readdir(join(folder, 'names'));
  const { readFile } = await import('node:fs/promises');
  const path = join(folder, 'names', name);
  await writeFile(path, (await readFile(path, 'utf8')).replace('["a"]', '[1]'));
  const again = await open();
  expect(again.find(file('a'))).toBeUndefined();
  expect(again.find(file('b'))).toEqual({ roles: ['b'] });
});
