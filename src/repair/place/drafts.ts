import { child, isWithin, parentOf } from '../../input/files/paths.ts';
import { withLineEnd } from '../../input/layouts/slots.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import type { Draft } from '../split/types.ts';
import type { ChangedFiles } from './changed-files.ts';
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
  return drafts.map((draft) => {
    const file = (name: string): string => child(folder, `${name}.sql`);
    const name = freeName(draft.name, (wanted) => files.has(file(wanted)));
    const rollback = draft.rollback === undefined ? undefined : child(folder, `${name}.rollback.sql`);
    files.set([[file(name), draftText(draft, found, { origin, name, rollback })]]);
    if (rollback !== undefined && draft.rollback !== undefined)
      files.set([[rollback, withLineEnd(draft.rollback)]]);
    return file(name);
  });
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

interface DraftPlace {
  readonly origin: string;
  readonly name: string;
  readonly rollback: string | undefined;
}

function draftText({ sql, needs }: Draft, found: FoundProject, place: DraftPlace): string {
  const comment = [
    `A draft, not yet a migration: it finishes ${place.origin}.`,
    `Release first: ${needs ?? 'the application that no longer needs what this removes, everywhere.'}`,
    ...howToMigrate(found, place),
  ];
  return `${comment.map((line) => `-- ${line}`).join('\n')}\n\n${withLineEnd(sql.trimStart())}`;
}

/** How a draft becomes a migration, by the tool's own command where it has one that takes a name. */
function howToMigrate({ layout, folder }: FoundProject, { name, rollback }: DraftPlace): readonly string[] {
  const command = commandFor(layout, name);
  const made = command === undefined ? `make a migration of a new version in ${folder}` : `run ${command}`;
  const also = rollback === undefined ? '' : `, ${rollback} the one of its rollback`;
  return [`Then ${made}, and have what follows take the place of its SQL${also}; delete this file.`];
}

function commandFor(layout: FoundProject['layout'], name: string): string | undefined {
  switch (layout) {
    case 'prisma':
      return `npx prisma migrate dev --create-only --name ${name}`;
    case 'drizzle':
      return `npx drizzle-kit generate --custom --name ${name}`;
    case 'supabase':
      return `npx supabase migration new ${name}`;
    case 'diesel':
      return `diesel migration generate ${name}`;
    case 'sqlx':
      return `sqlx migrate add ${name}`;
    case 'dbmate':
      return `dbmate new ${name}`;
    case 'goose':
      return `goose create ${name} sql`;
    case 'golang-migrate':
      return `migrate create -ext sql ${name}`;
    case 'flyway':
    case 'numbered':
    case 'plain':
    case 'custom':
      return undefined;
    default:
      return layout satisfies never;
  }
}
