import { type Git, mustRun, splitNul } from './git.ts';

const DIFF = ['diff', '--name-only', '-z', '--no-renames', '--ignore-submodules'];

/**
 * Paths that differ between the last commit and the index. In a repository without a commit, all that are staged.
 *
 * @throws {InputError} `git-failed`
 */
export function stagedPaths(git: Git): readonly string[] {
  return splitNul(mustRun(git, [...DIFF, '--cached', '--']));
}

/**
 * Paths that differ between a commit and the working tree, with those that nobody has added yet.
 *
 * @param commit the commit; undefined for the last one.
 * @throws {InputError} `git-failed`
 */
export function changedPaths(git: Git, commit?: string): readonly string[] {
  const untracked = splitNul(mustRun(git, ['ls-files', '--others', '--exclude-standard', '-z']));
  const since =
    commit ?? (git.run(['rev-parse', '--verify', '--quiet', 'HEAD']).status === 0 ? 'HEAD' : undefined);
  const tracked =
    since === undefined
      ? splitNul(mustRun(git, ['ls-files', '-z']))
      : splitNul(mustRun(git, [...DIFF, since, '--']));
  return [...new Set([...tracked, ...untracked])];
}
