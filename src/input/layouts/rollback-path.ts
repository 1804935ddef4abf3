import { child, nameOf, parentOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { compilePattern } from './path-pattern.ts';
import { rollbackFolder } from './numbered.ts';
import { rollbackFileName } from './prisma.ts';
import { rollbackPattern, rollbackFromPattern } from './script-places.ts';
import type { FoundProject, MigrationEntry } from './types.ts';

/**
 * Where the rollback of a migration that has none would lie: as the tool wants it, else as most rollbacks of the project are, else as
 * its users have it. It is the path of the migration itself where one file holds both scripts; undefined where nobody says
 * (a custom layout without a pattern for rollbacks).
 *
 * @param entries all migrations, which show the project's habit. It is worked out once, when the first path is asked for.
 */
export function rollbackPathFor(
  tree: FileTree,
  found: FoundProject,
  entries: readonly MigrationEntry[],
): (entry: MigrationEntry) => string | undefined {
  const { layout, folder, custom, sections } = found;
  let habit: string | undefined;
  const inHabit = (entry: MigrationEntry, otherwise: () => string): string => {
    habit ??= rollbackPattern(folder, entries) ?? otherwise();
    return child(folder, rollbackFromPattern(habit, entry));
  };
  return (entry) => {
    const beside = parentOf(entry.path);
    switch (layout) {
      case 'prisma':
        return child(entry.path, rollbackFileName(entries));
      case 'diesel':
        return child(entry.path, 'down.sql');
      case 'golang-migrate':
      case 'sqlx':
        return child(beside, `${entry.id}.down.sql`);
      case 'goose':
      case 'dbmate':
        return entry.path;
      case 'flyway':
        return child(beside, `${entry.id.replace(/^V/, 'U')}.sql`);
      case 'drizzle':
        return nameOf(entry.forward ?? '') === 'migration.sql'
          ? child(entry.path, rollbackFileName(entries))
          : inHabit(entry, () => '{id}.down.sql');
      case 'supabase':
        return inHabit(entry, () => 'rollbacks/{id}.sql');
      case 'plain':
        return sections === undefined ? inHabit(entry, () => '{id}.down.sql') : entry.path;
      case 'numbered':
        return inHabit(
          entry,
          () => `${nameOf(rollbackFolder(tree, folder) ?? 'rollback')}/{version}_rollback.sql`,
        );
      case 'custom':
        return custom?.down === undefined
          ? undefined
          : child(folder, compilePattern(custom.down).pathFor(entry));
      default:
        return layout satisfies never;
    }
  };
}
