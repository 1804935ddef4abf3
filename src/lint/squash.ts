import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import { sameShape } from '../model/catalog/same-shape.ts';
import type { Catalog } from '../model/catalog/types.ts';
import type { Runner } from './project.ts';
import { Replay } from './replay.ts';

/** The last of the deleted migrations if they are the beginning of the history, as they are after a squash. */
export function lastSquashed({ migrations }: ReadProject): ReadMigration | undefined {
  const first = migrations.findIndex(({ change }) => change !== 'deleted');
  const rest = migrations.slice(first);
  return first > 0 && rest.every(({ change }) => change !== 'deleted') ? migrations[first - 1] : undefined;
}

/**
 * The pending migration that makes, from nothing, what the deleted migrations had made. A deploy does not run it.
 *
 * @param made the schema after the last of the deleted migrations.
 */
export function squashOf(
  { migrations }: ReadProject,
  made: Catalog,
  options: { readonly postgresVersion: number; readonly runner: Runner },
): ReadMigration | undefined {
  return migrations.find((migration) => {
    if (migration.state !== 'pending') return false;
    const alone = new Replay(options);
    alone.fold(migration);
    return sameShape(alone.catalog(), made);
  });
}

/** Says, for people, why a squash is not judged. */
export function squashNote({ id }: ReadMigration, { migrations }: ReadProject): string {
  const deleted = migrations.filter(({ change }) => change === 'deleted').length;
  return `${id} makes the schema of the ${deleted} applied migrations that are deleted: a squash, which is not run but marked as applied (prisma migrate resolve --applied ${id}), so it is not judged.`;
}
