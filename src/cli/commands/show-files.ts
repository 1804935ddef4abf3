import { judgedOf } from '../../input/project/asked-for.ts';
import type { ReadMigration, ReadProject } from '../../input/project/types.ts';
import { findAll, readSource } from '../../node/run-projects.ts';
import type { RunRequest } from '../../node/types.ts';
import { describeBase } from '../../report/build-report.ts';
import { jsonText } from '../../report/json-text.ts';
import { visibleText } from '../../report/terminal-text.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../../node/usage-error.ts';
import type { LintFlags } from '../lint-flags.ts';

/**
 * Prints the migrations of each project: whether each is applied or pending, and why, and whether a run would judge it.
 *
 * @returns the exit code.
 * @throws {Error} with `help`, as a run would.
 */
export async function showFiles(
  request: RunRequest,
  { format }: LintFlags,
  { stdout, stderr }: Environment,
): Promise<number> {
  if (format !== 'stylish' && format !== 'json')
    throw new UsageError(
      `--show-files and --format ${format} contradict each other.`,
      'It prints text or json.',
    );
  const { workspace, selection, selected, messages } = await findAll(request);
  for (const message of messages) stderr.write(`${message}\n`);
  const projects = selected.map((project) =>
    shownProject(readSource({ workspace, request, selection, project })),
  );
  stdout.write(
    format === 'json' ? jsonText({ version: 1, projects }) : `${projects.map(projectText).join('\n\n')}\n`,
  );
  return EXIT.clean;
}

interface ShownProject {
  readonly folder: string;
  readonly layout: string;
  readonly evidence: string;
  readonly base: string;
  readonly migrations: readonly {
    readonly id: string;
    readonly path: string;
    readonly state: ReadMigration['state'];
    readonly why: string;
    readonly judged: boolean;
  }[];
  /** Files in the folder that are no migration. */
  readonly strays: readonly string[];
}

function shownProject({ found, base, migrations, strays }: ReadProject): ShownProject {
  const isJudged = judgedOf(found, base.kind === 'none');
  return {
    folder: found.folder,
    layout: found.layout,
    evidence: found.evidence,
    base: describeBase(base),
    migrations: migrations.map((migration) => ({
      id: migration.id,
      path: migration.path,
      state: migration.state,
      why: migration.change === 'none' ? migration.why : `${migration.why}, ${migration.change} here`,
      judged: isJudged(migration),
    })),
    strays,
  };
}

function projectText({ folder, layout, evidence, base, migrations, strays }: ShownProject): string {
  const width = Math.max(0, ...migrations.map(({ id }) => id.length));
  const lines = [
    `${folder === '' ? '.' : folder} · ${layout}, by ${evidence} · ${base}`,
    ...migrations.map(({ id, state, why, judged }) => {
      const suffix = state === 'pending' && !judged ? ', not asked for' : '';
      return `  ${state}  ${id.padEnd(width)}  ${why}${state === 'applied' && judged ? ', asked for' : suffix}`;
    }),
    ...strays.map((path) => `  no migration  ${path}`),
  ];
  return lines.map(visibleText).join('\n');
}
