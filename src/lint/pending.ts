import type { Loop, Operation } from '../model/operations/types.ts';
import type { AnyReport } from './context.ts';
import type { Finding, FindingDraft, Lowered } from './finding.ts';
import { effectsForFinding, heldUnder } from './held-under.ts';
import { renderMessage } from './messages.ts';
import type { Migration, Project } from './project.ts';
import type { Severity, Target } from './rule.ts';
import { effectsAt, type Scene } from './scene.ts';
import type { EnabledRule } from './settings.ts';
import type { SmallTables } from './sizes/small-tables.ts';
import { locate } from './targets.ts';
import { reportedMessage } from './untyped-rule.ts';

/** What a rule found, before it is known what other rules found on the same target. */
export interface Pending {
  readonly rule: EnabledRule;
  readonly target: Target;
  readonly finding: FindingDraft;
  readonly once?: object | undefined;
}

/** What a report is judged by, besides its scene. */
export interface ReportFacts {
  readonly project: Project;
  readonly smallTables: SmallTables;
}

/**
 * Makes a finding of what a rule reports: with its words, its places, its migration, what the operation does, and its severity, which
 * is lower where the tables are small.
 *
 * @param rule the rule with its settings.
 * @param scene where its listener was told.
 * @throws {Error} for a report that only a rule without types can make.
 */
export function pendingFinding(
  rule: EnabledRule,
  report: AnyReport,
  scene: Scene,
  { project, smallTables }: ReportFacts,
): Pending {
  const { what, help, data } = renderMessage(reportedMessage(rule.rule, report), report.data);
  const { place, path, operation } = locate(report.at);
  const severity = report.severity === undefined ? rule.severity : weaker(rule.severity, report.severity);
  const lowered = loweredOf(rule, report, severity, scene, smallTables);
  const finding: FindingDraft = {
    rule: rule.rule.meta.name,
    messageId: report.messageId,
    severity: lowered === undefined ? severity : 'info',
    message: what,
    help,
    data,
    place,
    path,
    label: report.label,
    related: (report.related ?? []).flatMap(({ at, label }) => {
      const related = locate(at).place;
      return related === undefined ? [] : [{ place: related, label }];
    }),
    migration: 'id' in report.at ? report.at.id : ownerOf(path, scene, project),
    effects: effectsOfTarget(operation, scene, project),
    ...(operation === undefined ? {} : heldUnder(operation, scene.deploy)),
    ...(lowered !== undefined && { lowered }),
    ...fixOf(report, scene, project),
  };
  return { rule, target: operation ?? report.at, once: report.once, finding };
}

/** What can be done about a finding: nothing that is applied is changed, nor where nobody knows what is. */
function fixOf(
  { fix }: AnyReport,
  { migration }: Scene,
  { wholeHistory }: Project,
): Pick<FindingDraft, 'fix'> {
  return fix === undefined || migration.state !== 'pending' || wholeHistory ? {} : { fix };
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

const weaker = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;

/** Why a finding is only information, if its hazard grows with the table and all tables are small. */
function loweredOf(
  { rule }: EnabledRule,
  { at, messageId }: AnyReport,
  from: Severity,
  { deploy }: Scene,
  smallTables: SmallTables,
): Lowered | undefined {
  const { sizeMatters = false } = rule.meta;
  const matters = typeof sizeMatters === 'boolean' ? sizeMatters : sizeMatters.includes(messageId);
  const subject = workOf(at);
  if (!matters || from === 'info' || subject === undefined) return undefined;
  const tables = smallTables.of(subject, deploy);
  return tables === undefined ? undefined : { from, tables };
}

/** The operation or loop that a finding is about. */
function workOf(target: Target): Operation | Loop | undefined {
  if ('operation' in target) return target.operation;
  if ('form' in target && 'steps' in target) return target;
  return 'kind' in target && 'run' in target ? target : undefined;
}

/** What an operation does, for the reader; of one that has been applied nothing. */
function effectsOfTarget(
  operation: Operation | undefined,
  scene: Scene,
  { postgresVersion }: Project,
): Finding['effects'] {
  const isJudged =
    operation !== undefined &&
    (operation === scene.operation || scene.deploy.stepOf(operation) !== undefined);
  if (!isJudged) return [];
  return effectsForFinding(operation, effectsAt(operation, scene, postgresVersion), scene.deploy);
}

/** The migration that a file belongs to: a rule may point at another one than it was told of. */
function ownerOf(path: string, { migration }: Scene, { migrations }: Project): string | undefined {
  const owns = ({ script, rollback, current, path: own }: Migration): boolean =>
    [script?.source.path, rollback?.source.path, current?.path, own].includes(path) ||
    path.startsWith(`${own}/`);
  return owns(migration) ? migration.id : migrations.find(owns)?.id;
}
