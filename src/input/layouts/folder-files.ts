import { child, nameOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import type { MigrationEntry } from './types.ts';
import { splitVersion } from './version.ts';

/** Text, configuration and code that lie beside migrations in many projects, and hidden files. */
const EXPECTED =
  /^(?:\.|readme|license|changelog)|\.(?:md|[cm]?[jt]s|go|rs|java|kt|py|rb|sh|toml|json|ya?ml|sum|lock|conf)$/i;

/** True for the path of a file that, where no tool runs it, somebody may have meant as a migration: `0007.sql.bak`, but not `README.md`. */
export function isMisplaced(path: string): boolean {
  return !EXPECTED.test(nameOf(path));
}

const CODE = /\.(?:[cm]?[jt]s|py|rb)$/;
const NO_MIGRATION = /\.(?:d|test|spec)\.[cm]?ts$|\.(?:test|spec)\.[cm]?js$/;
const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [/ts$/, 'a TypeScript program'],
  [/js$/, 'a JavaScript program'],
  [/py$/, 'a Python program'],
  [/rb$/, 'a Ruby program'],
];

/**
 * Migrations that are code, among the scripts of a runner that nobody knows: `0007_backfill.ts` in a folder of versioned `.sql`
 * files. One with the version of a script is how that script is run (node-pg-migrate, db-migrate), and none of its own.
 *
 * @param scripts the folder's migrations that are SQL.
 */
export function codeMigrations(
  tree: FileTree,
  folder: string,
  scripts: readonly MigrationEntry[],
): readonly MigrationEntry[] {
  const known = new Set(scripts.map(({ version }) => version));
  if (!scripts.some(({ version }) => version !== '')) return [];
  return tree.list(folder).flatMap(({ name: file, kind }) => {
    if (kind !== 'file' || !isCode(file)) return [];
    const id = file.replace(CODE, '');
    const split = splitVersion(id);
    if (split.version === '' || known.has(split.version)) return [];
    const unreadable = languageOf(file);
    const path = child(folder, file);
    return [{ id, ...split, path, forward: undefined, rollback: undefined, unreadable }];
  });
}

/** What a file of code is, for people: `a TypeScript program`. */
export function languageOf(file: string): string {
  return LANGUAGES.find(([ending]) => ending.test(file))?.[1] ?? 'a program';
}

/** True for the name of a file that is a program in a language of migrations: no test, no type declaration. */
export function isCode(name: string): boolean {
  return CODE.test(name) && !NO_MIGRATION.test(name);
}

/** A file's name without `.sql`, in either case; undefined for other files. */
export function sqlStem(name: string): string | undefined {
  return /\.sql$/i.test(name) ? name.slice(0, -'.sql'.length) : undefined;
}
