import { loadParser } from '../../src/input/sql/parser.ts';
import { defineRule, type Migration, type NoOptions, type RuleContext } from '../../src/index.ts';
import type { Example } from '../../src/lint/examples.ts';
import { lintExample } from '../../src/testing/index.ts';

/** What a rule is given that has neither messages nor options. */
export type ProbeContext = RuleContext<Record<string, never>, NoOptions>;

/**
 * Asks something of the pending migrations of an example, as a rule would.
 *
 * @param ask called for each of them, in replay order.
 * @returns what it gave.
 */
export async function probe<Answer>(
  example: Omit<Example, 'title'>,
  ask: (migration: Migration, context: ProbeContext) => Answer,
): Promise<readonly Answer[]> {
  await loadParser();
  const answers: Answer[] = [];
  const rule = defineRule({
    meta: {
      name: 'no-probe',
      summary: 'Disallow nothing',
      rationale: 'It asks.',
      instead: 'Nothing.',
      policy: [],
      presets: [],
      severity: 'info',
      messages: {},
      examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
    },
    on: {
      Migration(migration, context) {
        answers.push(ask(migration, context as unknown as ProbeContext));
      },
    },
  });
  const findings = await lintExample(rule, { title: 'a probe', ...example });
  const [failed] = findings;
  if (failed !== undefined) throw new Error(failed.message);
  return answers;
}
