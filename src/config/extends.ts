import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { didYouMean } from '../input/text/nearest.ts';
import { isPresetName, PRESET_NAMES } from './presets.ts';
import { ConfigurationError, readDataFile } from './read-file.ts';
import type { ConfigurationProblem, FoundConfiguration } from './types.ts';
import { isRecord } from './values.ts';

/** Something that says a part of a configuration: the file that was found, or something that it builds on. */
export interface RawLayer {
  /** For people: `strict`, `config/shared.json`. */
  readonly source: string;
  /** The file that problems are reported in; undefined for the configuration itself. */
  readonly file: string | undefined;
  /** Absolute path of the folder that its `extends` and `plugins` are relative to. */
  readonly folder: string;
  /** What it says. */
  readonly value: unknown;
  /** In place of `value`: a preset, or a plugin's configuration, `plugin:billing/strict`. What it says depends on the rules there are. */
  readonly reference?: string;
  /** Where it is named: `extends[0]`; empty for the configuration itself. */
  readonly key: string;
}

/** How many files deep and how many in all a configuration may build on others. */
const MAX_DEPTH = 10;
const MAX_LAYERS = 50;
const DATA_FILE = /\.(?:json|jsonc|ya?ml)$/u;

/** The folder that a configuration's paths are relative to: `.config/` holds files for the folder above it. */
export function configurationFolder(path: string): string {
  const folder = dirname(path);
  return folder.endsWith('/.config') ? dirname(folder) : folder;
}

/**
 * Reads everything that a configuration builds on. Data only: no file that is code is read.
 *
 * @param top absolute path of the folder that files must lie in, links followed.
 * @returns the layers, weakest first, the configuration itself last; and what could not be read.
 */
export async function readLayers(
  found: FoundConfiguration,
  top: string,
): Promise<{ readonly layers: readonly RawLayer[]; readonly problems: readonly ConfigurationProblem[] }> {
  const reading: Reading = { top, layers: [], problems: [] };
  const root: RawLayer = {
    source: shown(found.path, top),
    file: undefined,
    folder: configurationFolder(found.path),
    value: found.value,
    key: '',
  };
  await addWithBase(root, [found.path], reading);
  return reading;
}

interface Reading {
  readonly top: string;
  readonly layers: RawLayer[];
  readonly problems: ConfigurationProblem[];
}

/** @param chain the files on the way to this one, this one last. */
async function addWithBase(layer: RawLayer, chain: readonly string[], reading: Reading): Promise<void> {
  for (const [index, name] of extendedNames(layer.value).entries()) {
    const path = `extends[${index}]`;
    const problem = await addExtended(name, path, layer, chain, reading);
    if (problem !== undefined)
      reading.problems.push({
        path,
        message: problem,
        ...(layer.file !== undefined && { file: layer.file }),
      });
  }
  reading.layers.push(layer);
}

/** The texts of `extends`; whether it is a list of them is the validator's to say. */
function extendedNames(value: unknown): readonly string[] {
  const said = isRecord(value) && Object.hasOwn(value, 'extends') ? value['extends'] : [];
  return [said].flat().filter((name): name is string => typeof name === 'string' && name !== '');
}

/** @returns what is wrong, a sentence; undefined if nothing is. */
async function addExtended(
  name: string,
  key: string,
  by: RawLayer,
  chain: readonly string[],
  reading: Reading,
): Promise<string | undefined> {
  const { layers, top } = reading;
  if (isPresetName(name) || name.startsWith('plugin:')) {
    layers.push({ source: name, file: by.file, folder: by.folder, value: undefined, reference: name, key });
    return undefined;
  }
  const located = locate(name, by.folder, top);
  if ('problem' in located) return located.problem;
  const { file } = located;
  if (chain.includes(file)) {
    const ring = [...chain.slice(chain.indexOf(file)), file].map((path) => shown(path, top));
    return `The configurations extend each other in a ring: ${ring.join(' → ')}. Take one of them out.`;
  }
  if (chain.length > MAX_DEPTH) return `Configurations extend each other more than ${MAX_DEPTH} deep.`;
  if (layers.length >= MAX_LAYERS) return `The configuration builds on more than ${MAX_LAYERS} others.`;
  try {
    const value = await readDataFile(file, top);
    const layer = { source: shown(file, top), file, folder: configurationFolder(file), value, key };
    await addWithBase(layer, [...chain, file], reading);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return `${name} cannot be read. ${error.message}`;
  }
}

/** The file that a name means: of the folder, or of an installed package. */
function locate(
  name: string,
  folder: string,
  top: string,
): { readonly file: string } | { readonly problem: string } {
  if (/^(?:\.{1,2})?[\\/]/u.test(name)) return { file: resolve(folder, name) };
  if (!name.includes('/')) {
    const hint = existsSync(join(folder, name))
      ? ` For the file beside the configuration, write ./${name}.`
      : didYouMean(name, PRESET_NAMES) || ` There are ${PRESET_NAMES.join(', ')}.`;
    return { problem: `There is no preset ${name}.${hint}` };
  }
  if (!DATA_FILE.test(name)) {
    return {
      problem: `${name} is no configuration: of a package, name a file of JSON or YAML, such as ${name.replace(/\.[^./]*$/u, '')}/config.json.`,
    };
  }
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules', name);
    if (existsSync(file)) return { file };
    if (at === dirname(at)) break;
  }
  const beside = existsSync(join(folder, name))
    ? ` For the file ${shown(join(folder, name), top)}, write ./${name}.`
    : ' Install the package, or begin the path of a file with ./';
  return { problem: `No node_modules folder from ${folder} upwards has ${name}.${beside}` };
}

/** A path as people see it: relative to the repository, if it lies there. */
function shown(path: string, top: string): string {
  const way = relative(top, path).replaceAll('\\', '/');
  return way.startsWith('..') || way === '' ? path : way;
}
