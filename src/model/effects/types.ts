import type { LockMode, ObjectName } from '../operations/types.ts';

/** What an operation does to one relation of a live database. */
export interface Effect {
  /** A table, view, materialized view or sequence; an index's lock counts for its table where it blocks the table's users. */
  readonly relation: ObjectName;
  /** The strongest lock taken on it. */
  readonly lock: LockMode;
  /** What is done while the lock is held, slowest first. `metadata` alone: the catalogs only, independent of the table's size. */
  readonly work: 'rewrite' | 'index build' | 'scan' | 'rows' | 'metadata';
  /** True for the forms that hold the lock for a short time only and work without it: CONCURRENTLY. */
  readonly online: boolean;
}
