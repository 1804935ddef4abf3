import type { Severity } from '../../lint/rule.ts';
import { lintChecked } from '../../node/lint-projects.ts';
import type { LintOutcome } from '../../node/types.ts';
import { atLeast } from '../../report/at-least.ts';
import { counted } from '../../report/words.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import { checkFlags, requestOf, type LintFlags } from '../lint-flags.ts';
import { writeReports } from '../outputs.ts';

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
  checkFlags(flags, paths);
  const request = await requestOf(paths, flags, environment);
  if (flags.listRules === true) {
    const { listRules } = await import('./list-rules.ts');
    return await listRules(request, flags, environment);
  }
  if (flags.showFiles === true) {
    const { showFiles } = await import('./show-files.ts');
    return await showFiles(request, flags, environment);
  }
  if (flags.fix === true || flags.unsafeFixes === true) {
    const { fixAndReport } = await import('./fix.ts');
    return await fixAndReport(request, flags, environment, report);
  }
  return await report(await lintChecked(request), flags, environment);
}

/** Writes the outcome of a run. @returns the exit code. */
async function report(outcome: LintOutcome, flags: LintFlags, environment: Environment): Promise<number> {
  for (const message of outcome.messages) environment.stderr.write(`${message}\n`);
  if (outcome.report.projects.length === 0) return EXIT.clean;
  const failOn = flags.failOn ?? 'error';
  writeReports(
    flags.quiet === true ? atLeast(outcome.report, leastThatFails(outcome, failOn, flags)) : outcome.report,
    flags,
    environment,
  );
  if (outcome.timing !== undefined) {
    const { timingText } = await import('../timing-text.ts');
    environment.stderr.write(timingText(outcome.timing));
  }
  return exitCode(outcome, failOn, flags, environment);
}

/** The least severity of what fails the run: too many warnings do so as well. */
function leastThatFails(
  { report: { summary } }: LintOutcome,
  failOn: Severity,
  { maxWarnings }: LintFlags,
): Severity {
  const isExceeded = maxWarnings !== undefined && summary.warnings > maxWarnings;
  return isExceeded && failOn === 'error' ? 'warning' : failOn;
}

function exitCode(
  { failed, report: { summary } }: LintOutcome,
  failOn: Severity,
  { maxWarnings, exitZero }: LintFlags,
  { stderr }: Environment,
): number {
  if (failed) return EXIT.trouble;
  if (exitZero === true) return EXIT.clean;
  const counts = { error: summary.errors, warning: summary.warnings, info: summary.infos };
  const failing = {
    error: ['error'],
    warning: ['error', 'warning'],
    info: ['error', 'warning', 'info'],
  } as const;
  if (failing[failOn].some((severity) => counts[severity] > 0)) return EXIT.findings;
  if (maxWarnings === undefined || summary.warnings <= maxWarnings) return EXIT.clean;
  stderr.write(`${counted(summary.warnings, 'warning')}, and --max-warnings allows ${maxWarnings}.\n`);
  return EXIT.findings;
}
