import type { Finding, Lowered } from '../lint/finding.ts';
import type { SuppressedFinding } from '../lint/run.ts';
import { classificationObject, proofObject } from './classification.ts';
import { jsonText } from './json-text.ts';
import { regionOf } from './region.ts';
import { TOOL_NAME } from './tool.ts';
import type { ProjectReport, Report } from './types.ts';

/** The version of the format. It grows only when a key changes its meaning or goes; new keys do not count. */
const FORMAT_VERSION = 1;

/**
 * The report as one JSON object, for programs: docs/json-format.md describes it, docs/json-format.schema.json is its
 * schema. Without times, so that equal runs give equal texts; keys are never left out, what is unknown is null.
 *
 * @returns indented JSON that ends with a line feed.
 */
export function json(report: Report): string {
  const object = {
    version: FORMAT_VERSION,
    tool: { name: TOOL_NAME, version: report.version },
    summary: report.summary,
    projects: report.projects.map(projectObject),
  };
  return jsonText(object);
}

function projectObject(project: ProjectReport): object {
  return {
    folder: project.folder,
    layout: project.layout,
    runner: project.runner,
    transactions: project.transactions,
    postgres: { version: project.postgresVersion, assumed: project.postgresAssumed },
    history: {
      migrations: project.migrations,
      base: project.base,
      whole: project.wholeHistory,
      selected: project.selected ?? null,
    },
    migrations: project.judged.map(({ id, path, findings, classification, proof }) => ({
      id,
      path,
      classification: classificationObject(classification),
      proof: proofObject(proof),
      findings: findings.map(findingObject),
    })),
    findings: project.findings.map(findingObject),
    suppressed: project.suppressed.map(suppressedObject),
    notes: project.notes,
  };
}

/** A suppressed finding in short, with what takes it back. */
function suppressedObject({ finding, by }: SuppressedFinding): object {
  return {
    ruleId: finding.rule,
    message: finding.message,
    path: finding.place?.source.path ?? finding.path,
    line: finding.place === undefined ? null : regionOf(finding.place).line,
    fingerprint: finding.fingerprint,
    by: by.kind,
    reason: by.kind === 'directive' ? by.reason : null,
    until: by.kind === 'directive' ? (by.until ?? null) : null,
  };
}

/** A severity that was lowered, and the tables that are small: by statistics or, without them, by the configuration. */
function loweredObject(lowered: Lowered | undefined): object | null {
  if (lowered === undefined) return null;
  const { from, tables } = lowered;
  return {
    from,
    tables: tables.map(({ relation, rows, measured }) => ({
      relation: { schema: relation.schema ?? null, name: relation.name },
      rows: rows ?? null,
      measured: measured ?? null,
    })),
  };
}

function findingObject(finding: Finding): object {
  const region = finding.place === undefined ? undefined : regionOf(finding.place);
  return {
    ruleId: finding.rule,
    messageId: finding.messageId,
    severity: finding.severity,
    message: finding.message,
    help: finding.help,
    path: finding.place?.source.path ?? finding.path,
    line: region?.line ?? null,
    column: region?.column ?? null,
    endLine: region?.endLine ?? null,
    endColumn: region?.endColumn ?? null,
    label: finding.label ?? null,
    related: finding.related.map(({ place, label }) => ({
      path: place.source.path,
      ...regionOf(place),
      label,
    })),
    effects: finding.effects.map(({ relation, lock, work, online }) => ({
      relation: { schema: relation.schema ?? null, name: relation.name },
      lock,
      work,
      online,
    })),
    held: (finding.held ?? []).map(({ relation, lock, since }) => ({
      relation: { schema: relation.schema ?? null, name: relation.name },
      lock,
      since: { path: since.source.path, ...regionOf(since) },
    })),
    lowered: loweredObject(finding.lowered),
    fix: finding.fix === undefined ? null : { title: finding.fix.title, safety: finding.fix.safety },
    data: finding.data,
    fingerprint: finding.fingerprint,
  };
}
