import type { Project } from './project.ts';

/** Folders and marks in names of what does not run in production. */
const NOT_CODE =
  /(?:^|\/)(?:docs?|tests?|__tests__|__mocks__|e2e|spec|fixtures|examples|node_modules)\/|\.(?:test|spec|stories|d)\.[^/]+$|_test\.[^/]+$/u;

/**
 * The files of a change set that are application code: with one of the endings, outside of the migrations, no tests and
 * no documentation.
 *
 * @param project one whose changed files are known; of any other there is no code.
 * @param endings such as `.ts`.
 */
export function changedCode(
  { changedFiles, folder }: Pick<Project, 'changedFiles' | 'folder'>,
  endings: readonly string[],
): readonly string[] {
  return (changedFiles ?? []).filter(
    (path) =>
      endings.some((ending) => path.endsWith(ending)) &&
      !path.startsWith(`${folder}/`) &&
      !NOT_CODE.test(path),
  );
}
