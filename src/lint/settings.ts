import { DEFAULT_CONVENTIONS, type Conventions } from './conventions.ts';
import type { OptionSchema, Rule, Severity } from './rule.ts';

/** A rule as a run uses it: with its severity and all its options filled in. */
export interface EnabledRule {
  readonly rule: Rule;
  readonly severity: Severity;
  /** True if somebody set the severity; left out where it is the one that its author gave it. */
  readonly isSeveritySaid?: true;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a configuration says of one rule. */
export interface RuleSetting {
  /** Undefined leaves it as it is: the rule is on, with what its author or an earlier setting says. */
  readonly severity: Severity | 'off' | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The sets of rules that can be turned on as one. */
export type BasePreset = 'recommended' | 'strict';

/**
 * Chooses the rules of a run.
 *
 * @param rules all rules there are.
 * @param preset turns on the rules that name it; `strict` includes `recommended`.
 * @param settings what the user says of single rules, by name or alias. A setting turns a rule on, unless it says `off`.
 * @param conventions what the options that follow a convention are where nobody sets them.
 * @returns the enabled rules by name.
 */
export function enableRules(
  rules: readonly Rule[],
  preset: BasePreset,
  settings: ReadonlyMap<string, RuleSetting>,
  conventions: Conventions = DEFAULT_CONVENTIONS,
): readonly EnabledRule[] {
  const enabled: EnabledRule[] = [];
  for (const rule of rules) {
    const { meta } = rule;
    const setting = [meta.name, ...(meta.aliases ?? [])].map((name) => settings.get(name)).find(Boolean);
    const inPreset = meta.presets.some((name) => name === preset || name === 'recommended');
    if (setting === undefined ? !inPreset : setting.severity === 'off') continue;
    const defaults = Object.entries(meta.options ?? {}).map(
      ([name, schema]) => [name, defaultOption(schema, conventions)] as const,
    );
    const said = setting?.severity === 'off' ? undefined : setting?.severity;
    enabled.push({
      rule,
      severity: said ?? meta.severity,
      ...(said !== undefined && { isSeveritySaid: true }),
      options: { ...Object.fromEntries(defaults), ...setting?.options },
    });
  }
  return enabled.sort(byName);
}

/** What an option of a rule is where nobody sets it: the convention that it follows, or its default. */
export function defaultOption(schema: OptionSchema, conventions: Conventions): unknown {
  return schema.convention === undefined ? schema.default : conventions[schema.convention];
}

/** What settings are chosen by: where a migration lies and what it is called. */
export interface MigrationPlace {
  readonly id: string;
  /** Path of the folder or file that is the migration. */
  readonly path: string;
}

/** Settings for some migrations. */
export interface SettingsOverride {
  readonly matches: (migration: MigrationPlace) => boolean;
  readonly rules: ReadonlyMap<string, RuleSetting>;
}

/** What a configuration says of rules. */
export interface RuleSettings {
  readonly preset: BasePreset;
  readonly rules: ReadonlyMap<string, RuleSetting>;
  /** Of several that match a migration the last one wins. */
  readonly overrides?: readonly SettingsOverride[];
  readonly conventions?: Conventions;
}

/** The rules of a run, and which of them are on for which migration. */
export interface RuleSelection {
  /** Those that are on where no override matches, by name. */
  readonly rules: readonly EnabledRule[];
  /** Those of one migration, by name. A rule whose settings no override touches is the same object everywhere. */
  readonly rulesOf: (migration: MigrationPlace) => readonly EnabledRule[];
  /** Each rule that is on at all or may be for some migration, by name. */
  readonly all: readonly EnabledRule[];
}

/**
 * Chooses the rules of a run for each migration. Overrides are matched once for each migration, and rules put together once
 * for each combination of overrides, so that it costs next to nothing however many migrations there are.
 *
 * @param rules all rules there are.
 */
export function selectRules(rules: readonly Rule[], settings: RuleSettings): RuleSelection {
  const { preset, overrides = [], conventions } = settings;
  const base = enableRules(rules, preset, settings.rules, conventions);
  const byCombination = new Map<string, readonly EnabledRule[]>();
  const byPath = new Map<string, readonly EnabledRule[]>();
  const combined = (matching: readonly SettingsOverride[]): readonly EnabledRule[] => {
    const touched = new Set(matching.flatMap((override) => [...override.rules.keys()]));
    const merged = mergeSettings([settings.rules, ...matching.map((override) => override.rules)]);
    const isTouched = ({ meta }: Rule): boolean =>
      [meta.name, ...(meta.aliases ?? [])].some((name) => touched.has(name));
    const own = enableRules(rules.filter(isTouched), preset, merged, conventions);
    return [...base.filter(({ rule }) => !isTouched(rule)), ...own].sort(byName);
  };
  const chosen = (migration: MigrationPlace): readonly EnabledRule[] => {
    const matching = overrides.filter((override) => override.matches(migration));
    if (matching.length === 0) return base;
    const key = matching.map((override) => overrides.indexOf(override)).join();
    return getOrAdd(byCombination, key, () => combined(matching));
  };
  const everywhere = new Map(
    [base, ...overrides.map((override) => combined([override]))]
      .flat()
      .map((enabled) => [enabled.rule.meta.name, enabled]),
  );
  return {
    rules: base,
    rulesOf:
      overrides.length === 0
        ? () => base
        : (migration) => getOrAdd(byPath, `${migration.path}\0${migration.id}`, () => chosen(migration)),
    all: overrides.length === 0 ? base : [...everywhere.values()].sort(byName),
  };
}

/**
 * Puts settings together, later ones over earlier ones: the last severity that is said counts, and each option by itself.
 *
 * @param layers settings by the names of the rules.
 */
export function mergeSettings(layers: readonly ReadonlyMap<string, RuleSetting>[]): Map<string, RuleSetting> {
  const merged = new Map<string, RuleSetting>();
  for (const layer of layers) {
    for (const [name, { severity, options }] of layer) {
      const before = merged.get(name);
      merged.set(name, {
        severity: severity ?? before?.severity,
        options: { ...before?.options, ...options },
      });
    }
  }
  return merged;
}

function byName(a: EnabledRule, b: EnabledRule): number {
  return a.rule.meta.name < b.rule.meta.name ? -1 : 1;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
