import { nameOf, parentOf } from '../files/paths.ts';
import type { LayoutName } from '../layouts/types.ts';
import { sqlStem } from '../layouts/folder-files.ts';
import { isRollbackFolder, rollbackNamed } from '../layouts/rollbacks.ts';

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

/**
 * The rollback scripts among the migrations that belong to none, by their names or their places.
 *
 * @param strays paths in the migrations folder that are no migration.
 * @param known those of them that the base has already, and nobody needs to hear of again.
 */
export function strayRollbacks(
  layout: LayoutName,
  strays: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  if (layout === 'custom') return [];
  return newScripts(strays, known).filter((path) => isRollback(layout, path));
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
