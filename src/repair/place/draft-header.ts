import type { FoundProject, LayoutName } from '../../input/layouts/types.ts';
import type { Draft } from '../split/types.ts';

/** Where a draft is written, and among which. */
export interface DraftPlace {
  /** The id of the migration that it finishes. */
  readonly origin: string;
  /** Its own name, as the file has it. */
  readonly name: string;
  readonly rollback: string | undefined;
  /** The drafts of its plan, in the order in which they run, by the names of their files. */
  readonly siblings: readonly string[];
}

/** The comment that a draft begins with, line by line without `--`: what comes before it, and how it becomes a migration. */
export function draftHeader(draft: Draft, found: FoundProject, place: DraftPlace): readonly string[] {
  const { origin, name, siblings } = place;
  const number = siblings.indexOf(name) + 1;
  const which = siblings.length > 1 ? ` Draft ${number} of ${siblings.length}.` : '';
  return [
    `A draft, not yet a migration: it finishes ${origin}.${which}`,
    ...(draft.needs === undefined ? [] : [draft.needs]),
    ...comesAfter(draft, siblings[number - 2], origin),
    ...howToMigrate(draft, found, place),
  ];
}

function comesAfter({ needs }: Draft, before: string | undefined, origin: string): readonly string[] {
  if (before !== undefined) return [`Only once ${before} has run, the draft before it.`];
  return needs === undefined ? [`Only once ${origin} and the drafts before this one have run.`] : [];
}

/** How a draft becomes a migration, by the tool's own command where it has one that takes a name. */
function howToMigrate(
  { byHand, outsideTransaction }: Draft,
  { layout, sections, folder }: FoundProject,
  { name, rollback }: DraftPlace,
): readonly string[] {
  if (byHand === true) return ['Then run this file with psql, not inside a transaction, and delete it.'];
  const command = commandFor(layout, name);
  const made = command === undefined ? `make a migration of a new version in ${folder}` : `run ${command}`;
  const line = `Then ${made}, and have what follows take the place of its SQL; delete this file.`;
  const whole = rollback === undefined ? line : withRollback(line, rollback);
  return outsideTransaction === true ? [whole, wordsForNoTransaction(sections ?? layout)] : [whole];
}

const LAST_WORDS = '; delete this file.';

/** A draft's header that says which file its rollback is, with what follows it: the draft as {@link draftHeader} began it. */
export function withRollback(text: string, rollback: string): string {
  return text.replace(LAST_WORDS, () => `, ${rollback} the one of its rollback${LAST_WORDS}`);
}

function commandFor(layout: LayoutName, name: string): string | undefined {
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

/** What the tool has to find so that it opens no transaction. */
function wordsForNoTransaction(layout: LayoutName): string {
  switch (layout) {
    case 'goose':
      return 'It runs outside a transaction: the first line of the migration is then `-- +goose NO TRANSACTION`.';
    case 'dbmate':
      return 'It runs outside a transaction: the section begins with `-- migrate:up transaction:false`.';
    case 'sqlx':
      return 'It runs outside a transaction: the first line of the migration is then `-- no-transaction`.';
    case 'diesel':
      return 'It runs outside a transaction: metadata.toml beside it then says `run_in_transaction = false`.';
    case 'flyway':
      return 'It runs outside a transaction: a file beside it with `.conf` behind its name says `executeInTransaction=false`.';
    case 'prisma':
    case 'supabase':
    case 'drizzle':
    case 'golang-migrate':
    case 'numbered':
    case 'plain':
    case 'custom':
      return 'It runs outside a transaction: nothing else may stand in its migration.';
    default:
      return layout satisfies never;
  }
}
