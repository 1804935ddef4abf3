import { definePlugin, defineRule, type Rule } from 'migration-lint';
import { describe, expect, it } from 'vitest';
import noUselessDirective from '../../rules/history/no-useless-directive.ts';
import { listenerNames } from '../../src/lint/listener-names.ts';
import { qualifiedRules } from '../../src/lint/plugin.ts';
import { lintProject, type LintResult } from '../../src/lint/run.ts';
import { enableRules } from '../../src/lint/settings.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { exampleProject } from '../../src/testing/example-project.ts';

type Meta = Partial<Rule['meta']>;

/** A rule that does what the function does at each index. */
const rule = (name: string, on: (...args: never[]) => unknown, meta: Meta = {}): Rule =>
  ({
    ...defineRule({
      meta: {
        name,
        summary: 'Disallow indexes',
        rationale: 'Why.',
        instead: 'What.',
        policy: [],
        presets: ['recommended'],
        severity: 'error',
        messages: { found: { what: '{{index}} is an index.', help: 'Drop it.' } },
        examples: {
          bad: [{ title: 'one', sql: 'CREATE INDEX ON a (b);', reports: ['found'] }],
          good: [{ title: 'none', sql: 'SELECT 1;' }],
        },
        ...meta,
      },
      on: {},
    }),
    on: { CreateIndex: on },
  }) as unknown as Rule;

type Report = (report: unknown) => void;
const reports = (operation: { name: string }, { report }: { report: Report }): void =>
  report({ messageId: 'found', at: operation, data: { index: operation.name } });

/** Lints the making of an index, with a comment above it, with the rules of a plugin and others. */
async function lint(
  rules: readonly Rule[],
  comment = '',
  others: readonly Rule[] = [],
  indexes = 1,
): Promise<LintResult> {
  await loadParser();
  const plugin = definePlugin({ meta: { name: 'lint-team', namespace: 'team' }, rules });
  const all = [...others, ...qualifiedRules(plugin)];
  const { source, runner } = exampleProject({
    title: '',
    sql: `${comment}\n${'CREATE INDEX i ON a (b);\n'.repeat(indexes)}`,
  });
  return lintProject(source, {
    rules: enableRules(all, 'recommended', new Map()),
    known: all,
    runner,
    postgresVersion: 15,
  });
}

const failures = async (on: (...args: never[]) => unknown): Promise<readonly string[]> => {
  const { findings, failed } = await lint([rule('no-index', on)]);
  expect(failed).toBe(true);
  expect(findings.map((finding) => finding.rule)).toEqual(['failed-rule']);
  return findings.map(({ message }) => message.replace(/^.* failed on \S+: /u, ''));
};

describe('the rules of a plugin', () => {
  it('are called namespace/name in findings', async () => {
    const { findings } = await lint([rule('no-index', reports)]);
    expect(findings.map(({ rule: name, message }) => [name, message])).toEqual([
      ['team/no-index', 'i is an index.'],
    ]);
  });

  it('are called so in comments, by their names and their aliases', async () => {
    const rules = [rule('no-index', reports, { aliases: ['no-idx'] })];
    const comment = (name: string): string => `-- migration-lint-disable-next-statement ${name} -- wanted`;
    const shown = async (name: string): Promise<number> => (await lint(rules, comment(name))).findings.length;
    expect(await shown('team/no-index')).toBe(0);
    expect(await shown('team/no-idx')).toBe(0);
    expect(await shown('no-index')).toBe(1);
  });

  it('yield to rules of their plugin, to those of other plugins, and to rules of migration-lint', async () => {
    const built = rule('no-built', reports);
    const names = async (yieldsTo: string, own = 'no-other'): Promise<readonly string[]> => {
      const rules = [rule('no-index', reports, { yieldsTo: [yieldsTo] }), rule(own, reports)];
      return (await lint(rules, '', [built])).findings.map((finding) => finding.rule);
    };
    expect(await names('no-other')).toEqual(['no-built', 'team/no-other']);
    expect(await names('team/no-other')).toEqual(['no-built', 'team/no-other']);
    expect(await names('no-built')).toEqual(['no-built', 'team/no-other']);
    expect(await names('no-nothing')).toEqual(['no-built', 'team/no-index', 'team/no-other']);
    // Its own rule of that name is meant, not the one of migration-lint.
    expect(await names('no-built', 'no-built')).toEqual(['no-built', 'team/no-built']);
  });

  it('yield to the rule of migration-lint that is called like them', async () => {
    const { findings } = await lint([rule('no-index', reports, { yieldsTo: ['no-index'] })], '', [
      rule('no-index', reports),
    ]);
    expect(findings.map((finding) => finding.rule)).toEqual(['no-index']);
  });

  it('are the same objects but for their names: what they remember elsewhere is found', () => {
    const own = rule('no-index', reports);
    const [qualified] = qualifiedRules({ meta: { name: 'lint-team', namespace: 'team' }, rules: [own] });
    expect(qualified).toEqual({
      meta: { ...own.meta, name: 'team/no-index' },
      on: own.on,
      plugin: 'lint-team',
    });
    expect(qualified?.on).toBe(own.on);
    expect(own.meta.name).toBe('no-index');
  });
});

