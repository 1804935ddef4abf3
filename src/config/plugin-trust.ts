import { dirname, join, relative, sep } from 'node:path';
import { splitNul, type Git } from '../input/files/git.ts';

/** What decides whether a plugin's code may run. */
export interface PluginTrust {
  /** True if whoever runs the program has named the configuration: what it names is then theirs. */
  readonly named: boolean;
  /** The repository that a pull request could change; undefined outside of one. */
  readonly git: Git | undefined;
}

/**
 * Why a package of node_modules is not run: it is no installed one, but a part of the repository, which a pull request can
 * bring along.
 *
 * @param folder the package's folder as it was looked up, absolute.
 * @param entry the file that would be run, with its links resolved.
 * @returns a clause, to come after «since»; undefined if it may run.
 */
export function distrust(folder: string, entry: string, { named, git }: PluginTrust): string | undefined {
  if (named) return undefined;
  if (!entry.split(sep).includes('node_modules')) {
    return `node_modules has only a link to ${git === undefined ? entry : shownIn(git.root, entry)}`;
  }
  const tracked = git && trackedModules(git, [folder, entry]);
  return tracked === undefined ? undefined : `git has ${tracked} as a part of the repository`;
}

/** A file of a node_modules folder around some paths that git tracks: nothing of it need have been installed. */
function trackedModules(git: Git, paths: readonly string[]): string | undefined {
  const places = new Set<string>();
  for (const path of paths) {
    for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
      const inside = relative(git.root, join(at, 'node_modules'));
      if (inside.startsWith('..')) break;
      places.add(inside.replaceAll(sep, '/'));
    }
  }
  if (places.size === 0) return undefined;
  // Upper and lower case are one on some disks.
  const patterns = [...places].map((place) => `:(top,literal,icase)${place}`);
  const { status, output } = git.run(['ls-files', '-z', '--', ...patterns]);
  return status === 0 ? splitNul(output)[0] : [...places].at(-1);
}

function shownIn(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') ? path : inside;
}
