import { objectName } from './names.ts';
import type { Catalog } from './types.ts';
import type { ObjectName } from '../operations/types.ts';

/**
 * The name that PostgreSQL would choose for an index of these columns: `orders_user_id_idx`, with a number where it is taken.
 *
 * @param table with its schema.
 * @param catalogs in none of which the name may be taken.
 */
export function freeIndexName(
  table: ObjectName,
  columns: readonly string[],
  catalogs: readonly Catalog[],
): string {
  const joined = columns.join('_');
  const isTaken = (name: string): boolean =>
    catalogs.some((catalog) => {
      const full = { schema: table.schema, name };
      const relation =
        catalog.table(full) ?? catalog.view(full) ?? catalog.index(full) ?? catalog.sequence(full);
      return relation !== undefined || catalog.type(full) !== undefined;
    });
  for (let number = 0; ; number++) {
    const name = objectName(table.name, joined, number === 0 ? 'idx' : `idx${number}`);
    if (!isTaken(name)) return name;
  }
}
