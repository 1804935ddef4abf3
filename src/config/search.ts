import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FoundConfiguration } from './types.ts';

/** Key in package.json, and name that the files are made from. */
const NAME = 'migration-lint';

/** Places in a folder, first hit wins. Data only: code is never looked for, since a pull request could bring it along. */
const PLACES = [
  'package.json',
  '.migrationlintrc',
  '.migrationlintrc.json',
  '.migrationlintrc.yaml',
  '.migrationlintrc.yml',
  '.config/migrationlintrc',
  '.config/migrationlintrc.json',
  '.config/migrationlintrc.yaml',
  '.config/migrationlintrc.yml',
];

/**
 * Looks for a configuration in a folder and its parents, up to `top`.
 *
 * @param folder absolute path to start from.
 * @param top absolute path of the last folder to look in.
 * @returns the nearest one, or undefined.
 * @throws {ConfigurationError} if the file cannot be parsed.
 */
export async function findConfiguration(
  folder: string,
  top: string,
): Promise<FoundConfiguration | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of PLACES) {
      const path = join(at, name);
      const found = existsSync(path) ? await loadConfiguration(path) : undefined;
      if (found !== undefined) return found;
    }
    if (at === resolve(top) || at === dirname(at)) return undefined;
  }
}

/**
 * Reads a configuration file.
 *
 * @param path absolute path of a JSON or YAML file, or of a package.json.
 * @returns undefined if it is a package.json without our key.
 * @throws {ConfigurationError} if it cannot be read or parsed.
 */
export async function loadConfiguration(path: string): Promise<FoundConfiguration | undefined> {
  const text = readText(path);
  if (!path.endsWith('package.json')) return { path, value: await parse(path, text) };
  // Somebody else's file: only its key is ours to complain about.
  if (!text.includes(`"${NAME}"`)) return undefined;
  const value = ((await parse(path, text)) as Record<string, unknown> | null)?.[NAME];
  return value === undefined || typeof value === 'string' ? undefined : { path: `${path}#${NAME}`, value };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    throw new ConfigurationError(path, (error as Error).message);
  }
}

// JSON first, since it is the usual case and free. The YAML parser reads JSON too, and its errors show the place.
async function parse(path: string, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    const { parse: parseYaml } = await import('yaml');
    try {
      return parseYaml(text) as unknown;
    } catch (error) {
      throw new ConfigurationError(path, (error as Error).message);
    }
  }
}

/** A configuration file that cannot be read or parsed. */
export class ConfigurationError extends Error {
  readonly code = 'configuration';
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'ConfigurationError';
    this.path = path;
  }
}
