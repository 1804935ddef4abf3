import type { Rule, Severity } from '../lint/rule.ts';
import type { RuleSetting } from '../lint/settings.ts';
import { didYouMean } from '../input/text/nearest.ts';
import { describe, isRecord, own, type ReportProblem, wantedValue } from './values.ts';

/** The severities of a configuration, the one that other linters use among them, by what they mean. */
export const SEVERITIES: ReadonlyMap<string, Severity | 'off'> = new Map([
  ['off', 'off'],
  ['info', 'info'],
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['error', 'error'],
]);

/** The rules by all their names. */
export type RulesByName = ReadonlyMap<string, Rule>;

/** The rules by their names and aliases. */
export function rulesByName(rules: readonly Rule[]): RulesByName {
  return new Map(
    rules.flatMap((rule) =>
      [rule.meta.name, ...(rule.meta.aliases ?? [])].map((name) => [name, rule] as const),
    ),
  );
}

/**
 * Checks what is said of single rules.
 *
 * @param at path of the keys to it: `rules`, `overrides[0].rules`.
 * @param note takes what is no mistake: that a rule is now called something else.
 * @returns the settings by the rules' present names. A part with a problem counts as not said.
 */
export function ruleSettings(
  at: string,
  value: unknown,
  rules: RulesByName,
  { report, note }: { readonly report: ReportProblem; readonly note: ReportProblem },
): Map<string, RuleSetting> {
  const settings = new Map<string, RuleSetting>();
  if (!isRecord(value)) return settings;
  for (const [written, setting] of Object.entries(value)) {
    const path = `${at}.${written}`;
    const rule = rules.get(written);
    if (rule === undefined) {
      report(path, `There is no rule ${written}.${didYouMean(written, [...rules.keys()])}`);
      continue;
    }
    const { name } = rule.meta;
    if (written !== name) note(path, `${written} is now called ${name}.`);
    if (settings.has(name))
      report(path, `${name} is set twice, by its present and by an old name. Keep ${name}.`);
    const read = ruleSetting(path, rule, setting, report);
    if (read !== undefined) settings.set(name, read);
  }
  return settings;
}

/** `"error"`, or `["error", { option: value }]`; undefined if the severity is none. */
function ruleSetting(
  path: string,
  rule: Rule,
  value: unknown,
  report: ReportProblem,
): RuleSetting | undefined {
  const [written, options, ...rest] = Array.isArray(value) ? (value as unknown[]) : [value];
  const severity = typeof written === 'string' ? SEVERITIES.get(written) : undefined;
  const read = options === undefined ? {} : ruleOptions(path, rule, options, report);
  if (rest.length > 0) report(path, 'A rule takes a severity and one object of options, nothing more.');
  if (severity !== undefined) return { severity, options: read };
  const names = [...SEVERITIES.keys()].filter((name) => name !== 'warn');
  const hint =
    typeof written === 'string'
      ? severityHint(written, names)
      : written === false
        ? ' To switch it off, write "off"; YAML reads a bare no or false as a value of its own.'
        : isRecord(written)
          ? ' Options stand behind the severity: ["error", { … }].'
          : '';
  report(
    path,
    `A rule is set to one of ${names.join(', ')}, or to [severity, options], not ${describe(written)}.${hint}`,
  );
  return undefined;
}

/** What a word for a severity of YAML or of another linter may mean. */
function severityHint(written: string, names: readonly string[]): string {
  const known: Readonly<Record<string, string>> = { no: 'off', none: 'off', disabled: 'off', false: 'off' };
  const on = ['on', 'yes', 'true', 'enabled'].includes(written.toLowerCase());
  if (on) return ' A rule is on as soon as it has a severity: "error", or "warning".';
  const meant = own(known, written.toLowerCase());
  return meant === undefined ? didYouMean(written, names) : ` Did you mean ${meant}?`;
}

function ruleOptions(
  path: string,
  rule: Rule,
  value: unknown,
  report: ReportProblem,
): Record<string, unknown> {
  const schemas = rule.meta.options ?? {};
  const options: Record<string, unknown> = {};
  if (!isRecord(value)) {
    report(`${path}[1]`, `The options of a rule are an object, not ${describe(value)}.`);
    return options;
  }
  for (const [name, item] of Object.entries(value)) {
    const schema = own(schemas, name);
    const at = `${path}[1].${name}`;
    if (schema === undefined) {
      const known = Object.keys(schemas);
      const all = known.length === 0 ? ' It has no options.' : ` It has ${known.join(', ')}.`;
      report(at, `${rule.meta.name} has no option ${name}.${didYouMean(name, known) || all}`);
    } else {
      const wanted = wantedValue(schema, item);
      if (wanted === undefined) options[name] = item;
      else report(at, `${name} is ${wanted}, not ${describe(item)}.`);
    }
  }
  return options;
}
