import type { Rule, Severity } from './rule.ts';

/** What a configuration says of one rule: its severity, or `off`, alone or with the rule's options. */
export type RuleEntry =
  | Severity
  | 'off'
  | readonly [Severity | 'off']
  | readonly [Severity | 'off', Readonly<Record<string, unknown>>];

/** A selection of rules that a plugin offers, to be named as `plugin:<namespace>/<name>` in `extends`. */
export interface PluginConfig {
  /** By full name: the plugin's own rules as `namespace/name`, and rules of migration-lint. */
  readonly rules: Readonly<Record<string, RuleEntry>>;
}

/** Rules that somebody else wrote. */
export interface Plugin {
  readonly meta: {
    /** The package's name. */
    readonly name: string;
    /** What stands before the names of its rules: `billing` makes `billing/no-float-amount`. Lower case, `a-z0-9-`. */
    readonly namespace: string;
  };
  /** Under their own names, without the namespace. Those that name a preset are on where the preset is. */
  readonly rules: readonly Rule[];
  readonly configs?: Readonly<Record<string, PluginConfig>>;
}

/**
 * Defines a plugin. An identity function: it only gives the compiler the plugin's shape.
 *
 * @param plugin what the plugin's module exports as its default.
 * @returns the same object.
 */
export function definePlugin<const P extends Plugin>(plugin: P): P {
  return plugin;
}

/**
 * The rules of a plugin as a run knows them: names and aliases begin with the namespace, and so do the names that `yieldsTo`
 * takes from the same plugin; all others in it are rules of migration-lint or, with a namespace, of other plugins.
 */
export function qualifiedRules({ meta, rules }: Plugin): readonly Rule[] {
  const own = new Set(rules.flatMap((rule) => [rule.meta.name, ...(rule.meta.aliases ?? [])]));
  const qualify = (name: string): string => `${meta.namespace}/${name}`;
  const qualifiedMeta = (rule: Rule['meta']): Rule['meta'] => {
    // A rule cannot yield to itself, so that its own name in yieldsTo is the rule of migration-lint that is called like it.
    const others = (name: string): boolean => own.has(name) && name !== rule.name;
    return {
      ...rule,
      name: qualify(rule.name),
      ...(rule.aliases && { aliases: rule.aliases.map(qualify) }),
      ...(rule.yieldsTo && {
        yieldsTo: rule.yieldsTo.map((name) => (others(name) ? qualify(name) : name)),
      }),
    };
  };
  return rules.map((rule) => ({ meta: qualifiedMeta(rule.meta), on: rule.on, plugin: meta.name }));
}
