import { mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { writeWhole } from '../input/files/write-whole.ts';
import { UsageError } from './usage-error.ts';

/** A file to write or to delete. */
export interface FileChange {
  /** Relative to the tree's root, with `/`. */
  readonly path: string;
  /** What the run has read; undefined for a file that it did not find. */
  readonly before: Uint8Array | undefined;
  /** Undefined for a file that goes. */
  readonly after: Uint8Array | undefined;
}

/**
 * Writes and deletes files. Each is written whole or not at all: first new ones, then changed ones; what goes, goes last, with the
 * folders that it leaves empty. Where a file is not any more as the run has read it, it is left alone, and so is all that belongs
 * together with it.
 *
 * @param top absolute path of the tree's root.
 * @param together sets of paths that are changed all or none: the files of one split or of one renamed migration.
 * @returns the paths that were left alone.
 * @throws {UsageError} if one cannot be written; those before it are written by then, and nothing is deleted.
 */
export function writeChanges(
  top: string,
  changes: readonly FileChange[],
  together: readonly (readonly string[])[] = [],
): readonly string[] {
  const root = realpathSync(top);
  const places = changes.map((change) => ({ ...change, file: join(root, change.path) }));
  for (const { path, file } of places) refuseOutside(root, file, path);
  const stale = places.filter(({ path, file, before }) => !isSame(readIfThere(file, path), before));
  const left = withTheirs(
    stale.map(({ path }) => path),
    together,
  );
  const wanted = places.filter(({ path }) => !left.has(path));
  const isNew = ({ before }: FileChange): boolean => before === undefined;
  const written = wanted.filter(({ after }) => after !== undefined);
  for (const change of written.filter(isNew)) write(root, change);
  for (const change of written.filter((one) => !isNew(one))) write(root, change);
  for (const change of wanted) if (change.after === undefined) remove(root, change);
  return changes.map(({ path }) => path).filter((path) => left.has(path));
}

interface PlacedChange extends FileChange {
  /** Absolute. */
  readonly file: string;
}

/** The paths with all that belongs together with them. */
function withTheirs(paths: readonly string[], together: readonly (readonly string[])[]): ReadonlySet<string> {
  const all = new Set(paths);
  for (let size = -1; size !== all.size;) {
    size = all.size;
    for (const set of together) if (set.some((path) => all.has(path))) for (const path of set) all.add(path);
  }
  return all;
}

function write(root: string, { path, file, before, after }: PlacedChange): void {
  if (after === undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    // A link to a file inside stays one.
    const target = before === undefined ? file : realpathSync(file);
    refuseOutside(root, target, path);
    writeWhole(target, after, before === undefined ? undefined : statSync(target).mode);
  } catch (error) {
    throw asUsageError(error, path, 'written');
  }
}

/** Deletes a file, and the folders around it that are empty then. */
function remove(root: string, { path, file, before }: PlacedChange): void {
  try {
    if (!isSame(readIfThere(file, path), before)) return;
    rmSync(file, { force: true });
    for (let folder = dirname(file); folder !== root; folder = dirname(folder)) {
      if (readdirSync(folder).length > 0) break;
      rmdirSync(folder);
    }
  } catch (error) {
    throw asUsageError(error, path, 'deleted');
  }
}

function readIfThere(file: string, path: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw asUsageError(error, path, 'read');
  }
}

function isSame(now: Uint8Array | undefined, before: Uint8Array | undefined): boolean {
  if (now === undefined || before === undefined) return now === before;
  return Buffer.compare(now, before) === 0;
}

/** A folder may be a symbolic link that leads out of the repository: nothing is written through it, nor made behind it. */
function refuseOutside(root: string, file: string, path: string): void {
  const place = relative(root, realFolder(dirname(file)));
  if (place === '..' || /^\.\.[/\\]/.test(place) || isAbsolute(place))
    throw new UsageError(`${path} leads out of the repository.`, 'Fix the migration where it really lies.');
}

/** The real path of the deepest folder that is there. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return realFolder(above);
  }
}

function asUsageError(error: unknown, path: string, what: string): unknown {
  if (error instanceof UsageError) return error;
  return new UsageError(
    `${path} cannot be ${what}: ${(error as Error).message}.`,
    'See to it that you may write there, and run it again: what is written already is not done twice.',
  );
}
