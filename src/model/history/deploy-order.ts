import type { ObjectName, Operation } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';

/** What carries operations in execution order: a migration. */
export interface OperationSequence {
  readonly operations: readonly Operation[];
}

/**
 * The operations of a deploy that run before one of its operations.
 *
 * @param operation an operation of the deploy.
 * @param deploy the deploy's migrations in replay order.
 * @returns in execution order; all of them if the operation is not among them.
 */
export function operationsBefore(
  operation: Operation,
  deploy: readonly OperationSequence[],
): readonly Operation[] {
  const before: Operation[] = [];
  for (const { operations } of deploy) {
    const at = operations.indexOf(operation);
    if (at !== -1) return [...before, ...operations.slice(0, at)];
    before.push(...operations);
  }
  return before;
}

/**
 * Whether a deploy has emptied a table before one of its operations: a TRUNCATE that no INSERT or COPY followed. Whatever
 * reads, builds or checks every row is then done at once.
 *
 * @param table the table, resolved.
 * @param operation the operation that is asked about.
 * @param deploy the deploy's migrations in replay order.
 */
export function isEmptiedBefore(
  table: ObjectName,
  operation: Operation,
  deploy: readonly OperationSequence[],
): boolean {
  let emptied = false;
  for (const earlier of operationsBefore(operation, deploy)) {
    if (earlier.kind !== 'Truncate' && earlier.kind !== 'Insert' && earlier.kind !== 'Copy') continue;
    if (earlier.table === undefined || !isSameObject(earlier.table, table)) continue;
    emptied = earlier.kind === 'Truncate' && earlier.run === 'now';
  }
  return emptied;
}
