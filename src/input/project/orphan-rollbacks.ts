import type { FileTree } from '../files/types.ts';
import type { LayoutName, MigrationEntry } from '../layouts/types.ts';
import { strayRollbacks } from './stray-scripts.ts';
import type { OrphanRollback, ReadMigration } from './types.ts';

/** What tells which rollbacks have lost their migration. */
export interface OrphanScene {
  readonly layout: LayoutName;
  readonly tree: FileTree;
  /** Paths in the migrations folder that are no migration. */
  readonly strays: readonly string[];
  /** Those of them that the base has already, and nobody needs to hear of again. */
  readonly known: ReadonlySet<string>;
  /** The migrations as the layout finds them now. */
  readonly entries: readonly MigrationEntry[];
  readonly migrations: readonly ReadMigration[];
}

/**
 * The rollback scripts that belong to no migration: those that are new, and those that stay behind when this branch deletes their
 * migration.
 *
 * @returns each path once, in the order of the paths.
 */
export function orphanRollbacks(scene: OrphanScene): readonly OrphanRollback[] {
  const { layout, strays, known, migrations } = scene;
  const deleted = leftBehind(migrations, scene);
  const found = new Map<string, OrphanRollback>(
    strayRollbacks(layout, strays, known).map((path) => [path, { path, deleted: undefined }]),
  );
  for (const one of deleted) found.set(one.path, one);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The rollbacks of deleted migrations that still lie there, and that no other migration has taken over. */
function leftBehind(
  migrations: readonly ReadMigration[],
  { tree, entries }: Pick<OrphanScene, 'tree' | 'entries'>,
): readonly OrphanRollback[] {
  const deleted = migrations.filter(({ change }) => change === 'deleted');
  if (deleted.length === 0) return [];
  const used = new Set(
    entries.flatMap(({ forward, rollback }) => (forward === undefined ? [] : (rollback ?? []))),
  );
  return deleted.flatMap(({ id, forward, rollback }) => {
    const path = rollback?.source.path;
    if (path === undefined || path === forward?.source.path || used.has(path)) return [];
    return tree.read(path) === undefined ? [] : [{ path, deleted: id }];
  });
}
