import { describe, expect, it } from 'vitest';
import { validateConfiguration, validateSaid } from '../../src/config/validate.ts';
import { defineRule } from '../../src/index.ts';
import { CONVENTION_SCHEMAS, DEFAULT_CONVENTIONS } from '../../src/lint/conventions.ts';

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
      'preset: preset is one of recommended, strict, not "recomended". Did you mean recommended?',
      'postgres: postgres is a whole number from 13 to 18, not 9.',
      'prisma: prisma is a version such as 6.19.0, not "six".',
      'maxFileSize: maxFileSize is a whole number from 1024 to 104857600, not "5 MB".',
      'rules.no-exmple: There is no rule no-exmple. Did you mean no-example?',
      'rules.no-example[1].limt: no-example has no option limt. Did you mean limit?',
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
    const path =
      'a path below the migrations folder with {version} or {name} in it, and at most three of * and {name} in a part of it';
    expect(messages({ layout: 'gose', transaction: 'none' })).toEqual([
      expect.stringMatching(
        /^layout: layout is one of prisma, .*, plain, or an object, not "gose"\. Did you mean goose\?$/,
      ),
      'transaction: transaction is one of deploy, file, query, statement, not "none".',
    ]);
    expect(messages({ layout: { down: '../{version}.sql', transaction: 'no', upp: 'x' } })).toEqual([
      'layout.upp: layout has no upp. Did you mean up?',
      `layout: layout needs up, ${path}.`,
      `layout.down: down is ${path}, not "../{version}.sql".`,
      'layout.transaction: transaction is one of deploy, file, query, statement, not "no".',
    ]);
    expect(messages({ layout: { up: 'all.sql' } })).toEqual([`layout.up: up is ${path}, not "all.sql".`]);
    // A pull request brings its configuration along: this one would take minutes on one long file name.
    expect(messages({ layout: { up: '*a*a*a*a*{version}.sql' } })).toHaveLength(1);
  });

  it('takes warn for warning, as other linters have it', () => {
    const { configuration } = validate({ rules: { 'no-example': ['warn', { limit: 2 }] } });
    expect(configuration.rules.get('no-example')?.severity).toBe('warning');
  });

  it.each([
    [
      'error',
      'warning',
      'rules.no-sample: no-example is set twice, by its present and by an old name. Keep no-example.',
    ],
  ])('refuses a rule under both of its names', (now, before, message) => {
    expect(messages({ rules: { 'no-example': now, 'no-sample': before } })).toEqual([message]);
  });

  it('says what a rule is called now', () => {
    const { problems, notes } = validateSaid({ rules: { 'no-sample': 'off' } }, [rule]);
    expect(problems).toEqual([]);
    expect(notes).toEqual([{ path: 'rules.no-sample', message: 'no-sample is now called no-example.' }]);
  });

  it.each([
    [false, 'To switch it off, write "off"; YAML reads a bare no or false as a value of its own.'],
    [{ limit: 5 }, 'Options stand behind the severity: ["error", { … }].'],
  ])('knows what somebody means who sets a rule to %j', (setting, hint) => {
    expect(messages({ rules: { 'no-example': setting } })[0]).toContain(hint);
  });

  it('knows nothing of what every object has', () => {
    expect(messages(JSON.parse('{ "constructor": 1, "__proto__": { "postgres": 9 } }'))).toEqual([
      'constructor: There is no option constructor.',
      '__proto__: There is no option __proto__.',
    ]);
    expect(
      messages({ conventions: { toString: 1 }, rules: { 'no-example': ['error', { valueOf: 1 }] } }),
    ).toEqual([
      'rules.no-example[1].valueOf: no-example has no option valueOf. It has limit, when.',
      `conventions.toString: There is no convention toString. There are ${Object.keys(CONVENTION_SCHEMAS).join(', ')}.`,
    ]);
  });

  it('takes names of small tables, and says which are none', () => {
    const smallTables = ['settings', 'ref.*', 'audit."Log"'];
    expect(validate({ conventions: { smallTables } }).configuration.conventions).toMatchObject({
      smallTables,
    });
    expect(
      messages({ conventions: { smallTables: ['a', 'a.b.c', ''], smallRows: -1 }, statistics: 1 }),
    ).toEqual([
      'statistics: statistics is a text, not 1.',
      'conventions.smallTables[1]: "a.b.c" is no name of a table such as settings, ref.* or audit."Log".',
      'conventions.smallTables[2]: "" is no name of a table such as settings, ref.* or audit."Log".',
      'conventions.smallRows: smallRows is a whole number from 0, not -1.',
    ]);
    expect(messages({ conventions: { smallTables: 'a' } })).toEqual([
      'conventions.smallTables: smallTables is a list of texts, not "a".',
    ]);
  });

  it('takes conventions, and says which there are', () => {
    const { configuration, problems } = validate({
      conventions: { soakHours: 48, nameConvention: 'numbered' },
    });
    expect(problems).toEqual([]);
    expect(configuration.conventions).toEqual({
      ...DEFAULT_CONVENTIONS,
      soakHours: 48,
      nameConvention: 'numbered',
    });
    expect(messages({ conventions: { soakHour: 1, batchRows: 0, rollbackFile: 'undo.sql' } })).toEqual([
      'conventions.soakHour: There is no convention soakHour. Did you mean soakHours?',
      'conventions.batchRows: batchRows is a whole number from 1, not 0.',
      'conventions.rollbackFile: rollbackFile is one of rollback.sql, down.sql, not "undo.sql".',
    ]);
  });

  it('takes overrides', () => {
    const { configuration, problems } = validate({
      overrides: [{ files: '2023*', rules: { 'no-sample': 'off' } }],
    });
    expect(problems).toEqual([]);
    const [override] = configuration.overrides;
    expect(override?.rules.get('no-example')?.severity).toBe('off');
    expect(override?.matches({ id: '20230101_x', path: 'm/20230101_x' })).toBe(true);
  });

  it.each<[unknown, string[]]>([
    [{}, ['overrides: overrides is a list, not {}.']],
    [[5], ['overrides[0]: An override is an object with files and rules, not 5.']],
    [
      [{ file: 'x', rules: {} }],
      [
        'overrides[0].file: An override has files and rules, no file. Did you mean files?',
        'overrides[0].files: files are globs over the paths or ids of migrations, not nothing.',
      ],
    ],
    [
      [{ files: [], postgres: 15 }],
      [
        'overrides[0].postgres: An override has files and rules, no postgres. postgres counts for the whole project and stands at the top level.',
        'overrides[0].files: An override needs at least one glob in files.',
        'overrides[0].rules: An override needs rules, an object, not nothing.',
      ],
    ],
    [
      [{ files: ['a', '../b'], rules: { 'no-exampel': 'off' } }],
      [
        'overrides[0].files[1]: The glob "../b" leads out of the folder of the configuration.',
        'overrides[0].rules.no-exampel: There is no rule no-exampel. Did you mean no-example?',
      ],
    ],
  ])('refuses the overrides %j', (overrides, expected) => {
    expect(messages({ overrides })).toEqual(expected);
  });

  it('refuses two answers to one question', () => {
    expect(messages({ base: 'main', appliedThrough: '2024' })).toEqual([
      'appliedThrough: base and appliedThrough both say what is applied. Keep one of them.',
    ]);
  });
});
