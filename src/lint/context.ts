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

/** The context of one call of a listener. Most calls ask for one or two of these: each is made when it is asked for. */
export class ListenerContext implements RuleContext<Messages, OptionSchemas> {
  readonly #enabled: EnabledRule;
  readonly #scene: Scene;
  readonly #surroundings: Surroundings;

  constructor(enabled: EnabledRule, scene: Scene, surroundings: Surroundings) {
    this.#enabled = enabled;
    this.#scene = scene;
    this.#surroundings = surroundings;
  }

  get catalog(): Catalog {
    return this.#scene.catalog;
  }

  get catalogAfter(): Catalog {
    return this.#scene.catalogAfter;
  }

  get catalogBeforeDeploy(): Catalog {
    return this.#scene.deploy.before;
  }

  get catalogAfterDeploy(): Catalog {
    const scene = this.#scene;
    return scene.deploy.migrations.at(-1)?.catalogAfter ?? scene.catalogAfter;
  }

  get history(): History {
    return this.#surroundings.history;
  }

  get migration(): Migration {
    return this.#scene.migration;
  }

  get deploy(): readonly Migration[] {
    return this.#scene.deploy.migrations;
  }

  get project(): Project {
    return this.#surroundings.project;
  }

  get options(): Options<OptionSchemas> {
    return this.#enabled.options as Options<OptionSchemas>;
  }

  get isSeveritySaid(): boolean {
    return this.#enabled.isSeveritySaid === true;
  }

  get conventions(): Conventions {
    return this.#surroundings.conventions;
  }

  get existedBeforeDeploy(): (table: ObjectName, at?: Operation) => Table | undefined {
    const scene = this.#scene;
    return (table, at) => existedBeforeDeploy(table, vantageOf(at, scene));
  }

  get isMadeByDeploy(): (object: { readonly origin: Origin }) => boolean {
    const { firstIndex } = this.#scene.deploy;
    return ({ origin }) => origin.migration >= firstIndex;
  }

  get transactionOf(): (operation: Operation) => Transaction {
    const { deploy } = this.#scene;
    return (operation) => deploy.transactionOf(operation);
  }

  get effectsOf(): (operation: Operation) => readonly Effect[] {
    const scene = this.#scene;
    const surroundings = this.#surroundings;
    return (operation) => effectsAt(operation, scene, surroundings.project.postgresVersion);
  }

  get heldLocks(): (operation: Operation) => readonly HeldLock[] {
    const { deploy } = this.#scene;
    return (operation) => deploy.locks.before(operation);
  }

  get catalogBefore(): (operation: Operation) => Catalog {
    const scene = this.#scene;
    return (operation) =>
      (operation === scene.operation ? scene.catalog : scene.deploy.stepOf(operation)?.before) ??
      scene.catalog;
  }

  get now(): Date | undefined {
    return this.#surroundings.now;
  }

  get report(): (report: AnyReport) => void {
    const enabled = this.#enabled;
    const scene = this.#scene;
    const surroundings = this.#surroundings;
    return (report) => surroundings.report(enabled, report, scene);
  }
}
