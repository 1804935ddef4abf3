import { families, rules } from '../rules/index.ts';
import { configurationSchema } from '../src/config/json-schema.ts';
import { ruleIndexPage, rulePage } from '../src/report/rule-page.ts';

/**
 * All generated files but the rule index.
 *
 * @returns path, relative to the repository's top level → text.
 */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ['schema.json', `${JSON.stringify(configurationSchema(rules), undefined, 2)}\n`],
    ['docs/rules/README.md', ruleIndexPage(rules, families)],
    ...rules.map(
      (rule) => [`docs/rules/${rule.meta.name}.md`, rulePage(rule, families[rule.meta.name] ?? '')] as const,
    ),
  ]);
}
