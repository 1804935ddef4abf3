import { mkdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPlugins, type PluginFacts } from '../../src/config/load-plugins.ts';
import { openGit } from '../../src/input/files/git.ts';
import { folderWith } from '../cli/run.ts';

/** The source of a plugin that does nothing wrong, in plain JavaScript; `change` is code that spoils it. */
const plugin = (namespace: string, change = ''): string => `
const rule = {
  meta: {
    name: 'no-index', summary: 'Disallow indexes', rationale: 'Why', instead: 'What', policy: [],
    presets: ['recommended'], severity: 'error', messages: { found: { what: 'An index.', help: 'None.' } },
    options: { most: { type: 'integer', default: 1, description: 'How many.' } },
    examples: {
      bad: [{ title: 'one', sql: 'CREATE INDEX ON a (b);', reports: ['found'] }],
      good: [{ title: 'none', sql: 'SELECT 1;' }],
    },
  },
  on: { CreateIndex(op, { report }) { report({ messageId: 'found', at: op }); } },
};
const plugin = {
  meta: { name: 'lint-${namespace}', namespace: '${namespace}' },
  rules: [rule],
  configs: { all: { rules: { '${namespace}/no-index': 'error' } } },
};
${change}
export default plugin;
`;

const MANIFEST = '{ "type": "module", "exports": { ".": { "require": null, "import": "./index.js" } } }';

const installed = (name: string, source: string): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: MANIFEST,
  [`node_modules/${name}/index.js`]: source,
});

const FACTS: PluginFacts = { named: false, git: undefined, reserved: ['locks', 'migration-lint'] };

/** Loads plugins by their names from a folder. @returns the full names of their rules, and the problems as lines */
async function load(
  files: Readonly<Record<string, string>> | string,
  names: readonly string[],
  facts: Partial<PluginFacts> = {},
): Promise<{ readonly rules: readonly string[]; readonly problems: readonly string[] }> {
  const folder = typeof files === 'string' ? files : folderWith(files);
  const requests = names.map((name, index) => ({ name, key: `plugins[${index}]`, folder }));
  const { plugins, problems } = await loadPlugins(requests, { ...FACTS, ...facts });
  return {
    rules: plugins.flatMap(({ rules }) => rules.map(({ meta }) => meta.name)),
    problems: problems.map(({ path, message }) => `${path}: ${message.replaceAll(folder, '<folder>')}`),
  };
}

/** What is wrong with a plugin that a line of code has spoiled. */
async function spoiled(change: string): Promise<readonly string[]> {
  const { problems } = await load(installed('lint-a', plugin('a', change)), ['lint-a']);
  return problems.map((problem) => problem.replace('plugins[0]: lint-a: ', ''));
}

