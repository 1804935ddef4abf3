import { isFailure } from '../operations/failures.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';

/**
 * Whether an operation can stop the deployment if rows are not as they should be: RAISE EXCEPTION or ASSERT, a constraint that
 * PostgreSQL checks against every row of the table, a unique index. A SELECT alone cannot fail.
 *
 * @param operation with resolved names.
 * @param table whose rows are meant.
 */
export function checksRows(operation: Operation, table: ObjectName): boolean {
  if (operation.run === 'called') return false;
  switch (operation.kind) {
    case 'SetNotNull':
    case 'ValidateConstraint':
      return isSameObject(operation.table, table);
    case 'AddConstraint': {
      const { constraint } = operation;
      const isChecked = !('notValid' in constraint && constraint.notValid);
      return isChecked && isSameObject(operation.table, table);
    }
    case 'CreateIndex':
      return operation.unique && isSameObject(operation.table, table);
    default:
      return isFailure(operation);
  }
}

/** Whether an operation runs what cannot be read, and may be a check. */
export function mayCheckRows(operation: Operation): boolean {
  if (operation.run === 'called') return false;
  return operation.kind === 'Opaque' || operation.kind === 'Call';
}
