import { didYouMean } from '../input/text/nearest.ts';
import type { Configuration } from '../config/types.ts';
import { validateConfiguration } from '../config/validate.ts';
import type { Rule } from '../lint/rule.ts';
import { mergeSettings, selectRules, type RuleSelection, type RuleSetting } from '../lint/settings.ts';
import { UsageError } from './usage-error.ts';
import { saidAs, type LintRequest, type RunRequest } from './types.ts';

/** It says what no rule could read: without it, a run of a few rules would call a file clean that nobody looked into. */
const ALWAYS = 'no-syntax-error';

/**
 * Chooses the rules of a project: those of its configuration, with what the request says of rules over it.
 *
 * @param rules all rules that the configuration can speak of.
 * @throws {UsageError} for names of rules that there are not, and for a rule that is both wanted and skipped.
 */
export function chooseRules(
  rules: readonly Rule[],
  configuration: Configuration,
  request: Pick<RunRequest, 'rules' | 'only' | 'skip' | 'flags'>,
): RuleSelection {
  const said = requestedSettings(rules, request.rules ?? {}, saidAs(request, 'rules'));
  const only = request.only?.map((name) => namedRule(rules, name, saidAs(request, 'only')));
  const skip = new Set((request.skip ?? []).map((name) => namedRule(rules, name, saidAs(request, 'skip'))));
  const both = only?.find((name) => skip.has(name));
  if (both !== undefined)
    throw new UsageError(
      `${saidAs(request, 'only')} and ${saidAs(request, 'skip')} contradict each other about ${both}.`,
      'Name it in one of them.',
    );
  const wanted = only === undefined ? undefined : new Set([...only, ALWAYS]);
  const isChosen = ({ meta }: Rule): boolean => !skip.has(meta.name) && wanted?.has(meta.name) !== false;
  const overrides = configuration.overrides.map((override) => ({
    ...override,
    rules: mergeSettings([override.rules, onlyOf(said, override.rules)]),
  }));
  const forced = (only ?? []).map((name) => [name, switchedOn(configuration.rules.get(name))] as const);
  const settings = mergeSettings([new Map([...configuration.rules, ...forced]), said]);
  return selectRules(rules.filter(isChosen), { ...configuration, overrides, rules: settings });
}

/** What the request says of rules that an override speaks of. */
function onlyOf(
  said: ReadonlyMap<string, RuleSetting>,
  others: ReadonlyMap<string, RuleSetting>,
): ReadonlyMap<string, RuleSetting> {
  return new Map([...said].filter(([name]) => others.has(name)));
}

/** A rule that is asked for by name runs, whatever the configuration says of it. */
function switchedOn(setting: RuleSetting | undefined): RuleSetting {
  const severity = setting?.severity === 'off' ? undefined : setting?.severity;
  return { severity, options: setting?.options ?? {} };
}

function requestedSettings(
  rules: readonly Rule[],
  said: NonNullable<LintRequest['rules']>,
  name: string,
): ReadonlyMap<string, RuleSetting> {
  if (Object.keys(said).length === 0) return new Map();
  const { configuration, problems } = validateConfiguration({ rules: said }, rules);
  if (problems.length === 0) return configuration.rules;
  throw new UsageError(
    `${name} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}.`,
    problems.map(({ message }) => message).join('\n'),
  );
}

function namedRule(rules: readonly Rule[], name: string, flag: string): string {
  const rule = rules.find(({ meta }) => meta.name === name || meta.aliases?.includes(name) === true);
  if (rule !== undefined) return rule.meta.name;
  const names = rules.flatMap(({ meta }) => [meta.name, ...(meta.aliases ?? [])]);
  throw new UsageError(
    `${flag} names ${name}, and there is no such rule.${didYouMean(name, names)}`,
    'All rules: migration-lint --list-rules',
  );
}
