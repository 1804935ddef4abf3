import type { PluginConfig } from '../lint/plugin.ts';
import type { LoadedPlugin, PluginRequest } from './load-plugins.ts';
import { didYouMean } from '../input/text/nearest.ts';
import type { ConfigurationProblem } from './types.ts';
import { isRecord, own } from './values.ts';

/**
 * The plugins that a configuration names. Whether its `plugins` is a text or a list of them is the validator's to say.
 *
 * @param layer the configuration, the folder that its paths are relative to, and its file if another one extends it.
 */
export function pluginRequests(
  layer: Pick<PluginRequest, 'folder' | 'file'> & { readonly value: unknown },
): readonly PluginRequest[] {
  const { value, folder, file } = layer;
  const named = isRecord(value) ? [own(value, 'plugins') ?? []].flat() : [];
  return named.flatMap((name, index) =>
    typeof name === 'string' ? [{ name, key: `plugins[${index}]`, folder, file }] : [],
  );
}

/** How `extends` names a configuration of a plugin: `plugin:billing/recommended`. */
const REFERENCE = /^plugin:(?<namespace>[^/]+)\/(?<name>.+)$/u;

/**
 * Finds a plugin's configuration by the name that `extends` gives it.
 *
 * @param reference `plugin:<namespace>/<name>`.
 * @returns what the configuration says, a part of a configuration like any other; or what is wrong, a sentence.
 */
export function pluginConfig(
  reference: string,
  plugins: readonly LoadedPlugin[],
): { readonly value: PluginConfig } | { readonly problem: string } {
  const { namespace, name } = REFERENCE.exec(reference)?.groups ?? {};
  if (namespace === undefined || name === undefined) {
    return {
      problem: `${reference} is no configuration of a plugin. It is written plugin:<namespace>/<name>.`,
    };
  }
  const found = plugins.find(({ plugin }) => plugin.meta.namespace === namespace)?.plugin;
  if (found === undefined) {
    const known = plugins.map(({ plugin }) => plugin.meta.namespace);
    return {
      problem: `No plugin has the namespace ${namespace}.${didYouMean(namespace, known)} Name the plugin in \`plugins\`.`,
    };
  }
  const configs = found.configs ?? {};
  const value = own(configs, name);
  if (value !== undefined) return { value };
  const known = Object.keys(configs);
  const all = known.length === 0 ? ' It has none.' : ` It has ${known.join(', ')}.`;
  return { problem: `${found.meta.name} has no configuration ${name}.${didYouMean(name, known) || all}` };
}

/**
 * Leaves out the problems that come of plugins that could not be loaded: nobody knows their rules then.
 *
 * @param problems those of a configuration whose plugins were not all loaded.
 */
export function withoutUnknownPluginRules(
  problems: readonly ConfigurationProblem[],
): readonly ConfigurationProblem[] {
  return problems.filter(
    ({ path, message }) =>
      !(/(?:^|\.)rules\.[a-z0-9-]+\//u.test(path) && message.startsWith('There is no rule')) &&
      !message.startsWith('No plugin has the namespace'),
  );
}
