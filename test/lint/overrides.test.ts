import { beforeAll, describe, expect, it } from 'vitest';
import { defineRule } from '../../src/index.ts';
import type { ReadMigration, ReadProject } from '../../src/input/project/types.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { DEFAULT_CONVENTIONS } from '../../src/lint/conventions.ts';
import { lintProject, type LintResult } from '../../src/lint/run.ts';
import { mergeSettings, selectRules, type RuleSetting, type RuleSettings } from '../../src/lint/settings.ts';

beforeAll(loadParser);

const about = {
  summary: 'Disallow something',
  rationale: '',
  instead: '',
  policy: [],
  presets: ['recommended'],
  severity: 'error',
  options: {
    max: { type: 'integer', default: 10_000, description: '', convention: 'batchRows' },
    keep: { type: 'strings', default: [], description: '' },
  },
  examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
  messages: { found: { what: 'Found with {{max}}.', help: 'Mend it.' } },
} as const;

const one = defineRule({
  meta: { ...about, name: 'no-column' },
  on: {
    AddColumn: (operation, { options, report }) =>
      report({ messageId: 'found', at: operation, data: { max: options.max } }),
  },
});

/** Speaks of every migration when it is asked about the whole. */
const whole = defineRule({
  meta: { ...about, name: 'no-project', options: about.options },
  on: {
    Project({ migrations }, { options, report }) {
      for (const migration of migrations)
        report({ messageId: 'found', at: migration, data: { max: options.max } });
    },
  },
});

const optional = defineRule({
  meta: { ...about, name: 'no-optional', presets: [] },
  on: {
    Migration: (migration, { options, report }) =>
      report({ messageId: 'found', at: migration, data: { max: options.max } }),
  },
});

const RULES = [one, optional, whole];

const setting = (severity: RuleSetting['severity'], options = {}): RuleSetting => ({ severity, options });
const override = (prefix: string, rules: Record<string, RuleSetting>) => ({
  matches: ({ id }: { readonly id: string }) => id.startsWith(prefix),
  rules: new Map(Object.entries(rules)),
});

function project(ids: readonly string[]): ReadProject {
  const migrations = ids.map((id): ReadMigration => {
    const text =
      id === 'a1'
        ? 'CREATE TABLE t (id int); ALTER TABLE t ADD COLUMN a1 int;'
        : `ALTER TABLE t ADD COLUMN ${id} int;`;
    const source = { path: `m/${id}/migration.sql`, text, encoding: 'utf-8', byteOrderMark: false } as const;
    return {
      id,
      version: id,
      name: '',
      state: 'pending',
      why: '',
      path: `m/${id}`,
      forward: { source, problems: [] },
      rollback: undefined,
      change: 'none',
      current: undefined,
    };
  });
  const found = {
    layout: 'prisma',
    folder: 'm',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: undefined,
  } as const;
  return { found, base: { kind: 'revision', label: 'main', commit: '' }, migrations, strays: [] };
}

function lint(settings: Partial<RuleSettings>, ids = ['a1', 'a2', 'b1']): LintResult {
  const selection = selectRules(RULES, { preset: 'recommended', rules: new Map(), ...settings });
  return lintProject(project(ids), {
    ...selection,
    known: RULES,
    runner: { name: 'prisma', label: 'Prisma', mode: 'one query' },
    postgresVersion: 15,
  });
}

const said = ({ findings }: LintResult): string[] =>
  findings
    .map(({ rule, severity, message, migration }) => `${migration} ${rule} ${severity} ${message}`)
    .sort();

describe('overrides', () => {
  it('change severity and options of the migrations that they match; the last one wins', () => {
    const result = lint({
      rules: new Map([['no-project', setting('off')]]),
      overrides: [
        override('a', { 'no-column': setting('warning', { max: 5 }) }),
        override('a2', { 'no-column': setting('info') }),
        override('b', { 'no-column': setting('off'), 'no-optional': setting('warning') }),
      ],
    });
    expect(said(result)).toEqual([
      'a1 no-column warning Found with 5.',
      'a2 no-column info Found with 5.',
      'b1 no-optional warning Found with 10000.',
    ]);
  });

  it('count for what a rule finds when it is asked about all migrations at once, by the migration that it is about', () => {
    const result = lint({
      rules: new Map([['no-column', setting('off')]]),
      overrides: [
        override('a', { 'no-project': setting('warning', { max: 5 }) }),
        override('a2', { 'no-project': setting('off') }),
      ],
    });
    expect(said(result)).toEqual([
      'a1 no-project warning Found with 5.',
      'b1 no-project error Found with 10000.',
    ]);
  });

  it('turn on for some what is off for all', () => {
    const result = lint({
      rules: new Map([
        ['no-column', setting('off')],
        ['no-project', setting('off')],
      ]),
      overrides: [override('b', { 'no-project': setting('info') })],
    });
    expect(said(result)).toEqual(['b1 no-project info Found with 10000.']);
  });

  it('decide whether a directive is of use', () => {
    const selection = selectRules(RULES, {
      preset: 'recommended',
      rules: new Map(),
      overrides: [override('b', { 'no-column': setting('off') })],
    });
    const names = (id: string): string[] =>
      selection.rulesOf({ id, path: id }).map(({ rule }) => rule.meta.name);
    expect(names('a1')).toEqual(['no-column', 'no-project']);
    expect(names('b1')).toEqual(['no-project']);
  });
});

describe('selectRules', () => {
  it('matches each migration once, and shares what is the same', () => {
    let matched = 0;
    const counting = {
      matches: ({ id }: { readonly id: string }) => {
        matched++;
        return id.startsWith('a');
      },
      rules: new Map([['no-column', setting('warning')]]),
    };
    const { rules, rulesOf, all } = selectRules(RULES, {
      preset: 'recommended',
      rules: new Map(),
      overrides: [counting, override('z', { 'no-optional': setting('error') })],
    });
    const places = Array.from({ length: 100 }, (_, index) => ({ id: `a${index}`, path: `m/a${index}` }));
    const sets = new Set([...places, ...places].map(rulesOf));
    expect(matched).toBe(100);
    expect(sets.size).toBe(1);
    expect(rulesOf({ id: 'b', path: 'm/b' })).toBe(rules);
    const [set] = sets;
    expect(set?.find(({ rule }) => rule === whole)).toBe(rules.find(({ rule }) => rule === whole));
    expect(all.map(({ rule }) => rule.meta.name)).toEqual(['no-column', 'no-optional', 'no-project']);
  });

  it('takes an option from the convention, unless somebody sets it', () => {
    const conventions = { ...DEFAULT_CONVENTIONS, batchRows: 500 };
    const maxOf = (rules: RuleSettings['rules']): unknown =>
      selectRules([one], { preset: 'recommended', rules, conventions }).rules[0]?.options['max'];
    expect(maxOf(new Map())).toBe(500);
    expect(maxOf(new Map([['no-column', setting('error', { keep: ['a'] })]]))).toBe(500);
    expect(maxOf(new Map([['no-column', setting('error', { max: 7 })]]))).toBe(7);
  });
});

it('mergeSettings keeps what a later setting does not say', () => {
  const merged = mergeSettings([
    new Map([['no-column', setting('error', { max: 1, keep: ['a'] })]]),
    new Map([['no-column', setting(undefined, { max: 2 })]]),
  ]);
  expect(merged.get('no-column')).toEqual({ severity: 'error', options: { max: 2, keep: ['a'] } });
});
