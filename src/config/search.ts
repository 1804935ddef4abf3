import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError, parseJson, readDataFile, readText } from './read-file.ts';
import type { FoundConfiguration } from './types.ts';

export { ConfigurationError };

/** Key in package.json, and name that the files are made from. */
const NAME = 'migration-lint';

const ENDINGS = ['', '.json', '.jsonc', '.yaml', '.yml'];

/** Places in a folder, first hit wins. Data only: code is never looked for, since a pull request could bring it along. */
export const PLACES: readonly string[] = [
  'package.json',
  ...ENDINGS.map((ending) => `.migrationlintrc${ending}`),
  ...ENDINGS.map((ending) => `.config/migrationlintrc${ending}`),
];

/**
 * Looks for a configuration in a folder and its parents, up to `top`.
 *
 * @param folder absolute path to start from.
 * @param top absolute path of the last folder to look in.
 * @returns the nearest one, or undefined.
 * @throws {ConfigurationError} if the file cannot be parsed, or leads out of `top`.
 */
export async function findConfiguration(
  folder: string,
  top: string,
): Promise<FoundConfiguration | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const present = PLACES.filter((name) => existsSync(join(at, name)));
    for (const [index, name] of present.entries()) {
      const found = await loadConfiguration(join(at, name), top);
      if (found !== undefined)
        return { ...found, others: present.slice(index + 1).map((other) => join(at, other)) };
    }
    if (at === resolve(top) || at === dirname(at)) return undefined;
  }
}

/**
 * Reads a configuration file.
 *
 * @param path absolute path of a JSON or YAML file, or of a package.json.
 * @param within the folder that the file must really lie in, links followed; undefined for a file that the user names.
 * @returns undefined if it is a package.json without our key.
 * @throws {ConfigurationError} if it cannot be read or parsed.
 */
export async function loadConfiguration(
  path: string,
  within?: string,
): Promise<FoundConfiguration | undefined> {
  if (!path.endsWith('package.json')) return { path, value: await readDataFile(path, within) };
  const text = readText(path, within);
  // Somebody else's file: only its key is ours to complain about.
  if (!text.includes(`"${NAME}"`)) return undefined;
  const value = (parsePackage(path, text) as Record<string, unknown> | null)?.[NAME];
  return value === undefined || typeof value === 'string' ? undefined : { path: `${path}#${NAME}`, value };
}

// npm's own parser is more forgiving than ours: a key that is there twice is not our affair.
function parsePackage(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseJson(path, text);
  }
}
