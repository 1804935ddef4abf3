import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, findConfiguration, loadConfiguration } from '../../src/config/search.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migration lint '));
  mkdirSync(join(folder, 'packages/db/migrations'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const find = () => findConfiguration(join(folder, 'packages/db/migrations'), folder);

describe('findConfiguration', () => {
  it('takes the nearest one up to the top', async () => {
    write('.migrationlintrc.json', '{ "postgres": 14 }');
    expect((await find())?.value).toEqual({ postgres: 14 });
    write('packages/db/.migrationlintrc', 'postgres: 16 # YAML');
    expect((await find())?.value).toEqual({ postgres: 16 });
  });

  it('does not look above the top', async () => {
    write('.migrationlintrc.json', '{ "postgres": 14 }');
    const found = await findConfiguration(join(folder, 'packages/db/migrations'), join(folder, 'packages'));
    expect(found).toBeUndefined();
  });

  it('reads the key of a package.json and passes over one without it', async () => {
    write('packages/db/package.json', '{ "dependencies": { "migration-lint": "1.0.0" } }');
    write('package.json', '{ "migration-lint": { "preset": "strict" } }');
    const found = await find();
    expect(found?.value).toEqual({ preset: 'strict' });
    expect(found?.path).toMatch(/package\.json#migration-lint$/u);
  });

  it('runs no code that a pull request may have brought', async () => {
    mkdirSync(join(folder, '.config'));
    const hostile = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`;
    for (const name of [
      '.config/config.js',
      '.config/migrationlintrc.js',
      'migration-lint.config.js',
      '.migrationlintrc.cjs',
    ]) {
      write(name, hostile);
    }
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      expect(await find()).toBeUndefined();
    } finally {
      process.chdir(cwd);
    }
    await expect(loadConfiguration(join(folder, 'ran'))).rejects.toThrow(ConfigurationError);
  });

  it.each([
    ['bad JSON and YAML', '.migrationlintrc.json', '{ "postgres": 14,, }'],
    ['bad YAML', '.migrationlintrc.yaml', 'rules:\n  - a: [1\n'],
  ])('names the file and the line of %s', async (_, name, text) => {
    write(name, text);
    const error = await find().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).path).toContain(name);
    expect((error as ConfigurationError).message).toMatch(/line \d/u);
  });
});
