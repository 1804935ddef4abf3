import { verifySummary, type MigrationVerdict } from './verify-findings.ts';
import type { VerifyReport } from './verify-types.ts';
import { counted, seconds } from './words.ts';

/** The line that sums up a run: `3 migrations proven · 1 in part · 1 check not run · 2.14 s`, and how bad it is. */
export function verifyVerdict(report: VerifyReport): {
  readonly worst: MigrationVerdict;
  readonly text: string;
} {
  const { verified, proven, inPart, refuted, notRun, checksNotRun, errors, warnings } = verifySummary(report);
  const parts = [
    refuted === 0 ? '' : `${refuted} of ${counted(verified, 'migration')} refuted`,
    errors === 0 ? '' : counted(errors, 'error'),
    warnings === 0 ? '' : counted(warnings, 'warning'),
    proven === 0 && refuted + notRun + inPart > 0
      ? ''
      : refuted === 0
        ? `${counted(proven, 'migration')} proven`
        : `${proven} proven`,
    inPart === 0
      ? ''
      : proven + refuted === 0
        ? `${counted(inPart, 'migration')} proven in part`
        : `${inPart} in part`,
    notRun === 0
      ? ''
      : proven + inPart + refuted === 0
        ? `${counted(notRun, 'migration')} not run`
        : `${notRun} not run`,
    checksNotRun === 0 ? '' : `${counted(checksNotRun, 'check')} not run`,
    report.duration === undefined ? '' : seconds(report.duration),
  ];
  const worst =
    refuted > 0
      ? 'refuted'
      : proven > 0 || notRun + inPart === 0
        ? 'proven'
        : inPart > 0
          ? 'in part'
          : 'not run';
  return { worst, text: parts.filter((part) => part !== '').join(' · ') };
}
