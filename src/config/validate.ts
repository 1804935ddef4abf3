import type { LayoutName } from '../input/layouts/types.ts';
import type { TransactionWord } from '../input/runners/transaction-words.ts';
import type { OptionSchema, Rule, Severity } from '../lint/rule.ts';
import type { RuleSetting } from '../lint/settings.ts';
import { didYouMean } from './nearest.ts';
import { TOP_LEVEL_OPTIONS, type PropertyOption, type TopLevelOption } from './options.ts';
import type { Configuration, ConfigurationProblem } from './types.ts';

const SEVERITIES: readonly string[] = ['off', 'info', 'warning', 'error'];

/**
 * Checks a configuration and gives it its type.
 *
 * @param value what stands in the file.
 * @param rules all known rules.
 * @returns the configuration, and every problem that it has. A part with a problem counts as not said.
 */
export function validateConfiguration(
  value: unknown,
  rules: readonly Rule[],
): { readonly configuration: Configuration; readonly problems: readonly ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const report = (path: string, message: string): void => void problems.push({ path, message });
  const said: Record<string, unknown> = {};
  if (!isRecord(value)) report('', `A configuration is an object, not ${describe(value)}.`);
  else {
    for (const [key, item] of Object.entries(value)) {
      const option = TOP_LEVEL_OPTIONS[key];
      if (option === undefined)
        report(key, `There is no option ${key}.${didYouMean(key, Object.keys(TOP_LEVEL_OPTIONS))}`);
      else if (checkOption(key, option, item, report)) said[key] = item;
    }
  }
  const configuration: Configuration = {
    preset: said['preset'] === 'strict' ? 'strict' : 'recommended',
    rules: ruleSettings(said['rules'], rules, report),
    migrations: said['migrations'] as string | undefined,
    ...layoutOptions(said['layout'], said['transaction'] as TransactionWord | undefined),
    base: said['base'] as string | undefined,
    appliedThrough: said['appliedThrough'] as string | undefined,
    postgres: said['postgres'] as number | undefined,
    prisma: said['prisma'] as string | undefined,
    maxFileSize: said['maxFileSize'] as number | undefined,
  };
  if (configuration.base !== undefined && configuration.appliedThrough !== undefined) {
    report('appliedThrough', 'base and appliedThrough both say what is applied. Keep one of them.');
  }
  return { configuration, problems };
}

type ReportProblem = (path: string, message: string) => void;

function checkOption(path: string, option: TopLevelOption, value: unknown, report: ReportProblem): boolean {
  const wrong = (wanted: string): false => {
    report(path, `${path} is ${wanted}, not ${describe(value)}.`);
    return false;
  };
  switch (option.type) {
    case 'string':
      if (typeof value !== 'string' || value === '') return wrong('a text');
      if (option.pattern !== undefined && !new RegExp(option.pattern, 'u').test(value))
        return wrong(option.wanted);
      return true;
    case 'integer':
      if (
        !Number.isInteger(value) ||
        (value as number) < option.minimum ||
        (value as number) > option.maximum
      ) {
        return wrong(`a whole number from ${option.minimum} to ${option.maximum}`);
      }
      return true;
    case 'enum':
      return (
        (typeof value === 'string' && option.values.includes(value)) ||
        wrong(`one of ${option.values.join(', ')}`)
      );
    case 'object':
      return isRecord(value) || wrong('an object');
    case 'enum or object':
      if (typeof value === 'string' && option.values.includes(value)) return true;
      return isRecord(value)
        ? checkProperties(path, option.properties, value, report)
        : wrong(`one of ${option.values.join(', ')}, or an object`);
    default:
      return option satisfies never;
  }
}

function checkProperties(
  path: string,
  properties: Readonly<Record<string, PropertyOption>>,
  value: Readonly<Record<string, unknown>>,
  report: ReportProblem,
): boolean {
  const problems: [at: string, message: string][] = [];
  const names = Object.keys(properties);
  for (const name of Object.keys(value).filter((key) => !names.includes(key))) {
    problems.push([
      `${path}.${name}`,
      `${path} has no ${name}.${didYouMean(name, names) || ` It has ${names.join(', ')}.`}`,
    ]);
  }
  for (const [name, { required, values, pattern, wanted }] of Object.entries(properties)) {
    const item = value[name];
    const at = `${path}.${name}`;
    if (item === undefined) {
      if (required === true) problems.push([path, `${path} needs ${name}, ${wanted ?? 'a text'}.`]);
    } else if (values !== undefined && !values.includes(item as string)) {
      problems.push([at, `${name} is one of ${values.join(', ')}, not ${describe(item)}.`]);
    } else if (typeof item !== 'string' || (pattern !== undefined && !new RegExp(pattern, 'u').test(item))) {
      problems.push([at, `${name} is ${wanted ?? 'a text'}, not ${describe(item)}.`]);
    }
  }
  for (const [at, message] of problems) report(at, message);
  return problems.length === 0;
}

/** A layout by its name, or by its patterns; a transaction said beside them is the one that counts. */
function layoutOptions(
  layout: unknown,
  transaction: TransactionWord | undefined,
): Pick<Configuration, 'layout' | 'custom' | 'transaction'> {
  if (!isRecord(layout)) return { layout: layout as LayoutName | undefined, custom: undefined, transaction };
  const {
    up,
    down,
    transaction: own,
  } = layout as {
    up: string;
    down?: string;
    transaction?: TransactionWord;
  };
  return { layout: 'custom', custom: { up, down }, transaction: transaction ?? own };
}

function ruleSettings(
  value: unknown,
  rules: readonly Rule[],
  report: ReportProblem,
): Map<string, RuleSetting> {
  const settings = new Map<string, RuleSetting>();
  if (!isRecord(value)) return settings;
  const byName = new Map<string, Rule>();
  for (const rule of rules)
    for (const name of [rule.meta.name, ...(rule.meta.aliases ?? [])]) byName.set(name, rule);
  for (const [name, setting] of Object.entries(value)) {
    const rule = byName.get(name);
    if (rule === undefined) {
      report(`rules.${name}`, `There is no rule ${name}.${didYouMean(name, [...byName.keys()])}`);
      continue;
    }
    settings.set(rule.meta.name, ruleSetting(`rules.${name}`, rule, setting, report));
  }
  return settings;
}

/** `"error"`, or `["error", { option: value }]`. */
function ruleSetting(path: string, rule: Rule, value: unknown, report: ReportProblem): RuleSetting {
  const [severity, options, ...rest] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (typeof severity !== 'string' || !SEVERITIES.includes(severity)) {
    const hint = typeof severity === 'string' ? didYouMean(severity, SEVERITIES) : '';
    report(
      path,
      `A rule is set to one of ${SEVERITIES.join(', ')}, or to [severity, options], not ${describe(severity)}.${hint}`,
    );
    return { severity: undefined, options: {} };
  }
  if (rest.length > 0) report(path, 'A rule takes a severity and one object of options, nothing more.');
  return {
    severity: severity as Severity | 'off',
    options: options === undefined ? {} : ruleOptions(path, rule, options, report),
  };
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
    const schema = schemas[name];
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

/** What the option should be, if the value is not that. */
function wantedValue(schema: OptionSchema, value: unknown): string | undefined {
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'integer': {
      const minimum = schema.minimum ?? 0;
      return Number.isInteger(value) && (value as number) >= minimum
        ? undefined
        : `a whole number from ${minimum}`;
    }
    case 'enum':
      return schema.values.includes(value as string) ? undefined : `one of ${schema.values.join(', ')}`;
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : 'a list of texts';
    default:
      return schema satisfies never;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
