import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckChoice, EngineName } from '../../config/verify-settings.ts';
import type { LayoutName } from '../../input/layouts/types.ts';
import type { Severity } from '../../lint/rule.ts';
import type { Environment } from '../../node/environment.ts';
import { recordProofs } from '../../node/proofs-file.ts';
import { UsageError } from '../../node/usage-error.ts';
import { verifyProjects, type VerifyOutcome } from '../../node/verify-projects.ts';
import type { FormatName } from '../../report/formats.ts';
import type { ReporterOptions } from '../../report/types.ts';
import { verifySummary } from '../../report/verify-findings.ts';
import { verifyJson } from '../../report/verify-json.ts';
import { verifySarif } from '../../report/verify-sarif.ts';
import { verifyText } from '../../report/verify-text.ts';
import type { VerifyReport } from '../../report/verify-types.ts';
import { counted } from '../../report/words.ts';
import { isEngineDied, isEngineUnavailable, isPostgresError } from '../../verify/engines/errors.ts';
import { wantsColor } from '../color.ts';
import { EXIT } from '../exit.ts';
import { checkSelection, type SelectionFlags } from '../lint-flags.ts';
import { ProgressLine } from '../progress.ts';

/** What the command line says. */
export interface VerifyFlags extends SelectionFlags {
  readonly engine?: EngineName;
  readonly url?: string;
  readonly checks?: readonly CheckChoice[];
  /** False for `--no-rows`. */
  readonly rows: boolean;
  readonly timeLimit?: number;
  /** False for `--no-cache`. */
  readonly cache: boolean;
  readonly record?: boolean;
  readonly allowClusterChanges?: boolean;
  readonly iKnowThisIsDisposable?: boolean;
  readonly postgres?: number;
  readonly prisma?: string;
  readonly layout?: LayoutName;
  readonly config?: string;
  readonly format: FormatName;
  readonly outputFile?: string;
  readonly failOn?: Severity;
  readonly exitZero?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean | undefined;
}

/**
 * Runs the pending migrations on a PostgreSQL, and writes what is proven of them.
 *
 * @returns the exit code: 1 if something is refuted that fails a run.
 * @throws {Error} with `help`, which says what to do, if the run cannot be made.
 */
export async function verify(
  paths: readonly string[],
  flags: VerifyFlags,
  environment: Environment,
): Promise<number> {
  if (flags.engine !== undefined && flags.url !== undefined)
    throw new UsageError(
      '--engine and --url contradict each other.',
      'A URL is of a server, whose version is what it is.',
    );
  if (!flags.rows && flags.checks?.some((check) => check === 'rows' || check === 'backfills') === true)
    throw new UsageError(
      '--no-rows and --checks contradict each other.',
      '--checks names all that is asked: leave --no-rows out, or rows and backfills.',
    );
  checkSelection(flags);
  const progress = new ProgressLine(environment);
  let outcome: VerifyOutcome;
  try {
    outcome = await verifyProjects({
      ...flags,
      flags: true,
      cwd: environment.cwd,
      environment: environment.environment,
      now: environment.now,
      paths,
      ignorePatterns: flags.ignorePattern,
      disposable: flags.iKnowThisIsDisposable,
      onProgress: (state) => progress.show(state),
    });
  } catch (error) {
    throw asUsageError(error);
  } finally {
    progress.clear();
  }
  for (const message of outcome.messages) environment.stderr.write(`${message}\n`);
  if (outcome.report.projects.length === 0) return EXIT.clean;
  writeReport(outcome.report, flags, environment);
  if (flags.record === true) record(outcome, environment);
  return exitCode(outcome.report, flags);
}

/** Writes what is proven, and says where: on standard error, so that formats for machines stay what they are. */
function record({ report, sources, workspace }: VerifyOutcome, { now, stderr }: Environment): void {
  const date = now.toISOString().slice(0, 10);
  for (const [index, { selected, source, runner }] of sources.entries()) {
    const verification = report.projects[index]?.verification;
    if (verification === undefined) continue;
    const { file, recorded } = recordProofs(selected, workspace, { source, runner }, verification, date);
    stderr.write(`${file}: ${counted(recorded, 'proof')} recorded\n`);
  }
}

function writeReport(report: VerifyReport, flags: VerifyFlags, environment: Environment): void {
  const { stdout, cwd } = environment;
  const isFile = flags.outputFile !== undefined;
  const color =
    flags.format === 'stylish' &&
    !isFile &&
    wantsColor(flags.color, environment.environment, stdout.isTTY === true);
  const text = formatted(report, flags, { color, width: stdout.columns ?? 100 });
  if (flags.outputFile === undefined) {
    stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(cwd, flags.outputFile), text);
  } catch (error) {
    throw new UsageError(
      `${flags.outputFile} cannot be written: ${(error as Error).message}.`,
      'Name a file in a folder that is there and that you may write to.',
    );
  }
}

function formatted(report: VerifyReport, flags: VerifyFlags, options: ReporterOptions): string {
  switch (flags.format) {
    case 'stylish':
      return verifyText(report, {
        ...options,
        least: flags.quiet === true ? (flags.failOn ?? 'error') : undefined,
      });
    case 'json':
      return verifyJson(report);
    case 'sarif':
      return verifySarif(report, options);
    default:
      return flags.format satisfies never;
  }
}

function exitCode(report: VerifyReport, { failOn = 'error', exitZero }: VerifyFlags): number {
  if (exitZero === true) return EXIT.clean;
  const { errors, warnings, infos } = verifySummary(report);
  const failing: Readonly<Record<Severity, number>> = {
    error: errors,
    warning: errors + warnings,
    info: errors + warnings + infos,
  };
  return failing[failOn] > 0 ? EXIT.findings : EXIT.clean;
}

/** What the engine says of itself, as an error that says what to do. */
function asUsageError(error: unknown): unknown {
  if (isEngineUnavailable(error)) return new UsageError(error.message, error.help);
  if (isEngineDied(error))
    return new UsageError(
      `PostgreSQL ended before it could be asked: ${error.message}.`,
      'Try again with --no-cache, or ask a real server: --engine 15, or --url.',
    );
  if (isPostgresError(error))
    return new UsageError(
      `PostgreSQL refused what the run begins with: ${error.message} (${error.code}).`,
      'If the configuration has verify.prelude, correct it there.',
    );
  return error;
}
