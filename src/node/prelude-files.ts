import { readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { configurationFolder } from '../config/extends.ts';
import { treePath } from '../input/files/disk-tree.ts';
import type { SelectedProject } from './select-projects.ts';
import { UsageError } from './usage-error.ts';
import type { Workspace } from './workspace.ts';

/** In bytes. */
const MAX_BYTES = 5_242_880;

/**
 * Reads the SQL that the configuration wants run before the first migration.
 *
 * @returns each file with its path for people.
 * @throws {UsageError} for one that is not there, lies outside the repository or cannot be read.
 */
export function preludeFiles(
  { configuration, configurationPath }: Pick<SelectedProject, 'configuration' | 'configurationPath'>,
  { top, cwd }: Pick<Workspace, 'top' | 'cwd'>,
): readonly { readonly path: string; readonly sql: string }[] {
  const folder = configurationPath === undefined ? top : configurationFolder(configurationPath);
  return (configuration.verify?.prelude ?? []).map((said) => {
    const path = resolve(folder, said);
    const shown = relative(cwd, path).replaceAll('\\', '/');
    return { path: shown, sql: readPrelude(path, said, configurationPath, top) };
  });
}

function readPrelude(path: string, said: string, configurationPath: string | undefined, top: string): string {
  const where = configurationPath ?? 'The configuration';
  const refused = (why: string, help?: string): UsageError =>
    new UsageError(`verify.prelude of ${where} names ${said}, ${why}.`, help);
  const inside = 'Give it relative to the configuration file, inside the repository.';
  if (treePath(top, path) === undefined) throw refused(`which lies outside ${top}`, inside);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw refused('and there is no such file', inside);
  if (!status.isFile()) throw refused('which is no file', inside);
  if (status.size > MAX_BYTES) throw refused('which is larger than 5 MB');
  // A pull request can bring a link along.
  if (treePath(realpathSync(top), realpathSync(path)) === undefined)
    throw refused(`which leads out of ${top}`, inside);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)).replace(/^\uFEFF/u, '');
  } catch (error) {
    throw refused(`which cannot be read: ${(error as Error).message}`);
  }
}
