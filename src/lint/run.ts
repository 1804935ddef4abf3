import { sameShape } from '../model/catalog/same-shape.ts';
import type { Catalog } from '../model/catalog/types.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import { Deploy, effectsAt, ListenerContext } from './context.ts';
import type { AnyReport, Scene, Surroundings } from './context.ts';
import { failedRule } from './failed-rule.ts';
import type { Finding } from './finding.ts';
import { Directives, mayHaveDirectives } from './directives.ts';
import { Fingerprints } from './fingerprint.ts';
import { renderMessage } from './messages.ts';
import type { Migration, Project, Runner } from './project.ts';
import { Replay, type ReplayedMigration, type Step } from './replay.ts';
import type { Severity, SubjectOf, Target } from './rule.ts';
import type { EnabledRule } from './settings.ts';
import { locate } from './targets.ts';

export interface LintOptions {
  readonly rules: readonly EnabledRule[];
  readonly runner: Runner;
  /** Major version. */
  readonly postgresVersion: number;
  /** What counts as today, a fact from outside; rules that compare with it stay silent without it. */
  readonly now?: Date | undefined;
}

/** The outcome for one project. */
export interface LintResult {
  readonly project: Project;
  /** The pending migrations, in replay order; in whole-history mode all. */
  readonly judged: readonly Migration[];
  readonly findings: readonly Finding[];
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

interface Pending {
  readonly rule: EnabledRule;
  readonly target: Target;
  readonly finding: Omit<Finding, 'fingerprint'>;
}

interface RuleListener {
  readonly enabled: EnabledRule;
  readonly listener: (subject: unknown, context: ListenerContext) => void;
}

class Run {
  readonly #options: LintOptions;
  readonly #replay: Replay;
  readonly #listeners = new Map<string, RuleListener[]>();
  readonly #pending: Pending[] = [];
  readonly #migrations: Migration[] = [];
  readonly #judged: Migration[] = [];
  readonly #project: Project;
  readonly #surroundings: Surroundings;
  readonly #directives = new Map<string, Directives>();
  readonly #notes: string[] = [];
  /** The pending migration that a deploy does not run, since it is a squash of applied ones. */
  #squash: ReadMigration | undefined;
  #failed = false;

  constructor(source: ReadProject, options: LintOptions) {
    this.#options = options;
    this.#replay = new Replay(options);
    for (const enabled of options.rules) {
      for (const [kind, listener] of Object.entries(enabled.rule.on)) {
        if (listener === undefined) continue;
        const heard: RuleListener = { enabled, listener: listener as RuleListener['listener'] };
        const list = this.#listeners.get(kind);
        if (list === undefined) this.#listeners.set(kind, [heard]);
        else list.push(heard);
      }
    }
    const wholeHistory = source.base.kind === 'none';
    this.#project = {
      layout: source.found.layout,
      folder: source.found.folder,
      runner: options.runner,
      postgresVersion: options.postgresVersion,
      migrations: this.#migrations,
      rollbacks: source.migrations.filter(({ rollback }) => rollback !== undefined).length,
      wholeHistory,
    };
    this.#surroundings = {
      history: this.#replay.history,
      project: this.#project,
      now: options.now,
      report: (enabled, report, scene) => this.#report(enabled, report, scene),
    };
    this.#judgeAll(source, wholeHistory);
  }

  result(): LintResult {
    const fingerprints = new Fingerprints();
    const all = withoutYielding(this.#pending).map(({ finding }) => finding);
    const shown = all.filter(
      ({ rule, path, place }) => this.#directives.get(path)?.suppresses(rule, place) !== true,
    );
    const findings = shown.map((finding) => ({
      ...finding,
      fingerprint: fingerprints.of([finding.rule, finding.messageId, finding.path], finding.place),
    }));
    const notes = [
      ...this.#notes,
      ...[...this.#directives.values()].flatMap((directives) => directives.notes()),
    ];
    return { project: this.#project, judged: this.#judged, findings, failed: this.#failed, notes };
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
    const deploy = new Deploy(replayed, migrations, before, migrations[0]?.index ?? 0);
    for (const { migration, steps } of judged) {
      this.#judged.push(migration);
      this.#judgeMigration(migration, steps, deploy);
    }
    const last = migrations.at(-1);
    if (last !== undefined) this.#tell('Deploy', migrations, sceneOf(last, deploy));
  }

  #judgeMigration(migration: Migration, steps: readonly Step[], deploy: Deploy): void {
    const scene = sceneOf(migration, deploy);
    for (const script of [migration.script, migration.rollback]) {
      if (script === undefined) continue;
      if (mayHaveDirectives(script)) this.#directives.set(script.source.path, new Directives(script));
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
    for (const loop of migration.loops) this.#tell('Loop', loop, scene);
    for (const transaction of migration.transactions) this.#tell('Transaction', transaction, scene);
    this.#tell('Migration', migration, scene);
    if (migration.rollback !== undefined) this.#tell('Rollback', migration, scene);
  }

  #judgeProject(before: Catalog): void {
    const last = this.#migrations.at(-1);
    if (last === undefined) return;
    const deploy = new Deploy([], this.#judged, before, this.#migrations.length);
    this.#tell('Project', this.#project, sceneOf(last, deploy));
  }

  #tell(kind: string, subject: SubjectOf[keyof SubjectOf], scene: Scene): void {
    for (const { enabled, listener } of this.#listeners.get(kind) ?? []) {
      try {
        listener(subject, new ListenerContext({ enabled, scene, surroundings: this.#surroundings }));
      } catch (error) {
        this.#failed = true;
        const target = scene.migration;
        this.#pending.push({ rule: enabled, target, finding: failedRule(enabled.rule, target, error) });
      }
    }
  }

  #report(enabled: EnabledRule, report: AnyReport, scene: Scene): void {
    const template = enabled.rule.meta.messages[report.messageId];
    if (template === undefined)
      throw new Error(`${enabled.rule.meta.name} has no message ${report.messageId}`);
    const message = renderMessage(template, report.data);
    const { place, path, operation } = locate(report.at);
    this.#pending.push({
      rule: enabled,
      target: operation ?? report.at,
      finding: {
        rule: enabled.rule.meta.name,
        messageId: report.messageId,
        severity:
          report.severity === undefined ? enabled.severity : weaker(enabled.severity, report.severity),
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
        effects: operation === undefined ? [] : effectsAt(operation, scene),
      },
    });
  }

  /** The migration that a file belongs to: a rule may point at another one than it was told of. */
  #ownerOf(path: string, { migration }: Scene): string | undefined {
    const owns = ({ script, rollback, current, path: own }: Migration): boolean =>
      [script?.source.path, rollback?.source.path, current?.path, own].includes(path);
    return owns(migration) ? migration.id : this.#migrations.find(owns)?.id;
  }
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

/** One hazard on one operation is one finding: leaves out those that yield to another rule's on the same target. */
function withoutYielding(pending: readonly Pending[]): readonly Pending[] {
  const rulesAt = new Map<Target, Set<string>>();
  for (const { rule, target } of pending) {
    const names = rulesAt.get(target);
    if (names === undefined) rulesAt.set(target, new Set([rule.rule.meta.name]));
    else names.add(rule.rule.meta.name);
  }
  return pending.filter(
    ({ rule, target }) => !(rule.rule.meta.yieldsTo ?? []).some((name) => rulesAt.get(target)?.has(name)),
  );
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
