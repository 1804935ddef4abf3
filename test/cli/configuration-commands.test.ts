import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { parseJsonWithComments } from '../../src/config/jsonc.ts';
import { schemaErrors } from '../support/json-schema.ts';
import { folderWith, run } from './run.ts';

const PROJECT = {
  'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20240101000000_init/migration.sql':
    'CREATE TABLE users (id int PRIMARY KEY, name text);\n',
  'prisma/migrations/20240201000000_drop_name/migration.sql': 'ALTER TABLE users DROP COLUMN name;\n',
};

const written = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, '.migrationlintrc.json'), 'utf8')) as Record<string, unknown>;

describe('init', () => {
  it('writes a configuration that a run takes, and says what it recognised and what comes next', async () => {
    const folder = folderWith(PROJECT);
    const { code, out } = await run(folder, ['init']);
    expect(code).toBe(0);
    expect(out).toContain('  prisma/migrations · Prisma');
    expect(out).toContain('2 migrations, recognised by ');
    expect(out).toContain('PostgreSQL 15 is assumed');
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(-2)
        .map((line) => line.trim().split('  ')[0]),
    ).toEqual(['npx migration-lint', 'npx migration-lint --all']);
    expect(written(folder)).toEqual({
      preset: 'recommended',
      postgres: 15,
      appliedThrough: '20240201000000_drop_name',
      rules: {},
    });
    expect(schemaErrors(written(folder), configurationSchema(rules))).toEqual([]);
    const after = await run(folder);
    expect(after.code).toBe(0);
    expect(after.out).toContain('applied through 20240201000000_drop_name');
  });

  it('names the schema of the installed package, which lies further up in a monorepo', async () => {
    const folder = folderWith({
      ...PROJECT,
      'node_modules/migration-lint/schema.json': '{}',
      'package.json': '{}',
    });
    await run(folder, ['init']);
    expect(written(folder)['$schema']).toBe('./node_modules/migration-lint/schema.json');
  });

  it('gives a Supabase project the preset for it, and says so', async () => {
    const folder = folderWith({
      'supabase/config.toml': '',
      'supabase/migrations/20240101000000_init.sql': 'CREATE TABLE users (id int PRIMARY KEY);\n',
    });
    const { out } = await run(folder, ['init']);
    expect(out).toContain('the preset supabase, beside recommended,');
    expect(written(folder)).toMatchObject({ extends: ['recommended', 'supabase'] });
    expect(written(folder)).not.toHaveProperty('preset');
    expect(schemaErrors(written(folder), configurationSchema(rules))).toEqual([]);
    expect((await run(folder, ['--list-rules'])).out).toMatch(/^(?:error|warning) +no-inert-policy/mu);
  });

  it('recognises a folder of Prisma’s that lacks its migration_lock.toml', async () => {
    const script = '20240101000000_init/migration.sql';
    const folder = folderWith({ [`prisma/migrations/${script}`]: 'CREATE TABLE users (id int);\n' });
    const { out } = await run(folder, ['init']);
    expect(out).toContain(`1 migration, recognised by ${script}`);
  });

  it('leaves it to the main branch to say what is applied, where there is one', async () => {
    const folder = folderWith(PROJECT);
    const git = (...args: string[]): void => {
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        cwd: folder,
        stdio: 'ignore',
      });
    };
    git('init', '-b', 'main');
    git('add', '.');
    git('commit', '-m', 'one');
    git('checkout', '-b', 'feature');
    const { out } = await run(folder, ['--init']);
    expect(out).toContain('Pending is what main does not have; --base names another one.');
    expect(written(folder)).not.toHaveProperty('appliedThrough');
  });

  it.each([
    ['.migrationlintrc.json', '{ "postgres": 14 }'],
    ['.migrationlintrc.yaml', 'postgres: 14'],
    ['package.json', '{ "migration-lint": { "postgres": 14 } }'],
  ])('does not write where there is a %s', async (name, text) => {
    const folder = folderWith({ ...PROJECT, [name]: text });
    const { code, err } = await run(folder, ['init']);
    expect(code).toBe(2);
    expect(err).toMatch(/There is a configuration already: .+\. Nothing was written\./u);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  it('writes beside a package.json that says nothing of us', async () => {
    const folder = folderWith({
      ...PROJECT,
      'package.json': '{ "devDependencies": { "migration-lint": "1" } }',
    });
    expect((await run(folder, ['init'])).code).toBe(0);
  });

  it('writes nothing where there are no migrations', async () => {
    const folder = folderWith({ 'readme.md': '' });
    const { code, err } = await run(folder, ['init']);
    expect(code).toBe(2);
    expect(err).toContain('No migrations found');
    expect(() => written(folder)).toThrow('ENOENT');
  });
});

