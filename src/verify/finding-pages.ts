import type { Severity } from '../lint/rule.ts';
import type { VerifyFindingId } from './types.ts';

/** What is to be known of a finding of `verify`, as a rule's page says it. */
export interface VerifyFindingPage {
  /** One line, begins with Disallow. Markdown. */
  readonly summary: string;
  /** Why it matters, and how it is found out. Markdown. */
  readonly rationale: string;
  /** What to do. Markdown. */
  readonly instead: string;
  /** Clauses of the policy that it proves. */
  readonly policy: readonly string[];
  /** The severity that most of its findings have. */
  readonly severity: Severity;
}

/** Everything that `verify` can find, by its id. */
export const VERIFY_FINDINGS: Readonly<Record<VerifyFindingId, VerifyFindingPage>> = {
  'migration-fails': {
    summary: 'Disallow a migration that PostgreSQL refuses',
    rationale:
      'The migration was run on the schema that all migrations before it make, sent the way its runner sends it, and PostgreSQL ended it with an error. The finding stands at the statement, with the SQLSTATE, and says what stays behind where the script is not one transaction.',
    instead:
      'Correct the statement. If PostgreSQL misses something that your database has and no migration makes (a role, a schema, an extension), put it into `verify.prelude` of the configuration.',
    policy: ['HS7', 'HS8', 'CI2'],
    severity: 'error',
  },
  'migration-fails-on-rows': {
    summary: 'Disallow a migration that fails as soon as tables have rows',
    rationale:
      'The migration runs on empty tables, and fails on tables with sample rows, such as a `NOT NULL` column without a default (23502). The sample rows keep the types, keys and checks of the schema, and nothing more: production’s rows may be kinder, or worse.',
    instead:
      'Change the rows before the constraint comes: add the column with a default or as nullable, backfill it, then require it.',
    policy: ['EC5', 'EC6', 'CI2'],
    severity: 'error',
  },
  'rollback-fails': {
    summary: 'Disallow a rollback that PostgreSQL refuses',
    rationale:
      'The rollback was run right after its migration, on the very schema that the migration leaves, and PostgreSQL ended it with an error. In the night in which it is needed it will do the same.',
    instead: 'Correct the rollback, and run `migration-lint verify` again.',
    policy: ['RB2', 'RB3', 'CI2'],
    severity: 'error',
  },
  'rollback-incomplete': {
    summary: 'Disallow a rollback that does not bring back the schema of before',
    rationale:
      'The schema was read before the migration and after its rollback, object by object, and the two differ: something is left over, is missing, or came back with another definition. The old code then runs on a schema that it has never seen.',
    instead: 'Undo each statement of the migration, the last one first, with the exact former definitions.',
    policy: ['RB2', 'RB3', 'CI2'],
    severity: 'error',
  },
  'rollback-loses-rows': {
    summary: 'Disallow a rollback that loses rows or values',
    rationale:
      'Tables were filled with sample rows, the migration and its rollback were run, and not everything that was there before is there after it: rows are gone, or columns have no value or another one.',
    instead:
      'Save what would be lost in a table of its own before it is dropped, and bring it back from there.',
    policy: ['RB4'],
    severity: 'warning',
  },
  'rollback-leaves-rows': {
    summary: 'Note a rollback that leaves rows of its migration behind, or values where there were none',
    rationale:
      'Tables were filled with sample rows, the migration and its rollback were run, and rows that the migration wrote are still there, or columns have a value in rows that had none.',
    instead: 'Delete in the rollback what the migration writes, if nobody may need it.',
    policy: ['RB2'],
    severity: 'info',
  },
  'rollback-changes-column-order': {
    summary: 'Note a rollback that brings columns back in another order',
    rationale:
      'PostgreSQL always adds a column as the last one, so that a column which is dropped and added again moves. Only `SELECT *`, `COPY` and `INSERT` without a list of columns notice.',
    instead: 'Nothing, unless something depends on the order: then name the columns there.',
    policy: ['RB2'],
    severity: 'info',
  },
  'rollback-irreversible': {
    summary: 'Note a rollback that refuses to run',
    rationale:
      'The rollback raises an error of its own to say that there is no way back. That is better than one that pretends.',
    instead:
      'Nothing, if it is meant: whoever needs to go back restores a backup or writes a migration forward.',
    policy: ['RB2'],
    severity: 'info',
  },
  'reapply-fails': {
    summary: 'Disallow a migration that cannot run again after its rollback',
    rationale:
      'After the rollback the migration was run once more, and PostgreSQL refused it: something that it makes is still there. Whoever rolls back for an hour cannot deploy again. The same is asked of scripts that their tool runs again whenever they change.',
    instead:
      'Make the rollback take back everything that the migration does, or the migration accept what is there.',
    policy: ['RB3'],
    severity: 'error',
  },
  'reapply-differs': {
    summary: 'Disallow a migration that makes another schema the second time',
    rationale:
      'The schema after the migration, its rollback and the migration again is not the one after the migration alone.',
    instead:
      'Make the rollback take back everything that the migration does, so that it starts from the same schema each time.',
    policy: ['RB3'],
    severity: 'error',
  },
  'unpredicted-effect': {
    summary: 'Note an effect that lint does not predict',
    rationale:
      'PostgreSQL took another lock, rewrote, scanned or indexed something else than migration-lint says of the statement. What PostgreSQL did counts.',
    instead: 'Go by what PostgreSQL did, and report the statement: it is a mistake in migration-lint.',
    policy: [],
    severity: 'warning',
  },
  'rows-left': {
    summary: 'Disallow a backfill that leaves rows behind',
    rationale:
      'A batch loop was run on sample rows until it ended, and rows are left that it should have changed. Mostly it pages with `OFFSET` over rows that drop out of its own condition.',
    instead: 'Page by key (`WHERE id > last`), or take the first rows again and again until there are none.',
    policy: ['BF3'],
    severity: 'error',
  },
  'endless-loop': {
    summary: 'Disallow a batch loop that does not end',
    rationale:
      'A batch loop was run on sample rows, and went on long after every row had its turn: its condition stays true for rows that the update does not change, such as those with NULL.',
    instead: 'Make the loop’s condition false for each row that was changed, or go by key.',
    policy: ['BF2', 'BF3'],
    severity: 'error',
  },
  'oversized-batch': {
    summary: 'Disallow a batch that changes more rows than it says',
    rationale:
      'A transaction of a batch loop changed more rows than the loop’s batch size, so that more rows are locked, and longer.',
    instead: 'Commit after each batch, and limit the batch by the rows that it changes.',
    policy: ['BF1', 'BF2'],
    severity: 'warning',
  },
  'engine-died': {
    summary: 'Disallow a script that PostgreSQL does not survive',
    rationale:
      'The script took longer than `--time-limit`, more memory than there is, or crashed the PostgreSQL of the run. On the nearly empty tables of a run a migration takes moments.',
    instead:
      'Look for a loop that does not end. If the script only needs longer, give it more time with `--time-limit`.',
    policy: ['BF2'],
    severity: 'error',
  },
  'not-verified': {
    summary: 'Note what could not be verified',
    rationale: 'PostgreSQL could not be asked, so that nothing is claimed.',
    instead: 'The reason says what is missing.',
    policy: [],
    severity: 'info',
  },
};
