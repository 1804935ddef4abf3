import type { Finding } from '../lint/finding.ts';
import type { Severity } from '../lint/rule.ts';
import { summarize } from './build-report.ts';
import type { Report } from './types.ts';

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** The report without findings that are less severe, and with their number. */
export function atLeast(report: Report, severity: Severity): Report {
  const keep = (findings: readonly Finding[]): readonly Finding[] =>
    findings.filter((finding) => RANK[finding.severity] >= RANK[severity]);
  const projects = report.projects.map((project) => ({
    ...project,
    findings: keep(project.findings),
    judged: project.judged.map((migration) => ({ ...migration, findings: keep(migration.findings) })),
  }));
  const summary = summarize(projects);
  const warnings = report.summary.warnings - summary.warnings;
  const infos = report.summary.infos - summary.infos;
  return { ...report, projects, summary, ...(warnings + infos > 0 && { notShown: { warnings, infos } }) };
}
