import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject } from '../../../src/input/layouts/types.ts';
import { prismaVersion } from '../../../src/input/runners/prisma-version.ts';
import { runnerOf } from '../../../src/input/runners/runner-of.ts';

const manifest = (range: string): string => JSON.stringify({ devDependencies: { prisma: range } });

const PNPM = `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      prisma:
        specifier: ^5.0.0
        version: 5.22.0

  packages/db:
    dependencies:
      '@prisma/client':
        specifier: 'catalog:'
        version: 7.4.1(prisma@7.4.1(typescript@5.0.0))
    devDependencies:
      prisma:
        specifier: ^7.2.0
        version: 7.4.1(typescript@5.0.0)

packages:

  prisma@5.22.0:
    resolution: {integrity: x}
`;

describe('prismaVersion', () => {
  it.each<[string, Record<string, string>, string | undefined, string | undefined]>([
    [
      'what is installed',
      {
        'packages/db/node_modules/prisma/package.json': '{"version":"6.19.3"}',
        'node_modules/prisma/package.json': '{"version":"5.0.0"}',
      },
      '6.19',
      'node_modules',
    ],
    [
      'what is installed above',
      { 'node_modules/@prisma/client/package.json': '{"version":"5.1.0"}' },
      '5.1',
      'node_modules',
    ],
    [
      'npm, in the workspace',
      {
        'package-lock.json':
          '{\n"packages": {"packages/db/node_modules/prisma": {\n      "version": "7.4.0"},\n"node_modules/prisma": {\n "version": "6.0.1"',
      },
      '7.4',
      'package-lock.json',
    ],
    [
      'npm, at the top',
      { 'package-lock.json': '{"packages": {"node_modules/prisma": {\n      "version": "6.0.1"' },
      '6.0',
      'package-lock.json',
    ],
    [
      'npm 6',
      { 'package-lock.json': '{"dependencies": {"prisma": {\n      "version": "3.15.2"' },
      '3.15',
      'package-lock.json',
    ],
    ['pnpm, the importer', { 'pnpm-lock.yaml': PNPM }, '7.4', 'pnpm-lock.yaml'],
    [
      'pnpm, the only package',
      { 'pnpm-lock.yaml': "packages:\n\n  prisma@6.3.0(x@1):\n    a: b\n\n  '@prisma/client@6.2.0':\n" },
      '6.3',
      'pnpm-lock.yaml',
    ],
    ['pnpm 5', { 'pnpm-lock.yaml': 'packages:\n\n  /prisma/3.1.0:\n    a: b\n' }, '3.1', 'pnpm-lock.yaml'],
    ['Yarn 1', { 'yarn.lock': 'prisma@^6.1.0:\n  version "6.1.5"\n' }, '6.1', 'yarn.lock'],
    [
      'Yarn, the right one of two',
      {
        'packages/db/package.json': manifest('^6.1.0'),
        'yarn.lock':
          '"prisma@npm:^5.0.0":\n  version: 5.22.0\n\n"prisma@npm:6, prisma@npm:^6.1.0":\n  version: 6.8.0\n',
      },
      '6.8',
      'yarn.lock',
    ],
    ['Bun', { 'bun.lock': '"prisma": ["prisma@6.5.0", "", {}]' }, '6.5', 'bun.lock'],
    [
      'a lock file without it',
      { 'yarn.lock': 'x@1:\n  version "1.0.0"\n', 'packages/db/package.json': manifest('~6.2.0') },
      '6.2',
      'package.json',
    ],
    ['a range', { 'package.json': manifest('^6.19.0') }, '6.19', 'package.json'],
    ['a tag', { 'package.json': manifest('latest') }, undefined, undefined],
    ['nothing', {}, undefined, undefined],
    [
      'a broken manifest',
      { 'package.json': '{', 'node_modules/prisma/package.json': '[]' },
      undefined,
      undefined,
    ],
  ])('%s', (_, files, version, source) => {
    const found = prismaVersion(memoryTree(files), 'packages/db');
    expect(found && `${found.major}.${found.minor}`).toBe(version);
    expect(found?.source).toBe(source);
  });
});

describe('runnerOf', () => {
  const found: FoundProject = {
    layout: 'prisma',
    folder: 'prisma/migrations',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: 'postgresql',
  };
  const runner = (files: Record<string, string>, prisma?: string): unknown => {
    const { label, mode, assumed } = runnerOf(memoryTree(files), found, { prisma });
    return [label, mode, assumed];
  };

  it.each<[string, string, string, boolean]>([
    ['5.22.0', 'Prisma 5.22', 'one query', false],
    ['7.3.0', 'Prisma 7.3', 'one query', false],
    ['7.4.0', 'Prisma 7.4', 'statement by statement', false],
    ['8.0.0-rc.15', 'Prisma 8.0', 'statement by statement', false],
    ['^6.19.0', 'Prisma ^6.19.0', 'one query', false],
    ['6.x', 'Prisma 6.x', 'one query', false],
    ['~7.3.0', 'Prisma 7.3', 'one query', false],
    ['^7.2.0', 'Prisma ^7.2.0', 'one query', true],
    ['>=6', 'Prisma >=6', 'one query', true],
    ['>=6 <7', 'Prisma >=6 <7', 'one query', false],
    ['^7.4.0', 'Prisma ^7.4.0', 'statement by statement', false],
    ['workspace:^6.0.0', 'Prisma workspace:^6.0.0', 'one query', false],
    ['*', 'Prisma, version unknown', 'one query', true],
  ])('takes %s as %s', (range, label, mode, assumed) => {
    expect(runner({ 'package.json': manifest(range) })).toEqual([label, mode, assumed]);
  });

  it('believes a version that is given', () => {
    expect(runner({ 'package.json': manifest('6.0.0') }, '7.4')).toEqual([
      'Prisma 7.4',
      'statement by statement',
      false,
    ]);
    expect(runner({}, '6')).toEqual(['Prisma 6.0', 'one query', false]);
    expect(() => runner({}, 'six')).toThrow(expect.objectContaining({ code: 'bad-version' }));
  });

  it('assumes one query for plain files', () => {
    expect(runnerOf(memoryTree({}), { ...found, layout: 'plain' })).toEqual({
      name: 'plain',
      label: 'plain SQL files',
      mode: 'one query',
      assumed: true,
    });
  });
});
