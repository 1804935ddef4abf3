import type { ReadMigration } from '../input/project/types.ts';
import { revertClaim } from '../model/history/reverts.ts';

/** So many migrations may lie between a migration and its revert: the schema in between is kept in memory. */
const FARTHEST = 200;

/**
 * The judged migrations that say which one earlier migration they take back.
 *
 * @param migrations all, in replay order.
 * @param isJudged whether a migration is judged.
 * @returns the id of the reverting migration → the id of the one that it reverts.
 */
export function revertedBy(
  migrations: readonly ReadMigration[],
  isJudged: (migration: ReadMigration) => boolean,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [index, migration] of migrations.entries()) {
    const { id, name, forward } = migration;
    if (forward === undefined || !isJudged(migration)) continue;
    const script = { name, text: forwardText(forward) };
    const named =
      revertClaim(script, () => migrations.slice(Math.max(0, index - FARTHEST), index))?.named ?? [];
    const [only] = named;
    if (only !== undefined && named.length === 1) found.set(id, only);
  }
  return found;
}

function forwardText({ source, within }: NonNullable<ReadMigration['forward']>): string {
  return within === undefined ? source.text : source.text.slice(within.start, within.end);
}
