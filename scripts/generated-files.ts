import { families, rules } from '../rules/index.ts';
import { presets } from '../rules/presets.ts';
import { configurationSchema } from '../src/config/json-schema.ts';
import { ruleIndexPage, rulePage } from '../src/report/rule-page.ts';
import { loadParser } from '../src/input/sql/parser.ts';
import { readRecord } from '../test/model/effects/matrix/read-record.ts';
import { exampleMessages } from '../src/testing/lint-example.ts';
import { effectsPage } from './effects-page.ts';
import { peersPage } from './pages/peers-page.ts';
import { policyPage } from './pages/policy-page.ts';
import { presetsPage } from './pages/presets-page.ts';
import { verifyPage } from './pages/verify-page.ts';

/**
 * All generated files but the rule index.
 *
 * @returns path, relative to the repository's top level → text.
 */
export async function generatedFiles(): Promise<Map<string, string>> {
  await loadParser();
  const pages: (readonly [string, string])[] = [];
  for (const rule of rules) {
    const { name } = rule.meta;
    pages.push([`docs/rules/${name}.md`, rulePage(rule, families[name] ?? '', await exampleMessages(rule))]);
  }
  return new Map([
    ['schema.json', `${JSON.stringify(configurationSchema(rules), undefined, 2)}\n`],
    ['docs/effects.md', effectsPage(readRecord())],
    ['docs/policy.md', policyPage(rules)],
    ['docs/peers.md', peersPage()],
    ['docs/presets.md', presetsPage(rules)],
    ['docs/verify-findings.md', verifyPage()],
    ['docs/rules/README.md', ruleIndexPage(rules, families, Object.keys(presets))],
    ...pages,
  ]);
}