describe('a plugin by the name of its package', () => {
  it('comes from the nearest node_modules, with or without a scope', async () => {
    const folder = folderWith({
      ...installed('lint-a', plugin('a')),
      ...installed('@team/lint', plugin('team')),
      'db/package.json': '{}',
    });
    const requests = ['lint-a', '@team/lint'].map((name) => ({ name, key: '', folder: join(folder, 'db') }));
    const { plugins, problems } = await loadPlugins(requests, FACTS);
    expect(problems).toEqual([]);
    expect(plugins.flatMap(({ rules }) => rules.map(({ meta }) => meta.name))).toEqual([
      'a/no-index',
      'team/no-index',
    ]);
  });

  it.each([
    ['main without an ending', '{ "type": "module", "main": "lib/start" }', 'lib/start.js'],
    ['neither', '{ "type": "module" }', 'index.js'],
    ['exports as a text', '{ "type": "module", "exports": "./lib/a.mjs" }', 'lib/a.mjs'],
    ['a list', '{ "exports": [{ "browser": "./b.js" }, "./a.mjs"] }', 'a.mjs'],
    ['conditions in conditions', '{ "exports": { "node": { "import": "./a.mjs" } } }', 'a.mjs'],
  ])('is found by %s', async (_, manifest, entry) => {
    const files = {
      'node_modules/lint-a/package.json': manifest,
      [`node_modules/lint-a/${entry}`]: plugin('a'),
    };
    expect(await load(files, ['lint-a'])).toEqual({ rules: ['a/no-index'], problems: [] });
  });

  it('may have been compiled to CommonJS', async () => {
    const source = `exports.__esModule = true; ${plugin('a').replace('export default plugin', 'exports.default = plugin')}`;
    const files = { ...installed('lint-a', source), 'node_modules/lint-a/package.json': '{}' };
    expect(await load(files, ['lint-a'])).toEqual({ rules: ['a/no-index'], problems: [] });
  });

  it('says how to install what is not there, with the package manager of the project', async () => {
    expect((await load({}, ['lint-a'])).problems).toEqual([
      'plugins[0]: lint-a is not installed: no node_modules folder from <folder> upwards has it. Install it: npm install --save-dev lint-a',
    ]);
    expect((await load({ 'pnpm-lock.yaml': '' }, ['lint-a'])).problems).toEqual([
      expect.stringContaining('Install it: pnpm add --save-dev lint-a'),
    ]);
  });

  it('has something to import', async () => {
    const files = { 'node_modules/lint-a/package.json': '{ "exports": { "./other": "./a.js" } }' };
    expect((await load(files, ['lint-a'])).problems).toEqual([
      expect.stringContaining('plugins[0]: lint-a has nothing to import: its package.json names no file'),
    ]);
  });

  it('is a name and no path in a package', async () => {
    expect((await load({}, ['plugins/a.js', 'Lint A'])).problems).toEqual([
      'plugins[0]: plugins/a.js is no name of a package. A path begins with ./',
      'plugins[1]: Lint A is no name of a package. A path begins with ./',
    ]);
  });

  it('is named once, and has a namespace of its own', async () => {
    const files = {
      ...installed('lint-a', plugin('a')),
      ...installed('lint-b', plugin('a').replace('lint-a', 'lint-b')),
      ...installed('lint-c', plugin('locks')),
    };
    expect(await load(files, ['lint-a', 'lint-b', 'lint-a', 'lint-c'])).toEqual({
      rules: ['a/no-index'],
      problems: [
        'plugins[1]: lint-b: meta.namespace is a, as that of lint-a (plugins[0]) is. One of them has to go.',
        'plugins[2]: lint-a is named by plugins[0], too. Name it once.',
        'plugins[3]: lint-c: meta.namespace is locks, which migration-lint keeps for itself.',
      ],
    });
  });
});

it('a plugin that several configurations name is loaded once', async () => {
  const folder = folderWith(installed('lint-a', plugin('a')));
  const request = (file?: string) => ({ name: 'lint-a', key: 'plugins[0]', folder, file });
  const { plugins, problems } = await loadPlugins([request('shared.json'), request()], FACTS);
  expect([plugins.length, problems]).toEqual([1, []]);
  const [, problem] = (await loadPlugins([request('shared.json'), request('shared.json')], FACTS)).problems;
  expect(problem).toBeUndefined();
});

describe('a plugin that cannot be imported', () => {
  it('is shown with the message and its own line, not ours', async () => {
    const helper = 'node_modules/lint-a/lib/helper.js';
    const files = {
      ...installed('lint-a', "import { help } from './lib/helper.js';\nhelp();\nexport default {};"),
      [helper]: '\nexport function help() {\n  undefined.help();\n}',
    };
    expect((await load(files, ['lint-a'])).problems).toEqual([
      "plugins[0]: lint-a throws when it is imported: TypeError: Cannot read properties of undefined (reading 'help') (lib/helper.js:3).",
    ]);
  });

  it('is named by its file where its syntax is wrong', async () => {
    const text = 'export default {\n  meta: {,\n';
    const [problem] = (await load(installed('lint-a', text), ['lint-a'])).problems;
    expect(problem).toMatch(/^plugins\[0\]: lint-a throws when it is imported: .*\.js\b/u);
  });

  it('has something to say whatever it throws', async () => {
    expect((await load(installed('lint-a', 'throw null;'), ['lint-a'])).problems).toEqual([
      'plugins[0]: lint-a throws when it is imported: something that is no error.',
    ]);
  });
});

