import type { OptionSchemas, Rule, Severity } from './rule.ts';

/** A rule as a run uses it: with its severity and all its options filled in. */
export interface EnabledRule {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a configuration says of one rule. */
export interface RuleSetting {
  readonly severity: Severity | 'off' | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Chooses the rules of a run.
 *
 * @param rules all rules there are.
 * @param preset turns on the rules that name it; `strict` includes `recommended`.
 * @param settings what the user says of single rules, by name or alias. A setting turns a rule on, unless it says `off`.
 * @returns the enabled rules by name.
 */
export function enableRules(
  rules: readonly Rule[],
  preset: 'recommended' | 'strict',
  settings: ReadonlyMap<string, RuleSetting>,
): readonly EnabledRule[] {
  const enabled: EnabledRule[] = [];
  for (const rule of rules) {
    const { meta } = rule;
    const setting = [meta.name, ...(meta.aliases ?? [])].map((name) => settings.get(name)).find(Boolean);
    const inPreset = meta.presets.some((name) => name === preset || name === 'recommended');
    if (setting === undefined ? !inPreset : setting.severity === 'off') continue;
    enabled.push({
      rule,
      severity:
        setting?.severity === undefined || setting.severity === 'off' ? meta.severity : setting.severity,
      options: { ...defaultOptions(meta.options ?? {}), ...setting?.options },
    });
  }
  return enabled.sort((a, b) => (a.rule.meta.name < b.rule.meta.name ? -1 : 1));
}

function defaultOptions(schemas: OptionSchemas): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schema.default]));
}
