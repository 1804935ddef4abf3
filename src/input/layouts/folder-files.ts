import { nameOf } from '../files/paths.ts';

/** Text, configuration and code that lie beside migrations in many projects, and hidden files. */
const EXPECTED =
  /^(?:\.|readme|license|changelog)|\.(?:md|[cm]?[jt]s|go|rs|java|kt|py|rb|sh|toml|json|ya?ml|sum|lock|conf)$/i;

/** True for the path of a file that, where no tool runs it, somebody may have meant as a migration: `0007.sql.bak`, but not `README.md`. */
export function isMisplaced(path: string): boolean {
  return !EXPECTED.test(nameOf(path));
}

/** A file's name without `.sql`, in either case; undefined for other files. */
export function sqlStem(name: string): string | undefined {
  return /\.sql$/i.test(name) ? name.slice(0, -'.sql'.length) : undefined;
}
