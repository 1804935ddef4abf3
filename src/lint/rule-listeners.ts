import { ListenerContext, type Surroundings } from './context.ts';
import { failedRule } from './failed-rule.ts';
import type { Pending } from './pending.ts';
import type { Migration, Project } from './project.ts';
import type { Rule, SubjectOf } from './rule.ts';
import type { Scene } from './scene.ts';
import type { EnabledRule, MigrationPlace } from './settings.ts';
import { refusePromise } from './untyped-rule.ts';

/** Which rules listen, and how they are called. */
export interface ListeningRules {
  /** Those that are on where `rulesOf` says nothing else. */
  readonly rules: readonly EnabledRule[];
  /** The rules of one migration, where settings differ between migrations: the same array for the same settings. */
  readonly rulesOf?: ((migration: MigrationPlace) => readonly EnabledRule[]) | undefined;
  /** Called for each call of a rule, which it has to make: a caller with a clock measures it. */
  readonly around?: ((rule: Rule, call: () => void) => void) | undefined;
}

interface RuleListener {
  readonly enabled: EnabledRule;
  readonly listener: (subject: unknown, context: ListenerContext) => unknown;
}

/** What can be told of: an operation, a migration, a deploy … */
type Subject = SubjectOf[keyof SubjectOf];

/** Tells the rules what there is to judge, and gathers what they find. */
export class RuleListeners {
  /** In the order in which it was found. A rule's report adds to it. */
  readonly pending: Pending[] = [];
  readonly #listening: ListeningRules;
  readonly #surroundings: Surroundings;
  /** By what they listen to, put together once for each set of rules. */
  readonly #byRules = new Map<readonly EnabledRule[], ReadonlyMap<string, readonly RuleListener[]>>();
  /** Names of the rules that threw. */
  readonly failedRules = new Set<string>();
  /** Which rule threw on which migration: one finding says it, however often it throws there. */
  readonly #failures = new Map<Rule, Set<string>>();

  /** @param surroundings whose `report` adds to `pending`. */
  constructor(listening: ListeningRules, surroundings: Surroundings) {
    this.#listening = listening;
    this.#surroundings = surroundings;
  }

  /** True if a rule threw. */
  get failed(): boolean {
    return this.failedRules.size > 0;
  }

  /** The rules that are on for a migration. */
  rulesOf(migration: MigrationPlace): readonly EnabledRule[] {
    return this.#listening.rulesOf?.(migration) ?? this.#listening.rules;
  }

  /** Whether a rule of a migration listens to something. */
  hears(kind: string, migration: MigrationPlace): boolean {
    return this.#of(this.rulesOf(migration), kind).length > 0;
  }

  /** Tells the rules of the scene's migration. */
  tell(kind: string, subject: Subject, scene: Scene): void {
    for (const heard of this.#of(this.rulesOf(scene.migration), kind)) this.#tellOne(heard, subject, scene);
  }

  /**
   * Tells of the deploy: of what its migrations make together.
   *
   * @param scene its last migration's.
   */
  tellOfDeploy(deploy: readonly Migration[], scene: Scene): void {
    // In a whole history there are as many deploys as migrations: a deploy is asked about its own.
    this.#tellOfMany('Deploy', deploy, deploy, scene);
  }

  /** Tells of the project. */
  tellOfProject(project: Project, scene: Scene): void {
    this.#tellOfMany('Project', project, project.migrations, scene);
  }

  /**
   * A rule is asked with each of its settings, and of what it finds counts what is about a migration with those settings.
   *
   * @param about the migrations that the subject is made of.
   */
  #tellOfMany(kind: string, subject: Subject, about: readonly Migration[], scene: Scene): void {
    const { rules, rulesOf } = this.#listening;
    if (rulesOf === undefined) return this.tell(kind, subject, scene);
    const rulesById = new Map(about.map((migration) => [migration.id, rulesOf(migration)]));
    const rulesAt = (id: string): readonly EnabledRule[] => {
      const known = rulesById.get(id);
      if (known !== undefined) return known;
      const other = this.#surroundings.project.migrations.find((migration) => migration.id === id);
      return other === undefined ? rules : rulesOf(other);
    };
    const told = new Set<EnabledRule>();
    for (const set of new Set([rules, ...rulesById.values()])) {
      for (const heard of this.#of(set, kind)) {
        if (told.has(heard.enabled)) continue;
        told.add(heard.enabled);
        const before = this.pending.length;
        if (!this.#tellOne(heard, subject, scene)) continue;
        const found = this.pending.splice(before).filter(({ finding: { migration } }) => {
          const settings = migration === undefined ? rules : rulesAt(migration);
          return settings.includes(heard.enabled);
        });
        this.pending.push(...found);
      }
    }
  }

  /** @returns false if the rule threw. */
  #tellOne({ enabled, listener }: RuleListener, subject: unknown, scene: Scene): boolean {
    try {
      const context = new ListenerContext(enabled, scene, this.#surroundings);
      const { around } = this.#listening;
      if (around === undefined) refusePromise(listener(subject, context));
      else around(enabled.rule, () => refusePromise(listener(subject, context)));
      return true;
    } catch (error) {
      this.#fail(enabled, scene.migration, error);
      return false;
    }
  }

  #fail(enabled: EnabledRule, target: Migration, error: unknown): void {
    const { rule } = enabled;
    this.failedRules.add(rule.meta.name);
    const migrations = this.#failures.get(rule) ?? new Set();
    this.#failures.set(rule, migrations);
    if (migrations.has(target.id)) return;
    migrations.add(target.id);
    this.pending.push({ rule: enabled, target, finding: failedRule(rule, target, error) });
  }

  #of(rules: readonly EnabledRule[], kind: string): readonly RuleListener[] {
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