describe('a plugin by its path', () => {
  const files = { 'lint/plugin.js': plugin('a'), 'lint/package.json': '{ "type": "module" }' };

  it('is run if the user has named the configuration', async () => {
    expect(await load(files, ['./lint/plugin.js'], { named: true })).toEqual({
      rules: ['a/no-index'],
      problems: [],
    });
    expect((await load(files, ['../plugin.js'], { named: true })).problems).toEqual([
      expect.stringMatching(/^plugins\[0\]: \.\.\/plugin\.js is no file: there is no .*plugin\.js\./u),
    ]);
  });

  it('is not run else, and says what to do', async () => {
    const files2 = { 'plugin.mjs': 'globalThis.ranByPath = true;' };
    expect((await load(files2, ['./plugin.mjs'])).problems).toEqual([
      'plugins[0]: ./plugin.mjs is a path, and is not run, since a pull request could change both the file and the configuration. If you trust what is checked out, name the configuration file yourself, with --config. Or publish it as a package, and install that.',
    ]);
    expect(globalThis).not.toHaveProperty('ranByPath');
  });
});

describe('a package that is a part of the repository', () => {
  const repository = (files: Readonly<Record<string, string>>): string => {
    const folder = realpathSync(folderWith(files));
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    return folder;
  };
  const git = (folder: string): Partial<PluginFacts> => ({
    git: openGit(folder, { PATH: process.env['PATH'] }),
  });

  it('is not run where node_modules has only a link to it, unless the user has named the configuration', async () => {
    const folder = repository({ 'packages/a/package.json': MANIFEST, 'packages/a/index.js': plugin('a') });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync('../packages/a', join(folder, 'node_modules/lint-a'));
    expect((await load(folder, ['lint-a'], git(folder))).problems).toEqual([
      'plugins[0]: lint-a is not run, since node_modules has only a link to packages/a/index.js, and a pull request could change that. If you trust what is checked out, name the configuration file yourself, with --config.',
    ]);
    expect((await load(folder, ['lint-a'], { ...git(folder), named: true })).rules).toEqual(['a/no-index']);
  });

  it('is run where a package manager keeps the packages elsewhere in node_modules', async () => {
    const folder = repository(installed('.pnpm/lint-a@1.0.0/node_modules/lint-a', plugin('a')));
    symlinkSync('.pnpm/lint-a@1.0.0/node_modules/lint-a', join(folder, 'node_modules/lint-a'));
    expect(await load(folder, ['lint-a'], git(folder))).toEqual({ rules: ['a/no-index'], problems: [] });
  });

  it.each([
    ['node_modules', 'node_modules/lint-a/index.js'],
    ['another package of the same node_modules', 'node_modules/helper/index.js'],
    ['node_modules in other letters', 'NODE_MODULES/helper/index.js'],
  ])('is not run if git tracks %s', async (_, tracked) => {
    const folder = repository({ ...installed('lint-a', plugin('a')), [tracked]: plugin('a') });
    execFileSync('git', ['add', '--force', tracked], { cwd: folder });
    expect(await load(folder, ['lint-a'], git(folder))).toEqual({
      rules: [],
      problems: [
        `plugins[0]: lint-a is not run, since git has ${tracked} as a part of the repository, and a pull request could change that. If you trust what is checked out, name the configuration file yourself, with --config.`,
      ],
    });
  });

  it('is not run if node_modules itself is a link to a tracked folder of that name', async () => {
    const folder = repository(installed('lint-a', plugin('a')));
    mkdirSync(join(folder, 'vendor'));
    renameSync(join(folder, 'node_modules'), join(folder, 'vendor/node_modules'));
    symlinkSync('vendor/node_modules', join(folder, 'node_modules'));
    execFileSync('git', ['add', '--force', 'vendor'], { cwd: folder });
    expect((await load(folder, ['lint-a'], git(folder))).problems).toEqual([
      expect.stringContaining(
        'since git has vendor/node_modules/lint-a/index.js as a part of the repository',
      ),
    ]);
  });

  it('is run from above the repository', async () => {
    const top = realpathSync(folderWith(installed('lint-a', plugin('a'))));
    const folder = join(top, 'repository');
    mkdirSync(folder);
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    expect(dirname(folder)).toBe(top);
    expect((await load(folder, ['lint-a'], git(folder))).rules).toEqual(['a/no-index']);
  });
});

