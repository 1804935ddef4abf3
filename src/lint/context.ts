import type { Catalog, Origin, Table } from '../model/catalog/types.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import type { History } from '../model/history/history.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import type { Conventions } from './conventions.ts';
import { existedBeforeDeploy } from './existed.ts';
import type { Migration, Project, Transaction } from './project.ts';
import type { Messages, OptionSchemas, Options, Report, RuleContext } from './rule.ts';
import { effectsAt, vantageOf, type Scene } from './scene.ts';
import type { EnabledRule } from './settings.ts';

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

  get catalogAfterDeploy(): Catalog {
    const { scene } = this.#of;
    return scene.deploy.migrations.at(-1)?.catalogAfter ?? scene.catalogAfter;
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

  get isSeveritySaid(): boolean {
    return this.#of.enabled.isSeveritySaid === true;
  }

  get conventions(): Conventions {
    return this.#of.surroundings.conventions;
  }

  get existedBeforeDeploy(): (table: ObjectName, at?: Operation) => Table | undefined {
    const { scene } = this.#of;
    return (table, at) => existedBeforeDeploy(table, vantageOf(at, scene));
  }

  get isMadeByDeploy(): (object: { readonly origin: Origin }) => boolean {
    const { firstIndex } = this.#of.scene.deploy;
    return ({ origin }) => origin.migration >= firstIndex;
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
