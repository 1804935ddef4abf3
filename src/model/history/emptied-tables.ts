import type { Delete, ObjectName, Operation } from '../operations/types.ts';
import { operationsOn, runsBefore, type DeployOperations } from './deploy-operations.ts';

/**
 * Whether a deploy has truncated a table before one of its operations, and no INSERT or COPY followed. Whatever reads, builds
 * or checks every row is then done at once.
 *
 * @param table the table, resolved.
 * @param operation the operation that is asked about.
 * @param deploy the deploy's migrations in replay order.
 */
export function isTruncatedBefore(
  table: ObjectName,
  operation: Operation,
  deploy: DeployOperations,
): boolean {
  return lastWhole(table, operation, deploy) === 'Truncate';
}

/**
 * Whether a deploy has taken all rows out of a table before one of its operations, by TRUNCATE or a DELETE without a
 * condition. After a DELETE they are still there to be read.
 *
 * @param table the table, resolved.
 * @param operation the operation that is asked about.
 * @param deploy the deploy's migrations in replay order.
 */
export function isEmptiedBefore(table: ObjectName, operation: Operation, deploy: DeployOperations): boolean {
  return lastWhole(table, operation, deploy) !== undefined;
}

/** What emptied the table, if nothing filled it since. */
function lastWhole(
  table: ObjectName,
  operation: Operation,
  deploy: DeployOperations,
): 'Truncate' | 'Delete' | undefined {
  let emptied: 'Truncate' | 'Delete' | undefined;
  for (const earlier of operationsOn(table, deploy)) {
    if (!runsBefore(earlier, operation, deploy)) break;
    if (earlier.kind === 'Insert' || earlier.kind === 'Copy' || earlier.kind === 'Merge') emptied = undefined;
    else if (earlier.run !== 'now') continue;
    else if (earlier.kind === 'Truncate') emptied = 'Truncate';
    else if (earlier.kind === 'Delete' && emptied === undefined && isUnconditional(earlier))
      emptied = 'Delete';
  }
  return emptied;
}

/** Whether a DELETE takes every row: it has no condition, or one that is always true. */
export function isUnconditional({ using, where }: Delete): boolean {
  return using.length === 0 && where.conditions.every(({ form }) => form === 'tautology');
}