describe('what a plugin without types gets wrong', () => {
  it('is told for all of it at once', async () => {
    expect(
      await spoiled(`
        rule.meta.severity = 'fatal';
        rule.on = { CreateIdnex: () => {}, DropIndex: 'yes' };
        plugin.meta.namespace = 'Team A';
        plugin.configs.all.rules = { 'no-index': 'error' };
      `),
    ).toEqual([
      'meta.namespace is what stands before the names of its rules, such as billing: lower case letters, digits and hyphens, not "Team A".',
      'rules[0] (no-index).meta.severity is one of error, warning, info, not "fatal".',
      'rules[0] (no-index).on.CreateIdnex: there is nothing of that name to listen to. Did you mean CreateIndex?',
      'rules[0] (no-index).on.DropIndex is a function, not "yes".',
      'configs.all.rules.no-index: the rule is called Team A/no-index, here as everywhere.',
    ]);
  });

  it.each([
    ['delete rule.meta.name', 'rules[0].meta.name is missing: lower case words'],
    ["rule.meta.name = 'a/no-index'", 'rules[0] (a/no-index).meta.name is lower case words with hyphens'],
    ['delete rule.meta.messages', 'rules[0] (no-index).meta.messages is missing: an object of messages'],
    ['rule.meta.messages = {}', 'rules[0] (no-index).meta.messages is empty.'],
    [
      'rule.meta.messages.found = "An index."',
      '.messages.found is an object with what and help, not "An index."',
    ],
    [
      'delete rule.meta.messages.found.help',
      '.messages.found.help is missing: a sentence that says what to do.',
    ],
    ['rule.meta.sumary = 1', '.meta.sumary: there is no such key. Did you mean summary?'],
    ['rule.meta.presets = ["all"]', '.meta.presets is a list of recommended, strict'],
    ['rule.meta.needs = ["sizes", 1]', '.meta.needs is a list of changedFiles, changes'],
    [
      'rule.meta.sizeMatters = "yes"',
      '.meta.sizeMatters is true, false or a list of the messages of which it is true, not "yes"',
    ],
    ['rule.meta.sizeMatters = ["foun"]', '.meta.sizeMatters'],
    ['rule.meta.yieldsTo = "no-index"', '.meta.yieldsTo is a list of rules, not "no-index".'],
    ['rule.meta.aliases = ["No Index"]', '.meta.aliases is a list of names'],
    ['rule.meta.options.most.default = "1"', '.options.most.default is a whole number from 0, not "1".'],
    [
      'rule.meta.options.most.type = "number"',
      '.options.most.type is one of boolean, integer, enum, strings',
    ],
    [
      'rule.meta.options.most = { type: "enum", values: ["a"], default: "b", description: "." }',
      '.default is one of a',
    ],
    [
      'rule.meta.options.most = { type: "strings", default: "b", description: "." }',
      '.default is a list of texts',
    ],
    ['rule.meta.options.most = { type: "boolean", description: "." }', '.default is missing: true or false.'],
    [
      'rule.meta.examples.bad[0].reports = ["fund"]',
      '.examples.bad[0].reports is a list of found, not ["fund"].',
    ],
    ['rule.meta.examples.good = []', '.examples.good is a list of one example or more, not [].'],
    [
      'rule.meta.options.most = { type: "enum", default: "b", description: "." }',
      '.values is missing: a list of texts.',
    ],
    ['rule.meta.options.most.convention = "soak"', '.convention is one of soakHours, overdueDays'],
    ['delete rule.on', '.on is missing: an object of functions'],
    ['rule.on = {}', '.on is empty. A rule listens to something.'],
    ['plugin.rules.push(rule)', 'rules[0] and rules[1] are both called no-index. Each name is for one rule.'],
    ['plugin.rules = rule', 'rules is a list of rules, not {'],
    ['plugin.rules = [1n]', 'rules[0] is a rule, as defineRule gives it, not a bigint.'],
    ['delete plugin.meta', 'meta is missing: an object with name and namespace.'],
    ['plugin.config = {}', 'config: there is no such key. Did you mean configs?'],
    [
      'plugin.configs.all.rules["a/no-idex"] = "off"',
      'the plugin has no such rule. Did you mean a/no-index?',
    ],
  ])('after `%s`', async (change, message) => {
    const problems = await spoiled(change);
    expect(problems.join('\n')).toContain(message);
  });

  it.each([
    ['export const plugin = {};', 'lint-a (index.js) has no default export. A plugin’s module ends with'],
    ['export default [];', 'lint-a (index.js) has [] as its default export.'],
    ['export default () => {};', 'lint-a (index.js) has a function as its default export.'],
  ])('exports no plugin: %s', async (source, message) => {
    const { problems } = await load(installed('lint-a', source), ['lint-a']);
    expect(problems).toEqual([expect.stringContaining(message)]);
  });
});
