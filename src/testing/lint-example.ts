import { loadParser } from '../input/sql/parser.ts';
import type { Example } from '../lint/examples.ts';
import type { Finding } from '../lint/finding.ts';
import type { Rule } from '../lint/rule.ts';
import type { ReadProject } from '../input/project/types.ts';
import type { MigrationProof } from '../lint/proofs.ts';
import { lintProject, type LintOptions } from '../lint/run.ts';
import { enableRules } from '../lint/settings.ts';
import { exampleProject } from './example-project.ts';

/** Lints an example with one rule. @returns its findings, in file order. */
export async function lintExample(rule: Rule, example: Example): Promise<readonly Finding[]> {
  await loadParser();
  const { source, runner, now } = exampleProject(example);
  const options = example.options ?? {};
  const rules = enableRules(
    [rule],
    'recommended',
    new Map([[rule.meta.name, { severity: undefined, options }]]),
  );
  const result = lintProject(source, {
    rules,
    known: [rule],
    runner,
    postgresVersion: example.postgres ?? 15,
    postgresAssumed: example.postgres === undefined,
    now,
    changedFiles: example.changedFiles,
    proofs: proofsOf(example, source),
  });
  return [...result.findings].sort((a, b) => start(a) - start(b));
}

function proofsOf({ recorded }: Example, { migrations }: ReadProject): LintOptions['proofs'] {
  if (recorded === undefined) return undefined;
  const proof: MigrationProof = {
    state: recorded === 'stale' ? 'stale' : 'current',
    engine: 'PostgreSQL 18.6 (PGlite)',
    date: '2024-12-31',
    proven: recorded === 'applies' ? ['applies'] : ['applies', 'rolls back'],
  };
  return new Map(migrations.map(({ id }) => [id, proof]));
}

const start = (finding: Finding): number => finding.place?.span.start ?? -1;

/** The texts that a rule really gives for its bad examples, each once, by example. Examples that do not work have none. */
export async function exampleMessages(rule: Rule): Promise<ReadonlyMap<Example, readonly string[]>> {
  const messages = new Map<Example, readonly string[]>();
  for (const example of rule.meta.examples.bad) {
    const own = (await lintExample(rule, example)).filter((finding) => finding.rule === rule.meta.name);
    messages.set(example, [...new Set(own.map(({ message }) => message))]);
  }
  return messages;
}
