import type { Replacement } from './replacement.ts';
import type { RowPlace } from './row-copies.ts';

/**
 * What to call the new one beside the old one: as it is called now, or, where it has taken the old one's name, as it was called
 * when it came.
 */
export function newNameOf({ expand, new: now, old }: Replacement): RowPlace {
  const isSameTable = now.table.name === old.table.name && now.table.schema === old.table.schema;
  if (!isSameTable || now.column !== old.column) return now;
  const { operation } = expand;
  if (operation.kind === 'AddColumn') return { table: now.table, column: operation.column.name };
  const isTable = operation.kind === 'CreateTable' || operation.kind === 'CreateTableAs';
  return isTable ? { table: operation.table, column: now.column } : now;
}
