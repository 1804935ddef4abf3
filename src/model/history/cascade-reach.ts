import type { Catalog } from '../catalog/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName } from '../operations/types.ts';

/**
 * The tables that lose rows when rows of a table are deleted: through foreign keys with ON DELETE CASCADE, over any number of
 * tables between. Nearest first, each once, without the table itself.
 *
 * @param table the table whose rows are deleted.
 * @param catalog the schema at that point.
 */
export function cascadeReach(table: ObjectName, catalog: Catalog): readonly ObjectName[] {
  const reached = new Map([[objectKey(table), table]]);
  // A map's values include those that are added while they are gone through.
  for (const one of reached.values()) {
    for (const { table: other, constraint } of catalog.referencing(one)) {
      const { definition } = constraint;
      if (definition.type === 'foreign key' && definition.onDelete === 'cascade')
        reached.set(objectKey(other.name), other.name);
    }
  }
  return [...reached.values()].slice(1);
}
