import type { Place } from '../input/text/types.ts';
import type { Severity } from '../lint/rule.ts';
import type { EffectFacts } from './trace/facts.ts';

/** What `verify` asks PostgreSQL about a migration. */
export type CheckName =
  /** The forward script runs the way its runner sends it. */
  | 'applies'
  /** Down brings back the schema of before, and up again the schema of after. */
  | 'rolls back'
  /** Locks, rewrites, scans and index builds are those that lint predicts. */
  | 'effects'
  /** The forward script runs on tables with rows. */
  | 'applies to rows'
  /** The rollback loses no rows. */
  | 'keeps rows'
  /** A batch loop ends, leaves no row behind, and keeps to its batch size. */
  | 'backfills';

/** `proven`: it is so. `refuted`: it is not, and `findings` say why. `not run`: nobody can tell, and `reason` says why. */
export type Outcome = 'proven' | 'refuted' | 'not run';

/** One answer. */
export interface Verdict {
  readonly check: CheckName;
  readonly outcome: Outcome;
  /** A sentence, for people; of a verdict that is not run: why. */
  readonly reason: string | undefined;
  readonly findings: readonly VerifyFinding[];
  /** Of 'effects': what was seen, statement by statement. */
  readonly trace?: readonly MeasuredStatement[];
}

/** What a statement did to relations that existed before its migration, beside what lint predicts. */
export interface MeasuredStatement {
  readonly place: Place;
  /** Locks that were newly taken or raised: those that the transaction held already are not among them. */
  readonly measured: EffectFacts;
  /** Undefined where lint has nothing to say. */
  readonly predicted: EffectFacts | undefined;
  /** The command that runs in no transaction, so that its locks and scans could not be seen; undefined if they could. */
  readonly alone: string | undefined;
}

/** The ids of what `verify` finds. Each has a page like a rule's, in `finding-pages.ts`. */
export type VerifyFindingId =
  | 'migration-fails'
  | 'migration-fails-on-rows'
  | 'rollback-fails'
  | 'rollback-incomplete'
  /** It says that there is no way back, with RAISE. */
  | 'rollback-irreversible'
  | 'rollback-loses-rows'
  /** Rows that the migration wrote are still there, or values are not those of before. */
  | 'rollback-leaves-rows'
  | 'rollback-changes-column-order'
  | 'reapply-fails'
  | 'reapply-differs'
  | 'unpredicted-effect'
  | 'rows-left'
  | 'endless-loop'
  | 'oversized-batch'
  | 'engine-died'
  | 'not-verified';

/** Something that PostgreSQL showed to be wrong, or could not be asked. */
export interface VerifyFinding {
  readonly id: VerifyFindingId;
  readonly severity: Severity;
  /** What happened, in a sentence or two that name the user's objects. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** Which script it is about: its path, or the migration's where it has none. */
  readonly path: string;
  /** In that script; undefined if it is about the script as a whole. */
  readonly place: Place | undefined;
  /** Of one that is about a script as a whole: its first statement, for formats that want a line of everything. */
  readonly begins?: Place | undefined;
  /** Lines below the message: differences object by object, what stays behind, what PostgreSQL added. */
  readonly details: readonly string[];
  /** SQLSTATE, where PostgreSQL gave one. */
  readonly code?: string;
}

/** A migration and what became of it. */
export interface VerifiedMigration {
  readonly id: string;
  readonly path: string;
  readonly verdicts: readonly Verdict[];
  /** Milliseconds. */
  readonly duration: number;
}

/** What `verify` has to say about a project. */
export interface Verification {
  readonly engine: { readonly label: string; readonly version: string; readonly major: number };
  /** In replay order. */
  readonly migrations: readonly VerifiedMigration[];
  /** How many migrations before the first verified one were applied, and how many of them came from the cache. */
  readonly prefix: { readonly applied: number; readonly cached: number };
  /** What was stubbed, skipped or not as in production, for people: one sentence each. */
  readonly notes: readonly string[];
}
