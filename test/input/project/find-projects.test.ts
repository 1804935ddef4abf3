import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/input/files/disk-tree.ts';
import { openGit } from '../../../src/input/files/git.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject } from '../../../src/input/layouts/types.ts';
import { findProjects, projectsFromPaths } from '../../../src/input/project/find-projects.ts';
import { emptyRepository, emptyWorkspace, removeAll } from '../repository.ts';

const made: string[] = [];
afterAll(() => removeAll(made));

const LOCK = 'provider = "postgresql"\n';
const SCHEMA = 'datasource db {\n  // provider = "mysql"\n  provider = "postgres"\n}\n';

const find = (files: Record<string, string>, start = ''): readonly FoundProject[] =>
  findProjects(memoryTree(files), { start }).projects;

const folders = (files: Record<string, string>, start?: string): string[] =>
  find(files, start).map(({ folder }) => folder);

describe('findProjects', () => {
  it('finds an ordinary Prisma project', () => {
    expect(
      find({
        'package.json': '{}',
        'prisma/schema.prisma': SCHEMA,
        'prisma/migrations/migration_lock.toml': '# comment\nprovider = "postgresql"',
        'prisma/migrations/1_init/migration.sql': '',
      }),
    ).toEqual([
      {
        layout: 'prisma',
        folder: 'prisma/migrations',
        schema: 'prisma/schema.prisma',
        evidence: 'migration_lock.toml',
        packageFolder: '',
        provider: 'postgresql',
      },
    ]);
  });

  it('finds every project of a monorepo, whatever its migrations folder is called', () => {
    expect(
      find({
        'package.json': '{}',
        'apps/a/package.json': '{}',
        'apps/a/prisma/migration/migration_lock.toml': LOCK,
        'apps/b/package.json': '{}',
        'apps/b/db/postgresql-migrations/migration_lock.toml': LOCK,
        'apps/b/db/mysql-migrations/migration_lock.toml': 'provider = "mysql"',
        'node_modules/x/prisma/migrations/migration_lock.toml': LOCK,
        'apps/b/dist/prisma/migrations/migration_lock.toml': LOCK,
      }).map(({ folder, packageFolder, provider }) => [folder, packageFolder, provider]),
    ).toEqual([
      ['apps/a/prisma/migration', 'apps/a', 'postgresql'],
      ['apps/b/db/mysql-migrations', 'apps/b', 'mysql'],
      ['apps/b/db/postgresql-migrations', 'apps/b', 'postgresql'],
    ]);
  });

  it('follows prisma.config.ts without running it', () => {
    const [project] = find({
      'pkg/package.json': '{}',
      'pkg/prisma.config.ts': `export default defineConfig({ schema: 'db/schema', migrations: { path: 'db/steps' } })`,
      'pkg/db/schema/a.prisma': SCHEMA,
      'pkg/db/steps/1_init/migration.sql': '',
    });
    expect(project).toEqual({
      layout: 'prisma',
      folder: 'pkg/db/steps',
      schema: 'pkg/db/schema',
      evidence: 'prisma.config.ts',
      packageFolder: 'pkg',
      provider: 'postgresql',
    });
  });

  it('says what it could not read there, and takes the default places', () => {
    const [project] = find({
      'prisma.config.mjs': `export default { schema: env('SCHEMA') }`,
      'prisma/schema.prisma': SCHEMA,
      'prisma/migrations/1_init/migration.sql': '',
    });
    expect(project?.folder).toBe('prisma/migrations');
    expect(project?.notes).toEqual([
      "schema in prisma.config.mjs is no plain text, and the file is not executed; Prisma's default place was taken instead.",
    ]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'package.json#prisma',
      {
        'package.json': '{"prisma":{"schema":"./db/main.prisma"}}',
        'db/main.prisma': SCHEMA,
        'db/migrations/1_a/migration.sql': '',
      },
      'db/migrations',
      'package.json#prisma',
    ],
    [
      '.config/prisma.ts',
      {
        '.config/prisma.ts': `export default { schema: '../db/s.prisma' }`,
        'db/s.prisma': SCHEMA,
        'db/migrations/1_a/migration.sql': '',
      },
      'db/migrations',
      '.config/prisma.ts',
    ],
    [
      'schema.prisma at the top',
      { 'schema.prisma': SCHEMA, 'migrations/1_a/migration.sql': '' },
      'migrations',
      'schema.prisma',
    ],
    [
      'a schema folder',
      { 'prisma/schema/a.prisma': SCHEMA, 'prisma/migrations/1_a/migration.sql': '' },
      'prisma/migrations',
      'schema',
    ],
    [
      'migrations in a schema folder',
      {
        'prisma/schema/a.prisma': SCHEMA,
        'prisma/schema/b.prisma': '',
        'prisma/schema/migrations/1_a/migration.sql': '',
      },
      'prisma/schema/migrations',
      'schema',
    ],
    [
      'a schema somewhere',
      { 'src/db/my.prisma': SCHEMA, 'src/db/migrations/1_a/migration.sql': '' },
      'src/db/migrations',
      'my.prisma',
    ],
  ])('finds %s', (_, files, folder, evidence) => {
    expect(find(files)).toMatchObject([{ folder, evidence, provider: 'postgresql' }]);
  });

  it('takes no folder for a project that has neither migrations nor the lock', () => {
    expect(folders({ 'prisma/schema.prisma': SCHEMA, 'prisma/migrations/readme.md': '' })).toEqual([]);
    expect(folders({ 'migrations/1_a/migration.sql': '' })).toEqual([]);
  });

  it('never leaves the tree for what a configuration names', () => {
    expect(folders({ 'prisma.config.ts': `export default { migrations: { path: '../../etc' } }` })).toEqual(
      [],
    );
  });

  it('searches below the current folder first, then above it', () => {
    const files = {
      'package.json': '{}',
      'packages/a/prisma/migrations/migration_lock.toml': LOCK,
      'packages/a/prisma/migrations/1_init/migration.sql': '',
      'packages/b/prisma/migrations/migration_lock.toml': LOCK,
      'packages/web/src/x.ts': '',
    };
    const both = ['packages/a/prisma/migrations', 'packages/b/prisma/migrations'];
    expect(folders(files)).toEqual(both);
    expect(folders(files, 'packages/a')).toEqual(both.slice(0, 1));
    expect(folders(files, 'packages/a/prisma/migrations/1_init')).toEqual(both.slice(0, 1));
    expect(findProjects(memoryTree(files), { start: 'packages/web/src' })).toMatchObject({
      projects: both.map((folder) => ({ folder })),
      searched: ['packages/web/src', 'packages/web', 'packages'],
    });
    expect(findProjects(memoryTree({ 'a/b.txt': '' }), { start: 'a' })).toEqual({
      projects: [],
      searched: ['a', ''],
    });
  });

  it('finds a project on the disk that nobody has added to git yet', () => {
    const repository = emptyRepository(made);
    repository.write({ 'readme.md': '' });
    repository.commit();
    repository.write({ 'my db/prisma/migrations/migration_lock.toml': LOCK });
    symlinkSync('..', join(repository.root, 'my db/loop'));
    const git = openGit(repository.root);
    const { projects } = findProjects(diskTree(repository.root, { git }), { start: '' });
    expect(projects.map(({ folder }) => folder)).toEqual(['my db/prisma/migrations']);
    expect(git.processes).toBe(1);
  });

  it('passes over a project that is tracked but not on the disk', () => {
    const repository = emptyRepository(made);
    repository.write({ 'a/migrations/migration_lock.toml': LOCK, 'b/migrations/migration_lock.toml': LOCK });
    repository.commit();
    repository.remove('a');
    expect(findProjects(diskTree(repository.root)).projects.map(({ folder }) => folder)).toEqual([
      'b/migrations',
    ]);
  });
});

