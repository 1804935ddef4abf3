import { verifySummary, type MigrationVerdict } from './verify-findings.ts';
import type { VerifyReport } from './verify-types.ts';
import { counted, seconds } from './words.ts';

/** The line that sums up a run: `3 migrations proven · 1 not run · 2.14 s`, and how bad it is. */
export function verifyVerdict(report: VerifyReport): {
  readonly worst: MigrationVerdict;
  readonly text: string;
} {
  const { verified, proven, refuted, notRun, checksNotRun, errors, warnings } = verifySummary(report);
  const parts = [
    refuted === 0 ? '' : `${refuted} of ${counted(verified, 'migration')} refuted`,
    errors === 0 ? '' : counted(errors, 'error'),
    warnings === 0 ? '' : counted(warnings, 'warning'),
    proven === 0 && (refuted > 0 || notRun > 0)
      ? ''
      : refuted === 0
        ? `${counted(proven, 'migration')} proven`
        : `${proven} proven`,
    notRun === 0
      ? ''
      : proven + refuted === 0
        ? `${counted(notRun, 'migration')} not run`
        : `${notRun} not run`,
    checksNotRun === 0 ? '' : `${counted(checksNotRun, 'check')} not run`,
    report.duration === undefined ? '' : seconds(report.duration),
  ];
  const worst = refuted > 0 ? 'refuted' : proven === 0 && notRun > 0 ? 'not run' : 'proven';
  return { worst, text: parts.filter((part) => part !== '').join(' · ') };
}
