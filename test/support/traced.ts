import { loadParser } from '../../src/input/sql/parser.ts';
import type { Example } from '../../src/lint/examples.ts';
import { traceProject, type TracedMigration } from '../../src/lint/trace.ts';
import type { EffectsReport } from '../../src/report/effects-types.ts';
import { transactionWords } from '../../src/report/runner-words.ts';
import { exampleProject } from '../../src/testing/example-project.ts';

/** The pending migrations of an example, traced. */
export async function traced(example: Example): Promise<readonly TracedMigration[]> {
  await loadParser();
  const { source, runner } = exampleProject(example);
  return traceProject(source, { runner, postgresVersion: 15 });
}

/** A report over examples, each as a project of its own. */
export async function effectsReport(...examples: readonly Example[]): Promise<EffectsReport> {
  const projects = await Promise.all(
    examples.map(async (example) => {
      const { source, runner } = exampleProject(example);
      return {
        folder: source.found.folder,
        runner: runner.label,
        transactions: transactionWords(runner),
        postgresVersion: 15,
        postgresAssumed: true,
        migrations: await traced(example),
      };
    }),
  );
  return { version: '0.0.0', projects };
}
