import { CONVENTION_SCHEMAS } from '../lint/conventions.ts';
import type { Rule } from '../lint/rule.ts';
import { selectRules, type EnabledRule, type MigrationPlace } from '../lint/settings.ts';
import type { Origins } from './merge.ts';
import type { Configuration } from './types.ts';

/** A value that counts, and where it comes from, for people: `default`, `strict`, `.migrationlintrc.json`. */
export interface EffectiveValue {
  readonly name: string;
  readonly value: unknown;
  readonly from: string;
}

/** A rule's severity with where that comes from, and its options. */
export interface EffectiveRule extends EffectiveValue {
  readonly options: readonly EffectiveValue[];
}

/** What counts for a project, or for one migration of it, with where each value comes from. */
export interface EffectiveConfiguration {
  /** The options of the top level that have a value. */
  readonly options: readonly EffectiveValue[];
  readonly conventions: readonly EffectiveValue[];
  /** Rules that are on, and those that the configuration switches off; by name. */
  readonly rules: readonly EffectiveRule[];
  /** Overrides, their globs as values; of one migration those that match it. */
  readonly overrides: readonly EffectiveValue[];
}

/**
 * Works out what counts.
 *
 * @param resolved a configuration without problems.
 * @param migration for which migration; undefined for one that no override matches.
 * @param defaults what options of the top level are where nobody says them.
 */
export function effectiveConfiguration(
  resolved: {
    readonly configuration: Configuration;
    readonly origins: Origins;
    readonly rules: readonly Rule[];
  },
  migration: MigrationPlace | undefined,
  defaults: Readonly<Record<string, unknown>>,
): EffectiveConfiguration {
  const { configuration, origins } = resolved;
  const said = (name: string): string => origins.get(name) ?? 'default';
  const { migrations, layout, custom, transaction, base, appliedThrough } = configuration;
  const { preset, postgres, prisma, maxFileSize, baseline, statistics, verify, plugins } = configuration;
  const options = {
    preset,
    plugins: plugins.length === 0 ? undefined : plugins,
    migrations,
    layout: custom ?? layout,
    transaction,
    base,
    appliedThrough,
    postgres,
    prisma,
    baseline,
    statistics,
    verify: verify && withoutUnsaid(verify),
    maxFileSize,
  };
  const matching = [...configuration.overrides.entries()].filter(
    ([, override]) => migration === undefined || override.matches(migration),
  );
  return {
    options: Object.entries(options).flatMap(([name, value]) => {
      const known = value ?? defaults[name];
      return known === undefined ? [] : [{ name, value: known, from: said(name) }];
    }),
    conventions: Object.keys(CONVENTION_SCHEMAS).map((name) => ({
      name,
      value: configuration.conventions[name as keyof typeof CONVENTION_SCHEMAS],
      from: said(`conventions.${name}`),
    })),
    rules: effectiveRules(
      resolved,
      migration,
      migration === undefined ? [] : matching.map(([index]) => index),
    ),
    overrides: matching.map(([index, { files }]) => ({
      name: `overrides[${index}]`,
      value: files,
      from: said(`overrides[${index}]`),
    })),
  };
}

/** The keys that somebody said. */
function withoutUnsaid(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function effectiveRules(
  { configuration, origins, rules }: Parameters<typeof effectiveConfiguration>[0],
  migration: MigrationPlace | undefined,
  overrides: readonly number[],
): readonly EffectiveRule[] {
  const selection = selectRules(rules, configuration);
  const enabled = new Map(
    (migration === undefined ? selection.rules : selection.rulesOf(migration)).map((one) => [
      one.rule.meta.name,
      one,
    ]),
  );
  const overridden = (name: string, option?: string): string | undefined => {
    const index = overrides.findLast((at) => {
      const setting = configuration.overrides[at]?.rules.get(name);
      return setting !== undefined && (option === undefined || Object.hasOwn(setting.options, option));
    });
    const key = `overrides[${index}]`;
    return index === undefined ? undefined : `${key} of ${origins.get(key) ?? ''}`;
  };
  const origin = (name: string): string | undefined => overridden(name) ?? origins.get(`rules.${name}`);
  return rules
    .filter(({ meta }) => enabled.has(meta.name) || origin(meta.name) !== undefined)
    .map((rule) => {
      const { name } = rule.meta;
      const on = enabled.get(name);
      const from = origin(name) ?? `preset ${configuration.preset}`;
      if (on === undefined) return { name, value: 'off', from, options: [] };
      const optionFrom = (option: string): string | undefined =>
        overridden(name, option) ?? origins.get(`rules.${name}.${option}`);
      return { name, value: on.severity, from, options: effectiveOptions(on, optionFrom) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function effectiveOptions(
  { rule, options }: EnabledRule,
  optionFrom: (option: string) => string | undefined,
): readonly EffectiveValue[] {
  return Object.entries(options).map(([name, value]) => {
    const convention = rule.meta.options?.[name]?.convention;
    const otherwise = convention === undefined ? 'default' : `conventions.${convention}`;
    return { name, value, from: optionFrom(name) ?? otherwise };
  });
}
