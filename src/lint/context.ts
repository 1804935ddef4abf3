import type { Catalog, Table } from '../model/catalog/types.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import type { History } from '../model/history/history.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import type { Statement } from '../input/sql/types.ts';
import { existedBeforeDeploy, isReadable } from './existed.ts';
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
  #readable: boolean | undefined;
  #steps: ReadonlyMap<Operation, Step> | undefined;
  #transactions: ReadonlyMap<Statement, Transaction> | undefined;

  /** `replayed` are the migrations with their steps; empty for a deploy of nothing. */
  constructor(
    replayed: readonly ReplayedMigration[],
    migrations: readonly Migration[],
    before: Catalog,
    firstIndex: number,
  ) {
    this.#replayed = replayed;
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

  /** The transaction that an operation runs in. */
  transactionOf(operation: Operation): Transaction {
    this.#transactions ??= new Map(
      this.#replayed.flatMap(({ migration }) =>
        migration.transactions.flatMap((transaction) =>
          transaction.statements.map((statement) => [statement, transaction] as const),
        ),
      ),
    );
    const statement = this.stepOf(operation)?.statement;
    const found = statement === undefined ? undefined : this.#transactions.get(statement);
    return found ?? { kind: 'autocommit', statements: [operation.statement], end: 'itself' };
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

  get existedBeforeDeploy(): (table: ObjectName) => Table | undefined {
    const { scene } = this.#of;
    return (table) => existedBeforeDeploy(table, scene);
  }

  get transactionOf(): (operation: Operation) => Transaction {
    const { deploy } = this.#of.scene;
    return (operation) => deploy.transactionOf(operation);
  }

  get effectsOf(): (operation: Operation) => readonly Effect[] {
    const { scene } = this.#of;
    return (operation) => effectsAt(operation, scene);
  }

  /** Filled in with the model of a transaction's locks. */
  get heldLocks(): (operation: Operation) => readonly HeldLock[] {
    return () => [];
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

/** What an operation of a scene's deploy does to a live database. */
export function effectsAt(operation: Operation, scene: Scene): readonly Effect[] {
  const before = operation === scene.operation ? scene.catalog : scene.deploy.stepOf(operation)?.before;
  return effectsOf(operation, before ?? scene.catalog);
}
