import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = join(root, 'fixtures/plugin');
const PROGRAM = join(root, 'dist/cli/main.js');

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('there is no build to test: run `npm run build` first');
});

/** The fixture as a project that has installed the plugin and, beside it, migration-lint as it was built. */
function installed(configuration: object): string {
  const folder = folderWith({ '.migrationlintrc.json': JSON.stringify(configuration) });
  cpSync(join(fixture, 'prisma'), join(folder, 'prisma'), { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  cpSync(join(fixture, PLUGIN), join(modules, PLUGIN), { recursive: true });
  symlinkSync(root, join(modules, 'migration-lint'), 'junction');
  return folder;
}

const PLUGIN = 'migration-lint-plugin-billing';
const BASE = { plugins: [PLUGIN], appliedThrough: '20250301090000_init' };

interface Findings {
  readonly findings: readonly { readonly ruleId: string; readonly severity: string }[];
}

/** The rules of a JSON report's findings, and their severities. */
function findings(out: string): readonly (readonly [string, string])[] {
  const { projects } = JSON.parse(out) as {
    projects: readonly (Findings & { readonly migrations: readonly Findings[] })[];
  };
  return projects
    .flatMap((project) => [...project.migrations, project].flatMap((part) => part.findings))
    .map(({ ruleId, severity }) => [ruleId, severity]);
}

describe('the plugin of fixtures/plugin', () => {
  it('passes its own tests under node:test, against the package as it is built', () => {
    const folder = installed(BASE);
    const { status, stdout } = spawnSync(process.execPath, ['--test'], {
      cwd: join(folder, 'node_modules', PLUGIN),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(stdout).toContain('no-float-amount · bad · an amount that is added · PostgreSQL agrees');
    expect(stdout).toMatch(/^# pass 11\n# fail 0$/mu);
    expect(status).toBe(0);
    // It starts a PostgreSQL of its own.
  }, 120_000);

  it('judges with the program as it is built, though its copy of migration-lint is another', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, '--format', 'json'], {
      cwd: installed({ ...BASE, extends: ['plugin:billing/strict'], rules: { 'require-rollback': 'off' } }),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(1);
    expect(findings(stdout)).toEqual([
      ['billing/no-float-amount', 'error'],
      ['billing/no-float-amount', 'error'],
      ['billing/require-tenant-column', 'error'],
    ]);
  });

  it('is shown with the line at which a rule of it throws', async () => {
    const folder = installed(BASE);
    const file = join(folder, 'node_modules', PLUGIN, 'rules/broken.js');
    writeFileSync(file, "export const fail = () => {\n  throw new Error('no luck');\n};\n");
    writeFileSync(
      join(folder, 'node_modules', PLUGIN, 'index.js'),
      `import { fail } from './rules/broken.js';
const examples = { bad: [{ title: 'a', sql: 'SELECT 1;', reports: ['a'] }], good: [{ title: 'b', sql: 'SELECT 2;' }] };
const meta = { name: 'no-luck', summary: 'Disallow luck', rationale: 'Why.', instead: 'What.', policy: [],
  presets: ['recommended'], severity: 'error', messages: { a: { what: 'A.', help: 'B.' } }, examples };
export default { meta: { name: '${PLUGIN}', namespace: 'billing' }, rules: [{ meta, on: { Operation: () => fail() } }] };
`,
    );
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM], { cwd: folder, encoding: 'utf8' });
    expect(stdout.replaceAll(/\s+/gu, ' ')).toContain('It threw at rules/broken.js:2 of the plugin.');
    // Once for each of the two pending migrations.
    expect(stdout.match(/failed-rule/gu)).toHaveLength(2);
    expect(status).toBe(2);
  });

  it('has on what its rules and the preset say, and what is set', async () => {
    const judged = async (configuration: object) =>
      findings((await run(installed({ ...BASE, ...configuration }), ['--format', 'json'])).out);
    expect(await judged({})).toEqual([['billing/no-float-amount', 'error']]);
    expect(await judged({ rules: { 'billing/no-float-amount': 'off' } })).toEqual([]);
    expect(await judged({ rules: { 'billing/no-float-money': ['warning', { words: ['paid'] }] } })).toEqual([
      ['billing/no-float-amount', 'warning'],
    ]);
  });

  it('is run by its path for who names the configuration', async () => {
    // In this repository the fixture's migrations are in the main branch: said on the command line, this is the whole answer.
    const applied = ['--applied-through', BASE.appliedThrough];
    const { code, out } = await run(fixture, ['--config', 'billing.json', '--format', 'json', ...applied]);
    expect(code).toBe(1);
    expect(findings(out)).toEqual([
      ['billing/no-float-amount', 'error'],
      ['billing/no-float-amount', 'error'],
      ['billing/require-tenant-column', 'warning'],
    ]);
  });

  it('is in SARIF, in the list of rules, and explained', async () => {
    const folder = installed(BASE);
    const { out: sarif } = await run(folder, ['--format', 'sarif']);
    expect(sarif).toContain('"id": "billing/no-float-amount"');
    expect((await run(folder, ['--list-rules'])).out).toMatch(/^error +billing\/no-float-amount /mu);
    for (const name of ['billing/no-float-amount', 'billing/no-float-money']) {
      expect((await run(folder, ['explain', name])).out).toContain(
        'Plugin: migration-lint-plugin-billing · severity: error · presets: recommended · also known as billing/no-float-money',
      );
    }
    const { code, err } = await run(folder, ['explain', 'billing/no-float-amonut']);
    expect([code, err]).toEqual([2, expect.stringContaining('Did you mean billing/no-float-amount?')]);
  });

  it('is public API only', () => {
    for (const name of ['no-float-amount', 'require-tenant-column']) {
      const source = readFileSync(join(fixture, PLUGIN, `rules/${name}.js`), 'utf8');
      expect([...source.matchAll(/from '([^']+)'/gu)].map(([, from]) => from)).toEqual(['migration-lint']);
    }
  });
});

describe('a configuration whose plugins cannot be loaded', () => {
  it('says all of it, and nothing of what follows from it', async () => {
    const folder = installed({
      plugins: ['migration-lint-plugin-biling', './rules.js'],
      extends: ['plugin:biling/strict'],
      rules: { 'biling/no-float-amount': 'error', 'no-such-rule': 'error' },
    });
    const { code, out, err } = await run(folder);
    expect([code, out]).toEqual([2, '']);
    expect(err.replaceAll(folder, '<folder>')).toMatchInlineSnapshot(`
      "✖ <folder>/.migrationlintrc.json has 3 mistakes.
        plugins[0]: migration-lint-plugin-biling is not installed: no node_modules folder from <folder> upwards has it. Install it: npm install --save-dev migration-lint-plugin-biling
        plugins[1]: ./rules.js is a path, and is not run, since a pull request could change both the file and the configuration. If you trust what is checked out, name the configuration file yourself, with --config. Or publish it as a package, and install that.
        rules.no-such-rule: There is no rule no-such-rule.
      "
    `);
  });

  it('names the plugin of an option that does not fit, and of a rule that is not there', async () => {
    const folder = installed({
      ...BASE,
      rules: { 'billing/no-float-amount': ['error', { words: 'paid' }], 'billing/no-float-amout': 'error' },
    });
    const { code, err } = await run(folder);
    expect(code).toBe(2);
    expect(err).toContain('words is a list of texts, not "paid".');
    expect(err).toContain('There is no rule billing/no-float-amout. Did you mean billing/no-float-amount?');
  });

  it('does not know the rules of a plugin that nobody names', async () => {
    const { code, err } = await run(installed({}), ['explain', 'billing/no-float-amount']);
    expect(code).toBe(2);
    expect(err).toMatch(/It would be a rule of a plugin, and .*\.migrationlintrc\.json names none\./u);
  });
});
