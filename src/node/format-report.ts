import { reporters, type FormatName } from '../report/formats.ts';
import type { Report, ReporterOptions } from '../report/types.ts';

/**
 * A report as text.
 *
 * @param format `stylish` for people, `json` or `sarif` for programs.
 * @param options colours (off by default) and columns (100).
 * @returns text that ends with a line feed.
 */
export function formatReport(
  report: Report,
  format: FormatName,
  options: Partial<ReporterOptions> = {},
): string {
  return reporters[format](report, { color: false, width: 100, ...options });
}
