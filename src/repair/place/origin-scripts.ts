import { withGooseMarks } from '../../input/layouts/goose-marks.ts';
import { layoutOfProject } from '../../input/layouts/layouts.ts';
import type { FoundProject, MigrationEntry, ScriptRole } from '../../input/layouts/types.ts';
import type { Piece } from '../split/types.ts';
import { NoRoomError } from './no-room.ts';
import type { ChangedFiles } from './changed-files.ts';
import { inPlaceOf, lineEndOf, withLineEnds } from './line-ends.ts';
import { askForNoTransaction } from './no-transaction.ts';

/**
 * Writes the first piece into the place of a migration's script, and its rollback into that of the rollback: of a file with sections only
 * the section changes; the byte-order mark and the line ends stay.
 *
 * @throws {NoRoomError} if its tool would not read the file any more.
 */
export function writeFirstPiece(
  files: ChangedFiles,
  found: FoundProject,
  entry: MigrationEntry,
  piece: Piece,
): void {
  const { forward, rollback } = entry;
  if (forward === undefined) throw new NoRoomError(`${entry.id} has no script.`);
  // The rollback first: in one file, its section comes after the other one.
  if (piece.rollback !== undefined && rollback !== undefined)
    writeScript(
      files,
      found,
      { path: rollback, role: rollback === forward ? 'rollback' : undefined },
      piece.rollback,
    );
  writeScript(files, found, { path: forward, role: 'forward' }, piece.sql);
  if (piece.outsideTransaction && !runsOutside(files, found, entry)) askForNoTransaction(files, found, entry);
}

/** A script's place: a file, or the section of one. */
interface ScriptPlace {
  readonly path: string;
  readonly role: ScriptRole | undefined;
}

function writeScript(
  files: ChangedFiles,
  found: FoundProject,
  { path, role }: ScriptPlace,
  sql: string,
): void {
  const raw = files.read(path);
  if (raw === undefined) throw new NoRoomError(`${path} is no UTF-8 text, and so stays as it is.`);
  const mark = raw.startsWith('\ufeff') ? '\ufeff' : '';
  const text = raw.slice(mark.length);
  const layout = layoutOfProject(found);
  const part = role === undefined ? undefined : layout.part?.(text, role);
  if (role === 'rollback' && part === undefined) return;
  const { start, end } = part?.within ?? { start: 0, end: text.length };
  const former = text.slice(start, end);
  const lineEnd = lineEndOf(text);
  const written = withLineEnds(inPlaceOf(former, sql), lineEnd);
  // Marks of statements that are there already stay; without them, statements with several semicolons need some.
  const changed = withGooseMarks(text, text.slice(0, start) + written + text.slice(end));
  const refused = layout.refusal?.(text, role) === undefined ? layout.refusal?.(changed, role) : undefined;
  if (refused !== undefined) throw new NoRoomError(`${path} cannot be cut in two: ${refused.message}.`);
  files.set([[path, mark + changed]]);
}

function runsOutside(files: ChangedFiles, found: FoundProject, entry: MigrationEntry): boolean {
  const text = files.read(entry.forward ?? '')?.replace(/^\ufeff/, '') ?? '';
  return (
    entry.withoutTransaction === true ||
    layoutOfProject(found).part?.(text, 'forward')?.withoutTransaction === true
  );
}
