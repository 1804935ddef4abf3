import { writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { rules } from '../../../rules/index.ts';
import { diskTree } from '../../input/files/disk-tree.ts';
import { gitRoot } from '../../input/files/git.ts';
import type { FileTree } from '../../input/files/types.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import { findProjects, projectsFromPaths } from '../../input/project/find-projects.ts';
import { readProject } from '../../input/project/read-project.ts';
import { runnerOf } from '../../input/runners/runner-of.ts';
import { loadParser } from '../../input/sql/parser.ts';
import { lintProject } from '../../lint/run.ts';
import { enableRules, type EnabledRule } from '../../lint/settings.ts';
import { buildReport, type LintedProject } from '../../report/build-report.ts';
import { reporters, type FormatName } from '../../report/formats.ts';
import { wantsColor } from '../color.ts';
import { loadSettings, type Settings } from '../configuration.ts';
import type { Environment } from '../environment.ts';
import { EXIT, UsageError } from '../exit.ts';
import { version } from '../version.ts';

/** What the command line says. */
export interface LintFlags {
  readonly base?: string;
  readonly appliedThrough?: string;
  readonly all?: boolean;
  readonly postgres?: number;
  readonly prisma?: string;
  readonly format: FormatName;
  readonly outputFile?: string;
  readonly config?: string;
  readonly color?: boolean | undefined;
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
  const top = gitRoot(environment.cwd) ?? environment.cwd;
  const tree = diskTree(top);
  const here = relative(top, environment.cwd).split(sep).join('/');
  const { projects, skipped } = chooseProjects(tree, here, paths, environment.cwd, top);
  const linted: LintedProject[] = [];
  for (const found of projects) {
    const settings = await loadSettings(flags, resolve(top, found.folder), top);
    await parser;
    linted.push(lintOne(tree, top, found, settings, flags, environment));
  }
  const report = buildReport({
    version: version(),
    projects: linted,
    skipped,
    duration: performance.now() - start,
  });
  write(reporters[flags.format], report, flags, environment);
  if (linted.some(({ result }) => result.failed)) return EXIT.trouble;
  return report.summary.errors > 0 ? EXIT.findings : EXIT.clean;
}
