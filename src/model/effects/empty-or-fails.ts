import type { Transaction } from '../../input/runners/types.ts';
import type { Catalog } from '../catalog/types.ts';
import { isEmptiedBefore } from '../history/emptied-tables.ts';
import { operationsOn, type DeployOperations } from '../history/deploy-operations.ts';
import { isNull } from '../operations/constants.ts';
import type { AddColumn, ObjectName, Operation } from '../operations/types.ts';
import { provesNotNull } from './not-null.ts';

/**
 * Whether a new column makes PostgreSQL fail at the first row that it finds, with 23502: it is NOT NULL, and nothing gives
 * the rows that are there a value. Where there is no row it is done at once, so that its time does not grow with the table.
 *
 * @param catalog the schema just before.
 */
export function failsOnRows({ column, ifNotExists, table }: AddColumn, catalog: Catalog): boolean {
  if (!column.notNull || column.generated !== undefined) return false;
  if (column.identity !== undefined || column.type.serial) return false;
  const domain = catalog.type(column.type);
  const fallback = column.default ?? (domain?.kind === 'domain' ? domain.default : undefined);
  if (fallback !== undefined && !isNull(fallback.tree)) return false;
  return !ifNotExists || !catalog.table(table)?.columns.some(({ name }) => name === column.name);
}

/** What is asked about a deploy; the context of a rule is one. */
export interface EmptyScene {
  readonly deploy: DeployOperations;
  readonly transactionOf: (operation: Operation) => Transaction;
  readonly catalogBefore: (operation: Operation) => Catalog;
}

/**
 * Whether an operation's transaction can only succeed if a table has no rows, see {@link failsOnRows}: what is done to the
 * table in it is then done at once, before that column and after it, and nobody waits for long.
 *
 * @param table the table, resolved.
 * @param operation an operation of the deploy.
 * @returns false if the deploy itself takes the rows out before the column comes; or if the transaction updates rows before it: whoever writes
 *   that knows of rows, and will give the column a value once the migration has failed.
 */
export function isEmptyOrFails(table: ObjectName, operation: Operation, scene: EmptyScene): boolean {
  const operations = operationsOn(table, scene.deploy);
  const columns = requiredColumns(operations);
  if (columns.length === 0) return false;
  const transaction = scene.transactionOf(operation);
  return columns.some(
    (column) =>
      scene.transactionOf(column) === transaction &&
      failsOnRows(column, scene.catalogBefore(column)) &&
      !isEmptiedBefore(table, column, scene.deploy) &&
      !isUpdatedBefore(column, operations, scene.transactionOf),
  );
}

/** Whether rows of a table are updated before a column comes, in the same transaction. */
function isUpdatedBefore(
  column: AddColumn,
  operations: readonly Operation[],
  transactionOf: EmptyScene['transactionOf'],
): boolean {
  const transaction = transactionOf(column);
  const first = operations.find(
    (operation) =>
      operation === column ||
      (operation.kind === 'Update' && operation.run === 'now' && transactionOf(operation) === transaction),
  );
  return first !== column;
}

/**
 * Whether a new foreign key can only be added if its table has no rows: none of its columns can hold NULL, and the table that
 * they point to has no row to point at ({@link isEmptyOrFails}). PostgreSQL 15 stops with 23503 at the first of a million rows.
 */
export function keyFailsOnRows(operation: Operation, scene: EmptyScene): boolean {
  if (operation.kind !== 'AddConstraint' || operation.constraint.type !== 'foreign key') return false;
  const { columns, references } = operation.constraint;
  if (!isEmptyOrFails(references, operation, scene)) return false;
  const table = scene.catalogBefore(operation).table(operation.table);
  return table?.certainty === 'certain' && columns.every((column) => provesNotNull(table, column));
}

/**
 * Whether a table holds no rows when an operation runs, as far as the deploy shows: its rows were taken out before, or the
 * transaction fails if there are any ({@link isEmptyOrFails}).
 */
export function isWithoutRows(table: ObjectName, operation: Operation, scene: EmptyScene): boolean {
  return isEmptiedBefore(table, operation, scene.deploy) || isEmptyOrFails(table, operation, scene);
}

/** By the operations of one table in a deploy, which do not change. */
const known = new WeakMap<readonly Operation[], readonly AddColumn[]>();

/** Those that may fail on a row; which do depends on the schema. */
function requiredColumns(operations: readonly Operation[]): readonly AddColumn[] {
  const columns =
    known.get(operations) ??
    operations.filter(
      (operation): operation is AddColumn =>
        operation.kind === 'AddColumn' && operation.run === 'now' && operation.column.notNull,
    );
  known.set(operations, columns);
  return columns;
}
