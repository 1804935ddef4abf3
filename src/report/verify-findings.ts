import type { Finding } from '../lint/finding.ts';
import { Fingerprints } from '../lint/fingerprint.ts';
import type { Severity } from '../lint/rule.ts';
import { VERIFY_FINDINGS } from '../verify/finding-pages.ts';
import type { Verdict, VerifiedMigration, VerifyFinding } from '../verify/types.ts';
import { summarize } from './build-report.ts';
import type { MigrationReport, ProjectReport, Report } from './types.ts';
import type { VerifiedProject, VerifyReport } from './verify-types.ts';

/** What became of a migration as a whole. */
export type MigrationVerdict = 'proven' | 'in part' | 'refuted' | 'not run';

/** Refuted if anything about it is; not run if nobody can tell whether it applies; in part if it does, and something else was not run. */
export function migrationVerdict({ verdicts }: Pick<VerifiedMigration, 'verdicts'>): MigrationVerdict {
  if (verdicts.some(({ outcome }) => outcome === 'refuted')) return 'refuted';
  const applies = verdicts.find(({ check }) => check === 'applies');
  if (applies?.outcome !== 'proven') return 'not run';
  return verdicts.every(({ outcome }) => outcome === 'proven') ? 'proven' : 'in part';
}

/** How many migrations became what, and how many findings of refuted verdicts there are of each severity. */
export interface VerifySummary {
  readonly verified: number;
  /** All that was asked of them is proven. */
  readonly proven: number;
  /** They apply, nothing is refuted, and something was not run. */
  readonly inPart: number;
  readonly refuted: number;
  readonly notRun: number;
  /** Checks other than whether it applies that were not made of migrations that apply. */
  readonly checksNotRun: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

/** Counts what became of the migrations of a run. */
export function verifySummary({ projects }: Pick<VerifyReport, 'projects'>): VerifySummary {
  const migrations = projects.flatMap(({ verification }) => verification?.migrations ?? []);
  const verdicts = migrations.map(migrationVerdict);
  const count = (wanted: MigrationVerdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  const refuted = migrations.flatMap(refutedFindings);
  const of = (wanted: Severity): number => refuted.filter(({ severity }) => severity === wanted).length;
  return {
    verified: migrations.length,
    proven: count('proven'),
    inPart: count('in part'),
    refuted: count('refuted'),
    notRun: count('not run'),
    checksNotRun: migrations
      .flatMap((migration) => migration.verdicts)
      .filter(({ check, outcome }) => outcome === 'not run' && check !== 'applies').length,
    errors: of('error'),
    warnings: of('warning'),
    infos: of('info'),
  };
}

/** What is wrong with a migration; not what is only said along with a verdict. */
export function refutedFindings({ verdicts }: Pick<VerifiedMigration, 'verdicts'>): readonly VerifyFinding[] {
  return verdicts.filter(({ outcome }) => outcome === 'refuted').flatMap(({ findings }) => findings);
}

/** A finding of `verify` in the form of lint's. @param migration the id of its migration. */
export function asFinding(
  finding: VerifyFinding,
  migration: string | undefined,
  fingerprints: Fingerprints,
): Finding {
  const { id, severity, message, help, path, place } = finding;
  return {
    rule: id,
    messageId: id,
    severity,
    message,
    help,
    data: {},
    place,
    path,
    label: undefined,
    related: [],
    migration,
    effects: [],
    fingerprint: fingerprints.of([id, id, path], place),
  };
}

/**
 * What was refuted as a report of lint's, for formats that know findings alone: details become sentences of the message, and reasons
 * for what was not run become notes.
 */
export function asLintReport({ version, projects, duration }: VerifyReport): Report {
  const reports = projects.map(projectReport);
  return {
    version,
    projects: reports,
    rules: Object.entries(VERIFY_FINDINGS).map(([name, page]) => ({
      meta: { name, ...page, presets: [], messages: {} },
    })),
    summary: summarize(reports),
    duration,
  };
}

function projectReport({ context, verification }: VerifiedProject): ProjectReport {
  const fingerprints = new Fingerprints();
  const migrations = verification?.migrations ?? [];
  const judged = migrations.map((migration): MigrationReport => ({
    id: migration.id,
    path: migration.path,
    findings: refutedFindings(migration).map((finding) => ({
      ...asFinding({ ...finding, message: withDetails(finding) }, migration.id, fingerprints),
      place: finding.place ?? finding.begins,
    })),
    classification: undefined,
  }));
  const reasons = migrations.flatMap(({ id, verdicts }) =>
    verdicts.filter(({ outcome }) => outcome === 'not run').map((verdict) => reasonOf(id, verdict)),
  );
  const notes = [...context.notes, ...(verification?.notes ?? []), ...reasons];
  return { ...context, judged, findings: [], suppressed: [], notes };
}

/** How many details a message takes. */
const DETAILS = 5;

function withDetails({ message, details }: VerifyFinding): string {
  if (details.length === 0) return message;
  const shown = details.slice(0, DETAILS).join('; ');
  const more = details.length > DETAILS ? `; and ${details.length - DETAILS} more` : '';
  return `${message} (${shown}${more})`;
}

function reasonOf(id: string, { check, reason }: Verdict): string {
  return `${id}, ${check}: not run. ${reason ?? ''}`.trim();
}
