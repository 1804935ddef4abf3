import { reporters, type FormatName } from '../report/formats.ts';
import type { Report, ReporterOptions } from '../report/types.ts';
import { didYouMean } from '../input/text/nearest.ts';
import { UsageError } from './usage-error.ts';

/**
 * A report as text.
 *
 * @param format `stylish` for people, `json` or `sarif` for programs.
 * @param options colours (off by default) and columns (100).
 * @returns text that ends with a line feed.
 * @throws {UsageError} for a format that there is not.
 */
export function formatReport(
  report: Report,
  format: FormatName,
  options: Partial<ReporterOptions> = {},
): string {
  if (!Object.hasOwn(reporters, format)) {
    const names = Object.keys(reporters);
    throw new UsageError(
      `There is no format ${format}.${didYouMean(format, names)}`,
      `The formats are ${names.join(', ')}.`,
    );
  }
  return reporters[format](report, { color: false, width: 100, ...options });
}
