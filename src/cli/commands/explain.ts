import { families, rules } from '../../../rules/index.ts';
import { didYouMean } from '../../config/nearest.ts';
import { rulePage } from '../../report/rule-page.ts';
import { UsageError } from '../exit.ts';

/**
 * Explains a rule.
 *
 * @param name the rule's name or one of its aliases.
 * @returns its page.
 * @throws {UsageError} if there is no such rule.
 */
export function explain(name: string): string {
  const rule = rules.find(({ meta }) => meta.name === name || meta.aliases?.includes(name) === true);
  if (rule === undefined) {
    const names = rules.map(({ meta }) => meta.name);
    throw new UsageError(
      `There is no rule ${name}.${didYouMean(name, names)}`,
      `The rules are: ${names.join(', ')}.`,
    );
  }
  return rulePage(rule, families[rule.meta.name] ?? '');
}
