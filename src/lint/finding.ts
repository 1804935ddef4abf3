import type { Place } from '../input/text/types.ts';
import type { Effect } from '../model/effects/types.ts';
import type { LockMode, ObjectName } from '../model/operations/types.ts';
import type { FixRequest } from './fix.ts';
import type { Severity } from './rule.ts';
import type { SmallTable } from './sizes/table-sizes.ts';

export type { SmallTable };

/** A finding, ready to be shown: everything is words and places. */
export interface Finding {
  readonly rule: string;
  readonly messageId: string;
  readonly severity: Severity;
  /** What is wrong and why. Names of the user's objects stand in it as PostgreSQL wants them typed. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** The values of the message's placeholders, as shown. */
  readonly data: Readonly<Record<string, string>>;
  /** Undefined for a finding about a migration or the project as a whole; `path` says which. */
  readonly place: Place | undefined;
  readonly path: string;
  /** A few words under the marked text. */
  readonly label: string | undefined;
  readonly related: readonly RelatedPlace[];
  /** The id of the migration it belongs to; undefined for findings about the project. */
  readonly migration: string | undefined;
  /** What the operation that it points at does to the live database; empty where it points at something else. */
  readonly effects: readonly Effect[];
  /**
   * The locks under which the operation does its slow work: those that its transaction held before it, and that keep more
   * waiting than its own locks do; the five strongest. Left out where there are none.
   */
  readonly held?: readonly HeldPlace[];
  /** Why it is only information: what its operation works on is small. Left out where that changes nothing. */
  readonly lowered?: Lowered;
  /** What `--fix` can do about it; left out where nothing can be done. */
  readonly fix?: FixRequest;
  /** Stable over edits elsewhere in the file: rule, path, the marked statement's text without layout, and which of several equal ones. */
  readonly fingerprint: string;
}

/** A finding before it is known how many others of the run are like it: its fingerprint counts them. */
export type FindingDraft = Omit<Finding, 'fingerprint'>;

/** A severity that was lowered, since every table that the operation works on is known to be small. */
export interface Lowered {
  readonly from: Severity;
  readonly tables: readonly SmallTable[];
}

/** A lock of an earlier statement, and the place of the operation that took it. */
export interface HeldPlace {
  readonly relation: ObjectName;
  readonly lock: LockMode;
  readonly since: Place;
}

export interface RelatedPlace {
  readonly place: Place;
  readonly label: string;
}
