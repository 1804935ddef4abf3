import { provesNotNull } from '../effects/not-null.ts';
import type { Column, Index, Table } from '../catalog/types.ts';

/**
 * The columns by which all rows of a table can be gone through in order, a batch at a time: those of its primary key, else of a unique
 * index over columns that are NOT NULL.
 *
 * @returns in the order of the index; undefined where there is none, or where nobody is sure of it.
 */
export function pageKey(table: Table): readonly Column[] | undefined {
  if (table.foreignServer !== undefined || table.certainty !== 'certain') return undefined;
  const primary = table.constraints.find(({ definition }) => definition.type === 'primary key');
  const unique = table.indexes.filter((index) => isPlainUnique(index));
  const own = unique.find(({ name }) => name === primary?.index);
  for (const { elements } of own === undefined ? unique : [own, ...unique]) {
    const columns = elements.map(({ column }) => table.columns.find(({ name }) => name === column));
    const known = columns.filter((column) => column !== undefined);
    const isSure = known.every(
      (column) => column.certainty === 'certain' && (column.notNull || provesNotNull(table, column.name)),
    );
    if (isSure && known.length === columns.length) return known;
  }
  return undefined;
}

/** Whether an index holds each row once, in the order that ORDER BY and a comparison of rows have by themselves. */
function isPlainUnique({ unique, valid, where, method, elements, certainty }: Index): boolean {
  if (!unique || !valid || where !== undefined || method !== 'btree' || certainty !== 'certain') return false;
  return (
    elements.length > 0 &&
    elements.every(
      ({ column, collation, operatorClass, descending }) =>
        column !== undefined && collation === undefined && operatorClass === undefined && !descending,
    )
  );
}
