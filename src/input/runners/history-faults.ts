import type { Runner } from './types.ts';

/**
 * What tools make of a history that is not in order. Read in their sources and documentation: golang-migrate 4.19
 * (`migrate.go`, `source/migration.go`), goose 3.27 (`up.go`, `provider_collect.go`), Flyway 13.0 (`validateOnMigrate`, `outOfOrder`),
 * dbmate 2.35 (`db.go`, `--strict`), diesel 2.3 (`migration_harness.rs`), SQLx 0.8 (`migrator.rs`), Supabase CLI 2.104
 * (`pkg/migration/apply.go`), Drizzle 0.45 (`pg-core/dialect.ts`), Prisma's `applyMigrations`.
 */
export interface HistoryFault {
  /** `fails`: the deploy stops. `skips`: nobody is told. `runs`: it is executed all the same. `unknown`: no tool that we know. */
  readonly outcome: 'fails' | 'skips' | 'runs' | 'unknown';
  /** What happens, for people: a sentence without its full stop. */
  readonly what: string;
}

/** What a tool does with a pending migration whose place comes before one that is applied. */
export function lateFault({ name }: Runner): HistoryFault {
  switch (name) {
    case 'golang-migrate':
      return {
        outcome: 'skips',
        what: 'golang-migrate knows only the last version and goes on from there: it never runs this one on a database that has the other, and says nothing',
      };
    case 'drizzle':
      return {
        outcome: 'skips',
        what: 'Drizzle’s migrator runs only what is later than the last one that the database has, by `when` in the journal: it passes over this one without a word',
      };
    case 'goose':
      return { outcome: 'fails', what: 'goose stops at it, unless it is run with -allow-missing' };
    case 'flyway':
      return { outcome: 'fails', what: 'Flyway’s validation stops at it, unless outOfOrder is set' };
    case 'supabase':
      return {
        outcome: 'fails',
        what: '`supabase db push` stops at it, unless it is run with --include-all',
      };
    case 'dbmate':
      return {
        outcome: 'runs',
        what: 'dbmate runs it after the others (with --strict it stops), a new database runs it before them',
      };
    case 'prisma':
      return {
        outcome: 'runs',
        what: '`prisma migrate deploy` runs it after the others, a new database and the shadow database run it before them',
      };
    case 'diesel':
    case 'sqlx':
      return {
        outcome: 'runs',
        what: `${name === 'diesel' ? 'Diesel' : 'SQLx'} runs it after the others, a new database runs it before them`,
      };
    case 'numbered':
    case 'plain':
    case 'custom':
      return {
        outcome: 'unknown',
        what: 'Runners that remember the last version never run it, others run it after the later ones, and a new database before them',
      };
    default:
      return name satisfies never;
  }
}

/** What a tool does with two migrations of one version; undefined where the rest of the name tells them apart. */
export function duplicateFault({ name }: Runner): HistoryFault | undefined {
  switch (name) {
    case 'prisma':
    case 'drizzle':
      return undefined;
    case 'golang-migrate':
      return { outcome: 'fails', what: 'golang-migrate refuses the whole folder: duplicate migration file' };
    case 'goose':
      return { outcome: 'fails', what: 'goose refuses the whole folder: found duplicate migration version' };
    case 'flyway':
      return {
        outcome: 'fails',
        what: 'Flyway refuses to start: Found more than one migration with version',
      };
    case 'diesel':
      return {
        outcome: 'skips',
        what: 'Diesel keeps one of the two, whichever it is, and never runs the other',
      };
    case 'sqlx':
      return {
        outcome: 'fails',
        what: 'The version is the key of SQLx’s table: the second one fails with 23505, or with a wrong checksum once the first has been applied',
      };
    case 'dbmate':
      return {
        outcome: 'fails',
        what: 'The version is the key of dbmate’s table: the second one fails with 23505, and is never run once the first has been applied',
      };
    case 'supabase':
      return {
        outcome: 'fails',
        what: 'The version is the key of Supabase’s table: the second one fails with 23505',
      };
    case 'numbered':
    case 'plain':
    case 'custom':
      return {
        outcome: 'unknown',
        what: 'A runner that records versions takes them for one migration, and which of the two runs first depends on the rest of their names',
      };
    default:
      return name satisfies never;
  }
}

/** What a tool does where the script of an applied migration is gone. */
export function deletedFault({ name }: Runner): HistoryFault {
  switch (name) {
    case 'prisma':
      return {
        outcome: 'runs',
        what: '`prisma migrate deploy` says nothing, `migrate dev` wants to reset the developer’s database, and new databases lack what it did',
      };
    case 'flyway':
      return {
        outcome: 'fails',
        what: 'Flyway’s validation stops at it: Detected applied migration not resolved locally',
      };
    case 'sqlx':
      return {
        outcome: 'fails',
        what: 'SQLx stops at it: the migration was previously applied but is missing',
      };
    case 'supabase':
      return {
        outcome: 'fails',
        what: '`supabase db push` stops at it: Remote migration versions not found in local migrations directory',
      };
    case 'golang-migrate':
      return {
        outcome: 'fails',
        what: 'golang-migrate finds no file for the version that a database stands at, if it is this one, and stops; new databases lack what it did',
      };
    case 'goose':
    case 'diesel':
    case 'dbmate':
      return {
        outcome: 'runs',
        what: 'It can no longer be rolled back, and new databases lack what it did',
      };
    case 'drizzle':
    case 'numbered':
    case 'plain':
    case 'custom':
      return { outcome: 'runs', what: 'New databases lack what it did' };
    default:
      return name satisfies never;
  }
}

/** What a tool does with an applied migration that has come under another name, for one that does not go by the version alone. */
export function renamedFault({ name, label }: Runner): HistoryFault {
  switch (name) {
    case 'prisma':
      return {
        outcome: 'fails',
        what: 'Prisma knows migrations by their whole names: it runs the same SQL again on every database that has it, and stops at the first object that is there already',
      };
    case 'flyway':
      return {
        outcome: 'fails',
        what: 'Flyway compares version and description with what it has applied: its validation stops at it',
      };
    case 'golang-migrate':
    case 'goose':
    case 'sqlx':
    case 'dbmate':
    case 'diesel':
    case 'supabase':
      return {
        outcome: 'fails',
        what: `${label} knows migrations by their versions: under another one it is a new migration, whose SQL every database has already`,
      };
    case 'drizzle':
      return {
        outcome: 'unknown',
        what: 'Drizzle runs the same SQL again, if its `when` in the journal is later than that of the last one applied',
      };
    case 'numbered':
    case 'plain':
    case 'custom':
      return { outcome: 'unknown', what: 'A runner that records names runs the same SQL again' };
    default:
      return name satisfies never;
  }
}

/** What a tool does with a migration that has no script; undefined where it need not have one. */
export function missingScriptFault({ name }: Runner): HistoryFault | undefined {
  switch (name) {
    case 'prisma':
      return { outcome: 'fails', what: '`prisma migrate deploy` stops at it with P3015' };
    case 'diesel':
      return { outcome: 'fails', what: 'Diesel takes the folder for an invalid migration, and runs nothing' };
    case 'drizzle':
      return { outcome: 'fails', what: 'Drizzle’s migrator stops at it: No file found, and runs nothing' };
    default:
      return undefined;
  }
}
