import { pglitePackage, type PglitePackage } from './pglite-package.ts';
import { vectorStub } from './vector-stub.ts';

/** What PostgreSQL has without that anybody loads it. */
const BUILT_IN: ReadonlySet<string> = new Set(['plpgsql']);

/** Extensions that another one requires. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = { earthdistance: ['cube'] };

/** Which extensions PGlite has. */
export interface ExtensionChoice {
  /** Those to load, and those that they require. */
  readonly available: readonly string[];
  /** Those that it does not have. */
  readonly missing: readonly string[];
}

/**
 * Sorts extensions by whether PGlite has them.
 *
 * @param names as CREATE EXTENSION has them.
 * @throws {EngineUnavailable} if PGlite is not installed.
 */
export function extensionsIn(
  names: readonly string[],
  library: Pick<PglitePackage, 'extension'> = pglitePackage(),
): ExtensionChoice {
  const wanted = names.filter((name) => !BUILT_IN.has(name));
  const all = [...new Set(wanted.flatMap((name) => [...(REQUIRED[name] ?? []), name]))];
  const isThere = (name: string): boolean => library.extension(name) !== undefined;
  return { available: all.filter(isThere), missing: all.filter((name) => !isThere(name)) };
}

/**
 * Files that make CREATE EXTENSION succeed for extensions that are not there. They have no members; of pgvector, whose types are in
 * the columns of tables, those with which a schema looks as it would with the real one.
 *
 * @returns texts by the name of the file in the folder of extensions.
 */
export function extensionStubs(names: readonly string[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of names) {
    // A name with a slash would be a file elsewhere.
    if (/[\\/]|^\./u.test(name) || name === '') continue;
    files[`${name}.control`] = "default_version = '1.0'\nrelocatable = true\n";
    files[`${name}--1.0.sql`] = name === 'vector' ? vectorStub : '-- Nothing: the extension is not there.\n';
  }
  return files;
}
