import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { findProjects, projectsFromPaths } from '../../../src/input/project/find-projects.ts';
import { projectWithLayout } from '../../../src/input/project/projects-from-paths.ts';
import { unsupportedMigrations } from '../../../src/input/project/unsupported.ts';

/** Empty files of these names, but for those that have a text. */
const tree = (files: readonly (string | readonly [string, string])[]) =>
  memoryTree(Object.fromEntries(files.map((file) => (typeof file === 'string' ? [file, ''] : file))));

type Files = Parameters<typeof tree>[0];

/** `layout folder`, one for each project. */
const found = (files: Files, start = ''): string[] =>
  findProjects(tree(files), { start }).projects.map(({ layout, folder }) => `${layout} ${folder}`);

const JOURNAL = JSON.stringify({ dialect: 'postgresql', entries: [{ idx: 0, when: 1, tag: '0000_a' }] });
const DRIZZLE: Files = [['web/drizzle/meta/_journal.json', JOURNAL], 'web/drizzle/0000_a.sql'];
const SQLX = ['Cargo.toml', '[dependencies]\nsqlx = "0.8"'] as const;
const GOOSE = '-- note\n-- +goose Up\nSELECT 1;';

describe('findProjects recognises', () => {
  it('no Flyway by a small letter, which its prefix is not', () => {
    expect(found(['migrations/v1__a.sql'])).not.toContain('flyway migrations');
    expect(found(['migrations/V1__a.sql'])).toEqual(['flyway migrations']);
  });

  it.each<[string, Files, string[]]>([
    ['Drizzle by its journal', DRIZZLE, ['drizzle web/drizzle']],
    [
      'Drizzle 1.0 by the snapshot in each folder',
      ['db/2024_a/migration.sql', 'db/2024_a/snapshot.json'],
      ['drizzle db'],
    ],
    [
      'Supabase',
      ['supabase/config.toml', 'supabase/migrations/1_a.sql', 'supabase/seed.sql'],
      ['supabase supabase/migrations'],
    ],
    [
      'Diesel',
      [['diesel.toml', ''], 'migrations/1_a/up.sql', 'migrations/1_a/down.sql'],
      ['diesel migrations'],
    ],
    ['golang-migrate', ['db/changes/1_a.up.sql', 'db/changes/1_a.down.sql'], ['golang-migrate db/changes']],
    ['SQLx by pairs', [SQLX, 'migrations/1_a.up.sql', 'migrations/1_a.down.sql'], ['sqlx migrations']],
    ['SQLx by single files', [SQLX, 'crates/db/migrations/1_a.sql'], ['sqlx crates/db/migrations']],
    ['goose', [['sql/schema/001_a.sql', GOOSE], 'sql/queries/users.sql'], ['goose sql/schema']],
    ['dbmate', [['db/migrations/1_a.sql', '-- migrate:up\n']], ['dbmate db/migrations']],
    ['Flyway', ['src/main/resources/db/migration/V1_2__a.sql'], ['flyway src/main/resources/db/migration']],
    ['numbered files', ['db/sql/0001_a.sql', 'db/rollback/0001_rollback.sql'], ['numbered db']],
    [
      'versioned files in a folder called so',
      ['db/migrate/001_a.sql', 'db/seeds/002_b.sql'],
      ['plain db/migrate'],
    ],
    ['versioned files one folder below', ['migrations/sql/1_a.sql'], ['plain migrations/sql']],
    [
      'several side by side',
      [
        ...DRIZZLE,
        'supabase/migrations/1_a.sql',
        ['prisma/migrations/migration_lock.toml', 'provider = "postgresql"'],
      ],
      ['prisma prisma/migrations', 'supabase supabase/migrations', 'drizzle web/drizzle'],
    ],
  ])('%s', (_, files, expected) => {
    expect(found(files)).toEqual(expected);
  });

  it.each<[string, Files]>([
    ['files without a version', ['migrations/setup.sql']],
    ['versioned files in another folder', ['queries/1_a.sql', 'sql/2_b.sql']],
    [
      'what lies in dependencies and build output',
      ['node_modules/x/migrations/1_a.sql', 'vendor/migrations/1_a.sql', 'dist/migrations/1_a.sql'],
    ],
    ['a folder of rollbacks alone', ['rollback/1_a.sql']],
  ])('not %s', (_, files) => {
    expect(found(files)).toEqual([]);
  });

  it('takes a folder inside another project’s for a part of it', () => {
    expect(
      found(['migrations/1_a.sql', 'migrations/rollback/1_a.sql', 'migrations/migrations/1_b.sql']),
    ).toEqual(['plain migrations']);
    expect(
      found([
        ['prisma/migrations/migration_lock.toml', 'provider = "postgresql"'],
        'prisma/migrations/1_a/migration.sql',
        'prisma/migrations/1_a/migrations/1_b.sql',
      ]),
    ).toEqual(['prisma prisma/migrations']);
  });

  it('finds the project from inside it', () => {
    expect(found(DRIZZLE, 'web/drizzle')).toEqual(['drizzle web/drizzle']);
    expect(found(['migrations/1_a/up.sql'], 'migrations/1_a')).toEqual(['diesel migrations']);
  });

  it('leaves a journal alone that names none of the scripts', () => {
    const files: Files = [['db/migrations/meta/_journal.json', JOURNAL], 'db/migrations/0001_b.sql'];
    const [project] = findProjects(tree(files)).projects;
    expect(project).toMatchObject({ layout: 'plain', folder: 'db/migrations' });
    expect(project?.notes).toEqual([expect.stringContaining('names none of these scripts')]);
  });

  it('says which database scripts are for, where something says so', () => {
    const providers = (files: Files): (string | undefined)[] =>
      findProjects(tree(files)).projects.map(({ provider }) => provider);
    expect(providers(DRIZZLE)).toEqual(['postgresql']);
    expect(providers([['d/meta/_journal.json', '{"dialect":"sqlite"}']])).toEqual(['sqlite']);
    expect(providers(['packages/clickhouse/migrations/1_a.up.sql'])).toEqual(['clickhouse']);
    expect(providers([['migrations/1_a.sql', 'CREATE TABLE a (id INT AUTO_INCREMENT);']])).toEqual(['mysql']);
    expect(providers([['m/1_a.sql', `${GOOSE}\nCREATE TABLE a () ENGINE = ReplacingMergeTree`]])).toEqual([
      'clickhouse',
    ]);
    expect(providers(['migrations/1_a.sql'])).toEqual([undefined]);
  });

  it('names every layout that a folder’s files speak for', () => {
    const [project] = findProjects(
      tree([['supabase/migrations/meta/_journal.json', JOURNAL], 'supabase/migrations/0000_a.sql']),
    ).projects;
    expect(project).toMatchObject({ layout: 'drizzle', others: ['supabase'] });
  });
});

