import { isNull } from '../operations/constants.ts';
import type { ColumnDefinition, OperationOf, Operation } from '../operations/types.ts';

/** What can give rows values, or take rows away. */
export type WritingOperation = OperationOf<
  'Update' | 'Delete' | 'Insert' | 'Merge' | 'Copy' | 'Truncate' | 'AddColumn' | 'CreateTable'
>;

/** Something that wrote a table's rows, or one of its columns. */
export interface RowWrite {
  readonly operation: WritingOperation;
  /** Index of the migration in replay order. */
  readonly migration: number;
  /** What the column that was asked for was called then; undefined where none was. */
  readonly column: string | undefined;
}

/**
 * Whether an operation writes rows: UPDATE, DELETE, MERGE, TRUNCATE, COPY … FROM, INSERT; and a column or a table that
 * comes with a default for a column that may be NULL, since every row then has a value.
 *
 * @param operation with resolved names.
 */
export function writesRows(operation: Operation): operation is WritingOperation {
  switch (operation.kind) {
    case 'Update':
    case 'Delete':
    case 'Merge':
    case 'Truncate':
      return true;
    case 'Copy':
      return operation.from && operation.table !== undefined;
    case 'Insert':
      return operation.source !== 'default values';
    case 'AddColumn':
      return hasValue(operation.column);
    case 'CreateTable':
      return operation.columns.some((column) => !column.notNull && hasValue(column));
    default:
      return false;
  }
}

/**
 * Whether a write gave every row that it reached a value in the column: it set the column, brought a default for it, or took
 * away the rows without a value. A table of seeds is filled by the INSERTs that its rows come from.
 */
export function givesValues({ operation, column }: RowWrite): boolean {
  switch (operation.kind) {
    case 'Update':
      return operation.assignments.some((one) => one.column === column && one.form !== 'null');
    case 'Delete':
      return operation.where.conditions.some(
        (one) =>
          column !== undefined &&
          ((one.form === 'is null' && one.column === column) || one.nulls?.includes(column) === true),
      );
    case 'Insert':
    case 'Copy':
      return operation.columns.length === 0 || operation.columns.includes(column ?? '');
    case 'Merge':
      return true;
    case 'Truncate':
      return false;
    case 'AddColumn':
      return operation.column.name === column;
    case 'CreateTable':
      return operation.columns.some((one) => one.name === column && hasValue(one));
    default:
      return operation satisfies never;
  }
}

/** Whether a column gets a value where nobody gives one. */
function hasValue({ default: fallback, generated }: ColumnDefinition): boolean {
  return generated !== undefined || (fallback !== undefined && !isNull(fallback.tree));
}
