import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reporters, type FormatName } from '../report/formats.ts';
import type { Report } from '../report/types.ts';
import { wantsColor } from './color.ts';
import type { Environment } from '../node/environment.ts';
import { UsageError } from '../node/usage-error.ts';
import type { LintFlags } from './lint-flags.ts';

/**
 * Writes a report: to standard output or the output file, then to the file of each `--report`. Colours go to no file and to no
 * format for machines.
 *
 * @throws {UsageError} for a file that cannot be written; those before it are written by then.
 */
export function writeReports(report: Report, flags: LintFlags, environment: Environment): void {
  const { stdout } = environment;
  const render = (format: FormatName, color: boolean): string =>
    reporters[format](report, {
      color,
      width: stdout.columns ?? 100,
      includeSuppressed: flags.sarifIncludeSuppressed === true,
    });
  if (flags.outputFile === undefined) {
    const isColored = wantsColor(flags.color, environment.environment, stdout.isTTY === true);
    stdout.write(render(flags.format, flags.format === 'stylish' && isColored));
  } else writeOutput(flags.outputFile, render(flags.format, false), environment);
  for (const { format, file } of flags.report ?? []) writeOutput(file, render(format, false), environment);
}

function writeOutput(file: string, text: string, { cwd }: Environment): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${(error as Error).message}.`,
      'Name a file in a folder that is there and that you may write to.',
    );
  }
}