describe('a rule of a plugin that fails', () => {
  it('is named with its plugin, in the message and in what to do', async () => {
    const { findings } = await lint([
      rule('no-index', () => {
        throw new Error('no such thing.');
      }),
    ]);
    expect(findings).toMatchObject([
      {
        rule: 'failed-rule',
        message:
          'The rule team/no-index of the plugin lint-team failed on 20250101000000_change: no such thing.',
        help: expect.stringContaining('Please report it to the authors of lint-team with') as string,
      },
    ]);
  });

  const broken = (): never => {
    throw new Error('no such thing.');
  };

  it('is told once for each migration, however often it fails there', async () => {
    const { findings } = await lint([rule('no-index', broken), rule('no-other', reports)], '', [], 3);
    expect(findings.map((finding) => finding.rule)).toEqual([
      'failed-rule',
      'team/no-other',
      'team/no-other',
      'team/no-other',
    ]);
  });

  it('says where in the plugin it was, if the plugin’s files are known', async () => {
    const placed = {
      ...rule('no-index', broken),
      placeOf: (error: unknown) => `a.js:${String(error).length}`,
    };
    const { findings } = await lint([], '', [{ ...placed, plugin: 'lint-team' }]);
    expect(findings[0]?.help).toContain('It threw at a.js:21 of the plugin.');
  });

  it('has its directives judged by nobody', async () => {
    const comment = '-- migration-lint-disable-next-statement team/no-index -- wanted';
    const told = async (on: (...args: never[]) => unknown) =>
      (await lint([rule('no-index', on)], comment, [noUselessDirective])).findings.map(
        (finding) => finding.rule,
      );
    expect(await told(() => undefined)).toEqual(['no-useless-directive']);
    expect(await told(broken)).toEqual(['failed-rule']);
  });

  it.each<[string, unknown, string]>([
    ['no message', { messageId: 'fund' }, 'it reports a message fund, and has only found.'],
    ['an inherited name', { messageId: 'toString' }, 'it reports a message toString, and has only found.'],
    ['no id', {}, 'it reports a message undefined, and has only found.'],
    ['no place', { messageId: 'found' }, 'it reports found without `at`'],
    [
      'no severity',
      { messageId: 'found', at: {}, severity: 'warn' },
      'it reports found as warn, which is no severity',
    ],
    ['no value', { messageId: 'found', at: {} }, 'the message needs a value for {{index}}'],
  ])('reports %s', async (_, report, message) => {
    const [told] = await failures((_operation, context: { report: Report }) => context.report(report));
    expect(told).toContain(message);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a text',
      () => {
        throw 'words';
      },
      'words.',
    ],
    [
      'nothing',
      () => {
        throw undefined;
      },
      'it threw something that is no error.',
    ],
    [
      'an object that is no text',
      () => {
        throw Object.create(null);
      },
      'it threw something that is no error.',
    ],
    [
      'later',
      async () => {
        await Promise.resolve();
        throw new Error('too late');
      },
      'a listener is no async function',
    ],
  ])('throws %s', async (_, on, message) => {
    const [told] = await failures(on);
    expect(told).toContain(message);
  });
});

it('there is a list of everything that a rule can listen to', () => {
  expect(listenerNames).toEqual(expect.arrayContaining(['CreateIndex', 'Operation', 'Directive', 'Other']));
  expect(new Set(listenerNames).size).toBe(listenerNames.length);
});
