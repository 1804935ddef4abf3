import { relative, sep } from 'node:path';
import type { Rule } from '../lint/rule.ts';
import { configurationFolder, readLayers, type RawLayer } from './extends.ts';
import type { LoadedPlugin, PluginFacts } from './load-plugins.ts';
import { mergeConfigurations, type ConfigurationLayer, type Origins } from './merge.ts';
import { isPresetName, presetConfiguration, type BuiltPresets } from './presets.ts';
import { pluginConfig, pluginRequests, withoutUnknownPluginRules } from './plugin-configs.ts';
import type { Configuration, ConfigurationProblem, FoundConfiguration } from './types.ts';
import { validateSaid } from './validate.ts';
import { isRecord } from './values.ts';

/** A configuration with everything that it builds on. */
export interface ResolvedConfiguration {
  readonly configuration: Configuration;
  /** Where each value that was said comes from, by its path of keys. */
  readonly origins: Origins;
  /** All rules that it can speak of: those of migration-lint and of its plugins. */
  readonly rules: readonly Rule[];
  /** Every problem of it and of what it builds on. */
  readonly problems: readonly ConfigurationProblem[];
  /** What is no mistake and should be known, for people: one sentence each. */
  readonly notes: readonly string[];
}

/** What a configuration is resolved by. */
export interface ResolutionFacts extends PluginFacts {
  /** The rules of migration-lint. */
  readonly rules: readonly Rule[];
  readonly presets: BuiltPresets;
  /** Absolute path of the file tree's root: globs are held against paths below it, and files must lie in it. */
  readonly top: string;
}

/**
 * Reads what a configuration builds on, loads its plugins, checks all of it and puts it together.
 *
 * @param found what was found; undefined if there is none, and nothing is said.
 */
export async function resolveConfiguration(
  found: FoundConfiguration | undefined,
  facts: ResolutionFacts,
): Promise<ResolvedConfiguration> {
  const { top } = facts;
  const start = found ?? { path: `${top}${sep}none`, value: {} };
  const home = configurationFolder(start.path);
  // A configuration outside, which the user has named, builds on what lies beside it.
  const raw = await readLayers(start, isOutside(home, top) ? home : top);
  const loaded = await loadPluginsOf(raw.layers, facts);
  const folder = isOutside(home, top) ? '' : relative(top, home).split(sep).join('/');
  const problems = [...raw.problems, ...loaded.problems];
  const notes = notesOfOthers(found);
  const layers: ConfigurationLayer[] = [];
  const heard = (list: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] =>
    loaded.problems.length === 0 ? list : withoutUnknownPluginRules(list);
  for (const layer of raw.layers) {
    const { file, key, source } = layer;
    const at = (problem: ConfigurationProblem): ConfigurationProblem =>
      file === undefined ? problem : { ...problem, file };
    const value = valueOf(layer, loaded, facts.presets);
    if ('problem' in value) {
      problems.push(...heard([{ path: key, message: value.problem }]).map(at));
      continue;
    }
    const { said, problems: own, notes: words } = validateSaid(value.value, loaded.rules, folder);
    problems.push(...heard(own).map(at));
    notes.push(...words.map(({ path, message }) => `${source}: ${path}: ${message}`));
    layers.push({ said, source });
  }
  return { ...mergeConfigurations(layers), rules: loaded.rules, problems: inFileOrder(problems), notes };
}

/** Problems as lines for people, each with its file if it is not that of the configuration, and its path of keys. */
export function problemLines(problems: readonly ConfigurationProblem[]): readonly string[] {
  return problems.map(({ file, path, message }) =>
    [file, path, message].filter((part) => part !== undefined && part !== '').join(': '),
  );
}

function notesOfOthers(found: FoundConfiguration | undefined): string[] {
  const { path, others = [] } = found ?? { path: '' };
  return others.length === 0
    ? []
    : [`${path} is the configuration that counts; ${others.join(', ')} in the same folder is not read.`];
}

/** The plugins that any of the layers names, and all rules there are then. */
async function loadPluginsOf(
  layers: readonly RawLayer[],
  facts: ResolutionFacts,
): Promise<{
  readonly rules: readonly Rule[];
  readonly plugins: readonly LoadedPlugin[];
  readonly problems: readonly ConfigurationProblem[];
}> {
  const naming = layers.filter(({ value }) => isRecord(value) && Object.hasOwn(value, 'plugins'));
  const { rules } = facts;
  if (naming.length === 0) return { rules, plugins: [], problems: [] };
  const { loadPlugins } = await import('./load-plugins.ts');
  const requests = naming.flatMap(pluginRequests);
  const { plugins, problems } = await loadPlugins(requests, facts);
  return { rules: [...rules, ...plugins.flatMap((plugin) => plugin.rules)], plugins, problems };
}

function valueOf(
  { value, reference }: RawLayer,
  { plugins, rules }: { readonly plugins: readonly LoadedPlugin[]; readonly rules: readonly Rule[] },
  presets: BuiltPresets,
): { readonly value: unknown } | { readonly problem: string } {
  if (reference === undefined) return { value };
  return isPresetName(reference)
    ? { value: presetConfiguration(reference, rules, presets) }
    : pluginConfig(reference, plugins);
}

/** Those of the configuration itself first. */
function inFileOrder(problems: readonly ConfigurationProblem[]): readonly ConfigurationProblem[] {
  return [
    ...problems.filter(({ file }) => file === undefined),
    ...problems.filter(({ file }) => file !== undefined),
  ];
}

/** A configuration that is named can lie outside the file tree; its globs are then relative to the tree's root. */
const isOutside = (folder: string, top: string): boolean => relative(top, folder).split(sep)[0] === '..';
