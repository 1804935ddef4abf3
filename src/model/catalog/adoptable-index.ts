import type { Index, Table } from './types.ts';

/**
 * An index that ADD CONSTRAINT … UNIQUE or PRIMARY KEY USING INDEX can make its own, so that nothing has to be built: unique,
 * valid, a B-tree over exactly these columns in their default order, of no other constraint, without WHERE (manual, ALTER TABLE).
 *
 * @param table a table that is not partitioned: PostgreSQL refuses USING INDEX on those (0A000).
 * @param columns those of the constraint, in their order.
 * @param nullsNotDistinct whether two NULLs count as equal; a primary key refuses an index of which that is true.
 */
export function adoptableIndex(
  { indexes }: Table,
  columns: readonly string[],
  nullsNotDistinct: boolean,
): Index | undefined {
  return indexes.find(
    (index) =>
      index.unique &&
      index.valid &&
      index.certainty === 'certain' &&
      index.method === 'btree' &&
      index.where === undefined &&
      index.constraint === undefined &&
      index.parent === undefined &&
      index.include.length === 0 &&
      index.nullsNotDistinct === nullsNotDistinct &&
      index.elements.length === columns.length &&
      index.elements.every(isPlain) &&
      index.elements.every(({ column }, position) => column === columns[position]),
  );
}

function isPlain({ collation, descending, nulls, operatorClass }: Index['elements'][number]): boolean {
  return collation === undefined && operatorClass === undefined && !descending && nulls !== 'first';
}
