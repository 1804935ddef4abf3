import { isFailure } from '../operations/failures.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Catalog } from '../catalog/types.ts';
import type { AlterColumnType, ObjectName, Operation } from '../operations/types.ts';
import { typeChangeOf } from './type-change.ts';

/**
 * Whether an operation can stop the deployment if rows are not as they should be: RAISE EXCEPTION or ASSERT, a constraint that
 * PostgreSQL checks against every row of the table, a unique index, a type that cannot hold every value of the old one. A SELECT
 * alone cannot fail.
 *
 * @param operation with resolved names.
 * @param table whose rows are meant.
 * @param catalogBefore gives the schema just before an operation.
 */
export function checksRows(
  operation: Operation,
  table: ObjectName,
  catalogBefore: (operation: Operation) => Catalog,
): boolean {
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
    case 'AlterColumnType':
      return isSameObject(operation.table, table) && rejectsValues(operation, catalogBefore(operation));
    default:
      return isFailure(operation);
  }
}

/** Whether a change of type fails at values that the new type does not have: of an enum, a length, a range of numbers. */
function rejectsValues(operation: AlterColumnType, catalog: Catalog): boolean {
  const table = catalog.table(operation.table);
  const column = table?.columns.find(({ name }) => name === operation.column);
  if (table === undefined || column === undefined) return false;
  const change = typeChangeOf(operation, table, column, catalog);
  return change?.misfit !== undefined || (change?.enumSwap?.missing.length ?? 0) > 0;
}

/** Whether an operation runs what cannot be read, and may be a check. */
export function mayCheckRows(operation: Operation): boolean {
  if (operation.run === 'called') return false;
  return operation.kind === 'Opaque' || operation.kind === 'Call';
}
