import type { MigrationEntry } from '../../input/layouts/types.ts';
import type { Arrangement } from './arrange.ts';
import { NoRoomError } from './no-room.ts';
import type { PlaceScene } from './types.ts';

/** What has been put in. */
interface Insertion {
  readonly origin: string;
  readonly added: readonly string[];
  readonly where: 'behind the origin' | 'last';
}

/**
 * Reads the folder as its tool will, and makes sure that it has what it should: all that was applied as it was, the pending migrations in
 * the order they had, each with its scripts, and the new ones in their places.
 *
 * @param before the migrations before anything was changed.
 * @throws {NoRoomError} if it is not so.
 */
export function checkOrder(
  arrangement: Arrangement,
  before: readonly MigrationEntry[],
  { pending }: Pick<PlaceScene, 'pending'>,
  insertion?: Insertion,
): void {
  const nowCalled = (id: string): string => arrangement.renamed.get(id) ?? id;
  const after = arrangement.entries();
  const ids = (entries: readonly MigrationEntry[], isPending: boolean): readonly string[] =>
    entries.filter((entry) => pending.has(entry.id) === isPending).map(({ id }) => nowCalled(id));
  const wanted = withAdded(ids(before, true), insertion);
  const known = new Set(wanted);
  const found = after.map(({ id }) => id);
  const isSame = (a: readonly string[], b: readonly string[]): boolean => a.join('\0') === b.join('\0');
  if (
    !isSame(
      found.filter((id) => !known.has(id)),
      ids(before, false),
    ) ||
    !isSame(
      found.filter((id) => known.has(id)),
      wanted,
    )
  )
    throw new NoRoomError('The migrations would not run in the order that they need.');
  const byId = new Map(after.map((entry) => [entry.id, entry]));
  for (const entry of before) {
    const now = byId.get(nowCalled(entry.id));
    if (
      (now?.forward === undefined) === (entry.forward === undefined) &&
      (now?.rollback === undefined) === (entry.rollback === undefined)
    )
      continue;
    throw new NoRoomError(`${nowCalled(entry.id)} would lose one of its scripts.`);
  }
}

function withAdded(ids: readonly string[], insertion: Insertion | undefined): readonly string[] {
  if (insertion === undefined) return ids;
  const { origin, added, where } = insertion;
  if (where === 'last') return [...ids, ...added];
  return ids.flatMap((id) => (id === origin ? [id, ...added] : [id]));
}
