import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, isAbsolute } from 'node:path';
import { UsageError } from './usage-error.ts';

/** A file to write. */
export interface FileChange {
  /** Relative to the tree's root, with `/`. */
  readonly path: string;
  /** What the run has read; undefined for a file that it did not find. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/**
 * Writes files, each whole or not at all: beside its place first, then renamed to it. A file that is not any more as the run has read
 * it is left alone.
 *
 * @param top absolute path of the tree's root.
 * @returns the paths that were left alone.
 * @throws {UsageError} if one cannot be written; those before it are written by then.
 */
export function writeChanges(top: string, changes: readonly FileChange[]): readonly string[] {
  const root = realpathSync(top);
  return changes.filter((change) => !writeChange(root, change)).map(({ path }) => path);
}

function writeChange(root: string, { path, before, after }: FileChange): boolean {
  const file = join(root, path);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const now = readIfThere(file);
    if (!isSame(now, before)) return false;
    mkdirSync(dirname(file), { recursive: true });
    refuseOutside(root, dirname(file), path);
    writeFileSync(beside, after, { flag: 'wx', ...(now !== undefined && { mode: statSync(file).mode }) });
    renameSync(beside, file);
    return true;
  } catch (error) {
    rmSync(beside, { force: true });
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${path} cannot be written: ${(error as Error).message}.`,
      'See to it that you may write there, and run it again: what is written already is not done twice.',
    );
  }
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isSame(now: Uint8Array | undefined, before: Uint8Array | undefined): boolean {
  if (now === undefined || before === undefined) return now === before;
  return Buffer.compare(now, before) === 0;
}

/** A folder may be a symbolic link that leads out of the repository: nothing is written through it. */
function refuseOutside(root: string, folder: string, path: string): void {
  const place = relative(root, realpathSync(folder));
  if (place.startsWith('..') || isAbsolute(place))
    throw new UsageError(`${path} leads out of the repository.`, 'Fix the migration where it really lies.');
}
