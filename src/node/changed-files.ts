import { changedPaths, stagedPaths } from '../input/files/changed-paths.ts';
import { InputError } from '../input/files/errors.ts';
import type { Git } from '../input/files/git.ts';
import type { Base } from '../input/project/types.ts';
import type { EnabledRule } from '../lint/settings.ts';
import type { LintRequest } from './types.ts';

/**
 * The paths that go out together with the pending migrations: what this branch has changed since it left the base, or what is
 * staged. Asked for only if a rule wants it: three git processes.
 *
 * @param rules those that are on for some migration.
 * @returns undefined if no rule asks, if no revision tells what is new, or if git cannot say.
 */
export function changedFiles(
  rules: readonly EnabledRule[],
  base: Base,
  git: Git | undefined,
  request: Pick<LintRequest, 'staged'>,
): readonly string[] | undefined {
  if (git === undefined || base.kind !== 'revision') return undefined;
  if (!rules.some(({ rule }) => rule.meta.needs?.includes('changedFiles') === true)) return undefined;
  try {
    if (request.staged === true) return stagedPaths(git);
    // In a shallow clone the two may have no commit in common: then the revision itself is compared with.
    const fork = git.run(['merge-base', 'HEAD', base.commit]);
    return changedPaths(git, fork.status === 0 ? fork.output.toString('utf8').trim() : base.commit);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
