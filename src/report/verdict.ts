import type { Severity } from '../lint/rule.ts';
import type { ProjectReport, Report } from './types.ts';
import { counted, listed, seconds } from './words.ts';

/** The words of the last line, and how bad it is: `none` for a run without findings. */
export interface Verdict {
  readonly worst: Severity | 'none';
  readonly text: string;
}

/** The line that sums up a run: `1 error in 1 of 3 pending migrations · 2 warnings · 0.14 s`. */
export function verdictOf(report: Report): Verdict {
  const { errors, warnings, infos } = report.summary;
  const worst = errors > 0 ? 'error' : warnings > 0 ? 'warning' : infos > 0 ? 'info' : 'none';
  const notes = report.projects.reduce((sum, project) => sum + project.notes.length, 0);
  const parts = [
    worst === 'none' ? nothingFound(report) : found(report, worst),
    worst === 'error' && warnings > 0 ? counted(warnings, 'warning') : '',
    worst !== 'info' && infos > 0 ? counted(infos, 'info') : '',
    notes > 0 ? counted(notes, 'note') : '',
    fixablePart(report),
    notShownPart(report),
    suppressedPart(report),
    duration(report),
  ];
  return { worst, text: parts.filter((part) => part !== '').join(' · ') };
}

/** How many findings the program can mend: `2 fixable`, `1 fixable, 3 with --unsafe-fixes`; empty if there are none. */
function fixablePart(report: Report): string {
  const fixes = report.projects
    .flatMap((project) => [...project.judged.flatMap(({ findings }) => findings), ...project.findings])
    .map(({ fix }) => fix?.safety);
  const safe = fixes.filter((safety) => safety === 'safe').length;
  const unsafe = fixes.filter((safety) => safety === 'unsafe').length;
  const parts = [
    ...(safe > 0 ? [`${safe} fixable`] : []),
    ...(unsafe > 0 ? [`${unsafe} ${safe > 0 ? '' : 'fixable '}with --unsafe-fixes`] : []),
  ];
  return parts.join(', ');
}

/** How many findings were taken out since they do not fail the run: `2 warnings and 1 info not shown`; empty if none was. */
export function notShownPart({ notShown }: Report): string {
  if (notShown === undefined) return '';
  const { warnings, infos } = notShown;
  const parts = [
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(infos > 0 ? [counted(infos, 'info')] : []),
  ];
  return `${listed(parts)} not shown`;
}

/** How many findings are taken back: `2 suppressed`, `7 suppressed, 5 by the baseline`; empty if there is none. */
export function suppressedPart(report: Report): string {
  const suppressed = report.projects.flatMap((project) => project.suppressed);
  if (suppressed.length === 0) return '';
  const known = suppressed.filter(({ by }) => by.kind === 'baseline').length;
  const words = `${suppressed.length} suppressed`;
  if (known === 0) return words;
  return known === suppressed.length ? `${words} by the baseline` : `${words}, ${known} by the baseline`;
}

/** The wall time for people; empty if the report has none. */
export function duration(report: Report): string {
  return report.duration === undefined ? '' : seconds(report.duration);
}

/** The migrations that were judged, as one says it: `1 pending migration`, `434 migrations`. */
function judgedMigrations(report: Report): string {
  const noun = report.projects.every(({ wholeHistory, selected }) => wholeHistory || selected !== undefined)
    ? 'migration'
    : 'pending migration';
  return counted(report.summary.judged, noun);
}

function nothingFound(report: Report): string {
  const projects = report.projects.length > 1 ? ` in ${report.projects.length} projects` : '';
  const selected = report.projects.find((project) => project.selected !== undefined)?.selected ?? 'pending';
  const judged = report.summary.judged === 0 ? `nothing ${selected}` : judgedMigrations(report);
  const found = report.notShown === undefined ? 'nothing found' : 'nothing that fails the run';
  return `${judged}${projects}, ${found}`;
}

/** The findings of the worst severity and where they are: in so many of the judged migrations, and elsewhere. */
function found(report: Report, worst: Severity): string {
  const of = (findings: ProjectReport['findings']): number =>
    findings.filter(({ severity }) => severity === worst).length;
  const perMigration = report.projects.flatMap(({ judged }) => judged.map(({ findings }) => of(findings)));
  const inside = perMigration.reduce((sum, count) => sum + count, 0);
  const elsewhere = report.projects.reduce((sum, { findings }) => sum + of(findings), 0);
  const migrations = perMigration.filter((count) => count > 0).length;
  if (report.summary.judged === 0) return `${counted(elsewhere, worst)}, nothing pending`;
  if (inside === 0) return `${counted(elsewhere, worst)} outside the ${judgedMigrations(report)}`;
  const within = `${counted(inside, worst)} in ${migrations} of ${judgedMigrations(report)}`;
  return elsewhere === 0 ? within : `${within}, ${elsewhere} elsewhere`;
}
