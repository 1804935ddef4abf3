import { sameShape } from '../model/catalog/same-shape.ts';
import type { Catalog } from '../model/catalog/types.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import type { Script } from '../input/sql/types.ts';
import type { MigrationClass } from '../model/history/migration-class.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import { classify } from './classify.ts';
import { ConcealedSecrets } from './concealed.ts';
import { DEFAULT_CONVENTIONS, type Conventions } from './conventions.ts';
import { Deploy, effectsAt, ListenerContext } from './context.ts';
import type { AnyReport, Scene, Surroundings } from './context.ts';
import { failedRule } from './failed-rule.ts';
import type { Finding, Lowered } from './finding.ts';
import type { Suppression } from './directives/directive.ts';
import { Directives, mayHaveDirectives, type DirectiveFacts } from './directives/directives.ts';
import { Fingerprints } from './fingerprint.ts';
import { effectsForFinding, heldUnder } from './held-under.ts';
import { renderMessage } from './messages.ts';
import type { Migration, Project, Runner } from './project.ts';
import { Replay, type ReplayedMigration, type Step } from './replay.ts';
import type { Rule, Severity, SubjectOf, Target } from './rule.ts';
import { rollbackPractice } from './rollback-practice.ts';
import type { EnabledRule, MigrationPlace } from './settings.ts';
import { versionDigits } from './version-digits.ts';
import { SmallTables } from './small-tables.ts';
import type { TableStatistics } from './statistics.ts';
import { TableSizes } from './table-sizes.ts';
import { locate } from './targets.ts';
import { refusePromise, reportedMessage } from './untyped-rule.ts';
import { withoutYielding, type Pending } from './yielding.ts';

export interface LintOptions {
  /** Those that are on where `rulesOf` says nothing else. */
  readonly rules: readonly EnabledRule[];
  /** The rules of one migration, where settings differ between migrations: the same array for the same settings. */
  readonly rulesOf?: ((migration: MigrationPlace) => readonly EnabledRule[]) | undefined;
  /** What the team has settled for all rules. */
  readonly conventions?: Conventions | undefined;
  /** All rules there are, to tell a directive's misspelt rule from one that is off; by default the enabled ones. */
  readonly known?: readonly Rule[];
  readonly runner: Runner;
  /** Major version. */
  readonly postgresVersion: number;
  /** True if nobody said which version it is. */
  readonly postgresAssumed?: boolean;
  /** The sizes of tables, a fact from outside. */
  readonly statistics?: TableStatistics | undefined;
  /** Paths of what goes out together with the pending migrations; undefined where nobody asked, or nobody can say. */
  readonly changedFiles?: readonly string[] | undefined;
  /** What counts as today, a fact from outside; rules that compare with it stay silent without it. */
  readonly now?: Date | undefined;
  /** Called for each call of a rule, which it has to make: a caller with a clock measures it. */
  readonly around?: ((rule: Rule, call: () => void) => void) | undefined;
}

/** A finding that is not shown, and why. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: Suppression;
}

/** The outcome for one project. */
export interface LintResult {
  readonly project: Project;
  /** The pending migrations, in replay order; in whole-history mode all. */
  readonly judged: readonly Migration[];
  /** The class of each judged migration, by its id; a migration nested beyond our stack has none. */
  readonly classes: ReadonlyMap<string, MigrationClass>;
  readonly findings: readonly Finding[];
  /** What the rules found and a directive takes back. */
  readonly suppressed: readonly SuppressedFinding[];
  /** True if a rule threw: the run is not to be trusted. */
  readonly failed: boolean;
  /** What was left out and why, for people: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Judges a project's pending migrations: replays its history and lets the rules look at what is new.
 *
 * Pure and synchronous. The SQL parser must have been loaded.
 *
 * @param source the project as it was read, migrations in replay order.
 */
export function lintProject(source: ReadProject, options: LintOptions): LintResult {
  return new Run(source, options).result();
}

interface RuleListener {
  readonly enabled: EnabledRule;
  readonly listener: (subject: unknown, context: ListenerContext) => unknown;
}

class Run {
  readonly #options: LintOptions;
  readonly #replay: Replay;
  readonly #listeners = new Listeners();
  readonly #pending: Pending[] = [];
  readonly #concealed = new ConcealedSecrets();
  readonly #migrations: Migration[] = [];
  readonly #judged: Migration[] = [];
  readonly #classes = new Map<string, MigrationClass>();
  readonly #project: Project;
  readonly #surroundings: Surroundings;
  /** By the path of their script; a file can hold two scripts. */
  readonly #directives = new Map<string, { readonly of: Directives; readonly scene: Scene }[]>();
  readonly #ruleNamed: DirectiveFacts['ruleNamed'];
  readonly #smallTables: SmallTables;
  readonly #notes: string[] = [];
  /** The pending migration that a deploy does not run, since it is a squash of applied ones. */
  #squash: ReadMigration | undefined;
  #failed = false;

