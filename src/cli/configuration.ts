import { resolve } from 'node:path';
import { rules } from '../../rules/index.ts';
import { findConfiguration, loadConfiguration } from '../config/search.ts';
import type { Configuration } from '../config/types.ts';
import { validateConfiguration } from '../config/validate.ts';
import { UsageError } from './exit.ts';

/**
 * Finds and checks the configuration for a folder.
 *
 * @returns it with the path of its file, for people as well; undefined if there is none, and nothing is said.
 * @param named the file that `--config` names, if it names one; relative to `cwd`.
 * @param folder absolute path of the project's migrations; the search starts there and ends at `top`.
 * @throws {UsageError} with every problem at once.
 * @throws {ConfigurationError} if the file cannot be read.
 */
export async function readConfiguration(
  named: string | undefined,
  folder: string,
  top: string,
  cwd: string,
): Promise<{ readonly configuration: Configuration; readonly path: string | undefined }> {
  const found =
    named === undefined ? await findConfiguration(folder, top) : await loadConfiguration(resolve(cwd, named));
  const { configuration, problems } = validateConfiguration(found?.value ?? {}, rules);
  if (problems.length > 0) {
    const list = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    throw new UsageError(
      `${found?.path ?? 'The configuration'} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}.`,
      list.join('\n'),
    );
  }
  return { configuration, path: found?.path };
}
