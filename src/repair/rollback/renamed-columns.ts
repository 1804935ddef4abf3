import type { ObjectName, Operation } from '../../model/operations/types.ts';
import { objectKey } from '../../model/operations/same-object.ts';

/** What a table's columns were called before a migration: name after it → name before it. Only those that it renamed. */
export type FormerColumnNames = (table: ObjectName) => ReadonlyMap<string, string>;

const nothing: ReadonlyMap<string, string> = new Map();

/**
 * Follows the columns that a migration renames, through renames of their tables as well.
 *
 * @param operations the migration's, with names resolved.
 * @returns the former names, asked for by a table's name after the migration.
 */
export function formerColumnNames(operations: readonly Operation[]): FormerColumnNames {
  const tables = new Map<string, Map<string, string>>();
  const move = (from: ObjectName, to: ObjectName): void => {
    const columns = tables.get(objectKey(from));
    tables.delete(objectKey(from));
    if (columns !== undefined) tables.set(objectKey(to), columns);
  };
  for (const operation of operations) {
    if (operation.run === 'called') continue;
    if (operation.kind === 'RenameColumn') {
      const { table, column, newName } = operation;
      const columns = tables.get(objectKey(table)) ?? new Map<string, string>();
      columns.set(newName, columns.get(column) ?? column);
      columns.delete(column);
      tables.set(objectKey(table), columns);
    } else if (operation.kind === 'RenameTable') {
      move(operation.table, { ...operation.table, name: operation.newName });
    } else if (operation.kind === 'SetSchema') {
      move(operation.object, { ...operation.object, schema: operation.newSchema });
    } else if (operation.kind === 'DropTable') tables.delete(objectKey(operation.table));
  }
  return (table) => tables.get(objectKey(table)) ?? nothing;
}
