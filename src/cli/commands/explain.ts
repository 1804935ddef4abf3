import { families, rules } from '../../../rules/index.ts';
import { didYouMean } from '../../input/text/nearest.ts';
import { gitRoot } from '../../input/files/git.ts';
import type { Rule } from '../../lint/rule.ts';
import { rulePage } from '../../report/rule-page.ts';
import { readConfiguration } from '../../node/configuration.ts';
import type { Environment } from '../../node/environment.ts';
import { UsageError } from '../../node/usage-error.ts';

/**
 * Explains a rule.
 *
 * @param name the rule's name or one of its aliases. A configuration is read only for a rule that is not one of ours: its
 *   plugins may have it.
 * @returns its page.
 * @throws {UsageError} if there is no such rule, or if the configuration has mistakes.
 */
export async function explain(
  name: string,
  { config }: { readonly config?: string },
  { cwd }: Pick<Environment, 'cwd'>,
): Promise<string> {
  const own = ruleNamed(rules, name);
  if (own !== undefined) return pageOf(own, families[own.meta.name]);
  const { rules: all, path } = await readConfiguration(config, cwd, gitRoot(cwd) ?? cwd, cwd);
  const found = ruleNamed(all, name);
  if (found !== undefined) return pageOf(found, found.plugin);
  const names = all.map(({ meta }) => meta.name);
  const qualified = names.find((full) => full.endsWith(`/${name}`));
  if (qualified !== undefined)
    throw new UsageError(
      `There is no rule ${name}. Did you mean ${qualified}?`,
      'Rules of plugins are called by their namespace and their name.',
    );
  const hint =
    name.includes('/') && all.length === rules.length
      ? `It would be a rule of a plugin, and ${path ?? 'no configuration that is found from here'} names none.`
      : 'All rules: migration-lint --list-rules';
  throw new UsageError(`There is no rule ${name}.${didYouMean(name, names)}`, hint);
}

/** With what the rule says of its examples: only this command lints them. */
async function pageOf(rule: Rule, family = ''): Promise<string> {
  const { exampleMessages } = await import('../../testing/lint-example.ts');
  return rulePage(rule, family, await exampleMessages(rule));
}

const ruleNamed = (among: readonly Rule[], name: string): Rule | undefined =>
  among.find(({ meta }) => meta.name === name || meta.aliases?.includes(name) === true);
