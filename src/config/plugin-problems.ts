import type { Plugin } from '../lint/plugin.ts';
import { didYouMean } from '../input/text/nearest.ts';
import { describe, Shape } from './plugin-shape.ts';
import { checkRule } from './rule-problems.ts';
import { isRecord } from './values.ts';

const NAMESPACE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;
const CONFIG_NAME = /^[\w-]+$/u;
const KEYS = ['meta', 'rules', 'configs'];

/**
 * Checks what a plugin's module exports: everything that a plugin without types can get wrong, and a run would trip over.
 *
 * @param value the default export.
 * @returns the plugin, if it is one, and what is wrong with it: clauses that begin with the place.
 */
export function checkPlugin(value: unknown): {
  readonly plugin: Plugin | undefined;
  readonly problems: readonly string[];
} {
  const shape = new Shape();
  if (isRecord(value)) checkShape(shape, value);
  else
    shape.problem(
      `has ${value === undefined ? 'no default export' : `${describe(value)} as its default export`}. A plugin’s module ends with \`export default definePlugin({ … })\`.`,
    );
  const { problems } = shape;
  return { plugin: problems.length === 0 ? (value as Plugin) : undefined, problems };
}

function checkShape(shape: Shape, value: Readonly<Record<string, unknown>>): void {
  shape.onlyKeys('', value, KEYS);
  const meta = shape.record('meta', value['meta'], 'an object with name and namespace');
  if (meta !== undefined) {
    shape.text('meta.name', meta['name'], 'the name of the package');
    const namespace = meta['namespace'];
    if (typeof namespace !== 'string' || !NAMESPACE.test(namespace)) {
      shape.wrong(
        'meta.namespace',
        'what stands before the names of its rules, such as billing: lower case letters, digits and hyphens',
        namespace,
      );
    }
  }
  const { rules } = value;
  if (!Array.isArray(rules)) shape.wrong('rules', 'a list of rules', rules);
  else {
    for (const [index, rule] of rules.entries()) checkRule(shape, `rules[${index}]`, rule);
    checkNames(shape, rules);
  }
  if (value['configs'] !== undefined) checkConfigs(shape, value['configs'], { meta, rules });
}

/** Every name and alias stands for one rule. */
function checkNames(shape: Shape, rules: readonly unknown[]): void {
  const taken = new Map<string, number>();
  for (const [index, name] of rules.flatMap((rule, at) => namesOf(rule).map((each) => [at, each] as const))) {
    const first = taken.get(name);
    if (first === undefined) taken.set(name, index);
    else
      shape.problem(
        `rules[${first}] and rules[${index}] are both called ${name}. Each name is for one rule.`,
      );
  }
}

function namesOf(rule: unknown): readonly string[] {
  const meta = isRecord(rule) && isRecord(rule['meta']) ? rule['meta'] : {};
  const aliases: unknown = meta['aliases'];
  const names: readonly unknown[] = [meta['name'], ...(Array.isArray(aliases) ? (aliases as unknown[]) : [])];
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function checkConfigs(
  shape: Shape,
  value: unknown,
  plugin: { readonly meta: Readonly<Record<string, unknown>> | undefined; readonly rules: unknown },
): void {
  const configs = shape.record('configs', value, 'an object of configurations by name');
  const namespace = plugin.meta?.['namespace'];
  for (const [name, config] of Object.entries(configs ?? {})) {
    const at = `configs.${name}`;
    if (!CONFIG_NAME.test(name))
      shape.problem(`${at}: a name has letters, digits, hyphens and underscores only.`);
    const record = shape.record(at, config, 'an object with rules');
    if (record === undefined) continue;
    shape.onlyKeys(`${at}.`, record, ['rules']);
    const entries = shape.record(`${at}.rules`, record['rules'], 'an object of rules and their severities');
    if (entries === undefined || typeof namespace !== 'string' || !Array.isArray(plugin.rules)) continue;
    checkOwnNames(shape, `${at}.rules`, Object.keys(entries), {
      namespace,
      names: plugin.rules.flatMap(namesOf),
    });
  }
}

/** A configuration names the plugin's rules with the namespace, as everybody does. Other rules are checked where it is used. */
function checkOwnNames(
  shape: Shape,
  at: string,
  used: readonly string[],
  { namespace, names }: { readonly namespace: string; readonly names: readonly string[] },
): void {
  const full = names.map((name) => `${namespace}/${name}`);
  for (const name of used) {
    if (names.includes(name))
      shape.problem(`${at}.${name}: the rule is called ${namespace}/${name}, here as everywhere.`);
    else if (name.startsWith(`${namespace}/`) && !full.includes(name))
      shape.problem(`${at}.${name}: the plugin has no such rule.${didYouMean(name, full)}`);
  }
}
