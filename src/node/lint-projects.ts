import { version } from './version.ts';
import { buildReport } from '../report/build-report.ts';
import { runProjects } from './run-projects.ts';
import { checkRequest } from './check-request.ts';
import type { LintOutcome, LintRequest, RunRequest } from './types.ts';

/**
 * Lints the projects of a repository, or those that the paths name: finds them, reads their configuration, their migrations
 * and what git knows of them, and lets the rules judge what is pending. Writes nothing.
 *
 * @throws {Error} with `help`, a text that says what to do or undefined, for whatever keeps the run from being made: a mistake
 *   in the request or a configuration, no migrations, a base that is not there, a file that cannot be read.
 */
export async function lintProjects(request: LintRequest = {}): Promise<LintOutcome> {
  checkRequest(request);
  return await lintChecked(request);
}

/** `lintProjects` for a request that was checked. @throws {Error} with `help`, as it does. */
export async function lintChecked(request: RunRequest): Promise<LintOutcome> {
  const { projects, messages, stopwatch } = await runProjects(request);
  const linted = projects.map((project) => project.linted);
  const report = buildReport({ version: version(), projects: linted, duration: stopwatch.elapsed() });
  stopwatch.stage('report');
  return {
    report,
    sources: linted.map(({ source }) => source),
    failed: linted.some(({ result }) => result.failed),
    messages,
    timing: request.timing === true ? stopwatch.timing() : undefined,
  };
}
