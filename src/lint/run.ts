import { askedFor, judgedOf } from '../input/project/asked-for.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import { nearest } from '../input/text/nearest.ts';
import type { Catalog } from '../model/catalog/types.ts';
import type { MigrationClass } from '../model/history/migration-class.ts';
import { classify } from './classify.ts';
import { ConcealedSecrets } from './concealed.ts';
import { DEFAULT_CONVENTIONS, type Conventions } from './conventions.ts';
import { Deploy } from './deploy.ts';
import { AllDirectives } from './directives/all-directives.ts';
import type { Suppression } from './directives/directive.ts';
import type { DirectiveFacts } from './directives/directives.ts';
import type { Finding, FindingDraft } from './finding.ts';
import { Fingerprints } from './fingerprint.ts';
import { pendingFinding } from './pending.ts';
import type { Migration, Project, Runner } from './project.ts';
import { Replay, type ReplayedMigration, type Step } from './replay.ts';
import { revertedBy } from './reverted.ts';
import { rollbackPractice } from './rollback-practice.ts';
import type { MigrationProof } from './proofs.ts';
import type { Rule } from './rule.ts';
import { RuleListeners, type ListeningRules } from './rule-listeners.ts';
import { sceneOfMigration } from './scene.ts';
import { SmallTables } from './sizes/small-tables.ts';
import { lastSquashed, squashNote, squashOf } from './squash.ts';
import type { TableStatistics } from './sizes/statistics.ts';
import { TableSizes } from './sizes/table-sizes.ts';
import { tellOfMigration } from './tell-of-migration.ts';
import { versionDigits } from './version-digits.ts';
import { withoutYielding } from './yielding.ts';

/** What a run needs besides the project's files: settings, and facts from outside. */
export interface LintOptions extends ListeningRules {
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
  /** What `verify` has proven, by the ids of migrations; undefined where nothing is recorded. */
  readonly proofs?: ReadonlyMap<string, MigrationProof> | undefined;
  /** What counts as today, a fact from outside; rules that compare with it stay silent without it. */
  readonly now?: Date | undefined;
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

class Run {
  readonly #options: LintOptions;
  readonly #replay: Replay;
  readonly #listeners: RuleListeners;
  readonly #directives = new AllDirectives();
  readonly #concealed = new ConcealedSecrets();
  readonly #migrations: Migration[] = [];
  readonly #judged: Migration[] = [];
  readonly #classes = new Map<string, MigrationClass>();
  readonly #project: Project;
  readonly #ruleNames: ReadonlyMap<string, string>;
  readonly #notes: string[] = [];
  /** The pending migration that a deploy does not run, since it is a squash of applied ones. */
  #squash: ReadMigration | undefined;

