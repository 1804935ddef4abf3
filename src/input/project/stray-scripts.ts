import { nameOf, parentOf } from '../files/paths.ts';
import type { LayoutName } from '../layouts/types.ts';
import { sqlStem } from '../layouts/folder-files.ts';
import { isRollbackFolder, rollbackNamed } from '../layouts/rollbacks.ts';

/** How many paths are named. */
const NAMED = 3;
/** Flyway runs a baseline, though only on an empty database. */
const BASELINE = /^B\d+(?:[._]\d+)*(?:__.*)?\.sql$/;
const UNDO = /^U\d+(?:[._]\d+)*(?:__.*)?\.sql$/;

/**
 * The `.sql` files among the migrations that nobody runs, though somebody may have meant them as migrations. The patterns of a
 * `custom` layout may leave files out on purpose; a rollback without its migration is one that is lost, and no stray.
 *
 * @param strays paths in the migrations folder that are no migration.
 * @param known those of them that the base has already, and nobody needs to hear of again.
 */
export function strayScripts(
  layout: LayoutName,
  strays: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  if (layout === 'custom') return [];
  return newScripts(strays, known).filter(
    (path) => !isRollback(layout, path) && !(layout === 'flyway' && BASELINE.test(nameOf(path))),
  );
}

/** That rollbacks belong to no migration, for people: one sentence, or none. */
export function lostRollbackNotes(
  layout: LayoutName,
  strays: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  if (layout === 'custom') return [];
  const paths = newScripts(strays, known).filter((path) => isRollback(layout, path));
  if (paths.length === 0) return [];
  const what = paths.length === 1 ? '1 rollback belongs' : `${paths.length} rollbacks belong`;
  const more = paths.length > NAMED ? ` and ${paths.length - NAMED} more` : '';
  return [`${what} to no migration: ${paths.slice(0, NAMED).join(', ')}${more}.`];
}

const newScripts = (strays: readonly string[], known: ReadonlySet<string>): readonly string[] =>
  strays.filter((path) => sqlStem(path) !== undefined && !known.has(path));

function isRollback(layout: LayoutName, path: string): boolean {
  const name = nameOf(path);
  return (
    rollbackNamed(name) !== undefined ||
    isRollbackFolder(nameOf(parentOf(path))) ||
    (layout === 'flyway' && UNDO.test(name))
  );
}
