import { describe, expect, it } from 'vitest';
import { validateConfiguration } from '../../src/config/validate.ts';
import { defineRule } from '../../src/index.ts';

const rule = defineRule({
  meta: {
    name: 'no-example',
    summary: 'Disallow examples',
    rationale: '',
    instead: '',
    policy: [],
    presets: ['recommended'],
    severity: 'error',
    aliases: ['no-sample'],
    options: {
      limit: { type: 'integer', default: 10, minimum: 1, description: 'A number.' },
      when: { type: 'enum', values: ['always', 'never'], default: 'always', description: 'A word.' },
    },
    messages: { found: { what: 'Found.', help: 'Mend it.' } },
    examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
  },
  on: {},
});

const validate = (value: unknown) => validateConfiguration(value, [rule]);
const messages = (value: unknown): string[] =>
  validate(value).problems.map(({ path, message }) => `${path}: ${message}`);

describe('validateConfiguration', () => {
  it('takes what is right', () => {
    const { configuration, problems } = validate({
      $schema: './schema.json',
      preset: 'strict',
      postgres: 16,
      prisma: '7.4.0',
      appliedThrough: '20240101000000',
      rules: { 'no-example': ['warning', { limit: 5 }] },
    });
    expect(problems).toEqual([]);
    expect(configuration.preset).toBe('strict');
    expect(configuration.rules.get('no-example')).toEqual({ severity: 'warning', options: { limit: 5 } });
  });

  it('knows a rule by its old name', () => {
    expect(validate({ rules: { 'no-sample': 'off' } }).configuration.rules.get('no-example')?.severity).toBe(
      'off',
    );
  });

  it('reports everything at once, with the nearest name', () => {
    expect(
      messages({
        postgers: 15,
        preset: 'recomended',
        postgres: 9,
        prisma: 'six',
        maxFileSize: '5 MB',
        rules: { 'no-exmple': 'error', 'no-example': ['eror', { limt: 3 }] },
      }),
    ).toEqual([
      'postgers: There is no option postgers. Did you mean postgres?',
      'preset: preset is one of recommended, strict, not "recomended".',
      'postgres: postgres is a whole number from 13 to 18, not 9.',
      'prisma: prisma is a version such as 6.19.0, not "six".',
      'maxFileSize: maxFileSize is a whole number from 1024 to 104857600, not "5 MB".',
      'rules.no-exmple: There is no rule no-exmple. Did you mean no-example?',
      'rules.no-example: A rule is set to one of off, info, warning, error, or to [severity, options], not "eror". Did you mean error?',
    ]);
  });

  it.each<[unknown, string]>([
    [['error', { limit: 0 }], 'rules.no-example[1].limit: limit is a whole number from 1, not 0.'],
    [['error', { when: 'now' }], 'rules.no-example[1].when: when is one of always, never, not "now".'],
    [
      ['error', { limmit: 1 }],
      'rules.no-example[1].limmit: no-example has no option limmit. Did you mean limit?',
    ],
    [['error', 5], 'rules.no-example[1]: The options of a rule are an object, not 5.'],
    [['error', {}, 1], 'rules.no-example: A rule takes a severity and one object of options, nothing more.'],
  ])('refuses %j', (setting, message) => {
    expect(messages({ rules: { 'no-example': setting } })).toEqual([message]);
  });

  it.each<[unknown]>([['text'], [[]], [null], [5]])('refuses %j as a whole', (value) => {
    expect(messages(value)).toHaveLength(1);
  });

  it('takes a layout by its name, or by patterns', () => {
    const named = validate({ migrations: 'db', layout: 'goose', transaction: 'statement' });
    expect(named.problems).toEqual([]);
    expect(named.configuration).toMatchObject({
      migrations: 'db',
      layout: 'goose',
      custom: undefined,
      transaction: 'statement',
    });
    const layout = { up: 'sql/{version}_{name}.sql', down: 'undo/{version}.sql', transaction: 'file' };
    expect(validate({ layout })).toMatchObject({
      problems: [],
      configuration: {
        layout: 'custom',
        custom: { up: layout.up, down: layout.down },
        transaction: 'file',
      },
    });
    expect(validate({ layout, transaction: 'deploy' }).configuration.transaction).toBe('deploy');
  });

  it('refuses what is no layout, all at once', () => {
    const path = 'a path below the migrations folder with {version} or {name} in it';
    expect(messages({ layout: 'gose', transaction: 'none' })).toEqual([
      expect.stringMatching(/^layout: layout is one of prisma, .*, plain, or an object, not "gose"\.$/),
      'transaction: transaction is one of deploy, file, query, statement, not "none".',
    ]);
    expect(messages({ layout: { down: '../{version}.sql', transaction: 'no', upp: 'x' } })).toEqual([
      'layout.upp: layout has no upp. Did you mean up?',
      `layout: layout needs up, ${path}.`,
      `layout.down: down is ${path}, not "../{version}.sql".`,
      'layout.transaction: transaction is one of deploy, file, query, statement, not "no".',
    ]);
    expect(messages({ layout: { up: 'all.sql' } })).toEqual([`layout.up: up is ${path}, not "all.sql".`]);
  });

  it('refuses two answers to one question', () => {
    expect(messages({ base: 'main', appliedThrough: '2024' })).toEqual([
      'appliedThrough: base and appliedThrough both say what is applied. Keep one of them.',
    ]);
  });
});
