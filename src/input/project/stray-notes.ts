import { nameOf } from '../files/paths.ts';
import type { LayoutName } from '../layouts/types.ts';
import { sqlStem } from '../layouts/folder-files.ts';

/** How many paths are named. */
const NAMED = 3;
/** Flyway runs a baseline, though only on an empty database. */
const BASELINE = /^B\d+(?:[._]\d+)*(?:__.*)?\.sql$/;

/**
 * That `.sql` files among the migrations are run by nobody, for people: one sentence, or none. The patterns of a `custom` layout
 * may leave files out on purpose, and nothing is said there.
 *
 * @param strays paths in the migrations folder that are no migration.
 * @param known those of them that the base has already, and nobody needs to hear of again.
 */
export function strayNotes(
  layout: LayoutName,
  strays: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  if (layout === 'custom') return [];
  const paths = strays.filter(
    (path) =>
      sqlStem(path) !== undefined &&
      !known.has(path) &&
      !(layout === 'flyway' && BASELINE.test(nameOf(path))),
  );
  if (paths.length === 0) return [];
  const what = paths.length === 1 ? '1 .sql file is' : `${paths.length} .sql files are`;
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return [`${what} run by nobody: ${paths.slice(0, NAMED).join(', ')}${more}.`];
}
