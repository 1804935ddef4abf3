import type { LayoutName } from '../input/layouts/types.ts';
import type { TransactionWord } from '../input/runners/transaction-words.ts';
import { CONVENTION_SCHEMAS, type Conventions } from '../lint/conventions.ts';
import type { Rule } from '../lint/rule.ts';
import type { BasePreset, RuleSetting } from '../lint/settings.ts';
import { parseTablePattern } from '../lint/sizes/table-pattern.ts';
import { globProblem, migrationMatcher } from './globs.ts';
import { mergeConfigurations } from './merge.ts';
import { didYouMean } from '../input/text/nearest.ts';
import { TOP_LEVEL_OPTIONS } from './options.ts';
import type { Configuration, ConfigurationProblem, RuleOverride, SaidConfiguration } from './types.ts';
import { checkOption } from './validate-options.ts';
import { rulesByName, ruleSettings, type RulesByName } from './validate-rules.ts';
import { verifySettings } from './verify-settings.ts';
import { describe, isRecord, own, type ReportProblem, wantedValue } from './values.ts';

/** What a check found. */
export interface Validated {
  readonly said: SaidConfiguration;
  /** Every problem. A part with a problem counts as not said. */
  readonly problems: readonly ConfigurationProblem[];
  /** What is no mistake and should be known: a rule that is now called something else. */
  readonly notes: readonly ConfigurationProblem[];
}

/**
 * Checks what one file says and gives it its types. What it extends is not followed.
 *
 * @param value what stands in the file.
 * @param rules all known rules.
 * @param folder what the globs of overrides are relative to, itself relative to the root of the file tree.
 */
export function validateSaid(value: unknown, rules: readonly Rule[], folder = ''): Validated {
  const problems: ConfigurationProblem[] = [];
  const notes: ConfigurationProblem[] = [];
  const check: Check = {
    rules: rulesByName(rules),
    folder,
    report: (path, message) => void problems.push({ path, message }),
    note: (path, message) => void notes.push({ path, message }),
  };
  const values = topLevel(value, check.report);
  const text = (key: string): string | undefined => values[key] as string | undefined;
  const number = (key: string): number | undefined => values[key] as number | undefined;
  const texts = (key: string): string[] => [values[key] ?? []].flat() as string[];
  const said: SaidConfiguration = {
    extends: texts('extends'),
    plugins: texts('plugins'),
    preset: values['preset'] as BasePreset | undefined,
    rules: ruleSettings('rules', values['rules'], check.rules, check),
    overrides: overrides(values['overrides'], check),
    conventions: conventions(values['conventions'], check.report),
    migrations: text('migrations'),
    ...layoutOptions(values['layout'], values['transaction'] as TransactionWord | undefined),
    base: text('base'),
    appliedThrough: text('appliedThrough'),
    postgres: number('postgres'),
    prisma: text('prisma'),
    maxFileSize: number('maxFileSize'),
    baseline: text('baseline'),
    statistics: text('statistics'),
    verify: verifySettings(values['verify'], check.report),
  };
  if (said.base !== undefined && said.appliedThrough !== undefined)
    check.report('appliedThrough', 'base and appliedThrough both say what is applied. Keep one of them.');
  return { said, problems, notes };
}

/** Checks a configuration that extends nothing: `validateSaid`, and everything that was not said filled in. */
export function validateConfiguration(
  value: unknown,
  rules: readonly Rule[],
): { readonly configuration: Configuration; readonly problems: readonly ConfigurationProblem[] } {
  const { said, problems } = validateSaid(value, rules);
  return { configuration: mergeConfigurations([{ said, source: '' }]).configuration, problems };
}

interface Check {
  readonly rules: RulesByName;
  readonly folder: string;
  readonly report: ReportProblem;
  readonly note: ReportProblem;
}

function topLevel(value: unknown, report: ReportProblem): Readonly<Record<string, unknown>> {
  const right = new Map<string, unknown>();
  if (!isRecord(value)) {
    report('', `A configuration is an object, not ${describe(value)}.`);
    return {};
  }
  for (const [key, item] of Object.entries(value)) {
    const option = own(TOP_LEVEL_OPTIONS, key);
    if (option === undefined)
      report(key, `There is no option ${key}.${didYouMean(key, Object.keys(TOP_LEVEL_OPTIONS))}`);
    else if (checkOption(key, option, item, report)) right.set(key, item);
  }
  return Object.fromEntries(right);
}

