/** A clause of the safety policy: what several teams' policies ask for, in one sentence. */
export interface Clause {
  readonly id: string;
  readonly says: string;
  /** The policies that state it: A to E, or what PostgreSQL demands whether a policy says so or not. */
  readonly statedBy: string;
  /** Where it is kept if not, or not only, by rules. */
  readonly elsewhere?: string;
}

export interface ClauseGroup {
  readonly title: string;
  readonly clauses: readonly Clause[];
}

const POSTGRES = 'PostgreSQL';

/** The policy that the rules enforce, clause by clause. Rules name the clauses in `meta.policy`. */
export const clauseGroups: readonly ClauseGroup[] = [
  {
    title: 'Expand and contract',
    clauses: [
      {
        id: 'EC1',
        says: 'A column is not renamed in place: add, write both, backfill, read the new one, drop the old one later.',
        statedBy: 'A B C D E',
      },
      {
        id: 'EC2',
        says: 'A table is not renamed under live traffic; a swap of names is accepted only for a table that has everything the old one has and is kept in step.',
        statedBy: 'B C',
      },
      {
        id: 'EC3',
        says: 'A type is not changed in place where that rewrites, scans, loses something or cannot be read by running code.',
        statedBy: `A D ${POSTGRES}`,
      },
      {
        id: 'EC4',
        says: 'A drop has its own, later migration, after the replacement was filled and the code has let go.',
        statedBy: 'A B C D E',
      },
      {
        id: 'EC5',
        says: 'A required column comes in steps: nullable or with a constant default, backfill, NOT NULL.',
        statedBy: 'A B C D E',
      },
      {
        id: 'EC6',
        says: 'NOT NULL comes after a backfill that leaves no NULL, and without a scan under an exclusive lock.',
        statedBy: `A B D E ${POSTGRES}`,
      },
      {
        id: 'EC7',
        says: 'A drop beside an add that is really a rename loses the data.',
        statedBy: `D ${POSTGRES}`,
      },
      {
        id: 'EC8',
        says: 'What was begun is finished, and a replacement keeps what the old one guaranteed.',
        statedBy: 'A B E',
      },
      {
        id: 'EC9',
        says: 'Each migration has a class, a risk for data, a way back or none, and an order against the code.',
        statedBy: 'A B D',
        elsewhere: 'the line under each migration, and `classification` in JSON',
      },
      {
        id: 'EC10',
        says: 'Schema and code have let go of what a drop removes, and code between two releases can still insert.',
        statedBy: `A B D ${POSTGRES}`,
      },
    ],
  },
  {
    title: 'Backfills and data',
    clauses: [
      { id: 'BF1', says: 'No statement changes a whole large table; batches do.', statedBy: 'A B E' },
      {
        id: 'BF2',
        says: 'A batch loop commits, pauses, ends by itself and has a bounded batch.',
        statedBy: 'A B C E',
      },
      {
        id: 'BF3',
        says: 'A batch loop reaches every row: no OFFSET over what it empties, and progress on NULLs too.',
        statedBy: POSTGRES,
      },
      {
        id: 'BF4',
        says: 'A loop that commits does not run inside a transaction.',
        statedBy: POSTGRES,
      },
      { id: 'BF5', says: 'Schema changes and data changes do not share a migration.', statedBy: 'B D' },
      {
        id: 'BF6',
        says: 'Backfill scripts in TypeScript keep the same rules.',
        statedBy: 'A B C',
        elsewhere: 'not yet: rules for scripts are to come',
      },
      {
        id: 'BF7',
        says: 'Data is destroyed only with a saved copy, or with a reason that somebody wrote down.',
        statedBy: 'B C E',
      },
      { id: 'BF8', says: 'A data migration is followed by a check that can fail.', statedBy: 'A B C E' },
      { id: 'BF9', says: 'Errors are not swallowed.', statedBy: 'E' },
    ],
  },
  {
    title: 'Indexes, constraints, locks',
    clauses: [
      { id: 'IX1', says: 'An index on an existing table is built concurrently.', statedBy: 'A C E' },
      { id: 'IX2', says: 'CONCURRENTLY does not run in a transaction.', statedBy: POSTGRES },
      { id: 'IX3', says: 'Indexes are dropped and rebuilt concurrently, too.', statedBy: POSTGRES },
      {
        id: 'IX4',
        says: 'Generated SQL is read for missing and redundant indexes, unexpected drops, cascading deletes, unsuitable types.',
        statedBy: 'D',
      },
      {
        id: 'IX5',
        says: 'Constraints are added unchecked and validated later; keys are attached to an index that is there.',
        statedBy: POSTGRES,
      },
      {
        id: 'IX6',
        says: 'A migration bounds how long it waits for a lock and how long it runs.',
        statedBy: `B C D ${POSTGRES}`,
      },
      {
        id: 'IX7',
        says: 'New tables of an exposed schema have row-level security and a policy.',
        statedBy: 'E',
      },
    ],
  },
  {
    title: 'Rollback',
    clauses: [
      { id: 'RB1', says: 'A migration has a rollback file, from the same commit.', statedBy: 'A C E' },
      {
        id: 'RB2',
        says: 'The rollback undoes all of it, in reverse order.',
        statedBy: 'A C',
        elsewhere: '`migration-lint verify` runs it; one that cannot be read is `no-syntax-error`',
      },
      {
        id: 'RB3',
        says: 'The rollback was tried: down, and up again.',
        statedBy: 'A C',
        elsewhere: '`migration-lint verify`, for all of them also from the newest to the oldest',
      },
      {
        id: 'RB4',
        says: 'A rollback saves what it destroys, checks itself, can be run again, and reaches no further than the migration did.',
        statedBy: `A C ${POSTGRES}`,
      },
      { id: 'RB5', says: 'Rollback files are kept as long as they are needed.', statedBy: 'A' },
      {
        id: 'RB6',
        says: 'A revert is a new migration that names what it reverts, and undoes it.',
        statedBy: 'B',
      },
    ],
  },
  {
    title: 'Names, files, history',
    clauses: [
      { id: 'NM1', says: 'Names say what changes.', statedBy: 'B D E' },
      { id: 'NM2', says: 'Names follow the convention of the team.', statedBy: 'B C D E' },
      { id: 'NM3', says: 'Names are true.', statedBy: 'B E' },
      {
        id: 'HS1',
        says: 'An applied migration is neither edited nor deleted.',
        statedBy: `C D ${POSTGRES}`,
      },
      { id: 'HS2', says: 'Versions are unique and in order.', statedBy: 'C D' },
      { id: 'HS3', says: 'A migration is one change, small enough to be read.', statedBy: 'B C D' },
      { id: 'HS4', says: 'A script can be run again.', statedBy: 'C' },
      {
        id: 'HS5',
        says: 'Complex migrations have a header, and it agrees with the file.',
        statedBy: 'B C D',
      },
      {
        id: 'HS6',
        says: 'The schema file and the migrations agree.',
        statedBy: 'A B C D E',
        elsewhere: 'rules to come, with the schema diff of Prisma',
      },
      { id: 'HS7', says: 'The SQL is valid PostgreSQL.', statedBy: 'E' },
      {
        id: 'HS8',
        says: 'A failed or half-written migration stops the pipeline, and its cause is plain.',
        statedBy: 'E',
      },
    ],
  },
  {
    title: 'Where it runs',
    clauses: [
      { id: 'CI1', says: 'Before a commit.', statedBy: 'C', elsewhere: '`migration-lint --staged`' },
      {
        id: 'CI2',
        says: 'On every pull request: lint, and try the rollbacks.',
        statedBy: 'A C D',
        elsewhere:
          '`migration-lint`, and `migration-lint verify` tries the rollbacks: [what it finds on the fixtures](measurements.md#what-only-running-shows)',
      },
      {
        id: 'CI3',
        says: 'A sheet before production for each migration.',
        statedBy: 'A B D E',
        elsewhere: 'the line under each migration, and `classification` in JSON',
      },
      {
        id: 'CI4',
        says: 'Checks after deployment.',
        statedBy: 'A B E',
        elsewhere: 'outside of a linter; `require-integrity-check` asks for them in the migration',
      },
      {
        id: 'CI5',
        says: 'A backup before a destructive step.',
        statedBy: 'A B C D E',
        elsewhere: 'outside of a linter; `no-data-loss` asks for a copy in the database',
      },
    ],
  },
];
