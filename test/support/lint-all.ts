import { rules } from '../../rules/index.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { Example } from '../../src/lint/examples.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lintProject } from '../../src/lint/run.ts';
import { enableRules } from '../../src/lint/settings.ts';
import { exampleProject } from '../../src/testing/example-project.ts';

/** What all recommended rules together say of an example. */
export async function lintAll(example: Example): Promise<readonly Finding[]> {
  await loadParser();
  const { source, runner, now } = exampleProject(example);
  return lintProject(source, {
    rules: enableRules(rules, 'recommended', new Map()),
    known: rules,
    runner,
    postgresVersion: example.postgres ?? 15,
    postgresAssumed: example.postgres === undefined,
    now,
  }).findings;
}
