import type { LockMode, ObjectName, Operation } from '../operations/types.ts';

/** A lock that a transaction holds on a relation. PostgreSQL releases it at the transaction's end, not the statement's (manual, 13.3). */
export interface HeldLock {
  readonly relation: ObjectName;
  /** The strongest so far. */
  readonly lock: LockMode;
  /** The operation that took it. */
  readonly since: Operation;
}