  constructor(source: ReadProject, options: LintOptions) {
    this.#options = options;
    const isJudged = judgedOf(source.found, source.base.kind === 'none');
    const reverts = revertedBy(source.migrations, (one) => one.state === 'pending' || isJudged(one));
    this.#replay = new Replay({
      ...options,
      reverts,
      judgesRollback: (migration) => this.#listeners.hears('Rollback', migration),
    });
    this.#ruleNames = namesOf(options);
    const conventions = options.conventions ?? DEFAULT_CONVENTIONS;
    const project = this.#projectOf(source);
    this.#project = project;
    const smallTables = new SmallTables(new TableSizes(conventions, options.statistics));
    const listeners = new RuleListeners(options, {
      history: this.#replay.history,
      project,
      now: options.now,
      conventions,
      report: (rule, report, scene) =>
        listeners.pending.push(pendingFinding(rule, report, scene, { project, smallTables })),
    });
    this.#listeners = listeners;
    this.#judgeAll(source);
  }

  /** What is known of the project as a whole; its migrations and its squash are found while it is judged. */
  #projectOf(source: ReadProject): Project {
    const { runner, postgresVersion, postgresAssumed, changedFiles } = this.#options;
    const squash = (): string | undefined => this.#squash?.id;
    return {
      strays: source.found.only === undefined ? (source.strayScripts ?? []) : [],
      orphanRollbacks: source.found.only === undefined ? (source.orphanRollbacks ?? []) : [],
      get squash() {
        return squash();
      },
      versionDigits: versionDigits(source.migrations),
      layout: source.found.layout,
      folder: source.found.folder,
      runner,
      postgresVersion,
      postgresAssumed: postgresAssumed === true,
      migrations: this.#migrations,
      rollbackPractice: rollbackPractice(source.migrations),
      wholeHistory: source.base.kind === 'none',
      changedFiles,
    };
  }

  result(): LintResult {
    const shown: FindingDraft[] = [];
    const suppressed: { readonly finding: FindingDraft; readonly by: Suppression }[] = [];
    for (const { finding } of withoutYielding(this.#listeners.pending)) {
      const by = this.#directives.suppressionOf(finding);
      if (by === undefined) shown.push(finding);
      else suppressed.push({ finding, by });
    }
    shown.push(...this.#aboutDirectives());
    const fingerprints = new Fingerprints();
    const stamped = (finding: FindingDraft): Finding => ({
      ...this.#concealed.hide(finding),
      fingerprint: fingerprints.of([finding.rule, finding.messageId, finding.path], finding.place),
    });
    return {
      project: this.#project,
      judged: this.#judged,
      classes: this.#classes,
      findings: shown.map(stamped),
      suppressed: suppressed.map(({ finding, by }) => ({ finding: stamped(finding), by })),
      failed: this.#listeners.failed,
      notes: this.#notes,
    };
  }

  /** What rules say of directives, now that it is known which are of use. A directive does not take that back. */
  #aboutDirectives(): readonly FindingDraft[] {
    const { pending } = this.#listeners;
    const before = pending.length;
    for (const { directive, scene } of this.#directives.all())
      this.#listeners.tell('Directive', directive, scene);
    return pending.slice(before).map(({ finding }) => finding);
  }

  #judgeAll(source: ReadProject): void {
    const { wholeHistory } = this.#project;
    const isAskedFor = askedFor(source.found);
    const isJudged = judgedOf(source.found, wholeHistory);
    const together: ReplayedMigration[] = [];
    let beforeDeploy = this.#replay.catalog();
    const lastOfSquash = lastSquashed(source);
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
      if (isJudged(migration)) this.#judgeAlone(migration);
      else this.#migrations.push(this.#replay.fold(migration));
      beforeDeploy = this.#replay.catalog();
      if (migration === lastOfSquash) this.#squash = squashOf(source, beforeDeploy, this.#options);
    }
    if (this.#squash !== undefined) this.#notes.push(squashNote(this.#squash, source));
    const judged = together.filter(({ source: read }) => isAskedFor(read));
    if (judged.length > 0) this.#judgeDeploy(together, judged, beforeDeploy);
    this.#judgeProject(beforeDeploy);
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
    if (last !== undefined) this.#listeners.tellOfDeploy(migrations, sceneOfMigration(last, deploy));
  }

  #judgeMigration(migration: Migration, steps: readonly Step[], deploy: Deploy): void {
    const { history } = this.#replay;
    this.#concealed.addFrom(migration.operations);
    const scene = sceneOfMigration(migration, deploy);
    for (const script of [migration.script, migration.rollback])
      if (script !== undefined) this.#directives.read(script, scene, () => this.#directiveFacts(migration));
    tellOfMigration(migration, steps, deploy, this.#listeners, history);
    try {
      this.#classes.set(migration.id, classify(migration, steps, deploy, history));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #directiveFacts(migration: Migration): DirectiveFacts {
    const enabled = new Set(this.#listeners.rulesOf(migration).map(({ rule }) => rule.meta.name));
    return {
      ruleNamed: (name) => this.#ruleNames.get(name),
      nearestTo: (name) => nearest(name, [...this.#ruleNames.keys()]),
      isEnabled: (rule) => enabled.has(rule) && !this.#listeners.failedRules.has(rule),
      now: this.#options.now,
    };
  }

  #judgeProject(before: Catalog): void {
    const last = this.#migrations.at(-1);
    if (last === undefined) return;
    const deploy = new Deploy([], this.#judged, before, this.#migrations.length, this.#project);
    this.#listeners.tellOfProject(this.#project, sceneOfMigration(last, deploy));
  }
}

/** The name of each rule by its name and its aliases. */
function namesOf({ rules, known }: LintOptions): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { meta } of known ?? rules.map(({ rule }) => rule))
    for (const name of [meta.name, ...(meta.aliases ?? [])]) names.set(name, meta.name);
  return names;
}

function lightened(migration: Migration): Migration {
  return {
    ...migration,
    script: undefined,
    rollback: undefined,
    rollbackOutcome: undefined,
    reverts: undefined,
    operations: [],
    loops: [],
    transactions: [],
  };
}
