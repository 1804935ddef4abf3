import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for what can be had again, of this user and this program.
 *
 * @param environment XDG_CACHE_HOME counts where it is an absolute path, as the XDG base directory specification has it; on Windows
 *   LOCALAPPDATA.
 * @returns an absolute path; there need not be anything.
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const said = environment[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME'];
  const isAbsolute = said !== undefined && (platform === 'win32' ? /^[a-z]:[\\/]/iu : /^\//u).test(said);
  if (isAbsolute) return join(said, 'migration-lint');
  const home = environment[platform === 'win32' ? 'USERPROFILE' : 'HOME'] || homedir();
  return platform === 'win32'
    ? join(home, 'AppData', 'Local', 'migration-lint')
    : join(home, '.cache', 'migration-lint');
}
