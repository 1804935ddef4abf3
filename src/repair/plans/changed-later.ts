import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { ObjectName, Operation } from '../../model/operations/types.ts';
import type { PlanScene } from './types.ts';

/**
 * What else of the pending migrations changes columns whose change is spread over several steps: nobody can tell which of the steps it
 * belongs to. Statements that only read or write them, or build an index on them, do no harm.
 *
 * @param columns by their names before and after.
 * @param own the operations that the steps take the place of.
 * @returns a sentence for people; undefined if nothing does.
 */
export function changedLater(
  table: ObjectName,
  columns: readonly string[],
  own: readonly Operation[],
  { migration, project }: PlanScene,
): string | undefined {
  for (const other of project.migrations.slice(migration.index)) {
    for (const operation of other.index === migration.index ? migration.operations : other.operations) {
      if (own.includes(operation) || !changesColumn(operation, table, columns)) continue;
      const [column] = columns;
      const where = other.id === migration.id ? 'The migration' : other.id;
      return `${where} changes ${displayName(table)}.${quoteIdentifier(column ?? '')} in another way as well.`;
    }
  }
  return undefined;
}

function changesColumn(operation: Operation, table: ObjectName, columns: readonly string[]): boolean {
  if (!('table' in operation) || operation.table === undefined || !isSameObject(operation.table, table))
    return operation.kind === 'RenameTable' && isSameObject(operation.table, table);
  if (operation.kind === 'DropTable' || operation.kind === 'RenameTable') return true;
  if (operation.kind === 'AddColumn') return columns.includes(operation.column.name);
  if (!('column' in operation) || operation.action === undefined) return false;
  return (
    (operation.column !== undefined && columns.includes(operation.column)) ||
    (operation.kind === 'RenameColumn' && columns.includes(operation.newName))
  );
}
