/** Whether rows that were there before a deploy may hold the same value twice, and whether somebody may have removed what does. */
import type { Catalog, Table } from '../catalog/types.ts';
import { isVolatile } from '../effects/volatility.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { columnBefore, columnExistedBefore } from './data-loss.ts';
import type { History } from './history.ts';
import { uniqueIndexWithin, type UniqueKey } from './known-unique.ts';
import { givesValues, type RowWrite } from './row-writes.ts';

/** Where it is asked; the context of a rule is one. */
export interface DuplicateScene {
  /** The schema just before the operation. */
  readonly catalog: Catalog;
  readonly history: Pick<History, 'writesOf'>;
}

/**
 * Whether a column is new and makes every row different: NULL everywhere, or filled with values that differ from row to row.
 *
 * @param name as it is just before the operation.
 * @param existed the table as it was before the deploy.
 */
export function differsInEachRow(
  name: string,
  existed: Table,
  operation: Operation & { readonly table: ObjectName },
  { catalog, history }: DuplicateScene,
): boolean {
  const table = catalog.table(operation.table);
  const column = table?.columns.find((one) => one.name === name);
  if (table === undefined || column === undefined || columnExistedBefore(existed, table, name)) return false;
  const { default: fallback, identity } = column;
  if (identity !== undefined || (fallback !== undefined && isVolatile(fallback, catalog))) return true;
  const fills = history.writesOf(operation.table, name, operation).filter(givesValues);
  return fills.every((fill) => fillsDifferently(fill, existed, catalog));
}

/** Whether a write gives each row a value of its own, as far as one can see: a fresh one, another table's, or a unique column's. */
function fillsDifferently({ operation, column }: RowWrite, existed: Table, catalog: Catalog): boolean {
  switch (operation.kind) {
    case 'AddColumn':
    case 'CreateTable':
      return false;
    case 'Update': {
      const assignment = operation.assignments.find((one) => one.column === column);
      const { expression, reads = [] } = assignment ?? {};
      if (expression === undefined) return false;
      const isUnique = reads.some(
        (read) => uniqueIndexWithin(existed, { columns: [read], nullsNotDistinct: false }) !== undefined,
      );
      return isUnique || operation.from.length > 0 || isVolatile(expression, catalog);
    }
    case 'Copy':
    case 'Delete':
    case 'Insert':
    case 'Merge':
    case 'Truncate':
      return true;
    default:
      return operation satisfies never;
  }
}

/** Whether the columns of a key, under the names that they had, were unique before the deploy. */
export function wasUniqueBefore(existed: Table, now: Table, key: UniqueKey): boolean {
  const columns = key.columns.map((name) => name && columnBefore(existed, now, name)?.name);
  return uniqueIndexWithin(existed, { ...key, columns }) !== undefined;
}

/**
 * Whether a write can have been made to remove duplicates. What fills a column that was not there before makes some.
 *
 * @param isOld whether the column that the write was asked for existed before the deploy.
 */
export function mayRemoveDuplicates({ operation, column }: RowWrite, isOld: boolean): boolean {
  switch (operation.kind) {
    case 'Delete':
    case 'Merge':
    case 'Truncate':
      return true;
    case 'Update':
      return (
        isOld &&
        operation.assignments.some(
          (one) => one.column === column && (one.form === 'expression' || one.form === 'null'),
        )
      );
    case 'Insert':
    case 'Copy':
    case 'AddColumn':
    case 'CreateTable':
      return false;
    default:
      return operation satisfies never;
  }
}
