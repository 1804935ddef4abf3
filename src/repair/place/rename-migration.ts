import { overlayTree } from '../../input/files/overlay-tree.ts';
import type { MigrationEntry } from '../../input/layouts/types.ts';
import { Arrangement } from './arrange.ts';
import { composedNames } from './composed-names.ts';
import { checkOrder } from './check-order.ts';
import { NoRoomError } from './no-room.ts';
import type { Placed, PlaceOutcome, PlaceScene } from './types.ts';

/** What a migration is to be called. */
export interface MigrationRenaming {
  /** The migration's id. */
  readonly id: string;
  /** `next`: a version with which it comes after all that is applied, and else where it runs now. The old one if left out. */
  readonly version?: 'next';
  /** Its new name, without a version. The old one if left out. */
  readonly name?: string;
}

/**
 * Gives a pending migration another name or version, and its rollback and what lies beside it with it. What its first comments say of
 * its name is brought up to date. Pending ones that would run before it then, and did not, get later versions.
 */
export function renameMigration(renaming: MigrationRenaming, scene: PlaceScene): PlaceOutcome {
  const { id } = renaming;
  if (!scene.pending.has(id))
    return { kind: 'refused', reason: `${id} is applied: its name stays as it is.` };
  try {
    return rename(renaming, scene);
  } catch (error) {
    if (!(error instanceof NoRoomError)) throw error;
    return { kind: 'refused', reason: `${id} keeps its name. ${error.message}` };
  }
}

/**
 * Several renamings, each on the files as those before have left them. A migration that had to make room for an earlier one is under
 * its new version by then.
 *
 * @returns an outcome for each; one without files for a migration that has got another version already; undefined for one that waits,
 *   since the migration has another name by now and is to be judged by that.
 */
export function renameMigrations(
  renamings: readonly MigrationRenaming[],
  scene: PlaceScene,
): readonly (PlaceOutcome | undefined)[] {
  let now = scene;
  let renamed: ReadonlyMap<string, string> = new Map();
  return renamings.map((renaming) => {
    const id = renamed.get(renaming.id) ?? renaming.id;
    if (id !== renaming.id) return renaming.name === undefined ? { ...NOTHING, ids: [id] } : undefined;
    const outcome = renameMigration({ ...renaming, id }, now);
    if (outcome.kind === 'refused') return outcome;
    const bytes = [...outcome.files].map(
      ([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)] as const,
    );
    const idNow = (pending: string): string => outcome.renamed.get(pending) ?? pending;
    renamed = composedNames(renamed, outcome.renamed);
    now = {
      ...now,
      tree: overlayTree(now.tree, new Map(bytes)),
      pending: new Set([...now.pending].map(idNow)),
    };
    return outcome;
  });
}

const NOTHING: Placed = {
  kind: 'placed',
  files: new Map(),
  ids: [],
  renamed: new Map(),
  moved: new Map(),
  drafts: [],
  notes: [],
};

function rename({ id, version, name }: MigrationRenaming, scene: PlaceScene): Placed {
  const arrangement = new Arrangement(scene);
  const before = arrangement.entries();
  const entry = arrangement.entry(id);
  if (version === undefined) {
    if (name !== undefined && name !== entry.name) arrangement.rename(entry, name);
  } else moveBehind(arrangement, before, entry, name);
  checkOrder(arrangement, before, scene);
  // In Drizzle's journal a migration can move under its own name.
  if (arrangement.files.changes().size === 0) throw new NoRoomError('Another one would be as wrong.');
  const idNow = arrangement.renamed.get(id) ?? id;
  return {
    kind: 'placed',
    files: arrangement.files.changes(),
    ids: [idNow],
    renamed: arrangement.renamed,
    moved: arrangement.moved,
    drafts: [],
    notes: [],
  };
}

/** Puts a migration behind all that is applied and behind those that come before it, and takes those along that it would overtake. */
function moveBehind(
  arrangement: Arrangement,
  entries: readonly MigrationEntry[],
  entry: MigrationEntry,
  name: string | undefined,
): void {
  const index = entries.findIndex(({ id }) => id === entry.id);
  arrangement.lift(entry);
  const after = arrangement.behindApplied(entries[index - 1]);
  if (after === undefined && entries.length > 1) throw new NoRoomError('Nothing comes before it.');
  arrangement.settle(after, name);
}