describe('a folder of Prisma’s without its migration_lock.toml', () => {
  const script = '20250903100000_x/migration.sql';

  it('is found where there is nothing else, at and above the start', () => {
    const files = { [`a/prisma/migrations/${script}`]: '', 'a/src/x.ts': '' };
    expect(find(files)).toMatchObject([
      { layout: 'prisma', folder: 'a/prisma/migrations', evidence: script },
    ]);
    expect(folders(files, 'a/src')).toEqual(['a/prisma/migrations']);
  });

  it('is none under another name, or without a version', () => {
    expect(find({ [`a/scripts/${script}`]: '' })).toEqual([]);
    expect(find({ 'a/migrations/x/migration.sql': '' })).toEqual([]);
  });
});

describe('projectsFromPaths', () => {
  const tree = memoryTree({
    'app/package.json': '{}',
    'app/prisma/schema.prisma': SCHEMA,
    'app/prisma/migrations/migration_lock.toml': LOCK,
    'app/prisma/migrations/1_a/migration.sql': '',
    'app/prisma/migrations/2_b/migration.sql': '',
    'app/prisma/migrations/2_b/rollback.sql': '',
    'app/prisma/migrations/stray.sql': '',
    'sql/1_a.sql': '',
    'sql/2_b.sql': '',
    'sql/rollback/2_b.sql': '',
    'top.sql': '',
    'docs/readme.md': '',
  });
  const read = (...paths: string[]): unknown[] =>
    projectsFromPaths(tree, paths).map(({ layout, folder, only }) => [layout, folder, ...(only ?? [])]);

  it.each<[string[], unknown[]]>([
    [['app/prisma/migrations'], [['prisma', 'app/prisma/migrations']]],
    [['app/prisma/migrations/migration_lock.toml'], [['prisma', 'app/prisma/migrations']]],
    [['app'], [['prisma', 'app/prisma/migrations']]],
    [['app/prisma/schema.prisma'], [['prisma', 'app/prisma/migrations']]],
    [
      ['app/prisma/migrations/2_b'],
      [['prisma', 'app/prisma/migrations', 'app/prisma/migrations/2_b/migration.sql']],
    ],
    [
      ['app/prisma/migrations/2_b/rollback.sql'],
      [['prisma', 'app/prisma/migrations', 'app/prisma/migrations/2_b/migration.sql']],
    ],
    [
      ['app/prisma/migrations/2_b/migration.sql', 'app/prisma/migrations/1_a'],
      [
        [
          'prisma',
          'app/prisma/migrations',
          'app/prisma/migrations/2_b/migration.sql',
          'app/prisma/migrations/1_a/migration.sql',
        ],
      ],
    ],
    [['app/prisma/migrations/2_b', 'app'], [['prisma', 'app/prisma/migrations']]],
    [['sql'], [['plain', 'sql']]],
    [['sql/2_b.sql'], [['plain', 'sql', 'sql/2_b.sql']]],
    [['sql/rollback/2_b.sql'], [['plain', 'sql', 'sql/2_b.sql']]],
    [['top.sql'], [['plain', '', 'top.sql']]],
    [
      ['sql', 'app'],
      [
        ['plain', 'sql'],
        ['prisma', 'app/prisma/migrations'],
      ],
    ],
  ])('%s', (paths, expected) => {
    expect(read(...paths)).toEqual(expected);
  });

  it('knows the schema and package of a folder that is given', () => {
    expect(projectsFromPaths(tree, ['app/prisma/migrations/1_a'])).toMatchObject([
      {
        schema: 'app/prisma/schema.prisma',
        packageFolder: 'app',
        provider: 'postgresql',
        evidence: 'given on the command line',
      },
    ]);
  });

  it.each([
    ['nothing', 'not-found'],
    ['docs', 'no-migrations'],
    ['docs/readme.md', 'no-migrations'],
    ['app/prisma/migrations/stray.sql', 'no-migrations'],
  ])('refuses %s', (path, code) => {
    expect(() => read(path)).toThrow(expect.objectContaining({ code }));
  });

  it('works on a disk with spaces in names', () => {
    const workspace = emptyWorkspace(made);
    workspace.write({ 'a b/20240101_init copy/migration.sql': '' });
    expect(projectsFromPaths(diskTree(workspace.root), ['a b/20240101_init copy'])).toMatchObject([
      { folder: 'a b', only: ['a b/20240101_init copy/migration.sql'] },
    ]);
  });
});