describe('projectsFromPaths', () => {
  const files: Files = [
    ...DRIZZLE,
    'web/drizzle/rollback/0000_a.sql',
    'migrations/1_a/up.sql',
    'migrations/1_a/down.sql',
    ['goose/1_a.sql', GOOSE],
    'db/sql/0001_a.sql',
    'db/rollback/0001_rollback.sql',
    'java/db/V1__a.sql',
    'java/db/more/V2__b.sql',
  ];
  const from = (path: string): [string, readonly string[] | undefined][] =>
    projectsFromPaths(tree(files), [path]).map(({ layout, folder, only }) => [`${layout} ${folder}`, only]);

  it.each<[string, string, string[] | undefined]>([
    ['web/drizzle', 'drizzle web/drizzle', undefined],
    ['web/drizzle/meta/_journal.json', 'drizzle web/drizzle', undefined],
    ['web/drizzle/0000_a.sql', 'drizzle web/drizzle', ['web/drizzle/0000_a.sql']],
    ['web/drizzle/rollback', 'drizzle web/drizzle', undefined],
    ['web/drizzle/rollback/0000_a.sql', 'drizzle web/drizzle', ['web/drizzle/0000_a.sql']],
    ['web', 'drizzle web/drizzle', undefined],
    ['migrations', 'diesel migrations', undefined],
    ['migrations/1_a', 'diesel migrations', ['migrations/1_a/up.sql']],
    ['migrations/1_a/down.sql', 'diesel migrations', ['migrations/1_a/up.sql']],
    ['goose', 'goose goose', undefined],
    ['goose/1_a.sql', 'goose goose', ['goose/1_a.sql']],
    ['db', 'numbered db', undefined],
    ['db/rollback/0001_rollback.sql', 'numbered db', ['db/sql/0001_a.sql']],
    ['java/db/more/V2__b.sql', 'flyway java/db', ['java/db/more/V2__b.sql']],
  ])('takes %s for what it is', (path, project, only) => {
    expect(from(path)).toEqual([[project, only]]);
  });

  it('takes a word for a layout', () => {
    expect(projectWithLayout(tree(files), 'goose', 'plain', undefined, 'said')).toMatchObject({
      layout: 'plain',
      evidence: 'said',
      provider: undefined,
    });
    const custom = { up: '{version}_{name}/up.sql', down: undefined };
    expect(projectWithLayout(tree(files), 'migrations', 'custom', custom, 'said')).toMatchObject({ custom });
  });
});

describe('unsupportedMigrations', () => {
  it.each([
    ['db/migrations/1_a.ts', "import type { Knex } from 'knex';", 'knex'],
    ['src/migrations/1-A.ts', "import { MigrationInterface } from 'typeorm';", 'TypeORM'],
    ['migrations/1-a.js', 'module.exports = { up: (queryInterface) => {} };', 'Sequelize'],
    ['src/migrations/Migration1.ts', "import { Migration } from '@mikro-orm/migrations';", 'MikroORM'],
    ['app/migrations/0001_initial.py', 'from django.db import migrations', 'Django'],
    ['alembic/versions/1_a.py', 'from alembic import op', 'Alembic'],
  ])('names the tool of %s', (path, text, tool) => {
    const [seen, ...others] = unsupportedMigrations(tree([[path, text]]), '');
    expect(seen).toMatchObject({ tool, folder: path.slice(0, path.lastIndexOf('/')) });
    expect(others).toEqual([]);
  });

  it('says nothing of other code', () => {
    expect(unsupportedMigrations(tree(['src/a.ts', ['migrations/run.ts', 'run();']]), '')).toEqual([]);
  });
});
