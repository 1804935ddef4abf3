import type { Catalog, Table } from '../model/catalog/types.ts';
import { isEmptyOrFails } from '../model/effects/empty-or-fails.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import { TransactionLocks } from '../model/effects/transaction-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import type { History } from '../model/history/history.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import { deployTransactions } from '../input/runners/deploy-transactions.ts';
import type { Statement } from '../input/sql/types.ts';
import type { Conventions } from './conventions.ts';
import { existedBeforeDeploy, isOlderThanDeploy, isReadable, type Vantage } from './existed.ts';
import type { Migration, Project, Transaction } from './project.ts';
import type { ReplayedMigration, Step } from './replay.ts';
import type { Messages, OptionSchemas, Options, Report, RuleContext } from './rule.ts';
import type { EnabledRule } from './settings.ts';

/** Migrations that go out together. What only few rules ask of them is worked out when it is first asked for. */
export class Deploy {
  /** In replay order. */
  readonly migrations: readonly Migration[];
  /** The schema before the first of them. */
  readonly before: Catalog;
  /** Index of the first of them in replay order. */
  readonly firstIndex: number;
  readonly #replayed: readonly ReplayedMigration[];
  readonly #project: Pick<Project, 'runner' | 'postgresVersion'>;
  #locks: TransactionLocks<Step> | undefined;
  readonly #effects = new Map<Step, readonly Effect[]>();
  readonly #effectsOnOlder = new Map<Step, readonly Effect[]>();
  #readable: boolean | undefined;
  #steps: ReadonlyMap<Operation, Step> | undefined;
  #transactions: ReadonlyMap<Statement, Transaction> | undefined;

  /** `replayed` are the migrations with their steps; empty for a deploy of nothing. */
  constructor(
    replayed: readonly ReplayedMigration[],
    migrations: readonly Migration[],
    before: Catalog,
    firstIndex: number,
    project: Pick<Project, 'runner' | 'postgresVersion'>,
  ) {
    this.#replayed = replayed;
    this.#project = project;
    this.migrations = migrations;
    this.before = before;
    this.firstIndex = firstIndex;
  }

  /** False if something in it could not be read. */
  get readable(): boolean {
    return (this.#readable ??= isReadable(this.#replayed.map(({ migration }) => migration)));
  }

  /** The step of an operation; undefined if it is no operation of the deploy. */
  stepOf(operation: Operation): Step | undefined {
    this.#steps ??= new Map(
      this.#replayed.flatMap(({ steps }) => steps.map((step) => [step.operation, step] as const)),
    );
    return this.#steps.get(operation);
  }

  /** The locks of its transactions on relations that existed before it: nobody waits for others. */
  get locks(): TransactionLocks<Step> {
    return (this.#locks ??= new TransactionLocks(
      this.#replayed.flatMap(({ steps }) => steps),
      (statement) => this.#transactionOfStatement(statement),
      (step) =>
        this.effectsOfStep(step).filter(({ relation }) => !this.isEmptyOrFails(relation, step.operation)),
    ));
  }

  /** What a step of it does, worked out once however many ask: rules, the transaction's locks, the migration's class. */
  allEffectsOf(step: Step): readonly Effect[] {
    const known = this.#effects.get(step);
    if (known !== undefined) return known;
    const effects = effectsOf(step.operation, step.before, this.#project.postgresVersion);
    this.#effects.set(step, effects);
    return effects;
  }

  /** What a step of it does to relations that existed before it. */
  effectsOfStep(step: Step): readonly Effect[] {
    const known = this.#effectsOnOlder.get(step);
    if (known !== undefined) return known;
    const effects = this.allEffectsOf(step).filter(({ relation }) => this.isOlder(relation, step));
    this.#effectsOnOlder.set(step, effects);
    return effects;
  }

  /** Whether a relation that a step of it names existed before it. */
  isOlder(relation: ObjectName, { operation, before, after }: Step): boolean {
    return isOlderThanDeploy(relation, { catalog: before, catalogAfter: after, operation, deploy: this });
  }

  /** Whether an operation's transaction can only succeed if a table has no rows: nobody waits for that one. */
  isEmptyOrFails(table: ObjectName, operation: Operation): boolean {
    return isEmptyOrFails(table, operation, {
      deploy: this.migrations,
      transactionOf: (other) => this.transactionOf(other),
      catalogBefore: (other) => this.stepOf(other)?.before ?? this.before,
    });
  }

  /** The transaction that an operation runs in: of the whole deploy, if the runner makes one of it. */
  transactionOf(operation: Operation): Transaction {
    const statement = this.stepOf(operation)?.statement;
    const found = statement === undefined ? undefined : this.#transactionOfStatement(statement);
    return found ?? { kind: 'autocommit', statements: [operation.statement], end: 'itself' };
  }

  #transactionOfStatement(statement: Statement): Transaction | undefined {
    this.#transactions ??= new Map(
      deployTransactions(
        this.#replayed.map(({ migration }) => migration.transactions),
        this.#project.runner.oneTransactionPerDeploy === true,
      ).flatMap((transaction) =>
        transaction.statements.map((statement) => [statement, transaction] as const),
      ),
    );
    return this.#transactions.get(statement);
  }
}

