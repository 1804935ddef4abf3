import type { MigrationEntry, NewFile, NewPlace } from '../../input/layouts/types.ts';
import type { Piece, Split } from '../split/types.ts';
import { Arrangement } from './arrange.ts';
import { checkOrder } from './check-order.ts';
import { withNewIds } from './comment-lines.ts';
import { writeDrafts } from './drafts.ts';
import { lineEndOf, withLineEnds } from './line-ends.ts';
import { NoRoomError } from './no-room.ts';
import { writeFirstPiece } from './origin-scripts.ts';
import { withHeader } from './piece-header.ts';
import type { Placed, PlaceOutcome, PlaceScene } from './types.ts';

/**
 * Writes a split as its layout wants it: the first piece into the place of the origin's script, the others as new migrations right after
 * it, and drafts outside the migrations folder. Where there is no room after the origin, the pending migrations that follow get later
 * versions; where they cannot, the new ones come last, if the split says that they may.
 */
export function placeSplit(split: Split, scene: PlaceScene): PlaceOutcome {
  const { id } = split.migration;
  if (!scene.pending.has(id))
    return { kind: 'refused', reason: `${id} is applied: its files stay as they are.` };
  const behind = attempt(() => place(split, scene, 'behind the origin'));
  if (behind.kind === 'placed' || split.mayGoLast !== true) return behind;
  const last = attempt(() => place(split, scene, 'last'));
  return last.kind === 'placed' ? last : behind;

  function attempt(work: () => Placed): PlaceOutcome {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error;
      return { kind: 'refused', reason: `${id} stays in one piece. ${error.message}` };
    }
  }
}

function place(split: Split, scene: PlaceScene, where: 'behind the origin' | 'last'): Placed {
  const arrangement = new Arrangement(scene);
  const { files } = arrangement;
  const before = arrangement.entries();
  const origin = arrangement.entry(split.migration.id);
  const lineEnd = lineEndOf(files.read(origin.forward ?? '') ?? '');
  const [first, ...others] = split.pieces;
  writeFirstPiece(files, scene.found, origin, first);
  const ids = [origin.id];
  let after = where === 'last' || others.length === 0 ? undefined : arrangement.behindApplied(origin);
  for (const [index, piece] of others.entries()) {
    const scripts = scriptsOf(split, piece, { origin, number: index + 2 });
    after = arrangement.add(nameFor(piece, origin), after, (at) => {
      const written = scripts(at);
      const registers = (path: string): boolean => path.endsWith('.json');
      return written.map(({ path, text }) => ({
        path,
        text: registers(path) ? text : withLineEnds(text, lineEnd),
      }));
    });
    ids.push(after.id);
  }
  if (where === 'behind the origin' && others.length > 0) arrangement.settle(after);
  checkOrder(arrangement, before, scene, { origin: origin.id, added: ids.slice(1), where });
  const drafts = writeDrafts(files, scene, split.drafts, origin.id);
  return {
    kind: 'placed',
    files: files.changes(),
    ids,
    renamed: arrangement.renamed,
    moved: arrangement.moved,
    drafts,
    notes: notesOf(ids, drafts, where),
  };
}

/** Where no migration has a version, names give the order: that of the origin comes first in them. */
function nameFor(piece: Piece, origin: MigrationEntry): string {
  return origin.version === '' ? `${origin.name}_${piece.name}` : piece.name;
}

function scriptsOf(
  { migration, pieces }: Split,
  { sql, name, rollback, outsideTransaction }: Piece,
  { origin, number }: { readonly origin: MigrationEntry; readonly number: number },
): (place: NewPlace) => readonly NewFile[] {
  return (place) => {
    const ids = { id: place.id, version: place.version, name };
    const own = withNewIds(sql, origin, ids);
    return place.files({
      forward: withHeader(own, migration, ids, { number, of: pieces.length }),
      rollback: rollback?.replace(`Rollback of ${origin.id}.`, () => `Rollback of ${place.id}.`),
      withoutTransaction: outsideTransaction,
    });
  };
}

function notesOf(
  ids: readonly string[],
  drafts: readonly string[],
  where: 'behind the origin' | 'last',
): readonly string[] {
  const [origin = '', ...added] = ids;
  return [
    ...(where === 'last' && added.length > 0
      ? [`${added.join(', ')} could not come right after ${origin}, and come last.`]
      : []),
    ...drafts.map((path) => `${path} is a draft of what comes after the next release.`),
  ];
}