  constructor(source: ReadProject, options: LintOptions) {
    this.#options = options;
    this.#replay = new Replay(options);
    this.#ruleNamed = namesOf(options);
    const conventions = options.conventions ?? DEFAULT_CONVENTIONS;
    this.#smallTables = new SmallTables(new TableSizes(conventions, options.statistics));
    const wholeHistory = source.base.kind === 'none';
    const squash = (): string | undefined => this.#squash?.id;
    this.#project = {
      strays: source.found.only === undefined ? (source.strayScripts ?? []) : [],
      get squash() {
        return squash();
      },
      versionDigits: versionDigits(source.migrations),
      layout: source.found.layout,
      folder: source.found.folder,
      runner: options.runner,
      postgresVersion: options.postgresVersion,
      postgresAssumed: options.postgresAssumed === true,
      migrations: this.#migrations,
      rollbackPractice: rollbackPractice(source.migrations),
      wholeHistory,
      changedFiles: options.changedFiles,
    };
    this.#surroundings = {
      history: this.#replay.history,
      project: this.#project,
      now: options.now,
      conventions,
      report: (enabled, report, scene) => this.#report(enabled, report, scene),
    };
    this.#judgeAll(source, wholeHistory);
  }

  result(): LintResult {
    const shown: Omit<Finding, 'fingerprint'>[] = [];
    const suppressed: { readonly finding: Omit<Finding, 'fingerprint'>; readonly by: Suppression }[] = [];
    for (const { finding } of withoutYielding(this.#pending)) {
      const by = this.#suppressionOf(finding);
      if (by === undefined) shown.push(finding);
      else suppressed.push({ finding, by });
    }
    shown.push(...this.#aboutDirectives());
    const fingerprints = new Fingerprints();
    const stamped = (finding: Omit<Finding, 'fingerprint'>): Finding => ({
      ...this.#concealed.hide(finding),
      fingerprint: fingerprints.of([finding.rule, finding.messageId, finding.path], finding.place),
    });
    return {
      project: this.#project,
      judged: this.#judged,
      classes: this.#classes,
      findings: shown.map(stamped),
      suppressed: suppressed.map(({ finding, by }) => ({ finding: stamped(finding), by })),
      failed: this.#failed,
      notes: this.#notes,
    };
  }

  #suppressionOf({ rule, path, place }: Omit<Finding, 'fingerprint'>): Suppression | undefined {
    for (const { of } of this.#directives.get(path) ?? []) {
      const found = of.suppressionOf(rule, place);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What rules say of directives, now that it is known which are of use. A directive does not take that back. */
  #aboutDirectives(): readonly Omit<Finding, 'fingerprint'>[] {
    const before = this.#pending.length;
    for (const { of, scene } of [...this.#directives.values()].flat()) {
      for (const directive of of.directives()) this.#tell('Directive', directive, scene);
    }
    return this.#pending.slice(before).map(({ finding }) => finding);
  }

  #judgeAll(source: ReadProject, wholeHistory: boolean): void {
    const only = source.found.only;
    const wanted = ({ forward, path }: ReadMigration): boolean =>
      only === undefined || only.includes(forward?.source.path ?? path);
    const together: ReplayedMigration[] = [];
    let beforeDeploy = this.#replay.catalog();
    const lastSquashed = lastDeleted(source);
    for (const migration of source.migrations) {
      if (migration === this.#squash) continue;
      const pending = migration.state === 'pending' && !wholeHistory;
      if (pending) {
        const replayed = this.#replay.judge(migration);
        this.#migrations.push(replayed.migration);
        together.push(replayed);
        continue;
      }
      this.#replay.forget();
      // An applied migration is judged where somebody asks for it by its path.
      if (wanted(migration) && (wholeHistory || only !== undefined)) this.#judgeAlone(migration);
      else this.#migrations.push(this.#replay.fold(migration));
      beforeDeploy = this.#replay.catalog();
      if (migration === lastSquashed) this.#findSquash(source, beforeDeploy);
    }
    const judged = together.filter(({ source: read }) => wanted(read));
    if (judged.length > 0) this.#judgeDeploy(together, judged, beforeDeploy);
    this.#judgeProject(beforeDeploy);
  }

  /** Looks for the pending migration that makes, from nothing, what the deleted migrations had made. */
  #findSquash(source: ReadProject, made: Catalog): void {
    const deleted = source.migrations.filter(({ change }) => change === 'deleted');
    this.#squash = source.migrations.find((migration) => {
      if (migration.state !== 'pending') return false;
      const alone = new Replay(this.#options);
      alone.fold(migration);
      return sameShape(alone.catalog(), made);
    });
    if (this.#squash === undefined) return;
    this.#notes.push(
      `${this.#squash.id} makes the schema of the ${deleted.length} applied migrations that are deleted: a squash, which is not run but marked as applied (prisma migrate resolve --applied ${this.#squash.id}), so it is not judged.`,
    );
  }

  /** Judges a migration as the next one to deploy. */
  #judgeAlone(source: ReadMigration): void {
    const start = this.#replay.catalog();
    const replayed = this.#replay.judge(source);
    this.#migrations.push(replayed.migration);
    this.#judgeDeploy([replayed], [replayed], start);
    // Its operations are not needed any more; keeping those of thousands of migrations would cost their memory.
    const kept = lightened(replayed.migration);
    this.#migrations[this.#migrations.length - 1] = kept;
    this.#judged[this.#judged.length - 1] = kept;
    replayed.migration.script?.forget();
    replayed.migration.rollback?.forget();
  }

  /** Judges some or all migrations of a deploy. */
  #judgeDeploy(
    replayed: readonly ReplayedMigration[],
    judged: readonly ReplayedMigration[],
    before: Catalog,
  ): void {
    const migrations = replayed.map(({ migration }) => migration);
    const deploy = new Deploy(replayed, migrations, before, migrations[0]?.index ?? 0, this.#project);
    for (const { migration, steps } of judged) {
      this.#judged.push(migration);
      this.#judgeMigration(migration, steps, deploy);
    }
    const last = migrations.at(-1);
    if (last !== undefined) this.#tellOfMany('Deploy', migrations, sceneOf(last, deploy));
  }

  #judgeMigration(migration: Migration, steps: readonly Step[], deploy: Deploy): void {
    this.#concealed.addFrom(migration.operations);
    const scene = sceneOf(migration, deploy);
    for (const script of [migration.script, migration.rollback]) {
      if (script === undefined) continue;
      if (mayHaveDirectives(script)) this.#readDirectives(script, scene);
      for (const problem of script.problems) this.#tell('Problem', { problem, script }, scene);
      for (const statement of script.statements) {
        for (const problem of statement.body()?.problems ?? [])
          this.#tell('Problem', { problem, script }, scene);
        if (script === migration.script) this.#tell('Statement', statement, scene);
      }
    }
    for (const { operation, before, after } of steps) {
      const at: Scene = { catalog: before, catalogAfter: after, migration, operation, deploy };
      this.#tell(operation.kind, operation, at);
      this.#tell('Operation', operation, at);
    }
    this.#tellReplacements(migration, deploy);
    for (const loop of migration.loops) this.#tell('Loop', loop, loopScene(loop, scene));
    for (const transaction of migration.transactions) this.#tell('Transaction', transaction, scene);
    this.#tell('Migration', migration, scene);
    if (migration.rollback !== undefined) this.#tell('Rollback', migration, scene);
    this.#classify(migration, steps, deploy);
  }

  #classify(migration: Migration, steps: readonly Step[], deploy: Deploy): void {
    try {
      this.#classes.set(migration.id, classify(migration, steps, deploy, this.#replay.history));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #readDirectives(script: Script, scene: Scene): void {
    const { path } = script.source;
    const enabled = new Set(this.#rulesOf(scene.migration).map(({ rule }) => rule.meta.name));
    const facts = {
      ruleNamed: this.#ruleNamed,
      isEnabled: (rule: string): boolean => enabled.has(rule),
      now: this.#options.now,
    };
    const read = { of: new Directives(script, facts), scene };
    this.#directives.set(path, [...(this.#directives.get(path) ?? []), read]);
  }

  /** Replacements are worked out only for rules that listen to them. */
  #tellReplacements(migration: Migration, deploy: Deploy): void {
    const mayHold = (listener: string, kinds: readonly string[]): boolean =>
      this.#listeners.of(this.#rulesOf(migration), listener).length > 0 &&
      migration.operations.some(({ kind }) => kinds.includes(kind));
    const expands = mayHold('Expand', ['AddColumn', 'CreateTable', 'CreateTableAs']);
    if (!expands && !mayHold('Contract', ['DropColumn', 'DropTable'])) return;
    for (const replacement of this.#replay.history.replacementsIn(migration.index)) {
      const steps = { Expand: replacement.expand, Contract: replacement.contract };
      for (const [kind, historyStep] of Object.entries(steps)) {
        if (historyStep?.migration !== migration.index) continue;
        const step = deploy.stepOf(historyStep.operation);
        if (step === undefined) continue;
        const { operation, before: catalog, after: catalogAfter } = step;
        this.#tell(kind, replacement, { catalog, catalogAfter, migration, operation, deploy });
      }
    }
  }

  #judgeProject(before: Catalog): void {
    const last = this.#migrations.at(-1);
    if (last === undefined) return;
    const deploy = new Deploy([], this.#judged, before, this.#migrations.length, this.#project);
    this.#tellOfMany('Project', this.#project, sceneOf(last, deploy));
  }

  #rulesOf(migration: MigrationPlace): readonly EnabledRule[] {
    return this.#options.rulesOf?.(migration) ?? this.#options.rules;
  }

  #tell(kind: string, subject: SubjectOf[keyof SubjectOf], scene: Scene): void {
    const listeners = this.#listeners.of(this.#rulesOf(scene.migration), kind);
    for (const heard of listeners) this.#tellOne(heard, subject, scene);
  }

  /** @returns false if the rule threw. */
  #tellOne({ enabled, listener }: RuleListener, subject: unknown, scene: Scene): boolean {
    try {
      const context = new ListenerContext({ enabled, scene, surroundings: this.#surroundings });
      const call = (): void => refusePromise(listener(subject, context));
      if (this.#options.around === undefined) call();
      else this.#options.around(enabled.rule, call);
      return true;
    } catch (error) {
      this.#failed = true;
      const target = scene.migration;
      this.#pending.push({ rule: enabled, target, finding: failedRule(enabled.rule, target, error) });
      return false;
    }
  }

  /**
   * Tells of what many migrations make together. A rule is asked with each of its settings, and of what it finds counts what
   * is about a migration with those settings.
   */
  #tellOfMany(kind: string, subject: SubjectOf[keyof SubjectOf], scene: Scene): void {
    const { rules, rulesOf } = this.#options;
    if (rulesOf === undefined) return this.#tell(kind, subject, scene);
    // A deploy is asked about its own migrations: in a whole history there are as many deploys as migrations.
    const about: readonly Migration[] =
      kind === 'Deploy' ? (subject as readonly Migration[]) : this.#migrations;
    const rulesById = new Map(about.map((migration) => [migration.id, rulesOf(migration)]));
    const rulesAt = (id: string): readonly EnabledRule[] => {
      const known = rulesById.get(id) ?? this.#migrations.find((migration) => migration.id === id);
      return known === undefined ? rules : 'id' in known ? rulesOf(known) : known;
    };
    const told = new Set<EnabledRule>();
    for (const set of new Set([rules, ...rulesById.values()])) {
      for (const heard of this.#listeners.of(set, kind)) {
        if (told.has(heard.enabled)) continue;
        told.add(heard.enabled);
        const before = this.#pending.length;
        if (!this.#tellOne(heard, subject, scene)) continue;
        const found = this.#pending.splice(before).filter(({ finding: { migration } }) => {
          const settings = migration === undefined ? rules : rulesAt(migration);
          return settings.includes(heard.enabled);
        });
        this.#pending.push(...found);
      }
    }
  }

  #report(enabled: EnabledRule, report: AnyReport, scene: Scene): void {
    const template = reportedMessage(enabled.rule, report);
    const message = renderMessage(template, report.data);
    const { place, path, operation } = locate(report.at);
    const severity =
      report.severity === undefined ? enabled.severity : weaker(enabled.severity, report.severity);
    const lowered = this.#loweredOf(enabled, report, severity, scene);
    this.#pending.push({
      rule: enabled,
      target: operation ?? report.at,
      once: report.once,
      finding: {
        rule: enabled.rule.meta.name,
        messageId: report.messageId,
        severity: lowered === undefined ? severity : 'info',
        message: message.what,
        help: message.help,
        data: message.data,
        place,
        path,
        label: report.label,
        related: (report.related ?? []).flatMap(({ at, label }) => {
          const related = locate(at).place;
          return related === undefined ? [] : [{ place: related, label }];
        }),
        migration: 'id' in report.at ? report.at.id : this.#ownerOf(path, scene),
        effects: this.#effectsOf(operation, scene),
        ...(operation === undefined ? {} : heldUnder(operation, scene.deploy)),
        ...(lowered !== undefined && { lowered }),
      },
    });
  }

  /** Why a finding is only information, if its hazard grows with the table and all tables are small. */
  #loweredOf(
    { rule }: EnabledRule,
    { at, messageId }: AnyReport,
    from: Severity,
    { deploy }: Scene,
  ): Lowered | undefined {
    const { sizeMatters = false } = rule.meta;
    const matters = typeof sizeMatters === 'boolean' ? sizeMatters : sizeMatters.includes(messageId);
    const subject = workOf(at);
    if (!matters || from === 'info' || subject === undefined) return undefined;
    const tables = this.#smallTables.of(subject, deploy);
    return tables === undefined ? undefined : { from, tables };
  }

  /** What an operation does, for the reader; of one that has been applied nothing. */
  #effectsOf(operation: Operation | undefined, scene: Scene): Finding['effects'] {
    const isJudged =
      operation !== undefined &&
      (operation === scene.operation || scene.deploy.stepOf(operation) !== undefined);
    if (!isJudged) return [];
    const effects = effectsAt(operation, scene, this.#project.postgresVersion);
    return effectsForFinding(operation, effects, scene.deploy);
  }

  /** The migration that a file belongs to: a rule may point at another one than it was told of. */
  #ownerOf(path: string, { migration }: Scene): string | undefined {
    const owns = ({ script, rollback, current, path: own }: Migration): boolean =>
      [script?.source.path, rollback?.source.path, current?.path, own].includes(path) ||
      path.startsWith(`${own}/`);
    return owns(migration) ? migration.id : this.#migrations.find(owns)?.id;
  }
}

