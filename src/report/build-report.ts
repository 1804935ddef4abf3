import type { Finding } from '../lint/finding.ts';
import type { MigrationClass } from '../model/history/migration-class.ts';
import type { Migration } from '../lint/project.ts';
import type { EnabledRule } from '../lint/settings.ts';
import type { LintResult } from '../lint/run.ts';
import type { Base, ReadMigration, ReadProject } from '../input/project/types.ts';
import { transactionWords } from './runner-words.ts';
import type { MigrationReport, ProjectReport, Report, Summary } from './types.ts';

/** One project's outcome, with what it was judged by. */
export interface LintedProject {
  readonly source: ReadProject;
  readonly result: LintResult;
  readonly rules: readonly EnabledRule[];
  readonly postgresAssumed: boolean;
  readonly notes: readonly string[];
  /** Which of the migrations were asked for, for people: `staged`; left out if all were. */
  readonly selected?: string;
}

/**
 * Puts the outcomes of a run into the form that formats show.
 *
 * @param run.duration wall time in milliseconds.
 */
export function buildReport(run: {
  readonly version: string;
  readonly projects: readonly LintedProject[];
  readonly duration: number | undefined;
}): Report {
  const projects = run.projects.map(projectReport);
  const rules = new Map(
    run.projects.flatMap((project) => project.rules.map(({ rule }) => [rule.meta.name, rule] as const)),
  );
  return {
    version: run.version,
    projects,
    rules: [...rules.values()].sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1)),
    summary: summarize(projects),
    duration: run.duration,
  };
}

function projectReport({ source, result, postgresAssumed, notes, selected }: LintedProject): ProjectReport {
  const { project } = result;
  const byMigration = new Map<string | undefined, Finding[]>();
  for (const finding of result.findings) {
    const list = byMigration.get(finding.migration);
    if (list === undefined) byMigration.set(finding.migration, [finding]);
    else list.push(finding);
  }
  const sources = new Map(source.migrations.map((migration) => [migration.id, migration]));
  const judged = result.judged.map((migration) =>
    migrationReport(
      migration,
      sources.get(migration.id),
      byMigration.get(migration.id) ?? [],
      result.classes.get(migration.id),
    ),
  );
  const judgedIds = new Set(result.judged.map(({ id }) => id));
  const rest = result.findings.filter(
    ({ migration }) => migration === undefined || !judgedIds.has(migration),
  );
  return {
    folder: project.folder,
    layout: project.layout,
    runner: project.runner.label,
    transactions: transactionWords(project.runner),
    postgresVersion: project.postgresVersion,
    postgresAssumed,
    base: describeBase(source.base),
    wholeHistory: project.wholeHistory,
    migrations: project.migrations.filter(({ change }) => change !== 'deleted').length,
    ...(selected !== undefined && { selected }),
    judged,
    findings: rest,
    suppressed: result.suppressed,
    notes,
  };
}

function migrationReport(
  migration: Migration,
  source: ReadMigration | undefined,
  findings: readonly Finding[],
  classification: MigrationClass | undefined,
): MigrationReport {
  return {
    id: migration.id,
    path: source?.forward?.source.path ?? migration.path,
    findings: [...findings].sort(byPlace),
    classification,
    ...(migration.proof !== undefined && { proof: migration.proof }),
  };
}

function byPlace(a: Finding, b: Finding): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return (a.place?.span.start ?? -1) - (b.place?.span.start ?? -1) || (a.rule < b.rule ? -1 : 1);
}

/** What tells applied from pending, for people: `base origin/main`, `base origin/main, applied through 2024…`. */
export function describeBase(base: Base): string {
  switch (base.kind) {
    case 'revision':
      return base.appliedThrough === undefined
        ? `base ${base.label}`
        : `base ${base.label}, applied through ${base.appliedThrough}`;
    case 'applied-through':
      return `applied through ${base.id}`;
    case 'none':
      return base.reason;
    default:
      return base satisfies never;
  }
}

/** How many findings there are of each severity, and migrations. */
export function summarize(projects: readonly ProjectReport[]): Summary {
  const judged = projects.flatMap((project) => project.judged);
  const findings = projects.flatMap((project) => [
    ...project.findings,
    ...project.judged.flatMap((migration) => migration.findings),
  ]);
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    judged: judged.length,
    judgedWithErrors: judged.filter(({ findings: own }) => own.some(({ severity }) => severity === 'error'))
      .length,
  };
}
