import { join, resolve } from 'node:path';
import { configurationFolder } from '../config/extends.ts';
import { treePath } from '../input/files/disk-tree.ts';
import { UsageError } from './usage-error.ts';

/** A file that a configuration can name, and that has a place of its own where it does not. */
export interface FileBeside {
  /** For people: `baseline`. */
  readonly what: string;
  /** Its usual name. */
  readonly name: string;
  /** What the configuration says, relative to its own folder. */
  readonly said: string | undefined;
  /** Path of the configuration; undefined if there is none. */
  readonly configurationPath: string | undefined;
  /** Absolute path of the repository's top level. */
  readonly top: string;
}

/**
 * Where a file lies that belongs to a configuration: where that says, else by its usual name beside the configuration, or at the
 * top of the repository where there is none.
 *
 * @returns the absolute path, and whether somebody named it.
 * @throws {UsageError} for a file outside the repository: a pull request can bring a configuration along, and it may not name files
 *   of the machine.
 */
export function fileBeside({ what, name, said, configurationPath, top }: FileBeside): {
  readonly path: string;
  readonly isNamed: boolean;
} {
  const folder = configurationPath === undefined ? top : configurationFolder(configurationPath);
  if (said === undefined) return { path: join(folder, name), isNamed: false };
  const path = resolve(folder, said);
  if (treePath(top, path) !== undefined) return { path, isNamed: true };
  throw new UsageError(
    `${configurationPath ?? 'The configuration'} names the ${what} ${said}, which lies outside ${top}.`,
    'Give it relative to the configuration file, inside the repository.',
  );
}
