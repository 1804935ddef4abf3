import type { Catalog, Column, Table } from '../../model/catalog/types.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { fieldsOf } from '../../model/operations/nodes.ts';
import type { Assignment, Delete, Update } from '../../model/operations/types.ts';

/**
 * What a batched write does to rows that it has done if it begins anew after an error. `left alone`; `set again`: to those that have
 * another value by then; `written again`: to all of them.
 */
export type RowsDone = 'left alone' | 'set again' | 'written again';

/** What becomes of rows that are done, and the condition that is needed for it; undefined for none. */
export interface DoneRows {
  readonly done: RowsDone;
  readonly condition: string | undefined;
}

/**
 * How a write can leave out the rows that it has done: by its own WHERE, else by a comparison of its columns with the constants that
 * it sets, if equal values are the same for their types and no trigger sees the rows that are left out.
 *
 * @param qualifier the name that the table has in the statement; undefined where its columns need none.
 */
export function doneRows(
  operation: Update | Delete,
  table: Table,
  catalog: Catalog,
  qualifier: string | undefined,
): DoneRows {
  if (operation.kind === 'Delete' || leavesOutDone(operation))
    return { done: 'left alone', condition: undefined };
  const isSeen = table.triggers.some(({ events }) => events.includes('update'));
  const differs = operation.assignments.map((one) => {
    const column = table.columns.find(({ name }) => name === one.column);
    const value = column && comparable(one, column, catalog);
    const name = quoteIdentifier(one.column);
    return value && `${qualifier === undefined ? name : `${qualifier}.${name}`} IS DISTINCT FROM ${value}`;
  });
  if (isSeen || differs.length === 0 || differs.some((one) => one === undefined))
    return { done: 'written again', condition: undefined };
  return { done: 'set again', condition: differs.join(' OR ') };
}

/** `SET a = … WHERE a IS NULL`. What has no value after that has none to lose. */
function leavesOutDone({ assignments, where: { conditions } }: Update): boolean {
  const assigned = new Set(assignments.map(({ column }) => column));
  return conditions.some(
    ({ form, column }) => form === 'is null' && column !== undefined && assigned.has(column),
  );
}

/** Types whose equal values are the same: numbers may differ in their scale, texts of some collations and extensions in their letters. */
const WHOLE: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const WRITTEN: ReadonlySet<string> = new Set([
  ...WHOLE,
  'boolean',
  'text',
  'character varying',
  'uuid',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
]);

/** A constant as it is written, if the column can be compared with it. */
function comparable({ expression }: Assignment, column: Column, catalog: Catalog): string | undefined {
  const constant = fieldsOf(expression?.tree, 'A_Const');
  const { type } = column;
  if (constant === undefined || type.arrayDimensions > 0 || column.collation !== undefined) return undefined;
  const isEnum = catalog.type(type)?.kind === 'enum';
  const isOwn = isEnum || (type.schema === undefined && WRITTEN.has(type.name));
  if (constant.sval !== undefined) return isOwn ? expression?.text : undefined;
  if (constant.boolval !== undefined) return type.name === 'boolean' ? expression?.text : undefined;
  return constant.ival !== undefined && WHOLE.has(type.name) ? expression?.text : undefined;
}
