import type { LockMode, ObjectName, Operation } from '../operations/types.ts';

/** A lock that a transaction holds on a relation. PostgreSQL releases it at the transaction's end, not the statement's (manual, 13.3). */
export interface HeldLock {
  /** Under its name now: the lock follows it through renames. */
  readonly relation: ObjectName;
  readonly kind: 'table' | 'view' | 'sequence';
  /** The strongest so far. */
  readonly lock: LockMode;
  /** The operation that took it in this strength first; of one that runs perhaps, the next that is sure to. */
  readonly since: Operation;
  /** The operation that first locked any number of the relation's rows, see `rowsLockedBy`: their other writers wait. */
  readonly rows?: Operation;
}
