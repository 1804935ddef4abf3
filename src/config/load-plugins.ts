import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { qualifiedRules, type Plugin } from '../lint/plugin.ts';
import type { Rule } from '../lint/rule.ts';
import { findPackage, PACKAGE_NAME, realFile } from './find-package.ts';
import { importFailure, placeInPlugin } from './import-failure.ts';
import { installCommand } from './install-command.ts';
import { checkPlugin } from './plugin-problems.ts';
import { distrust, type PluginTrust } from './plugin-trust.ts';
import type { ConfigurationProblem } from './types.ts';

/** A plugin as a configuration names it. */
export interface PluginRequest {
  /** A package, or a path that begins with `./` or `../`, or an absolute one. */
  readonly name: string;
  /** The key that names it: `plugins[0]`. */
  readonly key: string;
  /** The file that names it, if that is not the configuration itself but one that it extends. */
  readonly file?: string | undefined;
  /** Absolute path of the folder that the configuration's paths are relative to. */
  readonly folder: string;
}

/** A plugin that is ready to be used. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** Its rules under their full names. */
  readonly rules: readonly Rule[];
  readonly request: PluginRequest;
}

/** What is known when plugins are loaded. */
export interface PluginFacts extends PluginTrust {
  /** Namespaces that no plugin may have. */
  readonly reserved: readonly string[];
}

/**
 * Loads plugins, each by one import, and checks what they export.
 *
 * Code is run only of installed packages and, if the user has named the configuration, of what that names.
 *
 * @param requests by each configuration file in turn. What several of them name is loaded once.
 * @returns those that can be used, in the order in which they are named, and what is wrong with all others.
 */
export async function loadPlugins(
  requests: readonly PluginRequest[],
  facts: PluginFacts,
): Promise<{
  readonly plugins: readonly LoadedPlugin[];
  readonly problems: readonly ConfigurationProblem[];
}> {
  const plugins: LoadedPlugin[] = [];
  const problems: ConfigurationProblem[] = [];
  const files = new Map<string, PluginRequest>();
  for (const request of requests) {
    const { name, key, file } = request;
    const report = (message: string): void =>
      void problems.push({ path: key, message, ...(file !== undefined && { file }) });
    const located = locate(request, facts);
    if ('problem' in located) {
      report(located.problem);
      continue;
    }
    const before = files.get(located.file);
    if (before === undefined) {
      files.set(located.file, request);
      const plugin = await importPlugin(request, located, report);
      const clash = plugin && namespaceClash(plugin, plugins, facts.reserved);
      if (clash !== undefined) report(`${name}: ${clash}`);
      else if (plugin !== undefined) plugins.push({ plugin, rules: rulesOf(plugin, located), request });
    } else if (before.file === file) report(`${name} is named by ${before.key}, too. Name it once.`);
  }
  return { plugins, problems };
}

/** The plugin's rules under their full names; where one fails, it can be said at which line. */
function rulesOf(plugin: Plugin, { own }: Located): readonly Rule[] {
  return qualifiedRules(plugin).map((rule) => ({ ...rule, placeOf: (error) => placeInPlugin(error, own) }));
}

interface Located {
  readonly file: string;
  /** The folder that counts as the plugin's own. */
  readonly own: string;
}

function locate({ name, folder }: PluginRequest, trust: PluginTrust): Located | { readonly problem: string } {
  if (isPath(name)) return locateFile(name, folder, trust);
  if (!PACKAGE_NAME.test(name)) {
    return { problem: `${name} is no name of a package. A path begins with ./` };
  }
  const found = findPackage(name, realFolder(folder));
  if (found === undefined) {
    return {
      problem: `${name} is not installed: no node_modules folder from ${folder} upwards has it. Install it: ${installCommand(name, folder)}`,
    };
  }
  const { entry } = found;
  if (entry === undefined) {
    return {
      problem: `${name} has nothing to import: its package.json names no file that is there. See \`exports\` or \`main\` in ${join(found.folder, 'package.json')}.`,
    };
  }
  const reason = distrust(found.folder, entry, trust);
  if (reason === undefined) return { file: entry, own: realFolder(found.folder) };
  return {
    problem: `${name} is not run, since ${reason}, and a pull request could change that. ${NAME_IT}`,
  };
}

const NAME_IT = 'If you trust what is checked out, name the configuration file yourself, with --config.';

function locateFile(
  name: string,
  folder: string,
  { named }: PluginTrust,
): Located | { readonly problem: string } {
  const path = resolve(folder, name);
  if (!named) {
    return {
      problem: `${name} is a path, and is not run, since a pull request could change both the file and the configuration. ${NAME_IT} Or publish it as a package, and install that.`,
    };
  }
  const file = realFile(path);
  return file === undefined
    ? { problem: `${name} is no file: there is no ${path}. A path is relative to the configuration file.` }
    : { file, own: dirname(file) };
}

const isPath = (name: string): boolean => /^\.{1,2}[\\/]/u.test(name) || isAbsolute(name);

async function importPlugin(
  { name }: PluginRequest,
  { file, own }: Located,
  report: (message: string) => void,
): Promise<Plugin | undefined> {
  let imported: unknown;
  try {
    imported = defaultOf(
      (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: unknown },
    );
  } catch (error) {
    report(`${name} throws when it is imported: ${importFailure(error, own, file)}`);
    return undefined;
  }
  const { plugin, problems } = checkPlugin(imported);
  const where = relative(own, file);
  for (const problem of problems)
    report(problem.startsWith('has ') ? `${name} (${where}) ${problem}` : `${name}: ${problem}`);
  return plugin;
}

/** The default export; of a module that was compiled to CommonJS, the one that it means. */
function defaultOf(module: { readonly default?: unknown }): unknown {
  const value = module.default;
  const isCompiled =
    typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value;
  return isCompiled ? value.default : value;
}

function namespaceClash(
  { meta }: Plugin,
  plugins: readonly LoadedPlugin[],
  reserved: readonly string[],
): string | undefined {
  const { namespace } = meta;
  if (reserved.includes(namespace))
    return `meta.namespace is ${namespace}, which migration-lint keeps for itself.`;
  const other = plugins.find(({ plugin }) => plugin.meta.namespace === namespace);
  if (other === undefined) return undefined;
  const { name, key } = other.request;
  return `meta.namespace is ${namespace}, as that of ${name} (${key}) is. One of them has to go.`;
}

function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