/** What listeners are told at one moment of the replay. */
export interface Scene {
  readonly catalog: Catalog;
  readonly catalogAfter: Catalog;
  readonly migration: Migration;
  /** Undefined for listeners of what is no operation. */
  readonly operation: Operation | undefined;
  readonly deploy: Deploy;
}

/** A report of a rule whose messages are not known to the compiler. */
export type AnyReport = Report<Messages>;

/** What all listeners of a run share. */
export interface Surroundings {
  readonly history: History;
  readonly project: Project;
  readonly now: Date | undefined;
  readonly conventions: Conventions;
  report(enabled: EnabledRule, report: AnyReport, scene: Scene): void;
}

interface Listening {
  readonly enabled: EnabledRule;
  readonly scene: Scene;
  readonly surroundings: Surroundings;
}

/** The context of one call of a listener. Most calls ask for one or two of these: each is made when it is asked for. */
export class ListenerContext implements RuleContext<Messages, OptionSchemas> {
  readonly #of: Listening;

  constructor(of: Listening) {
    this.#of = of;
  }

  get catalog(): Catalog {
    return this.#of.scene.catalog;
  }

  get catalogAfter(): Catalog {
    return this.#of.scene.catalogAfter;
  }

  get catalogBeforeDeploy(): Catalog {
    return this.#of.scene.deploy.before;
  }

  get history(): History {
    return this.#of.surroundings.history;
  }

  get migration(): Migration {
    return this.#of.scene.migration;
  }

  get deploy(): readonly Migration[] {
    return this.#of.scene.deploy.migrations;
  }

  get project(): Project {
    return this.#of.surroundings.project;
  }

  get options(): Options<OptionSchemas> {
    return this.#of.enabled.options as Options<OptionSchemas>;
  }

  get conventions(): Conventions {
    return this.#of.surroundings.conventions;
  }

  get existedBeforeDeploy(): (table: ObjectName, at?: Operation) => Table | undefined {
    const { scene } = this.#of;
    return (table, at) => existedBeforeDeploy(table, vantageOf(at, scene));
  }

  get transactionOf(): (operation: Operation) => Transaction {
    const { deploy } = this.#of.scene;
    return (operation) => deploy.transactionOf(operation);
  }

  get effectsOf(): (operation: Operation) => readonly Effect[] {
    const { scene, surroundings } = this.#of;
    return (operation) => effectsAt(operation, scene, surroundings.project.postgresVersion);
  }

  get heldLocks(): (operation: Operation) => readonly HeldLock[] {
    const { deploy } = this.#of.scene;
    return (operation) => deploy.locks.before(operation);
  }

  get catalogBefore(): (operation: Operation) => Catalog {
    const { scene } = this.#of;
    return (operation) =>
      (operation === scene.operation ? scene.catalog : scene.deploy.stepOf(operation)?.before) ??
      scene.catalog;
  }

  get now(): Date | undefined {
    return this.#of.surroundings.now;
  }

  get report(): (report: AnyReport) => void {
    const { enabled, scene, surroundings } = this.#of;
    return (report) => surroundings.report(enabled, report, scene);
  }
}

/** Where names are to be looked up: just before an operation of the scene's deploy; without one, where the scene is. */
function vantageOf(operation: Operation | undefined, scene: Scene): Vantage {
  const step = operation === undefined ? undefined : scene.deploy.stepOf(operation);
  if (step === undefined) return scene;
  return { catalog: step.before, catalogAfter: step.after, operation: step.operation, deploy: scene.deploy };
}

/** What an operation of a scene's deploy does to a live database. */
export function effectsAt(operation: Operation, scene: Scene, postgresVersion: number): readonly Effect[] {
  const step = scene.deploy.stepOf(operation);
  return step === undefined
    ? effectsOf(operation, scene.catalog, postgresVersion)
    : scene.deploy.allEffectsOf(step);
}