function conventions(value: unknown, report: ReportProblem): Partial<Conventions> {
  if (!isRecord(value)) return {};
  const right = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const schema = own(CONVENTION_SCHEMAS, name);
    const path = `conventions.${name}`;
    if (schema === undefined) {
      const names = Object.keys(CONVENTION_SCHEMAS);
      const hint = didYouMean(name, names) || ` There are ${names.join(', ')}.`;
      report(path, `There is no convention ${name}.${hint}`);
      continue;
    }
    const wanted = wantedValue(schema, item);
    if (wanted !== undefined) report(path, `${name} is ${wanted}, not ${describe(item)}.`);
    else if (name !== 'smallTables' || areTables(path, item as readonly string[], report))
      right.set(name, item);
  }
  return Object.fromEntries(right);
}

function areTables(path: string, names: readonly string[], report: ReportProblem): boolean {
  const wrong = [...names.entries()].filter(([, name]) => parseTablePattern(name) === undefined);
  for (const [index, name] of wrong) {
    const wanted = 'a table such as settings, ref.* or audit."Log"';
    report(`${path}[${index}]`, `${describe(name)} is no name of ${wanted}.`);
  }
  return wrong.length === 0;
}

const OVERRIDE_KEYS = ['files', 'rules'];

function overrides(value: unknown, check: Check): RuleOverride[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).map((item, index) => override(`overrides[${index}]`, item, check));
}

function override(path: string, value: unknown, check: Check): RuleOverride {
  const { report } = check;
  const none = { files: [], matches: () => false, rules: new Map<string, RuleSetting>() };
  if (!isRecord(value)) {
    report(path, `An override is an object with files and rules, not ${describe(value)}.`);
    return none;
  }
  for (const key of Object.keys(value).filter((name) => !OVERRIDE_KEYS.includes(name))) {
    const onTop = Object.hasOwn(TOP_LEVEL_OPTIONS, key)
      ? ` ${key} counts for the whole project and stands at the top level.`
      : didYouMean(key, OVERRIDE_KEYS);
    report(`${path}.${key}`, `An override has files and rules, no ${key}.${onTop}`);
  }
  const files = globs(`${path}.files`, own(value, 'files'), report);
  const written = own(value, 'rules');
  if (!isRecord(written))
    report(`${path}.rules`, `An override needs rules, an object, not ${describe(written)}.`);
  const rules = ruleSettings(`${path}.rules`, written, check.rules, check);
  return { files, rules, matches: files.length === 0 ? none.matches : migrationMatcher(files, check.folder) };
}

/** The globs, if all of them are right. */
function globs(path: string, value: unknown, report: ReportProblem): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const problems = list.flatMap((glob, index): readonly (readonly [path: string, message: string])[] => {
    const at = Array.isArray(value) ? `${path}[${index}]` : path;
    if (typeof glob !== 'string')
      return [[at, `files are globs over the paths or ids of migrations, not ${describe(glob)}.`]];
    const problem = globProblem(glob);
    return problem === undefined ? [] : [[at, `The glob ${describe(glob)} ${problem}.`]];
  });
  if (list.length === 0) report(path, 'An override needs at least one glob in files.');
  for (const [at, message] of problems) report(at, message);
  return problems.length > 0 ? [] : (list as readonly string[]);
}

/** A layout by its name, or by its patterns; a transaction said beside them is the one that counts. */
function layoutOptions(
  layout: unknown,
  transaction: TransactionWord | undefined,
): Pick<SaidConfiguration, 'layout' | 'custom' | 'transaction'> {
  if (!isRecord(layout)) return { layout: layout as LayoutName | undefined, custom: undefined, transaction };
  const {
    up,
    down,
    transaction: ownTransaction,
  } = layout as { up: string; down?: string; transaction?: TransactionWord };
  return { layout: 'custom', custom: { up, down }, transaction: transaction ?? ownTransaction };
}
