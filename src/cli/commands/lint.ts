import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { rules } from '../../../rules/index.ts';
import type { Configuration } from '../../config/types.ts';
import { diskTree } from '../../input/files/disk-tree.ts';
import { gitRoot, openGit, type Git } from '../../input/files/git.ts';
import type { FileTree } from '../../input/files/types.ts';
import type { FoundProject, LayoutName } from '../../input/layouts/types.ts';
import { resolveBase } from '../../input/project/base.ts';
import { readProject } from '../../input/project/read-project.ts';
import { runnerOf } from '../../input/runners/runner-of.ts';
import { loadParser } from '../../input/sql/parser.ts';
import { lintProject } from '../../lint/run.ts';
import { enableRules } from '../../lint/settings.ts';
import { buildReport, type LintedProject } from '../../report/build-report.ts';
import { reporters, type FormatName } from '../../report/formats.ts';
import type { Report } from '../../report/types.ts';
import { wantsColor } from '../color.ts';
import { DEFAULT_POSTGRES } from '../default-postgres.ts';
import type { Environment } from '../environment.ts';
import { EXIT, UsageError } from '../exit.ts';
import { selectProjects } from '../select-projects.ts';
import { version } from '../version.ts';

/** What the command line says. */
export interface LintFlags {
  readonly base?: string;
  readonly appliedThrough?: string;
  readonly all?: boolean;
  readonly postgres?: number;
  readonly prisma?: string;
  readonly layout?: LayoutName;
  readonly format: FormatName;
  readonly outputFile?: string;
  readonly config?: string;
  readonly color?: boolean | undefined;
}

/** What a run reads from. */
interface Workspace {
  readonly tree: FileTree;
  /** Absolute path of the tree's root: the repository's top level, or the current folder outside one. */
  readonly top: string;
  readonly git: Git | undefined;
  readonly flags: LintFlags;
  readonly environment: Environment;
}

/**
 * Lints the projects of a repository, or those that the paths name, and writes the report.
 *
 * @returns the exit code.
 * @throws {UsageError} and the errors of input/ and config/, which say what to do.
 */
export async function lint(
  paths: readonly string[],
  flags: LintFlags,
  environment: Environment,
): Promise<number> {
  const start = performance.now();
  checkFlags(flags);
  const parser = loadParser();
  const root = gitRoot(environment.cwd);
  const top = root ?? environment.cwd;
  const git = root === undefined ? undefined : openGit(root, environment.environment);
  const workspace: Workspace = {
    tree: diskTree(top, git === undefined ? {} : { git }),
    top,
    git,
    flags,
    environment,
  };
  const linted: LintedProject[] = [];
  for (const { found, configuration } of await selectProjects(workspace, paths)) {
    await parser;
    linted.push(lintOne(workspace, found, configuration));
  }
  if (linted.length === 0) return EXIT.clean;
  const report = buildReport({ version: version(), projects: linted, duration: performance.now() - start });
  write(report, flags, environment);
  if (linted.some(({ result }) => result.failed)) return EXIT.trouble;
  return report.summary.errors > 0 ? EXIT.findings : EXIT.clean;
}

function checkFlags(flags: LintFlags): void {
  const said = [
    flags.all === true && '--all',
    flags.base !== undefined && '--base',
    flags.appliedThrough !== undefined && '--applied-through',
  ].filter((name) => name !== false);
  if (said.length > 1) {
    throw new UsageError(
      `${said.join(' and ')} contradict each other.`,
      'Each says what is applied. Give one of them.',
    );
  }
}

function lintOne(workspace: Workspace, found: FoundProject, configuration: Configuration): LintedProject {
  const { tree, git, flags, environment } = workspace;
  const base = resolveBase({
    // Said on the command line, `--applied-through` is the whole answer; in a configuration it joins the main branch.
    git: flags.appliedThrough === undefined ? git : undefined,
    base: flags.base ?? configuration.base,
    appliedThrough: flags.appliedThrough ?? configuration.appliedThrough,
    all: flags.all,
    environment: environment.environment,
  });
  const source = readProject(tree, found, { base, git, maxBytes: configuration.maxFileSize });
  const postgres = flags.postgres ?? configuration.postgres;
  const enabled = enableRules(rules, configuration.preset, configuration.rules);
  const result = lintProject(source, {
    rules: enabled,
    known: rules,
    now: environment.now,
    runner: runnerOf(tree, found, {
      prisma: flags.prisma ?? configuration.prisma,
      transaction: configuration.transaction,
    }),
    postgresVersion: postgres ?? DEFAULT_POSTGRES,
  });
  return {
    source,
    result,
    rules: enabled,
    postgresAssumed: postgres === undefined,
    notes: [...(source.notes ?? []), ...result.notes],
  };
}

function write(report: Report, flags: LintFlags, { environment, cwd, stdout }: Environment): void {
  const people = flags.format === 'stylish';
  const toFile = flags.outputFile !== undefined;
  const color = people && !toFile && wantsColor(flags.color, environment, stdout.isTTY === true);
  const text = reporters[flags.format](report, { color, width: stdout.columns ?? 100 });
  if (flags.outputFile === undefined) {
    stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(cwd, flags.outputFile), text);
  } catch (error) {
    throw new UsageError(`${flags.outputFile} cannot be written: ${(error as Error).message}.`);
  }
}
