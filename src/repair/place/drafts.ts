import { child, isWithin, parentOf } from '../../input/files/paths.ts';
import { gooseStatements } from '../../input/layouts/goose-statements.ts';
import { withLineEnd } from '../../input/layouts/slots.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import type { Draft } from '../split/types.ts';
import type { ChangedFiles } from './changed-files.ts';
import { draftHeader } from './draft-header.ts';
import { NoRoomError } from './no-room.ts';
import type { PlaceScene } from './types.ts';

/**
 * Writes drafts of later migrations, each a script in a folder beside the migrations folder, where no tool runs it.
 *
 * @param origin the id of the migration that they finish.
 * @returns their paths.
 * @throws {NoRoomError} if there is no such folder outside of the migrations folder.
 */
export function writeDrafts(
  files: ChangedFiles,
  { found, conventions }: Pick<PlaceScene, 'found' | 'conventions'>,
  drafts: readonly Draft[],
  origin: string,
): readonly string[] {
  if (drafts.length === 0) return [];
  const folder = draftsFolder(found, conventions.draftsFolder);
  const file = (name: string): string => child(folder, `${name}.sql`);
  const names = new Map<Draft, string>();
  for (const draft of drafts) {
    const taken = new Set(names.values());
    names.set(
      draft,
      freeName(draft.name, (wanted) => taken.has(wanted) || files.has(file(wanted))),
    );
  }
  return [...names].map(([draft, name]) => {
    const rollback = draft.rollback === undefined ? undefined : rollbackOfDraft(file(name));
    const siblings = siblingsOf(draft, drafts).map((one) => names.get(one) ?? one.name);
    const header = draftHeader(draft, found, { origin, name, rollback, siblings });
    const comment = header.map((line) => `-- ${line}`).join('\n');
    files.set([[file(name), `${comment}\n\n${draftScript(draft.sql, found)}`]]);
    if (rollback !== undefined && draft.rollback !== undefined)
      files.set([[rollback, draftScript(draft.rollback, found)]]);
    return file(name);
  });
}

/** The file of a draft's rollback, beside the draft. */
export function rollbackOfDraft(path: string): string {
  return path.replace(/\.sql$/, '.rollback.sql');
}

function draftsFolder({ folder }: FoundProject, name: string): string {
  const drafts = child(parentOf(folder), name);
  if (!isWithin(drafts, folder)) return drafts;
  throw new NoRoomError(
    `Its last step is for later, and ${drafts} lies in the migrations folder itself: the convention draftsFolder says another place.`,
  );
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

/** The text of a draft as its tool reads it: goose wants marks around a body with semicolons. */
export function draftScript(sql: string, { layout, sections }: FoundProject): string {
  return withLineEnd((sections ?? layout) === 'goose' ? gooseStatements(sql) : sql.trimStart());
}

/** The drafts of a draft's plan, in the order in which they run. */
function siblingsOf(draft: Draft, all: readonly Draft[]): readonly Draft[] {
  const firstOf = (one: Draft): Draft => (one.behind === undefined ? one : firstOf(one.behind));
  return all.filter((other) => firstOf(other) === firstOf(draft));
}
