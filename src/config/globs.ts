import picomatch from 'picomatch';
import type { MigrationPlace } from '../lint/settings.ts';

/** Longer ones are refused: nobody writes them by hand. */
export const MAX_GLOB_LENGTH = 500;

/** What is wrong with a glob over migrations; undefined if nothing is. */
export function globProblem(glob: string): string | undefined {
  const path = positive(glob);
  if (path === '') return 'is empty';
  if (glob.length > MAX_GLOB_LENGTH) return `is longer than ${MAX_GLOB_LENGTH} characters`;
  if (/^(?:\/|[A-Za-z]:)/u.test(path)) return 'is an absolute path; it is relative to the configuration';
  if (path.includes('\\')) return 'has a backslash; folders are separated by /';
  if (isCostly(path)) return 'has too many wildcards: three in a name, and eight in all, are allowed';
  if (path.split('/').includes('..')) return 'leads out of the folder of the configuration';
  return undefined;
}

/**
 * What migrations globs mean. One without a slash is held against the migration's id and file name, one with a slash against
 * its path below `folder`; where a migration is a folder, a glob that names its script means it as well. A `!` in front
 * takes out what it matches.
 *
 * @param globs without problems.
 * @param folder the folder that paths are relative to, itself relative to the root of the file tree: `''`, `apps/web`.
 */
export function migrationMatcher(
  globs: readonly string[],
  folder: string,
): (migration: MigrationPlace) => boolean {
  const included = globs.filter((glob) => !glob.startsWith('!')).map(matcherOf);
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => matcherOf(positive(glob)));
  const prefix = folder === '' ? '' : `${folder}/`;
  return ({ id, path }) => {
    const below = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
    const isHit = (matches: Matcher): boolean => matches(id, below, path);
    return (included.length === 0 || included.some(isHit)) && !excluded.some(isHit);
  };
}

type Matcher = (id: string, below: string | undefined, path: string) => boolean;

function matcherOf(glob: string): Matcher {
  const written = positive(glob);
  const matches = picomatch(written, { dot: true });
  if (!written.includes('/')) return (id, _, path) => matches(id) || matches(nameOf(path));
  // `legacy/*/migration.sql` and `legacy/*/**`, of migrations that are folders: `legacy/*`.
  const slash = written.lastIndexOf('/');
  const namesContent = /(?:\.sql|\/\*{1,2})$/u.test(written);
  const ofFolder = namesContent ? picomatch(written.slice(0, slash), { dot: true }) : undefined;
  return (_, below) =>
    below !== undefined &&
    (matches(below) || (ofFolder !== undefined && !below.endsWith('.sql') && ofFolder(below)));
}

/**
 * Whether a pattern could take for ever to be matched: each further wildcard multiplies the ways to match by the length of the
 * path, and a configuration is as untrusted as the rest of a pull request.
 */
export function isCostly(pattern: string): boolean {
  const count = (text: string): number => text.match(/\*+|\{name\}|[?+@!]\(|\{[^}]*,/gu)?.length ?? 0;
  return count(pattern) > 8 || pattern.split('/').some((part) => count(part) > 3);
}

const positive = (glob: string): string => glob.replace(/^!/u, '').replace(/^(?:\.\/)+/u, '');

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
