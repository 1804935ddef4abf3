import { Fingerprints } from '../lint/fingerprint.ts';
import type { MeasuredStatement, Verdict, VerifiedMigration, VerifyFinding } from '../verify/types.ts';
import { jsonText } from './json-text.ts';
import { regionOf } from './region.ts';
import { TOOL_NAME } from './tool.ts';
import { asFinding, migrationVerdict, verifySummary } from './verify-findings.ts';
import type { VerifiedProject, VerifyReport } from './verify-types.ts';

/** The version of the format. It grows only when a key changes its meaning or goes. */
const FORMAT_VERSION = 1;

/**
 * What `verify` found as one JSON object, for programs: docs/verify.md describes it, docs/verify-format.schema.json is its schema.
 * Without times, so that equal runs give equal texts; keys are never left out, what is unknown is null.
 */
export function verifyJson(report: VerifyReport): string {
  return jsonText({
    version: FORMAT_VERSION,
    tool: { name: TOOL_NAME, version: report.version },
    summary: verifySummary(report),
    projects: report.projects.map(projectObject),
  });
}

function projectObject({ context, verification }: VerifiedProject): object {
  const fingerprints = new Fingerprints();
  return {
    folder: context.folder,
    layout: context.layout,
    runner: context.runner,
    transactions: context.transactions,
    postgres: { version: context.postgresVersion, assumed: context.postgresAssumed },
    engine:
      verification === undefined
        ? null
        : { ...verification.engine, isTarget: verification.engine.major === context.postgresVersion },
    history: {
      migrations: context.migrations,
      base: context.base,
      whole: context.wholeHistory,
      selected: context.selected ?? null,
      applied: verification?.prefix.applied ?? null,
    },
    migrations: (verification?.migrations ?? []).map((migration) => migrationObject(migration, fingerprints)),
    notes: [...context.notes, ...(verification?.notes ?? [])],
  };
}

function migrationObject(migration: VerifiedMigration, fingerprints: Fingerprints): object {
  const { id, path, verdicts } = migration;
  return {
    id,
    path,
    outcome: migrationVerdict(migration),
    verdicts: verdicts.map(({ check, outcome, reason, findings, trace }: Verdict) => ({
      check,
      outcome,
      reason: reason ?? null,
      findings: findings.map((finding) => findingObject(finding, id, fingerprints)),
      trace: trace?.map(measuredObject) ?? null,
    })),
  };
}

function findingObject(finding: VerifyFinding, migration: string, fingerprints: Fingerprints): object {
  const region = finding.place === undefined ? undefined : regionOf(finding.place);
  return {
    id: finding.id,
    severity: finding.severity,
    message: finding.message,
    help: finding.help,
    details: finding.details,
    code: finding.code ?? null,
    path: finding.place?.source.path ?? finding.path,
    line: region?.line ?? null,
    column: region?.column ?? null,
    endLine: region?.endLine ?? null,
    endColumn: region?.endColumn ?? null,
    fingerprint: asFinding(finding, migration, fingerprints).fingerprint,
  };
}

function measuredObject({ place, measured, predicted, alone }: MeasuredStatement): object {
  return {
    path: place.source.path,
    line: regionOf(place).line,
    measured,
    predicted: predicted ?? null,
    alone: alone ?? null,
  };
}
