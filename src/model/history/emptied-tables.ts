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

/** An operation after which a table is empty in another way than before it. */
interface Change {
  readonly operation: Operation;
  readonly emptied: 'Truncate' | 'Delete' | undefined;
}

/** What emptied the table, if nothing filled it since. */
function lastWhole(
  table: ObjectName,
  operation: Operation,
  deploy: DeployOperations,
): 'Truncate' | 'Delete' | undefined {
  const changes = changesOf(operationsOn(table, deploy));
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const change = changes[middle];
    if (change !== undefined && runsBefore(change.operation, operation, deploy)) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1]?.emptied;
}

/** By the operations of one table in a deploy, which do not change. */
const known = new WeakMap<readonly Operation[], readonly Change[]>();

function changesOf(operations: readonly Operation[]): readonly Change[] {
  const changes = known.get(operations) ?? findChanges(operations);
  known.set(operations, changes);
  return changes;
}

function findChanges(operations: readonly Operation[]): readonly Change[] {
  const changes: Change[] = [];
  let emptied: Change['emptied'];
  for (const operation of operations) {
    const before = emptied;
    const { kind, run } = operation;
    if (kind === 'Insert' || kind === 'Copy' || kind === 'Merge') emptied = undefined;
    else if (run !== 'now') continue;
    else if (kind === 'Truncate') emptied = 'Truncate';
    else if (kind === 'Delete' && emptied === undefined && isUnconditional(operation)) emptied = 'Delete';
    if (emptied !== before) changes.push({ operation, emptied });
  }
  return changes;
}

/** Whether a DELETE takes every row: it has no condition, or one that is always true. */
export function isUnconditional({ using, where }: Delete): boolean {
  return using.length === 0 && where.conditions.every(({ form }) => form === 'tautology');
}