describe('print-config', () => {
  const CONFIGURATION = {
    'shared.yaml': 'postgres: 14\nconventions: { batchRows: 500 }\n',
    '.migrationlintrc.json': JSON.stringify({
      extends: './shared.yaml',
      rules: { 'no-vague-name': 'off', 'require-rollback': ['warn', { when: 'always' }] },
      overrides: [{ files: '20240101*', rules: { 'require-rollback': 'off', 'no-data-loss': 'info' } }],
    }),
  };

  it('says where each value comes from, and is a configuration itself', async () => {
    const folder = folderWith({ ...PROJECT, ...CONFIGURATION });
    const { code, out } = await run(folder, ['print-config']);
    expect(code).toBe(0);
    const lines = out.split('\n').map((line) => line.trim());
    expect(lines).toContain('"postgres": 14, // shared.yaml');
    expect(lines).toContain('"preset": "recommended", // default');
    expect(lines).toContain('"batchRows": 500, // shared.yaml');
    expect(lines).toContain('"soakHours": 24, // default');
    expect(lines).toContain('"no-vague-name": "off", // .migrationlintrc.json');
    expect(lines).toContain('"no-data-loss": "warning", // preset recommended');
    expect(lines).toContain(
      '"require-rollback": [ "warning", { "when": "always", "since": 0 } ], // .migrationlintrc.json',
    );
    expect(lines).toContain(
      '"no-oversized-batch": [ "warning", { "max": 500 } ], // preset recommended; max: conventions.batchRows',
    );
    expect(schemaErrors(parseJsonWithComments(out), configurationSchema(rules))).toEqual([]);
  });

  it('says what counts for one migration', async () => {
    const folder = folderWith({ ...PROJECT, ...CONFIGURATION });
    const init = await run(folder, ['print-config', 'prisma/migrations/20240101000000_init']);
    expect(init.out).toContain('"require-rollback": "off", // overrides[0] of .migrationlintrc.json');
    expect(init.out).toContain('"no-data-loss": "info", // overrides[0] of .migrationlintrc.json');
    const other = await run(folder, [
      '--print-config',
      'prisma/migrations/20240201000000_drop_name/migration.sql',
    ]);
    expect(other.out).toContain('"no-data-loss": "warning", // preset recommended');
  });

  it('prints JSON for programs', async () => {
    const folder = folderWith({ ...PROJECT, ...CONFIGURATION });
    const { out } = await run(folder, ['print-config', '-f', 'json']);
    const read = JSON.parse(out) as { options: unknown[]; migration: unknown };
    expect(read.migration).toBeNull();
    expect(read.options).toContainEqual({ name: 'postgres', value: 14, from: 'shared.yaml' });
  });

  it('says that nothing is said', async () => {
    const { out } = await run(folderWith(PROJECT), ['print-config']);
    expect(out).toMatch(/^\/\/ No configuration was found: these are the defaults\n/u);
  });
});

describe('a run with a configuration', () => {
  it('applies its overrides and conventions', async () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': JSON.stringify({
        conventions: { rollbackFile: 'down.sql' },
        rules: { 'require-rollback': ['error', { when: 'always' }] },
        overrides: [{ files: 'prisma/migrations/20240101*/**', rules: { 'require-rollback': 'off' } }],
      }),
    });
    const { out } = await run(folder, ['--all']);
    expect(out.match(/ require-rollback$/gmu)).toHaveLength(1);
    expect(out).toContain('Write down.sql beside migration.sql');
  });

  it('tells of a second file once, and goes on', async () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': '{}',
      '.migrationlintrc.yaml': 'postgres: 9',
    });
    const { err } = await run(folder, ['--applied-through', '20240201000000']);
    expect(err.match(/is the configuration that counts/gu)).toHaveLength(1);
  });

  it('shows every mistake, each with its file', async () => {
    const folder = folderWith({
      ...PROJECT,
      'shared.json': '{ "postgres": "15" }',
      '.migrationlintrc.json': '{ "extends": "./shared.json", "rules": { "no-rename-colum": "off" } }',
    });
    const { code, err } = await run(folder);
    expect(code).toBe(2);
    expect(err).toContain('.migrationlintrc.json has 2 mistakes.');
    expect(err).toContain(
      'rules.no-rename-colum: There is no rule no-rename-colum. Did you mean no-rename-column?',
    );
    expect(err).toContain('shared.json: postgres: postgres is a whole number from 13 to 18, not "15".');
  });
});
