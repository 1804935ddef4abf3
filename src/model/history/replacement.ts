import type { Operation } from '../operations/types.ts';
import type { RowPlace } from './row-copies.ts';

/** A step of the history that has to do with a replacement. */
export interface HistoryStep {
  /** The migration's index in replay order. */
  readonly migration: number;
  /** The migration's id, for people. */
  readonly id: string;
  readonly operation: Operation;
}

/**
 * What ties a new column or table to the one that it replaces.
 * - `backfill`: an UPDATE, INSERT … SELECT or CREATE TABLE AS copies values from the old one into it.
 * - `trigger`: a trigger writes one when the other is written.
 * - `generated column`: it is computed from the old one.
 * - `view`: a view shows one under the other's name.
 * - `shape`: nothing in the SQL but their names, types or shapes, as in a disguised rename. A guess.
 */
export type TieKind = 'backfill' | 'trigger' | 'generated column' | 'view' | 'shape';

export interface Tie extends HistoryStep {
  readonly kind: TieKind;
}

/** A guarantee that the old column or table gave and the new one does not. */
export interface LostGuarantee {
  readonly kind:
    | 'narrower type'
    | 'not null'
    | 'unique'
    | 'primary key'
    | 'foreign key'
    | 'incoming foreign key'
    | 'check'
    | 'default'
    | 'index'
    | 'column';
  /** In words, without a subject: `UNIQUE (users_email_key)`, `varchar(100) for text`, `the foreign key to users`. */
  readonly text: string;
}

/**
 * What says that a new column or table takes the place of the old one, and is no copy beside it.
 * - `dropped`: the old one is dropped, after the new one got its values.
 * - `swapped`: the new table has taken the old one's name.
 * - `names`: a mark in one of the names: `email_new`, `users_v2`, `old_email`; or two ways of writing one name.
 * - `alike`: the names share half of their words or letters. Weak: `price` and `original_price` do so, too.
 * - `dual write`: a trigger keeps both equal.
 * - `view`: a view shows the new one under the old one's name.
 * - `comment`: a comment on the old one calls it deprecated, replaced or obsolete.
 * - `said`: the name or the first comment of a migration that ties the two says rename, replace, expand or contract.
 */
export type ReplacementSign =
  | 'dropped'
  | 'swapped'
  | 'names'
  | 'alike'
  | 'dual write'
  | 'view'
  | 'comment'
  | 'said';

/** A column or table that takes the place of another, as the history shows it: expand, backfill, contract. */
export interface Replacement {
  readonly kind: 'column' | 'table';
  /** Names at the point that is asked from; of what is gone, its last ones. */
  readonly old: RowPlace;
  readonly new: RowPlace;
  /** What ties the two, oldest first. */
  readonly ties: readonly Tie[];
  /** ADD COLUMN or CREATE TABLE of the new one. */
  readonly expand: HistoryStep;
  /** UPDATEs, INSERTs that filled the new one from the old one, oldest first. */
  readonly backfills: readonly HistoryStep[];
  /** DROP of the old one; undefined while it is open. */
  readonly contract: HistoryStep | undefined;
  /**
   * Whether the new one holds the old one's values as they were, casts apart, or something worked out from them: then its
   * type and its uniqueness are another matter.
   */
  readonly values: 'kept' | 'computed';
  /** What says that it is a replacement, the strongest first; never empty but for a tie by shape. */
  readonly signs: readonly ReplacementSign[];
  /**
   * `certain` where a strong sign says so: the old one was dropped or swapped away, or is kept in step, marked by its name, a
   * comment or a migration. Else `probable`: claim nothing of one that is open.
   */
  readonly certainty: 'certain' | 'probable';
}