/** The listeners of rules by what they listen to, put together once for each set of rules. */
class Listeners {
  readonly #byRules = new Map<readonly EnabledRule[], ReadonlyMap<string, readonly RuleListener[]>>();

  of(rules: readonly EnabledRule[], kind: string): readonly RuleListener[] {
    let byKind = this.#byRules.get(rules);
    if (byKind === undefined) this.#byRules.set(rules, (byKind = listenersByKind(rules)));
    return byKind.get(kind) ?? [];
  }
}

function listenersByKind(rules: readonly EnabledRule[]): ReadonlyMap<string, readonly RuleListener[]> {
  const byKind = new Map<string, RuleListener[]>();
  for (const enabled of rules) {
    for (const [kind, listener] of Object.entries(enabled.rule.on)) {
      if (listener === undefined) continue;
      const heard: RuleListener = { enabled, listener: listener as RuleListener['listener'] };
      const list = byKind.get(kind);
      if (list === undefined) byKind.set(kind, [heard]);
      else list.push(heard);
    }
  }
  return byKind;
}

function namesOf({ rules, known }: LintOptions): DirectiveFacts['ruleNamed'] {
  const names = new Map<string, string>();
  for (const { meta } of known ?? rules.map(({ rule }) => rule))
    for (const name of [meta.name, ...(meta.aliases ?? [])]) names.set(name, meta.name);
  return (name) => names.get(name);
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

const weaker = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;

function sceneOf(migration: Migration, deploy: Deploy): Scene {
  return {
    catalog: migration.catalogBefore,
    catalogAfter: migration.catalogAfter,
    migration,
    operation: undefined,
    deploy,
  };
}

/** The schema just before the first thing that a loop does. */
function loopScene(loop: Loop, scene: Scene): Scene {
  const operation = loop.operations[0];
  const step = operation && scene.deploy.stepOf(operation);
  if (step === undefined) return scene;
  return { ...scene, catalog: step.before, catalogAfter: step.after, operation };
}

/** The operation or loop that a finding is about. */
function workOf(target: Target): Operation | Loop | undefined {
  if ('operation' in target) return target.operation;
  if ('form' in target && 'steps' in target) return target;
  return 'kind' in target && 'run' in target ? target : undefined;
}

/** The last of the deleted migrations if they are the beginning of the history, as they are after a squash. */
function lastDeleted({ migrations }: ReadProject): ReadMigration | undefined {
  const first = migrations.findIndex(({ change }) => change !== 'deleted');
  const rest = migrations.slice(first);
  return first > 0 && rest.every(({ change }) => change !== 'deleted') ? migrations[first - 1] : undefined;
}

function lightened(migration: Migration): Migration {
  return {
    ...migration,
    script: undefined,
    rollback: undefined,
    operations: [],
    loops: [],
    transactions: [],
  };
}
