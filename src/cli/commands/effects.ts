import { diskTree } from '../../input/files/disk-tree.ts';
import { gitRoot, openGit, type Git } from '../../input/files/git.ts';
import type { FileTree } from '../../input/files/types.ts';
import { resolveBase } from '../../input/project/base.ts';
import { postgresOf } from '../../input/project/postgres-of.ts';
import { readProject } from '../../input/project/read-project.ts';
import { runnerOf } from '../../input/runners/runner-of.ts';
import { loadParser } from '../../input/sql/parser.ts';
import { traceProject } from '../../lint/trace.ts';
import { effectsJson } from '../../report/effects-json.ts';
import { effectsText } from '../../report/effects-text.ts';
import type { ProjectEffects } from '../../report/effects-types.ts';
import { transactionWords } from '../../report/runner-words.ts';
import { wantsColor } from '../color.ts';
import { DEFAULT_POSTGRES } from '../../node/default-postgres.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import type { ProjectFlags } from '../lint-flags.ts';
import { selectProjects, type SelectedProject } from '../../node/select-projects.ts';
import { version } from '../../node/version.ts';

/** What the command line says. */
export type EffectsFlags = ProjectFlags;

/**
 * Prints what migrations do to a live database, statement by statement.
 *
 * @param paths migrations, or a folder of them, of which the pending ones are shown.
 * @returns the exit code: 0 unless the run could not be made.
 * @throws {UsageError} and the errors of input/ and config/, which say what to do.
 */
export async function effects(
  paths: readonly string[],
  flags: EffectsFlags,
  environment: Environment,
): Promise<number> {
  const parser = loadParser();
  const root = gitRoot(environment.cwd);
  const top = root ?? environment.cwd;
  const git = root === undefined ? undefined : openGit(root, environment.environment);
  const tree = diskTree(top, git === undefined ? {} : { git });
  const projects: ProjectEffects[] = [];
  for (const selected of await selectProjects({ tree, top, environment, flags }, paths)) {
    await parser;
    projects.push(effectsOfProject(selected, { tree, git, environment }, flags));
  }
  const { stdout } = environment;
  const report = { version: version(), projects };
  const color = wantsColor(flags.color, environment.environment, stdout.isTTY === true);
  stdout.write(
    flags.format === 'json'
      ? effectsJson(report)
      : effectsText(report, { color, width: stdout.columns ?? 100 }),
  );
  return EXIT.clean;
}

function effectsOfProject(
  { found, configuration }: SelectedProject,
  { tree, git, environment }: { tree: FileTree; git: Git | undefined; environment: Environment },
  flags: EffectsFlags,
): ProjectEffects {
  const base = resolveBase({
    git,
    base: configuration.base,
    appliedThrough: configuration.appliedThrough,
    all: undefined,
    environment: environment.environment,
  });
  const source = readProject(tree, found, { base, git, maxBytes: configuration.maxFileSize });
  const runner = runnerOf(tree, found, {
    prisma: flags.prisma ?? configuration.prisma,
    transaction: configuration.transaction,
  });
  const postgres = flags.postgres ?? configuration.postgres ?? postgresOf(tree, found);
  const postgresVersion = postgres ?? DEFAULT_POSTGRES;
  return {
    folder: found.folder,
    runner: runner.label,
    transactions: transactionWords(runner),
    postgresVersion,
    postgresAssumed: postgres === undefined,
    migrations: traceProject(source, { runner, postgresVersion }),
  };
}
