import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { presets } from '../../rules/presets.ts';
import { problemLines, resolveConfiguration, type ResolvedConfiguration } from '../../src/config/resolve.ts';
import { ConfigurationError, findConfiguration } from '../../src/config/search.ts';
import { refuseReading } from '../support/refuse-reading.ts';

let top: string;

beforeEach(() => {
  top = join(mkdtempSync(join(tmpdir(), 'migration lint ')), 'repository');
  mkdirSync(top);
});
afterEach(() => rmSync(dirname(top), { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function resolved(folder = ''): Promise<ResolvedConfiguration> {
  const found = await findConfiguration(join(top, folder), top);
  return resolveConfiguration(found, { rules, presets, top, named: false, git: undefined, reserved: [] });
}

/** What a user reads, with the repository's path left out. */
async function mistakes(): Promise<readonly string[]> {
  return problemLines((await resolved()).problems).map((line) => line.replaceAll(`${top}/`, ''));
}

const failure = async (): Promise<string> => {
  const error: unknown = await resolved().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as ConfigurationError).message;
};

describe('extends', () => {
  it('builds on files, packages and presets, later ones over earlier ones, the file itself over all', async () => {
    write(
      'config/shared.yaml',
      'postgres: 13\nrules:\n  no-data-loss: warn\n  require-rollback: [info, {when: always}]\n',
    );
    write('node_modules/@acme/lint/base.json', {
      postgres: 14,
      conventions: { soakHours: 72, batchRows: 500 },
    });
    write('.migrationlintrc.json', {
      extends: ['strict', './config/shared.yaml', '@acme/lint/base.json'],
      conventions: { batchRows: 800 },
      rules: { 'require-rollback': ['error', { since: 5 }] },
    });
    const { configuration, origins, problems } = await resolved();
    expect(problems).toEqual([]);
    expect(configuration).toMatchObject({ preset: 'strict', postgres: 14 });
    expect(configuration.conventions).toMatchObject({ soakHours: 72, batchRows: 800 });
    expect(configuration.rules.get('no-data-loss')?.severity).toBe('warning');
    expect(configuration.rules.get('require-rollback')).toEqual({
      severity: 'error',
      options: { when: 'always', since: 5 },
    });
    expect(Object.fromEntries(origins)).toEqual({
      preset: 'strict',
      postgres: 'node_modules/@acme/lint/base.json',
      'conventions.soakHours': 'node_modules/@acme/lint/base.json',
      'conventions.batchRows': '.migrationlintrc.json',
      'rules.no-data-loss': 'config/shared.yaml',
      'rules.require-rollback': '.migrationlintrc.json',
      'rules.require-rollback.when': 'config/shared.yaml',
      'rules.require-rollback.since': '.migrationlintrc.json',
    });
  });

  it('takes a path as relative to the file that names it', async () => {
    write('config/a.json', { extends: './deeper/b.json' });
    write('config/deeper/b.json', { postgres: 17 });
    write('.migrationlintrc.json', { extends: './config/a.json' });
    expect((await resolved()).configuration.postgres).toBe(17);
  });

  it('lets the one way to say what is applied take the place of the other', async () => {
    write('shared.json', { base: 'origin/main' });
    write('.migrationlintrc.json', { extends: './shared.json', appliedThrough: '0042' });
    const { configuration, problems } = await resolved();
    expect(problems).toEqual([]);
    expect(configuration).toMatchObject({ base: undefined, appliedThrough: '0042' });
  });

  it('puts overrides of what it builds on before its own, their globs relative to itself', async () => {
    const off = { 'no-data-loss': 'off' };
    write('node_modules/acme/base.json', { overrides: [{ files: 'migrations/old/**', rules: off }] });
    write('apps/web/.migrationlintrc.json', {
      extends: 'acme/base.json',
      overrides: [{ files: '0001_*', rules: { 'no-data-loss': 'info' } }],
    });
    const { overrides } = (await resolved('apps/web')).configuration;
    expect(overrides.map(({ files }) => files)).toEqual([['migrations/old/**'], ['0001_*']]);
    const place = { id: '0009_x', path: 'apps/web/migrations/old/0009_x.sql' };
    expect(overrides.map(({ matches }) => matches(place))).toEqual([true, false]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a ring',
      {
        '.migrationlintrc.json': { extends: './a.json' },
        'a.json': { extends: './b.json' },
        'b.json': { extends: './a.json' },
      },
      'b.json: extends[0]: The configurations extend each other in a ring: a.json → b.json → a.json. Take one of them out.',
    ],
    [
      'itself',
      { '.migrationlintrc.json': { extends: './.migrationlintrc.json' } },
      'extends[0]: The configurations extend each other in a ring: .migrationlintrc.json → .migrationlintrc.json. Take one of them out.',
    ],
    [
      'a misspelt preset',
      { '.migrationlintrc.json': { extends: ['strict', 'recomended'] } },
      'extends[1]: There is no preset recomended. Did you mean recommended?',
    ],
    [
      'a file without ./',
      { '.migrationlintrc.json': { extends: 'shared.json' }, 'shared.json': {} },
      'extends[0]: There is no preset shared.json. For the file beside the configuration, write ./shared.json.',
    ],
    [
      'a file in a folder without ./',
      { '.migrationlintrc.json': { extends: 'config/shared.json' }, 'config/shared.json': {} },
      'has config/shared.json. For the file config/shared.json, write ./config/shared.json.',
    ],
    [
      'a file that is not there',
      { '.migrationlintrc.json': { extends: './shared.json' } },
      'extends[0]: ./shared.json cannot be read. There is no such file.',
    ],
    [
      'code',
      { '.migrationlintrc.json': { extends: './shared.mjs' }, 'shared.mjs': 'export default {}' },
      'extends[0]: ./shared.mjs cannot be read. It is code, and a configuration is data: JSON or YAML.',
    ],
    [
      'code of a package',
      { '.migrationlintrc.json': { extends: 'acme/shared.js' } },
      'extends[0]: acme/shared.js is no configuration: of a package, name a file of JSON or YAML, such as acme/shared/config.json.',
    ],
    [
      'a package that is not installed',
      { '.migrationlintrc.json': { extends: 'acme/base.json' } },
      'has acme/base.json. Install the package, or begin the path of a file with ./',
    ],
    [
      'a file with mistakes',
      { '.migrationlintrc.json': { extends: './shared.json' }, 'shared.json': { postgres: 9 } },
      'shared.json: postgres: postgres is a whole number from 13 to 18, not 9.',
    ],
    [
      'a file with a comma too many',
      { '.migrationlintrc.json': { extends: './shared.json' }, 'shared.json': '{\n  "postgres": 15,,\n}' },
      'extends[0]: ./shared.json cannot be read. line 2, column 18: A key in double quotes is missing before ,.',
    ],
  ])('tells of %s', async (_, files, message) => {
    for (const [path, content] of Object.entries(files)) write(path, content);
    const found = await mistakes();
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('ends in a chain that is too long, and in a tree that is too wide', async () => {
    for (let index = 0; index < 14; index++) write(`${index}.json`, { extends: `./${index + 1}.json` });
    write('.migrationlintrc.json', { extends: './0.json' });
    expect(await mistakes()).toEqual([
      '9.json: extends[0]: Configurations extend each other more than 10 deep.',
    ]);
    for (let index = 0; index < 9; index++)
      write(`${index}.json`, { extends: [`./${index + 1}.json`, `./${index + 1}.json`] });
    write('9.json', {});
    expect((await mistakes())[0]).toMatch(/builds on more than 50 others\.$/u);
  });

  it('reads no file outside the repository, neither by its path nor through a link', async () => {
    writeFileSync(join(dirname(top), 'secret.json'), 'TOKEN=abc');
    write('.migrationlintrc.json', { extends: ['../secret.json', './link.json'] });
    symlinkSync(join(dirname(top), 'secret.json'), join(top, 'link.json'));
    const found = await mistakes();
    expect(found).toHaveLength(2);
    for (const line of found) expect(line).toMatch(/It lies outside .*, so it is not read\.$/u);
    rmSync(join(top, '.migrationlintrc.json'));
    symlinkSync(join(dirname(top), 'secret.json'), join(top, '.migrationlintrc.json'));
    expect(await failure()).toMatch(/It lies outside/u);
  });
});

describe('a configuration file', () => {
  it.each<[string, string, string | Buffer, RegExp]>([
    [
      'is empty',
      '.migrationlintrc.json',
      ' \n',
      /^It is empty\. A configuration that says nothing is \{\}\.$/u,
    ],
    [
      'is not JSON',
      '.migrationlintrc.json',
      '{\n  "postgres": 15;\n}',
      /^line 2, column 17: A comma or \} is missing before ;\.$/u,
    ],
    [
      'has a key twice',
      '.migrationlintrc.json',
      '{ "rules": {}, "rules": {} }',
      /^line 1, column 16: The key "rules" is there twice\.$/u,
    ],
    [
      'is YAML with a key twice',
      '.migrationlintrc.yaml',
      'postgres: 15\npostgres: 16\n',
      /Map keys must be unique at line 2, column 1/u,
    ],
    [
      'is not UTF-8',
      '.migrationlintrc.json',
      Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
      /^It is not UTF-8\. Save it as UTF-8\.$/u,
    ],
    [
      'is too large',
      '.migrationlintrc.json',
      ' '.repeat(1_100_000),
      /^It is larger than 1 MB, so it is not read\.$/u,
    ],
  ])('that %s is told with its place', async (_, name, content, message) => {
    writeFileSync(join(top, name), content);
    expect(await failure()).toMatch(message);
  });

  it('that may not be read is told', async () => {
    write('.migrationlintrc.json', '{}');
    refuseReading(join(top, '.migrationlintrc.json'));
    expect(await failure()).toBe('You may not read it: permission denied.');
  });

  it('that is a folder is told', async () => {
    mkdirSync(join(top, '.migrationlintrc'));
    expect(await failure()).toBe('It is a folder.');
  });

  it.each([
    ['.migrationlintrc.json', '\uFEFF{ "postgres": 16 }'],
    ['.migrationlintrc.json', '// ours\n{ "postgres": 16, }'],
    ['.migrationlintrc.jsonc', '{ "postgres": 16 /* since May */ }'],
    ['.migrationlintrc', '{ "postgres": 16 }'],
    ['.migrationlintrc', 'postgres: 16'],
    ['.migrationlintrc.yml', '{ postgres: 16 }'],
  ])('%s may say %j', async (name, text) => {
    write(name, text);
    expect((await resolved()).configuration.postgres).toBe(16);
  });

  it('beside another one is told of', async () => {
    write('.migrationlintrc.json', {});
    write('.migrationlintrc.yaml', 'postgres: 16');
    const { configuration, notes } = await resolved();
    expect(configuration.postgres).toBeUndefined();
    expect(notes).toEqual([
      `${join(top, '.migrationlintrc.json')} is the configuration that counts; ${join(top, '.migrationlintrc.yaml')} in the same folder is not read.`,
    ]);
  });

  it('may have a key __proto__ without harm', async () => {
    for (const [name, text] of [
      ['.migrationlintrc.json', '{ "__proto__": { "postgres": 18 } }'],
      ['.migrationlintrc.yaml', '__proto__:\n  postgres: 18\n'],
    ] as const) {
      write(name, text);
      expect((await resolved()).configuration.postgres).toBeUndefined();
      expect(await mistakes()).toEqual(['__proto__: There is no option __proto__.']);
      rmSync(join(top, name));
    }
    expect(({} as { postgres?: number }).postgres).toBeUndefined();
  });
});
