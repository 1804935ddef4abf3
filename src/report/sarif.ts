import type { Log, Notification, ReportingDescriptor, Run, Suppression as SarifSuppression } from 'sarif';
import type { Suppression } from '../lint/directives/directive.ts';
import type { Finding } from '../lint/finding.ts';
import { jsonText } from './json-text.ts';
import { REPOSITORY_ROOT, sarifLocation } from './sarif-location.ts';
import { alerts, resultMaker, type SameAlert } from './sarif-result.ts';
import { ownDescriptor, ruleDescriptor } from './sarif-rules.ts';
import { visibleText } from './terminal-text.ts';
import { TOOL_NAME, TOOL_PAGE } from './tool.ts';
import type { Report, ReporterOptions } from './types.ts';

/** The most results that GitHub takes in one run. */
const MOST_RESULTS = 25_000;
/** The rule whose findings are about SQL that could not be read, and the one of a rule that threw. */
const UNREADABLE = 'no-syntax-error';
const FAILED_RULE = 'failed-rule';

/** What the program says about its own run. */
const NOTIFICATIONS = {
  unreadable: notificationDescriptor('unreadable-sql', 'A part of a file could not be read as SQL.'),
  notAnalysed: notificationDescriptor('not-analysed', 'A part of the project was not analysed.'),
  truncated: notificationDescriptor('truncated-results', 'There were more findings than GitHub takes.'),
} as const;

/**
 * The report as a SARIF 2.1.0 log of one run, as GitHub code scanning wants it: paths from the top of the repository,
 * one location a result, fingerprints, every rule described that found something. Without times and absolute paths.
 *
 * @returns indented JSON that ends with a line feed.
 */
export function sarif(
  report: Report,
  { rootPrefix = '', includeSuppressed = false }: ReporterOptions,
): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [sarifRun(report, rootPrefix, includeSuppressed)],
  };
  return jsonText(log);
}

function sarifRun(report: Report, rootPrefix: string, includeSuppressed: boolean): Run {
  const findings = report.projects.flatMap((project) => [
    ...project.judged.flatMap((migration) => migration.findings),
    ...project.findings,
  ]);
  const suppressed = includeSuppressed ? report.projects.flatMap((project) => project.suppressed) : [];
  const rules = ruleDescriptors(report, [...findings, ...suppressed.map(({ finding }) => finding)]);
  const all: readonly Alert[] = [
    ...alerts(findings).map((alert) => ({ alert, by: undefined })),
    ...suppressed.map(({ finding, by }): Alert => ({ alert: [finding], by })),
  ];
  const makeResult = resultMaker({
    rules: new Map(report.rules.map((rule) => [rule.meta.name, rule])),
    ruleIndex: new Map(rules.map(({ id }, index) => [id, index])),
    rootPrefix,
  });
  return {
    tool: {
      driver: {
        name: TOOL_NAME,
        semanticVersion: report.version,
        version: report.version,
        informationUri: TOOL_PAGE,
        rules,
        notifications: Object.values(NOTIFICATIONS),
      },
    },
    invocations: [
      {
        // GitHub does not process the results of an unsuccessful run; findings are a success.
        executionSuccessful: true,
        exitCode: exitCode(report, findings),
        toolExecutionNotifications: notifications(report, findings, all.length, rootPrefix),
      },
    ],
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [REPOSITORY_ROOT]: { description: { text: 'The root of the repository.' } } },
    results: all.slice(0, MOST_RESULTS).map(({ alert, by }) => ({
      ...makeResult(alert),
      // Where some results are suppressed, the others have to say that they are not.
      ...(includeSuppressed && { suppressions: by === undefined ? [] : [suppressionObject(by)] }),
    })),
  };
}

/** Findings as one result, and what takes it back. */
interface Alert {
  readonly alert: SameAlert;
  readonly by: Suppression | undefined;
}

function suppressionObject(by: Suppression): SarifSuppression {
  switch (by.kind) {
    case 'directive':
      return { kind: 'inSource', status: 'accepted', justification: visibleText(by.reason) };
    case 'baseline':
      return { kind: 'external', status: 'accepted', justification: 'It is in the baseline.' };
    default:
      return by satisfies never;
  }
}

/** The rules that found something, and the linter's own ones that did; by name. Texts of all rules would be 300 KB a run. */
function ruleDescriptors(report: Report, findings: readonly Finding[]): ReportingDescriptor[] {
  const found = new Set(findings.map(({ rule }) => rule));
  const descriptors = new Map(
    report.rules
      .filter(({ meta }) => found.has(meta.name))
      .map((rule) => [rule.meta.name, ruleDescriptor(rule)]),
  );
  for (const { rule, severity } of findings) {
    if (!descriptors.has(rule)) descriptors.set(rule, ownDescriptor(rule, severity));
  }
  return [...descriptors.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function exitCode({ summary }: Report, findings: readonly Finding[]): number {
  if (findings.some(({ rule }) => rule === FAILED_RULE)) return 2;
  return summary.errors > 0 ? 1 : 0;
}

function notifications(
  report: Report,
  findings: readonly Finding[],
  results: number,
  rootPrefix: string,
): Notification[] {
  const unreadable = findings
    .filter(({ rule }) => rule === UNREADABLE)
    .map((finding): Notification => ({
      descriptor: { id: NOTIFICATIONS.unreadable.id },
      associatedRule: { id: UNREADABLE },
      level: 'warning',
      message: { text: visibleText(finding.message) },
      locations: [sarifLocation(finding.place, finding.path, rootPrefix)],
    }));
  const notAnalysed = report.projects.flatMap(({ notes }) =>
    notes.map((note): Notification => ({
      descriptor: { id: NOTIFICATIONS.notAnalysed.id },
      level: 'note',
      message: { text: visibleText(note) },
    })),
  );
  const truncated: Notification = {
    descriptor: { id: NOTIFICATIONS.truncated.id },
    level: 'warning',
    message: { text: `Only the worst ${MOST_RESULTS} of ${results} results are in this log.` },
  };
  return [...unreadable, ...notAnalysed, ...(results > MOST_RESULTS ? [truncated] : [])];
}

function notificationDescriptor(id: string, text: string): ReportingDescriptor {
  const name = id.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
  return { id, name, shortDescription: { text }, fullDescription: { text }, help: { text } };
}
