import { InputError } from '../files/errors.ts';
import { changedPaths, stagedPaths } from '../files/changed-paths.ts';
import type { Git } from '../files/git.ts';
import { ancestors, nameOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { layoutOfProject } from '../layouts/layouts.ts';
import type { FoundProject, MigrationEntry } from '../layouts/types.ts';
import { appliedThrough } from './applied-through.ts';
import { resolveBase } from './base.ts';

/** Which migrations are judged, of those that would be. All others are history all the same. */
export interface SelectionOptions {
  /** Only migrations of which something is staged. */
  readonly staged?: boolean | undefined;
  /** Only migrations that differ from the last commit. */
  readonly changed?: boolean | undefined;
  /** A git revision: only migrations that this branch has changed since it left there. */
  readonly since?: string | undefined;
  /** The id or version of a migration: only later ones. */
  readonly after?: string | undefined;
  /** True for migrations that are left out. `path` is that of the migration's folder or file. */
  readonly ignores?: ((migration: { readonly id: string; readonly path: string }) => boolean) | undefined;
  /** The environment's variables: they tell who made a shallow clone. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** What a message calls an option; by default its key. */
  readonly nameOf?: ((key: SelectionName) => string) | undefined;
}

/** The keys of {@link SelectionOptions} that messages name. */
export type SelectionName = 'staged' | 'changed' | 'since' | 'after' | 'ignorePatterns';

/** Narrows projects to the migrations that a run judges. */
export interface Selection {
  /** What was asked for, for people: `staged`, `changed since v1.2`; undefined if nothing was. */
  readonly words: string | undefined;
  /** True if some migrations may be left out. */
  readonly narrows: boolean;
  /** The project with `left` set to the paths that may be judged; as it is if nothing was left out. */
  narrow(tree: FileTree, found: FoundProject): FoundProject;
  /** Those paths of scripts that belong to no migration that are still to be told of. */
  strays(paths: readonly string[]): readonly string[];
}

/**
 * Settles which migrations a run judges. Git is asked once, however many projects there are.
 *
 * @param git the repository; undefined outside one.
 * @throws {InputError} `no-base` or `shallow-clone` for a revision that is not there, or where there is no repository at all;
 *   from `narrow`, `unknown-migration` if `after` names none.
 */
export function resolveSelection(git: Git | undefined, options: SelectionOptions): Selection {
  const { after, ignores, nameOf = (key) => key } = options;
  const changes = changeSet(git, options);
  const words = [
    changes?.words,
    after === undefined ? undefined : `after ${after}`,
    ignores === undefined ? undefined : `left by ${nameOf('ignorePatterns')}`,
  ].filter((part) => part !== undefined);
  const narrows = changes !== undefined || after !== undefined || ignores !== undefined;
  return {
    narrows,
    words: words.length === 0 ? undefined : words.join(', '),
    narrow(tree, found) {
      if (!narrows) return found;
      const layout = layoutOfProject(found);
      const { entries } = layout.migrations(tree, found.folder);
      const isBefore =
        after === undefined
          ? () => false
          : appliedThrough(layout, entries, after, nameOf('after'), found.folder);
      const left = entries
        .filter((entry) => !isBefore(entry.id) && ignores?.(entry) !== true)
        .filter((entry) => changes === undefined || pathsOf(entry).some((path) => changes.paths.has(path)))
        .map(({ forward, path }) => forward ?? path);
      return left.length === entries.length ? found : { ...found, left };
    },
    strays(paths) {
      if (changes !== undefined || after !== undefined) return [];
      return paths.filter((path) => ignores?.({ id: stemOf(path), path }) !== true);
    },
  };
}

/** What a script that is no migration would be called as one. */
function stemOf(path: string): string {
  return nameOf(path).replace(/\.sql$/iu, '');
}

function pathsOf({ path, forward, rollback }: MigrationEntry): readonly string[] {
  return [path, forward, rollback].filter((part) => part !== undefined);
}

interface ChangeSet {
  readonly words: string;
  /** The changed files and every folder above them: a migration that is a folder is changed by any file in it. */
  readonly paths: ReadonlySet<string>;
}

function changeSet(
  git: Git | undefined,
  { staged, changed, since, nameOf = (key) => key, environment = {} }: SelectionOptions,
): ChangeSet | undefined {
  if (staged === true)
    return { words: 'staged', paths: withFolders(stagedPaths(repository(git, nameOf('staged')))) };
  if (changed === true)
    return { words: 'changed', paths: withFolders(changedPaths(repository(git, nameOf('changed')))) };
  if (since === undefined) return undefined;
  const repo = repository(git, `${nameOf('since')} ${since}`);
  const base = resolveBase({ git: repo, base: since, noun: 'revision', environment });
  const commit = base.kind === 'revision' ? base.commit : since;
  // In a shallow clone the two may have no commit in common: then the revision itself is compared with.
  const fork = repo.run(['merge-base', 'HEAD', commit]);
  const from = fork.status === 0 ? fork.output.toString('utf8').trim() : commit;
  return { words: `changed since ${since}`, paths: withFolders(changedPaths(repo, from)) };
}

function withFolders(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => ancestors(path)));
}

function repository(git: Git | undefined, what: string): Git {
  if (git !== undefined) return git;
  throw new InputError(
    'no-base',
    `${what} needs a git repository, and this folder is in none`,
    'Run inside the repository, or name the migrations by their paths.',
  );
}
